"""The one protection of everything printed: small counts are hidden, and so is what would give them away.

Whoever reads a table is taken to know all that is printed, exactly, and that no count is below nothing. She does not
know which of the hidden cells were small. A hidden cell is *safe* when the printed table leaves it a range of more than
the threshold, so that no guess is within half the threshold of every value that it may have.

That is not believed but shown: for each hidden cell, whole tables are made from the true one by moving counts between
hidden cells along the corners of boxes, which changes no printed number. Each of them could be the truth; the distance
between the highest and the lowest value that the cell takes in them is what a reader cannot narrow down, whatever her
method. Where no pattern of hidden cells gives that room, nothing of the table is printed.

What is printed is then rounded besides, and shares are made from the rounded numbers alone. Rounding is a second wall:
the room above is there even for somebody who knows every printed count to the last unit.

The threshold, the base and the view that a zero discloses as much as a small count are ACRO's (`default.yaml`).
"""

import itertools
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from leeward.policy.statistics.errors import TableMalformed, TableTooLarge

THRESHOLD = 10
ROUND_BASE = 5
# A margin's place in a key, as in SDMX.
TOTAL = "_T"
MOST_CELLS = 4_000
MOST_AXES = 3
# A margin says more to readers than an inner cell: hide it only where that saves several of those.
MARGIN_COST = 4
# In larger tables, cells that turn out to be hidden for nothing stay hidden: to try each takes too long.
SHOWN_AGAIN_MOST = 400

type Key = tuple[str, ...]
type Box = tuple[tuple[Key, int], ...]


class Status(StrEnum):
    """What is said beside a number, or instead of one, in a column of its own."""

    FINAL = ""
    CONFIDENTIAL = "c"  # hidden: small, or it would give away something small
    LOW = "low"  # it rounds to nothing, but is not nothing
    NOT_AVAILABLE = "x"  # not measured yet
    NOT_APPLICABLE = "z"  # there can be none
    ESTIMATE = "e"  # still changing: part of the period's follow-up lies ahead


@dataclass(frozen=True, kw_only=True)
class Table:
    """Counts by up to three axes. A combination without a count cannot occur; its place is printed as [z]."""

    axes: tuple[tuple[str, ...], ...]
    counts: Mapping[Key, int]

    def __post_init__(self) -> None:
        """Raises TableMalformed or TableTooLarge."""
        if not 1 <= len(self.axes) <= MOST_AXES or any(TOTAL in axis or not axis for axis in self.axes):
            raise TableMalformed("A table has one to three axes, none of them empty, none with a total of its own.")
        if math.prod(len(axis) + 1 for axis in self.axes) > MOST_CELLS:
            raise TableTooLarge(f"A table has at most {MOST_CELLS} cells, margins included.")
        known = set(itertools.product(*self.axes))
        if not set(self.counts) <= known or any(count < 0 for count in self.counts.values()):
            raise TableMalformed("Every count belongs to a cell of its table and is not below nothing.")

    def whole(self) -> dict[Key, int]:
        """Every cell that can occur, margins included."""
        made: dict[Key, int] = {}
        for key, count in self.counts.items():
            for place in itertools.product(*((index, TOTAL) for index in key)):
                made[place] = made.get(place, 0) + count
        return made


@dataclass(frozen=True, kw_only=True)
class Printed:
    """What stands in one cell: a rounded number, or the symbol that stands instead of it."""

    value: int | None
    status: Status = Status.FINAL


@dataclass(frozen=True, kw_only=True)
class Protected:
    """A table as it may be printed. `refused`: nothing of it may."""

    axes: tuple[tuple[str, ...], ...]
    cells: Mapping[Key, Printed]
    hidden: frozenset[Key]
    refused: bool

    def __getitem__(self, key: Key) -> Printed:
        return self.cells[key]


def is_small(count: int) -> bool:
    """Whether a count discloses something about somebody: ACRO's rule with zeros disclosive."""
    return count < THRESHOLD


