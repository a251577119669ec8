"""How much one entry may hold; the database and every door know these."""

NAME_LENGTH = 200
TEXT_LENGTH = 5_000
URL_LENGTH = 500
EMAIL_LENGTH = 254
CODE_LENGTH = 64
NUMBER_LENGTH = 40
PARTS_MOST = 50  # phones, links, schedules, … of one entry
LOCATIONS_MOST = 200
TERMS_MOST = 60
AGE_MOST = 150
TERM_DEPTH_MOST = 8
POSITION_MOST = 32_767  # what a small column of PostgreSQL holds
