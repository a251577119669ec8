"""Suppression and rounding of one table.

A cell with a small count is suppressed (primary suppression), and as many other cells as are needed so that no
suppressed count can be worked out from the published margins (complementary suppression).

The intruder is taken to know every published count exactly, and that no count is negative. A suppressed cell is safe
when the published table leaves it a range of possible values wider than the threshold. This is proven for each cell by
the hypercube method: moving counts along the corners of a box of suppressed cells changes no published count, so every
table reached this way could be the true one. The distance between the lowest and the highest value that the cell takes
in these tables is a lower bound for the width of its feasibility interval. If no pattern of suppressed cells gives
enough width, the whole table is suppressed.

Published counts are then rounded, and shares are made from rounded counts only. The suppression does not rely on the
rounding: it holds against somebody who knows every published count to the last unit.

The threshold, the rounding base and the rule that zeros disclose as much as small counts are ACRO's (`default.yaml`).
"""

import itertools
import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import eq

from leeward.foundation.labels import Labelled, mark
from leeward.foundation.protection.errors import TableMalformed, TableTooLarge

# The suppression threshold: the smallest count that may be published.
THRESHOLD = 10
ROUNDING_BASE = 5
# The code of a margin in a key, as in SDMX.
TOTAL = "_T"
# Of weighted shares so many times the width: their intervals tell a little more.
WEIGHTED_MORE = 1.25
MAX_CELLS = 4_000
MAX_AXES = 3
# A margin tells readers more than an inner cell: suppress it only where that saves several of those.
MARGIN_COST = 4
# Larger tables keep complementary suppressions that turn out to be unnecessary: trying each takes too long.
MAX_CELLS_TO_REVIEW = 400
CUBES_KEPT = 2**16

type Key = tuple[str, ...]  # a cell of a table: its code on each axis, TOTAL for a margin
type Hypercube = tuple[tuple[Key, int], ...]  # corners, and which way each count moves


class Status(Labelled):
    """What stands beside a number, or instead of one, in a column of its own."""

    FINAL = "", mark("Final")
    CONFIDENTIAL = "c", mark("Hidden, because it is small or would give away something small")
    LOW = "low", mark("Not nothing, but it rounds to nothing")
    NOT_AVAILABLE = "x", mark("Not measured")
    NOT_APPLICABLE = "z", mark("There can be none")
    ESTIMATE = "e", mark("Still changing: part of the follow-up lies ahead")


@dataclass(frozen=True, kw_only=True)
class Table:
    """Counts by one to three axes. A combination without a count cannot occur and is published as [z]."""

    axes: tuple[tuple[str, ...], ...]
    counts: Mapping[Key, int]

    def __post_init__(self) -> None:
        """Raises TableMalformed or TableTooLarge."""
        if not 1 <= len(self.axes) <= MAX_AXES or any(TOTAL in axis or not axis for axis in self.axes):
            raise TableMalformed("A table has one to three axes, none of them empty, none with a total of its own.")
        if math.prod(len(axis) + 1 for axis in self.axes) > MAX_CELLS:
            raise TableTooLarge(f"A table has at most {MAX_CELLS} cells, margins included.")
        possible = set(itertools.product(*self.axes))
        if not set(self.counts) <= possible or any(count < 0 for count in self.counts.values()):
            raise TableMalformed("Every count belongs to a cell of its table and is not below nothing.")

    def with_margins(self) -> dict[Key, int]:
        """Return the count of every cell that can occur, margins included."""
        return add_margins(self.counts)


@dataclass(frozen=True, kw_only=True)
class Weighted:
    """A table whose shares are published weighted: the weight in each cell, and of each the most that one person has.

    Margins are included. Whoever knows the weights knows a second table, whose margins are published too.
    """

    sums: Mapping[Key, float]
    most: Mapping[Key, float]


@dataclass(frozen=True, kw_only=True)
class Published:
    """What is published in a cell: a rounded count, or None and the status that stands instead."""

    value: int | None
    status: Status = Status.FINAL


SUPPRESSED = Published(value=None, status=Status.CONFIDENTIAL)


@dataclass(frozen=True, kw_only=True)
class ProtectedTable:
    """A table as it may be published. `refused`: all of it is suppressed."""

    cells: Mapping[Key, Published]
    suppressed: frozenset[Key]
    refused: bool

    def __getitem__(self, key: Key) -> Published:
        return self.cells[key]


def add_margins[N: (int, float)](counts: Mapping[Key, N]) -> dict[Key, N]:
    """Return what is in every cell, from what is in the inner ones."""
    made: dict[Key, N] = {}
    for key, count in counts.items():
        for margin in itertools.product(*((code, TOTAL) for code in key)):
            made[margin] = made[margin] + count if margin in made else count
    return made


def is_small(count: int) -> bool:
    """Whether a count needs primary suppression. Zeros do."""
    return count < THRESHOLD