def round_count(count: int) -> int:
    """The nearest multiple of five. Whole numbers are never half-way."""
    return (count + ROUND_BASE // 2) // ROUND_BASE * ROUND_BASE


def protect(table: Table, *, also: Collection[Key] = ()) -> Protected:
    """The table as it may be printed. `also`: cells that are hidden elsewhere, and so must be here."""
    counts = table.whole()
    hidden = choose_hidden(table.axes, counts, also=also)
    refused = (TOTAL,) * len(table.axes) in hidden
    if refused:
        hidden = frozenset(counts)
    cells = {}
    for key in itertools.product(*((*axis, TOTAL) for axis in table.axes)):
        if key not in counts:
            cells[key] = Printed(value=None, status=Status.NOT_APPLICABLE)
        elif key in hidden:
            cells[key] = Printed(value=None, status=Status.CONFIDENTIAL)
        else:
            cells[key] = Printed(value=round_count(counts[key]))
    return Protected(axes=table.axes, cells=cells, hidden=hidden, refused=refused)


def protect_share(*, part: int, whole: int) -> tuple[Printed, Printed]:
    """A part and the whole that it is of: what is left over is as small a count as any other."""
    told = protect(Table(axes=(("in", "out"),), counts={("in",): part, ("out",): whole - part}))
    return told["in",], told[TOTAL,]


def protect_count(count: int) -> Printed:
    """One number that stands alone."""
    if is_small(count):
        return Printed(value=None, status=Status.CONFIDENTIAL)
    return Printed(value=round_count(count))


def percentage(part: Printed, whole: Printed) -> tuple[float | None, Status]:
    """The share in per cent, from rounded counts alone; [low] where it rounds to nothing."""
    for each in (whole, part):
        if each.value is None:
            return None, each.status
    if not whole.value or part.value is None:
        return None, Status.NOT_APPLICABLE
    share = min(100.0, round(100 * part.value / whole.value, 1))
    return (None, Status.LOW) if share == 0 else (share, part.status or whole.status)


def ratio(number: Printed, base: Printed) -> tuple[float | None, Status]:
    """How many for each one of the base, from rounded counts alone."""
    for each in (base, number):
        if each.value is None:
            return None, each.status
    if not base.value or number.value is None:
        return None, Status.NOT_APPLICABLE
    return round(number.value / base.value, 1), number.status or base.status


def may_print_quantile(*, percent: int, observations: int) -> bool:
    """Whether at least the threshold's number of observations lies on either side of a quantile."""
    return min(percent, 100 - percent) * observations >= 100 * THRESHOLD


def choose_hidden(
    axes: Sequence[Sequence[str]], counts: Mapping[Key, int], *, also: Collection[Key] = ()
) -> frozenset[Key]:
    """Which cells are hidden: the small ones, these also, and as many more as make every hidden one safe."""
    small = frozenset(key for key, count in counts.items() if is_small(count)) | (frozenset(also) & counts.keys())
    hidden, settled = set(small), -1
    while settled != len(hidden):
        settled = len(hidden)
        for cell in sorted(hidden):
            while room(cell, counts, hidden) <= THRESHOLD:
                box = _cheapest_box(cell, axes, counts, hidden)
                if box is None:  # the room is not to be had
                    return frozenset(counts)
                hidden.update(key for key, _way in box)
    return frozenset(_show_again(counts, hidden, kept=small))


def room(cell: Key, counts: Mapping[Key, int], hidden: Collection[Key]) -> float:
    """How far apart two values of a hidden cell are that the printed table certainly allows."""
    opposite = sorted(key for key in hidden if all(here != there for here, there in zip(cell, key, strict=True)))
    boxes = [box for box in (box_between(cell, key) for key in opposite) if all(key in hidden for key, _way in box)]
    return _climb(boxes, counts, up=True) + _climb(boxes, counts, up=False)


def box_between(cell: Key, opposite: Key) -> Box:
    """The box with these two corners: each corner, and the way in which its count moves when `cell`'s rises.

    Along an axis, the other side is another index, whose counts fall, or the margin, whose counts rise too.
    """
    corners = itertools.product(*zip(cell, opposite, strict=True))
    return tuple((corner, _sign(cell, corner)) for corner in corners)


def _sign(cell: Key, corner: Key) -> int:
    falls = sum(here != there and TOTAL not in (here, there) for here, there in zip(cell, corner, strict=True))
    return -1 if falls % 2 else 1


def _climb(boxes: Sequence[Box], counts: Mapping[Key, int], *, up: bool) -> float:
    """How far a cell's count can be moved one way from the truth, through one box after the other."""
    changed: dict[Key, int] = {}
    total = 0
    for box in boxes:
        falling = [key for key, way in box if (way < 0) is up]
        if not falling:
            return math.inf
        step = min(changed.get(key, counts[key]) for key in falling)
        total += step
        if total > THRESHOLD:
            return total
        if step:
            for key, way in box:
                changed[key] = changed.get(key, counts[key]) + (step if (way > 0) is up else -step)
    return total


def _cheapest_box(cell: Key, axes: Sequence[Sequence[str]], counts: Mapping[Key, int], hidden: set[Key]) -> Box | None:
    """The box that gives the cell room and hides least; where none gives enough, the one that gives most."""
    sides = [[other for other in (*axis, TOTAL) if other != here] for here, axis in zip(cell, axes, strict=True)]
    best: tuple[tuple[bool, float, float], Box] | None = None
    for opposite in itertools.product(*sides):
        box = box_between(cell, opposite)
        if any(key not in counts for key, _way in box) or all(key in hidden for key, _way in box):
            continue
        gained = _climb([box], counts, up=True) + _climb([box], counts, up=False)
        cost = sum(_cost(key, counts) for key, _way in box if key not in hidden)
        order = (gained <= THRESHOLD, cost if gained > THRESHOLD else -gained, cost)
        if best is None or order < best[0]:
            best = (order, box)
    return best[1] if best else None


def _cost(key: Key, counts: Mapping[Key, int]) -> float:
    margins = sum(index == TOTAL for index in key)
    if margins == len(key):
        return math.inf
    return float((counts[key] + THRESHOLD) * MARGIN_COST**margins)


def _show_again(counts: Mapping[Key, int], hidden: set[Key], *, kept: frozenset[Key]) -> set[Key]:
    """Hidden cells but for those that nothing needs any more, tried from the most telling."""
    if len(counts) > SHOWN_AGAIN_MOST:
        return hidden
    for key in sorted(hidden - kept, key=lambda key: (-_cost(key, counts), key)):
        tried = hidden - {key}
        if all(room(each, counts, tried) > THRESHOLD for each in tried):
            hidden = tried
    return hidden
