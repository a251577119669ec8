"""The short reference by which people name one thing in mails, on letters and on the telephone: `R7K2-M4QX`.

Seven symbols are drawn, the eighth finds a slip: one wrong symbol, or two neighbours that changed places, never pass.
Symbols are Crockford's, without I, L, O and U (https://www.crockford.com/base32.html); the check symbol is computed in
the field of 32 elements, so that it is one of the same symbols (his own needs five more).
"""

import re
import secrets
from collections.abc import Callable
from uuid import UUID

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 8
MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
LIKE_REFERENCE = re.compile(r"[0-9A-Za-z]{4}\s*[-–‐ ]\s*[0-9A-Za-z]{4}|(?=[A-Za-z]*[0-9])[0-9A-Za-z]{8}")
# What may be a reference among other words: a whole identity, its first eight signs, or groups of four with a digit.
AMONG_WORDS = re.compile(
    r"""(?<![^\s\[(<#:«“"'])(?=(
        [0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12} | [0-9A-Fa-f]{8}
        | (?=[A-Za-z\-–‐\ ]*[0-9])[0-9A-Za-z]{4}(?:\ ?[0-9A-Za-z]{4}|(?:[\-–‐][0-9A-Za-z]{2,4})+)
    )(?![^\s\])>»”"'.,;:!?،؛؟]))""",
    re.VERBOSE,
)
AMONG_MOST = 3
BEGINNING = re.compile(
    r"[0-9a-f]{8}(?:[0-9a-f]{24})?|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE
)
POLYNOMIAL = 0b100101  # x⁵ + x² + 1, of which x is a primitive element


class ReferenceMistyped(ValueError):
    """What was typed is no reference: it has not eight symbols, or one of them is wrong."""


def draw_reference(*, draw_below: Callable[[int], int] = secrets.randbelow, length: int = LENGTH) -> str:
    """Draw a reference as it is kept. Its 35 random bits are few: whoever keeps it sees to it that no other has it."""
    body = "".join(SYMBOLS[draw_below(len(SYMBOLS))] for _ in range(length - 1))
    return body + check_symbol(body)


def write_reference(kept: str) -> str:
    """Write a reference for people: in two groups."""
    return f"{kept[:4]}-{kept[4:]}" if kept else ""


def read_reference(typed: str, *, length: int = LENGTH) -> str:
    """Read a reference as it is kept, however it was typed. Raises ReferenceMistyped."""
    symbols = re.sub(r"[\s\-–‐.]", "", typed).upper().translate(MISREAD)
    if len(symbols) != length or set(symbols) - set(SYMBOLS) or check_symbol(symbols[:-1]) != symbols[-1]:
        raise ReferenceMistyped
    return symbols


def is_like_reference(typed: str) -> bool:
    """Whether somebody who typed this meant a reference: two groups of four, or eight symbols with a digit."""
    return LIKE_REFERENCE.fullmatch(typed.strip()) is not None


def references_among(typed: str) -> tuple[str, ...]:
    """Return what may be references among the words of a term, such as of "Report 004f7bfb", at most three."""
    found = dict.fromkeys(piece[1] for piece in AMONG_WORDS.finditer(typed) if piece[1] != typed)
    return tuple(found)[:AMONG_MOST]


def identities_beginning(typed: str) -> tuple[UUID, UUID] | None:
    """Return the first and last identity that begin with the eight signs of a short name; None of anything else.

    Of a whole identity both are itself.
    """
    if BEGINNING.fullmatch(typed) is None:
        return None
    signs = typed.replace("-", "")
    return UUID(signs.ljust(32, "0")), UUID(signs.ljust(32, "f"))


def check_symbol(body: str) -> str:
    """The symbol that finds one wrong symbol or two changed places in a body of at most 30."""
    total = 0
    for symbol in body:
        total = _doubled(total ^ SYMBOLS.index(symbol))
    return SYMBOLS[total]


def _doubled(element: int) -> int:
    doubled = element << 1
    return doubled ^ POLYNOMIAL if doubled & 0b100000 else doubled