def round_count(count: int) -> int:
    """Round to the nearest multiple of the rounding base. As the base is odd, no count lies half-way."""
    return (count + ROUNDING_BASE // 2) // ROUNDING_BASE * ROUNDING_BASE


def protect(table: Table, *, also: Collection[Key] = ()) -> ProtectedTable:
    """Protect one table. `also`: cells that are suppressed in another table, and so must be in this one."""
    counts = table.with_margins()
    suppressed = suppress(table.axes, counts, also=also)
    refused = (TOTAL,) * len(table.axes) in suppressed
    if refused:
        suppressed = frozenset(counts)
    cells = {}
    for key in itertools.product(*((*axis, TOTAL) for axis in table.axes)):
        if key not in counts:
            cells[key] = Published(value=None, status=Status.NOT_APPLICABLE)
        else:
            cells[key] = SUPPRESSED if key in suppressed else Published(value=round_count(counts[key]))
    return ProtectedTable(cells=cells, suppressed=suppressed, refused=refused)


def protect_list(counts: Mapping[str, int]) -> Mapping[str, Published]:
    """Protect counts that make up a whole, by code; the whole stands under TOTAL."""
    table = protect(Table(axes=(tuple(counts),), counts={(code,): count for code, count in counts.items()}))
    return {code: table[code,] for code in (*counts, TOTAL)}


def may_publish_quantile(*, percent: int, observations: int) -> bool:
    """Whether at least as many observations as the threshold lie on either side of a quantile."""
    return min(percent, 100 - percent) * observations >= 100 * THRESHOLD


def suppress(
    axes: Sequence[Sequence[str]],
    counts: Mapping[Key, int],
    *,
    also: Collection[Key] = (),
    weighted: Weighted | None = None,
) -> frozenset[Key]:
    """Return the cells to suppress: the small ones, those in `also`, and the complementary ones that keep them safe.

    With `weighted` they are safe for whoever knows the published counts, and for whoever knows the weighted ones.
    """
    found = _pattern(axes, counts, also=also, weighted=weighted)
    return frozenset(counts) if found is None else found


def suppress_around(
    axes: Sequence[Sequence[str]],
    counts: Mapping[Key, int],
    *,
    unpublished: Collection[Key],
    weighted: Weighted | None = None,
) -> frozenset[Key]:
    """Of a table that is not published, return the cells to suppress in other tables, so that its small ones are safe.

    The small ones are among them. `unpublished`: the cells that no other table publishes. The count of all is the last
    to be suppressed.
    """
    whole = {(TOTAL,) * len(axes)}.difference(unpublished)
    parts = {key: count for key, count in counts.items() if key not in whole}
    if weighted is not None:
        weighted = replace(weighted, sums={key: weighted.sums[key] for key in parts})
    found = _pattern(axes, parts, unpublished=frozenset(unpublished), weighted=weighted)
    return frozenset(counts) if found is None else found


def _pattern(
    axes: Sequence[Sequence[str]],
    counts: Mapping[Key, int],
    *,
    also: Collection[Key] = (),
    unpublished: frozenset[Key] = frozenset(),
    weighted: Weighted | None,
) -> frozenset[Key] | None:
    """Return the cells to suppress besides the unpublished ones, of which the small ones alone must be safe.

    None: no pattern protects them all.
    """
    primary = frozenset(key for key, count in counts.items() if is_small(count)) | (frozenset(also) & counts.keys())
    unpublished -= primary
    suppressed, before = {*primary, *unpublished}, -1
    while before != len(suppressed):
        before = len(suppressed)
        alike = alike_cells(counts, suppressed) if unpublished else []
        for cell in sorted(suppressed - unpublished):
            for known, enough in _known_of(cell, counts, weighted):
                while not _is_open(cell, known, suppressed, alike, enough=enough):
                    cube = _cheapest_hypercube(cell, axes, known, suppressed, enough=enough)
                    if cube is None:
                        return None
                    suppressed.update(key for key, _sign in cube)
                    alike = alike_cells(counts, suppressed) if unpublished else []
    return frozenset(
        _without_redundant(counts, suppressed, primary=primary, unpublished=unpublished, weighted=weighted)
        - unpublished
    )


def _known_of(
    cell: Key, counts: Mapping[Key, int], weighted: Weighted | None
) -> tuple[tuple[Mapping[Key, float], float], ...]:
    """What intruders know of a table, and how wide it must leave this cell: so many people, or their weight."""
    plain = (counts, float(THRESHOLD))
    return (plain,) if weighted is None else (plain, (weighted.sums, WEIGHTED_MORE * THRESHOLD * weighted.most[cell]))


def _is_open(
    cell: Key,
    counts: Mapping[Key, float],
    suppressed: Collection[Key],
    alike: Sequence[Sequence[Key]],
    *,
    enough: float,
) -> bool:
    """Whether a suppressed cell is sure to be wide enough."""
    return (
        width_of_alike(cell, counts, alike) > enough or feasible_width(cell, counts, suppressed, enough=enough) > enough
    )


def feasible_width(
    cell: Key, counts: Mapping[Key, float], suppressed: Collection[Key], *, enough: float = THRESHOLD
) -> float:
    """Return a width that the feasibility interval of a suppressed cell is sure to have; no more than is `enough`."""
    opposite = sorted(key for key in suppressed if not any(map(eq, cell, key)))

    def cubes() -> Iterator[Hypercube]:
        for cube in (hypercube(cell, key) for key in opposite):
            if all(key in suppressed for key, _sign in cube):
                yield cube

    up = _move(cubes(), counts, up=True, enough=enough)
    return up if up > enough else up + _move(cubes(), counts, up=False, enough=enough)


def alike_cells(counts: Mapping[Key, float], suppressed: Collection[Key]) -> list[list[Key]]:
    """Return the inner cells in sets of those that belong to the same published margins, if to any."""
    found: dict[frozenset[Key], list[Key]] = {}
    for key in counts:
        if TOTAL not in key:
            above = itertools.product(*((code, TOTAL) for code in key))
            found.setdefault(frozenset(each for each in above if each not in suppressed), []).append(key)
    return list(found.values())


def width_of_alike(cell: Key, counts: Mapping[Key, float], alike: Sequence[Sequence[Key]]) -> float:
    """Return by how much people whom no published cell tells apart can change the count of a suppressed one.

    Where some cells of a set of `alike` are in the suppressed one and some are not, it may have all of their people, or
    none.
    """
    width = 0.0
    for keys in alike:
        inside = [all(here in (TOTAL, code) for here, code in zip(cell, key, strict=True)) for key in keys]
        if any(inside) and not all(inside):
            width += sum(counts[key] for key in keys)
    return width


@lru_cache(maxsize=CUBES_KEPT)
def hypercube(cell: Key, opposite: Key) -> Hypercube:
    """Return the box with these two corners: each corner, and the sign by which its count moves as `cell`'s rises.

    Along an axis the other side is another code, whose counts fall, or the margin, whose counts rise too.
    """
    corners = itertools.product(*zip(cell, opposite, strict=True))
    return tuple((corner, _sign(cell, corner)) for corner in corners)


def _sign(cell: Key, corner: Key) -> int:
    falls = sum(here != there and TOTAL not in (here, there) for here, there in zip(cell, corner, strict=True))
    return -1 if falls % 2 else 1


def _move(cubes: Iterable[Hypercube], counts: Mapping[Key, float], *, up: bool, enough: float) -> float:
    """Return how far a cell's count can move one way from the truth, along one hypercube after the other."""
    changed: dict[Key, float] = {}
    total = 0.0
    for cube in cubes:
        falling = [key for key, sign in cube if (sign < 0) is up]
        if not falling:
            return math.inf
        distance = min(changed.get(key, counts[key]) for key in falling)
        total += distance
        if total > enough:
            return total
        if distance:
            for key, sign in cube:
                changed[key] = changed.get(key, counts[key]) + (distance if (sign > 0) is up else -distance)
    return total


def _cheapest_hypercube(
    cell: Key, axes: Sequence[Sequence[str]], counts: Mapping[Key, float], suppressed: set[Key], *, enough: float
) -> Hypercube | None:
    """Return the hypercube that makes the cell safe and loses least; if none does, the one that widens it most."""
    sides = [[other for other in (*axis, TOTAL) if other != here] for here, axis in zip(cell, axes, strict=True)]
    best: tuple[tuple[bool, float, float], Hypercube] | None = None
    for opposite in itertools.product(*sides):
        cube = hypercube(cell, opposite)
        if any(key not in counts for key, _sign in cube) or all(key in suppressed for key, _sign in cube):
            continue
        width = _move([cube], counts, up=True, enough=enough) + _move([cube], counts, up=False, enough=enough)
        cost = sum(_cost(key, counts) for key, _sign in cube if key not in suppressed)
        order = (width <= enough, cost if width > enough else -width, cost)
        if best is None or order < best[0]:
            best = (order, cube)
    return best[1] if best else None


def _cost(key: Key, counts: Mapping[Key, float]) -> float:
    """Return what readers lose when a cell is suppressed."""
    margins = sum(code == TOTAL for code in key)
    if margins == len(key):
        return math.inf
    return float((counts[key] + THRESHOLD) * MARGIN_COST**margins)


def _without_redundant(
    counts: Mapping[Key, int],
    suppressed: set[Key],
    *,
    primary: frozenset[Key],
    unpublished: frozenset[Key],
    weighted: Weighted | None,
) -> set[Key]:
    """Publish complementary cells that nothing needs any more, beginning with those that tell most."""
    if len(counts) > MAX_CELLS_TO_REVIEW:
        return suppressed
    for key in sorted(suppressed - primary - unpublished, key=lambda key: (-_cost(key, counts), key)):
        fewer = suppressed - {key}
        alike = alike_cells(counts, fewer) if unpublished else []
        if all(
            _is_open(each, known, fewer, alike, enough=enough)
            for each in fewer - unpublished
            for known, enough in _known_of(each, counts, weighted)
        ):
            suppressed = fewer
    return suppressed
