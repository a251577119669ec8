"""Shifts of volunteers."""

from datetime import timedelta

LONGEST_SHIFT = timedelta(hours=12)
# From which a mentor chooses how long volunteers may read.
SHIFT_HOURS = (2, 4, 6, 8, 12)
