"""Whether a phone number can be one, by the numbering plan of the nation where there is one.

What this says is told to editors and stops nobody: plans change faster than any list of them.
"""

import phonenumbers

from leeward.society.directory.rules.checks import is_dialable

UNREADABLE = "This cannot be dialled."
UNKNOWN = "The country's numbering plan has no such number."


def phone_trouble(number: str, *, region: str) -> str:
    """What is wrong with a number as it is dialled in a region (ISO 3166, two letters); "" where nothing is.

    Short codes pass where their length is one that the region uses. In a region that has no plan, 3 to 15 digits do.
    """
    if not is_dialable(number):
        return UNREADABLE
    if region not in phonenumbers.SUPPORTED_REGIONS:
        return ""
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return UNKNOWN
    is_short = not number.startswith("+") and phonenumbers.is_possible_short_number_for_region(parsed, region)
    return "" if is_short or phonenumbers.is_valid_number(parsed) else UNKNOWN
