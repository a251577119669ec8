"""An order's number, 12 random symbols and 2 that find slips, and the number of a person's slip, which is longer.

Both check symbols are the remainder of a code over the field of 32 elements with the roots 2 and 4 (Reed and Solomon,
1960): any one or two wrong symbols, and two neighbours that changed places, never pass. Symbols are Crockford's.
"""

import re
import secrets
from collections.abc import Callable
from uuid import UUID

from leeward.foundation.references import MISREAD, POLYNOMIAL, SYMBOLS

BODY_LENGTH, SLIP_LENGTH, CHECKS = 12, 22, 2
NUMBER_LENGTH = BODY_LENGTH + CHECKS
BITS = 5
GROUP = 4
# (x + 2)(x + 4) = x² + 6x + 8 over the field.
MIDDLE, LAST = 6, 8


class NumberMistyped(ValueError):
    """The symbols are such as numbers have, and the two that find slips do not fit."""


class NumberMalformed(ValueError):
    """This is no number: it has another length, or other signs."""


def draw_number(*, length: int = BODY_LENGTH, draw_below: Callable[[int], int] = secrets.randbelow) -> str:
    """Draw a number as it is kept: `length` random symbols of 5 bits, and the two that find slips."""
    body = "".join(SYMBOLS[draw_below(len(SYMBOLS))] for _ in range(length))
    return body + checks_of(body)


def write_number(kept: str) -> str:
    """Write a number for people, in groups of four symbols."""
    return "-".join(kept[start : start + GROUP] for start in range(0, len(kept), GROUP))


def read_number(typed: str, *, length: int = BODY_LENGTH) -> str:
    """Read a number as it is kept, however it was typed. Raises NumberMalformed, NumberMistyped."""
    symbols = re.sub(r"[\s\-–‐.]", "", typed).upper().translate(MISREAD)
    if len(symbols) != length + CHECKS or set(symbols) - set(SYMBOLS):
        raise NumberMalformed
    if checks_of(symbols[:length]) != symbols[length:]:
        raise NumberMistyped
    return symbols


def slip_as_id(slip: str) -> UUID:
    """Return a slip's random symbols as an id, as which the holding of a code keeps it: 110 bits in 128."""
    number = 0
    for symbol in slip[:SLIP_LENGTH]:
        number = number << BITS | SYMBOLS.index(symbol)
    return UUID(int=number)


def slip_of(held: UUID) -> str:
    """Return the slip that `slip_as_id` made an id of."""
    body = "".join(SYMBOLS[held.int >> BITS * place & 31] for place in reversed(range(SLIP_LENGTH)))
    return body + checks_of(body)


def checks_of(body: str) -> str:
    """Return the two symbols that find slips in `body`."""
    first = second = 0
    for symbol in body:
        carried = SYMBOLS.index(symbol) ^ first
        first, second = second ^ _times(carried, MIDDLE), _times(carried, LAST)
    return SYMBOLS[first] + SYMBOLS[second]


def _times(one: int, other: int) -> int:
    """Multiply in the field of 32 elements."""
    product = 0
    while other:
        product ^= one if other & 1 else 0
        one = one << 1 ^ (POLYNOMIAL if one & 0b10000 else 0)
        other >>= 1
    return product
