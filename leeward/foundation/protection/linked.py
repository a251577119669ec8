"""Suppression of linked tables: one decision over every table, nesting and period in which a count stands.

A count stands in several tables: what was sent is the whole of three shares, by platform and in all, and its months
overlap with its weeks. What is suppressed in one of them must be suppressed in all, and each must then be safe again;
so cells are suppressed until no more are needed. The set only grows, so this ends.

Over time every count is followed, and every pair of a part and its whole: what follows exactly from published periods
must be no small count, and what is suppressed in a period must keep a feasibility interval wider than the threshold.
"""

import hashlib
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from leeward.foundation.protection.differencing import (
    Growth,
    Intruder,
    Span,
    bound_together,
    suppress_differences,
    suppress_pair_differences,
)
from leeward.foundation.protection.errors import CountMalformed
from leeward.foundation.protection.periods import Frequency, Period
from leeward.foundation.protection.tables import THRESHOLD, TOTAL, Key, Table, is_small, suppress

IN, OUT = "in", "out"
# The code of a count of everything.
WHOLE = ""
# Stands before a part's name for the remainder: the whole without that part. Never published, but easily worked out.
REMAINDER = "~"
# All codes of a table of which nothing is published, taken as one.
GROUPED = "_G"
# From what tells people least to what tells them most.
_TOLD = (Frequency.WEEK, Frequency.QUARTER, Frequency.MONTH)
# How far from a suppressed period others lie that could narrow it down.
NEARBY = timedelta(days=62)

type Cell = tuple[str, str]  # a variable, and a code of its breakdown or WHOLE
type Counts = Mapping[Cell, int]
type Widths = Mapping["Quantity", float]


