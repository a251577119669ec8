"""Printed numbers with their range: how far the truth may lie from what is printed, and why.

A range is made from printed numbers alone. One made from true counts would give the hidden ones away.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from leeward.foundation.labels import Labelled, mark
from leeward.foundation.protection.tables import ROUNDING_BASE, Published, Status

# The most by which rounding moves a count.
MOST_OFF = ROUNDING_BASE // 2
HUNDRED = 100
# A share of fewer than this is of few.
FEW = 100
# A share is written in tenths where its range is narrower than this, in points.
FINE = 1.0
CLEAN = 9  # decimals beyond which a difference is one of floating point alone


class Doubt(Labelled):
    """Why the truth may lie elsewhere than the printed number, as the column `why` names it."""

    ROUNDED = "rounded", mark("rounded"), "", mark("The counts behind it are rounded.")
    SMALL = "small", mark("of few"), "", mark("It is a share of fewer than 100.")
    SAMPLED = (
        "sample",
        mark("of a sample"),
        "",
        mark("Only some people were asked or followed. The range holds the truth 95 times in 100."),
    )
    LATE = (
        "late",
        mark("still changing"),
        "",
        mark("It still changes. Nobody knows how far it can rise, so it has no upper end."),
    )
    PARTS_MISSING = (
        "parts_missing",
        mark("parts are missing"),
        "",
        mark("Somebody has not reported yet. Nobody knows how far it can rise, so it has no upper end."),
    )
    MODEL = "model", mark("from a model"), "", mark("It comes from a calculation with assumptions.")


# Nobody knows how far these move a number, so it has no upper end.
UNFINISHED = frozenset({Doubt.LATE, Doubt.PARTS_MISSING})


# The columns of a range in a file, beside `value`: types of CSV on the Web, and what they mean.
RANGE_COLUMNS = {
    "low": ("decimal", "The lower end of the range in which the truth lies, made from printed numbers alone."),
    "high": ("decimal", "Its upper end; empty where nobody knows how far the number can still rise."),
    "why": (
        "string",
        "Why the truth may lie elsewhere: rounded, small (under 100), sample (95 % range), late, parts_missing, model",
    ),
}


class Direction(Labelled):
    """What two printed numbers let one say about the later of them."""

    MORE = "more", mark("rose")
    LESS = "less", mark("fell")
    SAME = "same", mark("stayed the same")
    UNSEEN = "unseen", mark("no change that these numbers can show")


@dataclass(frozen=True, kw_only=True)
class PrintedNumber:
    """A number as it is printed, and the ends of the range in which the truth lies.

    Without a value it has no range, and its status says why. `high` is None where nobody knows how far it can rise.
    """

    value: float | None
    status: Status = Status.FINAL
    low: float | None = None
    high: float | None = None
    why: frozenset[Doubt] = frozenset()

    @property
    def reasons(self) -> str:
        """Return why, as a file has it: words of `Doubt` in their order, separated by spaces."""
        return " ".join(doubt.value for doubt in Doubt if doubt in self.why)

    @property
    def ends(self) -> tuple[float | None, float | None, str]:
        """Return the range as the columns `low`, `high` and `why` of a file have it."""
        return self.low, self.high, self.reasons

    @property
    def is_hidden(self) -> bool:
        """Return whether there is a number, but it is suppressed."""
        return self.value is None and self.status is Status.CONFIDENTIAL

    @property
    def is_exact(self) -> bool:
        """Return whether the number is the truth itself."""
        return self.value is not None and not self.why

    @property
    def has_range(self) -> bool:
        """Return whether both ends are known, and lie apart."""
        return self.low is not None and self.high is not None and self.low < self.high


def exact(value: float) -> PrintedNumber:
    """Return a number that is the truth itself, such as a count of what is public."""
    return PrintedNumber(value=value, low=value, high=value)


@dataclass(frozen=True, kw_only=True)
class Ends:
    """A range that another cause gives, such as an interval of a sample."""

    low: float
    high: float
    why: Doubt


def printed_count(cell: Published, *, off: int = MOST_OFF) -> PrintedNumber:
    """Return a published count with its range. `off`: the most by which the count was rounded."""
    if cell.value is None:
        return PrintedNumber(value=None, status=cell.status)
    ends = max(cell.value - off, 0), cell.value + off
    return _close(cell.value, cell.status, ends, _rounded(off))


def percentage(
    part: Published, whole: Published, *, off: int = MOST_OFF, whole_off: int | None = None, causes: Iterable[Ends] = ()
) -> PrintedNumber:
    """Return the share of two published counts in per cent, no finer than it is known; [low] if it rounds to nothing.

    `off`: the most by which each count was rounded. `whole_off`: that of the whole, where it differs. `causes`:
    further ranges in per cent; on each side the wider one counts.
    """
    missing = _missing(part, whole)
    if missing is not None:
        return PrintedNumber(value=None, status=missing)
    assert part.value is not None and whole.value  # noqa: S101, PT018  # narrows the types
    low, high = quotient_ends(
        part.value, whole.value, off=(off, off if whole_off is None else whole_off), factor=HUNDRED
    )
    ends = [low, float(HUNDRED) if high is None else high]
    why = set(_rounded(off)) | ({Doubt.SMALL} if off and whole.value < FEW else set())
    for cause in causes:
        ends = [min(ends[0], cause.low), max(ends[1], cause.high)]
        why.add(cause.why)
    share = min(HUNDRED * part.value / whole.value, HUNDRED)
    found = _write(share, part.status or whole.status, (max(ends[0], 0), min(ends[1], HUNDRED)), frozenset(why))
    return found if found.value else PrintedNumber(value=None, status=Status.LOW)


def ratio(number: Published, base: Published, *, factor: int = 1, off: int = MOST_OFF) -> PrintedNumber:
    """Return the number for each one of the base (or each `factor` of it), no finer than it is known."""
    missing = _missing(number, base)
    if missing is not None:
        return PrintedNumber(value=None, status=missing)
    assert number.value is not None and base.value  # noqa: S101, PT018  # narrows the types
    ends = quotient_ends(number.value, base.value, off=(off, off), factor=factor)
    return _write(factor * number.value / base.value, number.status or base.status, ends, _rounded(off))


def printed_hours(cell: Published) -> PrintedNumber:
    """Return a median or percentile, which is published in whole hours."""
    if not cell.value:
        return PrintedNumber(value=None, status=Status.LOW if cell.value == 0 else cell.status)
    return _close(cell.value, cell.status, (cell.value - 0.5, cell.value + 0.5), frozenset({Doubt.ROUNDED}))


def with_parts_missing(number: PrintedNumber) -> PrintedNumber:
    """Return a number of which parts are missing: nobody knows how far they would move it."""
    if number.value is None:
        return number
    return replace(number, high=None, why=number.why | {Doubt.PARTS_MISSING})


def direction(before: PrintedNumber, now: PrintedNumber) -> Direction:
    """Compare two numbers. Only where their ranges lie apart is one more than the other.

    Nothing is said of a number that still changes or lacks parts.
    """
    if before.is_exact and now.is_exact and before.value == now.value:
        return Direction.SAME
    if UNFINISHED & (before.why | now.why):
        return Direction.UNSEEN
    return direction_of(low=_less(now.low, before.high), high=_less(now.high, before.low))


def direction_of(*, low: float | None, high: float | None) -> Direction:
    """Return what the range of a difference lets one say: something only where the range does not hold zero.

    An end that nobody knows is None.
    """
    if low is not None and low > 0:
        return Direction.MORE
    return Direction.LESS if high is not None and high < 0 else Direction.UNSEEN


def _less(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one - other


def _write(value: float, status: Status, ends: tuple[float, float | None], why: frozenset[Doubt]) -> PrintedNumber:
    """Return a quotient, in tenths where its range is narrow, else whole. Its ends are rounded outwards alike."""
    low, high = ends
    digits = 1 if high is not None and high - low < FINE else 0
    said = _to(value, digits)
    if not why:
        return _close(said, status, (said, said), why)
    outwards = _to(low, digits, math.floor), None if high is None else _to(high, digits, math.ceil)
    return _close(said, status, outwards, why)


def _close(value: float, status: Status, ends: tuple[float, float | None], why: frozenset[Doubt]) -> PrintedNumber:
    low, high = ends
    if status is Status.ESTIMATE:
        return PrintedNumber(value=value, status=status, low=low, why=why | {Doubt.LATE})
    return PrintedNumber(value=value, status=status, low=low, high=high, why=why)


def _rounded(off: int) -> frozenset[Doubt]:
    return frozenset({Doubt.ROUNDED}) if off else frozenset()


def _missing(part: Published, whole: Published) -> Status | None:
    """Return why there is no share of two counts; None where there is one."""
    for each in (whole, part):
        if each.value is None:
            return each.status
    return None if whole.value else Status.NOT_APPLICABLE


def quotient_ends(part: int, whole: int, *, off: tuple[int, int], factor: int) -> tuple[float, float | None]:
    """Return the ends of a quotient of two counts, each rounded by at most `off`; None for one without a bound."""
    part_off, whole_off = off
    low = factor * max(part - part_off, 0) / (whole + whole_off)
    return low, factor * (part + part_off) / (whole - whole_off) if whole > whole_off else None


def _to(value: float, digits: int, turn: Callable[[float], int] | None = None) -> float:
    """Round to so many decimals: to the nearest, or by `turn`."""
    scaled = round(value * 10**digits, CLEAN)
    whole = turn(scaled) if turn else math.floor(scaled + 0.5)
    return float(whole / 10**digits)
