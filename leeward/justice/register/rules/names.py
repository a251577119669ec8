"""How names and official numbers are written in one way, so that exactly equal ones are found and no others.

Signs, accents, capitals and the order of names make no difference; letters do. Nothing here is a likeness: whoever
is entered under another spelling is found under it only if it was entered as a known alias.
"""

import re
import unicodedata
from datetime import date

from leeward.foundation.typed import UNSEEN
from leeward.justice.register.rules.terms import NumberCheck

# Of Arabic: alef with its signs, ya without dots, ta marbuta, and the line that only widens a word.
SAME = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ـ": None, "ß": "ss", "ł": "l", "ø": "o"}
)
SHAPE = re.compile(r"[9A./ -]{4,24}")
SIGNS_LEAST = 4
# Apostrophes, and what joins letters without being seen.
IGNORED = re.compile(f"['’ʼ`{UNSEEN}]")


def normal_name(name: str) -> str:
    """A name without signs, accents, capitals and order: its parts, sorted; "" where it has no letter."""
    whole = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", name).translate(SAME).casefold().translate(SAME))
    bare = "".join(sign for sign in whole if not unicodedata.combining(sign))
    parts = "".join(sign if sign.isalnum() else " " for sign in IGNORED.sub("", bare)).split()
    return " ".join(sorted(parts)) if any(sign.isalpha() for sign in bare) else ""


def name_term(name: str, born: date) -> str:
    """What is looked for by a name and a birth date."""
    return f"name|{normal_name(name)}|{born.isoformat()}"


def number_term(number: str) -> str:
    """What is looked for by an official number."""
    return f"number|{_signs(number)}"


def conviction_term(*, court: str, file_number: str, name: str, born: date) -> str:
    """By what a conviction of somebody is known to be entered already."""
    return f"conviction|{normal_name(court)}|{_signs(file_number)}|{name_term(name, born)}"


def is_shape(shape: str) -> bool:
    """Whether this describes official numbers: a 9 for each number, an A for each letter, and what stands between."""
    return SHAPE.fullmatch(shape) is not None and len(_signs(shape)) >= SIGNS_LEAST


def fits(number: str, *, shape: str, check: NumberCheck) -> bool:
    """Whether this is an official number of that shape, and its last signs fit."""
    signs, wanted = _signs(number), _signs(shape)
    if len(signs) != len(wanted) or not all(map(_is_like, signs, wanted)):
        return False
    if check is NumberCheck.LUHN:
        return _luhn("".join(sign for sign in signs if sign.isdigit()))
    if check is NumberCheck.MOD97:
        return int("".join(str(int(sign, 36)) for sign in signs)) % 97 == 1
    return True


def _signs(text: str) -> str:
    """Letters and numbers alone, in capitals and in one kind of digits."""
    plain = unicodedata.normalize("NFKC", text).upper()
    kept = (str(unicodedata.digit(sign)) if sign.isdigit() else sign for sign in plain if sign.isalnum())
    return "".join(kept)


def _is_like(sign: str, wanted: str) -> bool:
    return sign.isdigit() if wanted == "9" else sign.isascii() and sign.isalpha()


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return bool(digits) and total % 10 == 0