@dataclass(frozen=True, kw_only=True)
class Links:
    """How variables hang together: shares as (part, whole), counts that stand alone, and parts of one another."""

    shares: tuple[tuple[str, str], ...] = ()
    singles: tuple[str, ...] = ()
    nested: tuple[tuple[str, str], ...] = ()
    # Nested pairs whose part may be all of its whole: that nothing is left over tells of a rule, and of nobody.
    coinciding: frozenset[tuple[str, str]] = frozenset()
    # Flows, which add up over days. Stocks, the state of things on a day, do not.
    additive: frozenset[str] = field(default_factory=frozenset)

    @cached_property
    def nested_pairs(self) -> tuple[tuple[str, str], ...]:
        """Every pair of which the first is part of the second, directly or not, without the pairs of one share."""
        known = {*self.nested, *self.shares}
        before = 0
        while before != len(known):
            before = len(known)
            known |= {(part, above) for part, whole in known for below, above in tuple(known) if whole == below}
        return tuple(sorted(known - set(self.shares)))

    def hanging_with(self, variable: str) -> frozenset[str]:
        """Return a variable and those that are linked with it, directly or not."""
        found = frozenset({variable})
        before = 0
        while before != len(found):
            before = len(found)
            found = found.union(*(pair for pair in (*self.shares, *self.nested) if not found.isdisjoint(pair)))
        return found

    @cached_property
    def sums(self) -> tuple[tuple[int, int, int], ...]:
        """What adds up on every day, by place among the quantities: a whole, and the two that it is made of.

        A count is a part of it and the remainder; the remainder without a part of that part is two remainders.
        """
        at = {(each.whole[0], each.part and each.part[0]): place for place, each in enumerate(self.quantities)}
        found = []
        for (whole, part), rest in at.items():
            if part is not None:
                found.append((at[whole, None], at[part, None], rest))
                found += [
                    (at[whole, below], rest, at[part, below])
                    for above, below in at
                    if above == part and below is not None and (whole, below) in at
                ]
        return tuple(found)

    @cached_property
    def quantities(self) -> tuple["Quantity", ...]:
        """Everything that is followed over days: the additive counts, then the remainders, shares first."""
        pairs = [pair for pair in (*self.shares, *self.nested_pairs) if self.additive.issuperset(pair)]
        return (
            *(Quantity(whole=(variable, WHOLE)) for variable in sorted(self.additive)),
            *(
                Quantity(whole=(whole, WHOLE), part=(part, WHOLE), may_be_nothing=(part, whole) in self.coinciding)
                for part, whole in pairs
            ),
        )


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """What an intruder follows over time: a count, or the remainder of a count without a part of it."""

    whole: Cell
    part: Cell | None = None
    may_be_nothing: bool = False

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The counts that it is made of."""
        return (self.whole,) if self.part is None else (self.whole, self.part)


def suppress_linked(counts: Counts, links: Links, *, also: Collection[Cell] = ()) -> frozenset[Cell]:
    """Return which cells of one period to suppress, `also` among them.

    Raises CountMalformed if a part exceeds its whole.
    """
    suppressed = set(also)
    before = -1
    while before != len(suppressed):
        before = len(suppressed)
        for part, whole in links.shares:
            suppressed |= _in_share(part, whole, counts, suppressed)
        for single in links.singles:
            suppressed |= {cell for cell, count in counts.items() if cell[0] == single and is_small(count)}
        suppressed |= _by_nesting(counts, links, suppressed)
    return frozenset(suppressed)


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """All that is published of everything over time: what is to be published now, and what was before.

    A count that has not moved since it was published stands and cannot be taken back. One that has moved is as new as
    one that was never published.
    """

    periods: Mapping[Period, Counts]
    suppressed: Mapping[Period, Collection[Cell]]
    published: Mapping[Cell, Mapping[Span, int]]
    at: Mapping[Span, Period]  # these periods, by their days
    # What was worked out so far: one count after the other is suppressed, and most of the rest stays as it was.
    met: dict[Cell, Intruder] = field(default_factory=dict, repr=False)
    widths: dict[tuple[int, int, bytes], "Widths"] = field(default_factory=dict, repr=False)

    def new(self, cell: Cell) -> dict[Span, int]:
        """Return what is to be published of a count and is not known yet."""
        return {
            span: self.periods[period][cell]
            for span, period in self.at.items()
            if cell in self.periods[period]
            and cell not in self.suppressed[period]
            and not self._stands(cell, span, self.periods[period][cell])
        }

    def before(self, cell: Cell) -> dict[Span, int]:
        """Return what was published of a count and is neither revised nor suppressed now."""
        return {
            span: count
            for span, count in self.published.get(cell, {}).items()
            if (period := self.at.get(span)) is None
            or (cell not in self.suppressed[period] and self._stands(cell, span, self.periods[period].get(cell, count)))
        }

    def _stands(self, cell: Cell, span: Span, count: int) -> bool:
        before = self.published.get(cell, {}).get(span)
        return before == count

    def intruder(self, cell: Cell, *, without: Period | None = None) -> Intruder:
        """Return who knows all that is published of a count, `without` one period."""
        known = {**self.before(cell), **self.new(cell)}
        if without is not None:
            known.pop(span_of(without), None)
            return Intruder(known)
        if cell not in self.met or self.met[cell].published != known:
            self.met[cell] = Intruder(known)
        return self.met[cell]


def suppress_periods(
    periods: Mapping[Period, Counts],
    links: Links,
    *,
    kept: Mapping[Period, Collection[Cell]],
    published: Mapping[Cell, Mapping[Span, int]],
    suppressed_before: Mapping[Cell, Collection[Span]] | None = None,
) -> dict[Period, frozenset[Cell]]:
    """Return which cells of each of these periods to suppress.

    `kept`: what was suppressed in them before and stays so. `published`: the counts of everything behind what these
    and other periods have published, which cannot be taken back. `suppressed_before`: what other periods have
    suppressed, and these must not give away.
    """
    forced = {period: set(kept.get(period, ())) for period in periods}
    suppressed = {period: suppress_linked(counts, links, also=forced[period]) for period, counts in periods.items()}
    at = {span_of(period): period for period in periods}
    time = Timeline(periods=periods, suppressed=suppressed, published=published, at=at)

    def force(found: Collection[tuple[Period, Cell]]) -> bool:
        for period, cell in found:
            forced[period].add(cell)
            suppressed[period] = suppress_linked(periods[period], links, also=forced[period])
        return bool(found)

    is_changed = True
    while is_changed:
        is_changed = False
        for quantity in links.quantities:
            is_changed |= force(_differences(quantity, time))
        if not is_changed:
            is_changed = force(_narrowed_down(time, links, suppressed_before or {}))
    return suppressed


def span_of(period: Period) -> Span:
    """Return the days of a period."""
    return Span(start=period.start, end=period.end)


def remainder_of(part: str) -> str:
    """Return the name of what a share leaves over."""
    return REMAINDER + part


def _differences(quantity: Quantity, time: Timeline) -> list[tuple[Period, Cell]]:
    """Return which counts must not be published in which periods, as small ones would follow over days."""
    before = {cell: time.before(cell) for cell in quantity.cells}
    new = {cell: time.new(cell) for cell in quantity.cells}
    whole, part = quantity.whole, quantity.part
    if part is None:
        return [(time.at[span], whole) for span in suppress_differences(new[whole], published=before[whole])]
    of_part, of_whole = suppress_pair_differences(
        new[part],
        new[whole],
        published_part=before[part],
        published_whole=before[whole],
        may_be_nothing=quantity.may_be_nothing,
    )
    return [(time.at[span], part) for span in of_part] + [(time.at[span], whole) for span in of_whole]


def _narrowed_down(
    time: Timeline, links: Links, suppressed_before: Mapping[Cell, Collection[Span]]
) -> list[tuple[Period, Cell]]:
    """Return one count of a period to suppress because it narrows a suppressed one down; none if nothing does."""
    intruders = {cell: time.intruder(cell) for quantity in links.quantities for cell in quantity.cells}
    for target, suppressed in sorted(_targets(time, suppressed_before).items()):
        protected = [each for each in links.quantities if _is_suppressed(each, suppressed, links)]
        if not protected:
            continue
        days = _days_near(target, intruders)
        known = {cell: intruder.most(days) for cell, intruder in intruders.items()}
        widths = _widths(target, days, known, time, links)
        for quantity in protected:
            if widths[quantity] <= THRESHOLD:
                found = _widest(target, quantity, days, known, time, links)
                if found is not None:
                    return [found]
    return []


def _targets(time: Timeline, suppressed_before: Mapping[Cell, Collection[Span]]) -> dict[Span, set[Cell]]:
    """Return what is suppressed, by its days: in these periods, and before in others near them."""
    found = {span_of(period): set(cells) for period, cells in time.suppressed.items()}
    for cell, spans in suppressed_before.items():
        for span in spans:
            if any(_is_near(span, period) for period in time.periods):
                found.setdefault(span, set()).add(cell)
    return found


def _is_suppressed(quantity: Quantity, suppressed: Collection[Cell], links: Links) -> bool:
    """Whether a quantity is protected for its own sake: a suppressed count, or the remainder of a suppressed share."""
    if quantity.part is None:
        return quantity.whole in suppressed
    return quantity.part in suppressed and (quantity.part[0], quantity.whole[0]) in links.shares


def _is_near(span: Span, period: Period) -> bool:
    return period.start <= span.end + NEARBY and span.start <= period.end + NEARBY


def _widest(
    target: Span, narrow: Quantity, days: Sequence[date], known: Mapping[Cell, Growth], time: Timeline, links: Links
) -> tuple[Period, Cell] | None:
    """Return which count of which period to suppress so that a quantity is wide enough; None if nothing helps.

    Its own count is tried before others that bound it. A month tells people most and a week least: weeks are tried
    first, then quarters.
    """
    best, widest = None, _widths(target, days, known, time, links)[narrow]
    own = narrow.part or narrow.whole
    tries = [
        (_TOLD.index(period.step), order, period.start, period, cell)
        for order, cell in enumerate(sorted(known, key=lambda cell: (cell != own, cell)))
        if cell[0] in links.hanging_with(own[0])
        for period in map(time.at.__getitem__, time.new(cell))
        if _is_near(target, period)
    ]
    for _is_month, _order, _start, period, cell in sorted(tries, key=lambda each: each[:3]):
        changed = time.intruder(cell, without=period).most(days)
        width = _widths(target, days, {**known, cell: changed}, time, links)[narrow]
        if width > widest:
            best, widest = (period, cell), width
        if widest > THRESHOLD:
            break
    return best


def _days_near(target: Span, intruders: Mapping[Cell, Intruder]) -> list[date]:
    """Return the days at which something published near a period begins or ends, and its own."""
    first, last = target.start - NEARBY, target.end + NEARBY
    near = {day for each in intruders.values() for day in each.days if first <= day <= last}
    return sorted(near | {target.start, target.end})


def _widths(target: Span, days: Sequence[date], known: Mapping[Cell, Growth], time: Timeline, links: Links) -> Widths:
    """Return how wide the feasibility interval of each quantity is, by all that is known between these days."""
    unknown = np.full((len(days), len(days)), math.inf)
    counts = np.array([unknown if each.part else known[each.whole] for each in links.quantities])
    start, end = days.index(target.start), days.index(target.end)
    key = start, end, hashlib.sha256(counts.tobytes()).digest()
    if key not in time.widths:
        most = bound_together(counts, links.sums)
        time.widths[key] = dict(zip(links.quantities, most[:, start, end] + most[:, end, start], strict=True))
    return time.widths[key]


def _in_share(part: str, whole: str, counts: Counts, suppressed: Collection[Cell]) -> set[Cell]:
    codes = sorted(code for variable, code in counts if variable == whole and code)
    if not codes and (whole, WHOLE) not in counts:
        return set()
    if (part, WHOLE) not in counts and not any(
        (part, code) in counts for code in codes
    ):  # the part is not counted here
        return _by_code(whole, counts, suppressed, codes) if codes else set()
    if codes and not any((part, code) in counts for code in codes):  # only the whole has a breakdown
        return _in_table(part, whole, counts, suppressed, codes=()) | _by_code(whole, counts, suppressed, codes)
    return _in_table(part, whole, counts, suppressed, codes=codes)


def _in_table(
    part: str, whole: str, counts: Counts, suppressed: Collection[Cell], *, codes: Sequence[str]
) -> set[Cell]:
    """Return what is suppressed in the table of a share by code."""
    grouped = _grouped(whole, counts, codes, suppressed)
    table = _table(part, whole, counts, apart=[code for code in codes if code not in grouped], grouped=grouped)
    known = table.with_margins()
    cells = {key: _cell(part, whole, key) for key in known}
    found = suppress(table.axes, known, also=[key for key, cell in cells.items() if cell in suppressed])
    if (TOTAL,) * len(table.axes) in found:  # without the whole, nothing of the share is published
        found = frozenset(known)
    of_grouped = {(variable, code) for code in grouped for variable in (part, remainder_of(part), whole)}
    return {cells[key] for key in found if GROUPED not in key} | of_grouped


def _by_code(whole: str, counts: Counts, suppressed: Collection[Cell], codes: Sequence[str]) -> set[Cell]:
    """Return what is suppressed of a count by code, for its own sake."""
    known: dict[Key, int] = {(code,): counts[whole, code] for code in codes}
    known[TOTAL,] = sum(known.values())
    cells = {key: (whole, WHOLE if key == (TOTAL,) else key[0]) for key in known}
    found = suppress((codes,), known, also=[key for key, cell in cells.items() if cell in suppressed])
    return {cells[key] for key in found}


def _grouped(whole: str, counts: Counts, codes: Sequence[str], suppressed: Collection[Cell]) -> frozenset[str]:
    """Return the codes of which nothing is published: the small ones, and as many more as keep each of them safe.

    Each of at least two can have anything up to what they have together. A code is named only if it has something at
    all: so each has at least one, and that much less is open than what they have together.
    """
    small = {code for code in codes if counts[whole, code] < THRESHOLD or (whole, code) in suppressed}
    if not small:
        return frozenset()
    others = sorted((code for code in codes if code not in small), key=lambda code: (counts[whole, code], code))
    while others and (len(small) == 1 or sum(counts[whole, code] for code in small) - len(small) <= THRESHOLD):
        small.add(others.pop(0))
    return frozenset(small)


def _table(part: str, whole: str, counts: Counts, *, apart: Sequence[str], grouped: Collection[str]) -> Table:
    rows: dict[str, tuple[str, ...]] = {code: (code,) for code in apart}
    if grouped and apart:
        rows[GROUPED] = tuple(grouped)
    elif not apart:  # no code is published
        rows = {WHOLE: tuple(grouped) or (WHOLE,)}
    inner: dict[Key, int] = {}
    for row, codes in rows.items():
        in_part = in_whole = 0
        for code in codes:
            here, of = counts.get((part, code), 0), counts[whole, code]
            if here > of:
                raise CountMalformed(f"{part} is {here} of {of} {whole}: a part is not more than its whole.")
            in_part, in_whole = in_part + here, in_whole + of
        key = (row,) if row else ()
        inner[*key, IN], inner[*key, OUT] = in_part, in_whole - in_part
    return Table(axes=(tuple(rows), (IN, OUT)) if apart else ((IN, OUT),), counts=inner)


def _cell(part: str, whole: str, key: Key) -> Cell:
    *row, side = key
    code = WHOLE if not row or row[0] == TOTAL else row[0]
    return {IN: part, OUT: remainder_of(part), TOTAL: whole}[side], code


def _by_nesting(counts: Counts, links: Links, suppressed: Collection[Cell]) -> set[Cell]:
    """Return the counts that give away something small because they are close to one that they are nested with.

    If both would be published, the part is suppressed. If the part is suppressed already, the whole must leave it more
    room than the threshold.
    """
    found: set[Cell] = set()
    for smaller, larger in links.nested_pairs:
        for code in [code for variable, code in counts if variable == smaller and (larger, code) in counts]:
            part, whole = (smaller, code), (larger, code)
            if whole in suppressed:
                continue
            if counts[part] == counts[whole] and (smaller, larger) in links.coinciding:
                continue
            if part in suppressed and counts[whole] <= THRESHOLD:
                found.add(whole)
            elif part not in suppressed and counts[whole] - counts[part] <= THRESHOLD:
                found.add(part)
    return found
