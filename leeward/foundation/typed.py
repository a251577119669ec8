"""What comes in: the days that can be meant, the signs that a typed line may hold, and what JSON can hold."""

from collections.abc import Mapping, Sequence
from datetime import date

# What JSON can hold.
type Json = str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None

# Days beyond these are slips of the pen, and a day after the last one of all could not be worked out.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
# What joins letters, and says which way they run: no sign of its own, and no line of some languages is right without.
UNSEEN = "\u200c\u200d\u200e\u200f\u061c"
# Spaces that a word processor sets so that no line breaks there: whoever types them means a space.
NARROW_SPACES = dict.fromkeys(map(ord, "\u00a0\u202f"), " ")


def trim_line(typed: str) -> str:
    """A typed line without outer spaces, in which every space that breaks no line is a plain one."""
    return typed.translate(NARROW_SPACES).strip()


def is_printable(text: str, *, also: str = "") -> bool:
    """Whether every sign of `text` is printed or is one of UNSEEN, or of `also`, such as the end of a line.

    So nothing in it can end a line, hide itself, or turn the text after it round.
    """
    return all(sign.isprintable() or sign in UNSEEN or sign in also for sign in text)
