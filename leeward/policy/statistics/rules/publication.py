"""What of many linked counts may be printed: one decision over every table, nesting and period in which a count stands.

A count stands in several tables: what was sent is the whole of three shares, by platform and in all, and its months
overlap with its weeks. What is hidden in one of them must be hidden in all, and each must then be safe again; so cells
are hidden until nothing more has to be. Hidden cells only become more in this, and so it ends.

Over time every count is followed, and every pair of a part and what it is part of: what of them follows exactly from
printed periods is no small count, and what is hidden in a period cannot be narrowed down by those around it.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from leeward.policy.statistics.errors import CountMalformed
from leeward.policy.statistics.rules.ledger import Reader, Span, withheld, withheld_of_pair
from leeward.policy.statistics.rules.periods import Period, Step
from leeward.policy.statistics.rules.protection import THRESHOLD, TOTAL, Key, Table, choose_hidden, is_small

IN, OUT = "in", "out"
WHOLE = ""
# Before a part's name: what is left of the whole without it. Never printed, but easily worked out.
LEFT = "~"
# All codes of a table of which nothing is printed, as one.
TOGETHER = "_G"
# How far from a hidden period others lie that could narrow it down by being printed beside it.
NEARBY = timedelta(days=62)

type Cell = tuple[str, str]  # a measure, and a code of its breakdown or WHOLE
type Counts = Mapping[Cell, int]
type Range = tuple[float, float]  # the least and the most


@dataclass(frozen=True, kw_only=True)
class Links:
    """How measures hang together: shares as (part, whole), counts that stand alone, and parts of one another."""

    shares: tuple[tuple[str, str], ...] = ()
    singles: tuple[str, ...] = ()
    nested: tuple[tuple[str, str], ...] = ()
    # Counts of what happened, which add up over days; the state of things on a day does not.
    additive: frozenset[str] = field(default_factory=frozenset)

    @property
    def parts_of_parts(self) -> tuple[tuple[str, str], ...]:
        """Every pair of which the first is part of the second, by however many steps, but for those of one share."""
        known = {*self.nested, *self.shares}
        grown = 0
        while grown != len(known):
            grown = len(known)
            known |= {(part, above) for part, whole in known for below, above in tuple(known) if whole == below}
        return tuple(sorted(known - set(self.shares)))


def hide(counts: Counts, links: Links, *, also: Collection[Cell] = ()) -> frozenset[Cell]:
    """Which cells of one period are hidden, `also` among them. Raises CountMalformed where a part exceeds its whole."""
    hidden = set(also)
    settled = -1
    while settled != len(hidden):
        settled = len(hidden)
        for part, whole in links.shares:
            hidden |= _hidden_in_share(part, whole, counts, hidden)
        for single in links.singles:
            hidden |= {cell for cell, count in counts.items() if cell[0] == single and is_small(count)}
        hidden |= _hidden_by_nesting(counts, links, hidden)
    return frozenset(hidden)


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """All that is told of everything over time: what is to be printed now, and what has been before.

    A count of a period that has been printed and has not moved by the threshold stands for what it did: that is known,
    and cannot be taken back. One that has moved is as new as one that was never printed.
    """

    periods: Mapping[Period, Counts]
    hidden: Mapping[Period, Collection[Cell]]
    known: Mapping[Cell, Mapping[Span, int]]
    at: Mapping[Span, Period]  # these periods, by their days

    def fresh(self, cell: Cell) -> dict[Span, int]:
        """What is to be printed of a count and is not known yet."""
        return {
            span: self.periods[period][cell]
            for span, period in self.at.items()
            if cell in self.periods[period]
            and cell not in self.hidden[period]
            and not self._stands(cell, span, self.periods[period][cell])
        }

    def before(self, cell: Cell) -> dict[Span, int]:
        """What has been printed of it, and is not printed anew or hidden from now on."""
        return {
            span: count
            for span, count in self.known.get(cell, {}).items()
            if (period := self.at.get(span)) is None
            or (cell not in self.hidden[period] and self._stands(cell, span, self.periods[period].get(cell, count)))
        }

    def _stands(self, cell: Cell, span: Span, count: int) -> bool:
        told = self.known.get(cell, {}).get(span)
        return told is not None and abs(count - told) < THRESHOLD


def decide(
    periods: Mapping[Period, Counts],
    links: Links,
    *,
    kept_hidden: Mapping[Period, Collection[Cell]],
    known: Mapping[Cell, Mapping[Span, int]],
    hidden_before: Mapping[Cell, Collection[Span]] | None = None,
) -> dict[Period, frozenset[Cell]]:
    """Which cells of each of these periods are hidden.

    `kept_hidden`: what was hidden in them before and has not moved since. `known`: what other periods, and these,
    have printed of everything, which cannot be taken back, with the counts behind it; `hidden_before`: what other
    periods have not printed, and what these must not give away.
    """
    forced = {period: set(kept_hidden.get(period, ())) for period in periods}
    hidden = {period: hide(counts, links, also=forced[period]) for period, counts in periods.items()}
    at = {span_of(period): period for period in periods}
    time = Timeline(periods=periods, hidden=hidden, known=known, at=at)
    waiting = True
    while waiting:
        waiting = False
        for cells in _told_over_days(links):
            for period, cell in _kept_back(cells, time):
                forced[period].add(cell)
                hidden[period] = hide(periods[period], links, also=forced[period])
                waiting = True
        if not waiting:
            for period, cell in _next_to_go(time, links, hidden_before=hidden_before or {}):
                forced[period].add(cell)
                hidden[period] = hide(periods[period], links, also=forced[period])
                waiting = True
    return hidden


def span_of(period: Period) -> Span:
    """The days of a period."""
    return Span(start=period.start, end=period.end)


def left_of(part: str) -> str:
    """The name of what a share leaves over."""
    return LEFT + part


def _told_over_days(links: Links) -> Iterable[tuple[Cell, ...]]:
    """Every count of everything that adds up over days; and every pair of a part and what it is part of, in this order.

    Shares go in their order: what stands first there is let in first where two cannot both be printed.
    """
    for measure in sorted(links.additive):
        yield ((measure, WHOLE),)
    for part, whole in (*links.shares, *links.parts_of_parts):
        if {part, whole} <= links.additive:
            yield (part, WHOLE), (whole, WHOLE)


def _kept_back(cells: tuple[Cell, ...], time: Timeline) -> list[tuple[Period, Cell]]:
    """Which of these cells must not be printed in which periods, as small counts would follow over days."""
    at = time.at
    before = {cell: time.before(cell) for cell in cells}
    wanted = {cell: time.fresh(cell) for cell in cells}
    if len(cells) == 1:
        [cell] = cells
        return [(at[span], cell) for span in withheld(wanted[cell], known=before[cell])]
    part, whole = cells
    both = withheld_of_pair(wanted[part], wanted[whole], known_part=before[part], known_whole=before[whole])
    return [(at[span], part) for span in both.part] + [(at[span], whole) for span in both.whole]


@dataclass(frozen=True, kw_only=True)
class Strand:
    """What a reader follows over time: a count, or what it leaves over without a part of it."""

    whole: Cell
    part: Cell | None = None

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The counts that it is made of."""
        return (self.whole,) if self.part is None else (self.whole, self.part)


def _read(strand: Strand, time: Timeline, *, without: tuple[Period, Cell] | None = None) -> Reader:
    """Somebody who knows all that is told of a strand, were one count of one period not printed."""
    told = []
    for cell in strand.cells:
        spans = {**time.before(cell), **time.fresh(cell)}
        if without is not None and without[1] == cell:
            spans.pop(span_of(without[0]), None)
        told.append(spans)
    whole, *part = told
    if not part:
        return Reader(whole)
    return Reader({span: count - part[0][span] for span, count in whole.items() if span in part[0]})


def _strands(links: Links) -> list[Strand]:
    counts = [Strand(whole=(measure, WHOLE)) for measure in sorted(links.additive)]
    return counts + [
        Strand(whole=(whole, WHOLE), part=(part, WHOLE))
        for part, whole in (*links.shares, *links.parts_of_parts)
        if {part, whole} <= links.additive
    ]


def _next_to_go(
    time: Timeline, links: Links, *, hidden_before: Mapping[Cell, Collection[Span]]
) -> list[tuple[Period, Cell]]:
    """One period and what goes in it, because something hidden could be narrowed down; empty where nothing can."""
    readers = {strand: _read(strand, time) for strand in _strands(links)}
    for target, hidden in sorted(_targets(time, hidden_before).items()):
        ranges = _ranges(target, readers)
        for strand in readers:
            if _is_asked(strand, hidden, links) and _width(ranges[strand]) <= THRESHOLD:
                found = _widest(target, strand, readers, time)
                if found is not None:
                    return [found]
    return []


def _targets(time: Timeline, hidden_before: Mapping[Cell, Collection[Span]]) -> dict[Span, set[Cell]]:
    """What is hidden, by its days: in these periods, and before in others near them."""
    found = {span_of(period): set(cells) for period, cells in time.hidden.items()}
    for cell, spans in hidden_before.items():
        for span in spans:
            if any(_is_near(span, period) for period in time.periods):
                found.setdefault(span, set()).add(cell)
    return found


def _is_asked(strand: Strand, hidden: Collection[Cell], links: Links) -> bool:
    """Whether it is one of the numbers that are hidden: a count, or what a share leaves over."""
    if strand.part is None:
        return strand.whole in hidden
    return strand.part in hidden and (strand.part[0], strand.whole[0]) in links.shares


def _is_near(span: Span, period: Period) -> bool:
    return period.start <= span.end + NEARBY and span.start <= period.end + NEARBY


def _widest(
    target: Span, narrow: Strand, readers: Mapping[Strand, Reader], time: Timeline
) -> tuple[Period, Cell] | None:
    """Which count of which period goes so that a hidden one cannot be narrowed down so closely; None if nothing helps.

    Its own count before others that bound it. A month tells people more than a week: it goes where no week would do.
    """
    best, widest = None, _width(_ranges(target, readers)[narrow])
    own = narrow.part or narrow.whole
    cells = sorted((strand.whole for strand in readers if strand.part is None), key=lambda cell: (cell != own, cell))
    tries = [
        (period.step is Step.MONTH, place, period.start, period, cell)
        for place, cell in enumerate(cells)
        for period in map(time.at.__getitem__, time.fresh(cell))
        if _is_near(target, period)
    ]
    for _is_month, _place, _start, period, cell in sorted(tries, key=lambda each: each[:3]):
        touched = {strand: _read(strand, time, without=(period, cell)) for strand in readers if cell in strand.cells}
        width = _width(_ranges(target, {**readers, **touched})[narrow])
        if width > widest:
            best, widest = (period, cell), width
        if widest > THRESHOLD:
            break
    return best


def _ranges(target: Span, readers: Mapping[Strand, Reader]) -> dict[Strand, Range]:
    """What each strand can be in some days: as its own periods bound it, and as wholes and parts bound each other.

    Numbers that stand for older counts may not fit together; what does not, narrows nothing down.
    """
    found = {strand: reader.range(target) for strand, reader in readers.items()}
    triples = [(Strand(whole=each.whole), Strand(whole=each.part), each) for each in readers if each.part is not None]
    settled: dict[Strand, Range] = {}
    while settled != found:
        settled = dict(found)
        if any(_width(each) < 0 for each in found.values()):
            return dict.fromkeys(found, (0.0, math.inf))
        for whole, part, left in triples:
            found[whole] = _meet(found[whole], _plus(found[part], found[left]))
            found[part] = _meet(found[part], _minus(found[whole], found[left]))
            found[left] = _meet(found[left], _minus(found[whole], found[part]))
    return found


def _meet(one: Range, other: Range) -> Range:
    return max(one[0], other[0]), min(one[1], other[1])


def _plus(one: Range, other: Range) -> Range:
    return one[0] + other[0], one[1] + other[1]


def _minus(one: Range, other: Range) -> Range:
    """What is left of the one without the other; unlimited where the other is."""
    return (-math.inf if math.isinf(other[1]) else one[0] - other[1]), one[1] - other[0]


def _width(found: Range) -> float:
    return found[1] - found[0]


def _hidden_in_share(part: str, whole: str, counts: Counts, hidden: Collection[Cell]) -> set[Cell]:
    codes = sorted(code for measure, code in counts if measure == whole and code)
    if not codes and (whole, WHOLE) not in counts:
        return set()
    if codes and not any((part, code) in counts for code in codes):  # the part is counted of everything alone
        return _hidden_in_table(part, whole, counts, hidden, codes=()) | _hidden_by_code(whole, counts, hidden, codes)
    return _hidden_in_table(part, whole, counts, hidden, codes=codes)


def _hidden_in_table(
    part: str, whole: str, counts: Counts, hidden: Collection[Cell], *, codes: Sequence[str]
) -> set[Cell]:
    together = _taken_together(whole, counts, codes, hidden)
    apart = [code for code in codes if code not in together]
    table = _table(part, whole, counts, apart=apart, together=together)
    whole_counts = table.whole()
    names = {key: _cell(part, whole, key) for key in whole_counts}
    chosen = choose_hidden(table.axes, whole_counts, also=[key for key, cell in names.items() if cell in hidden])
    if (TOTAL,) * len(table.axes) in chosen:  # without the whole, nothing of the share is told
        chosen = frozenset(whole_counts)
    unsaid = {(measure, code) for code in together for measure in (part, left_of(part), whole)}
    return {names[key] for key in chosen if TOGETHER not in key} | unsaid


def _hidden_by_code(whole: str, counts: Counts, hidden: Collection[Cell], codes: Sequence[str]) -> set[Cell]:
    """What is hidden of a count that is told apart, for its own sake."""
    told: dict[Key, int] = {(code,): counts[whole, code] for code in codes}
    told[TOTAL,] = sum(told.values())
    also = [key for key in told if _cell_of(whole, key) in hidden]
    return {_cell_of(whole, key) for key in choose_hidden((codes,), told, also=also)}


def _cell_of(measure: str, key: Key) -> Cell:
    return measure, WHOLE if key == (TOTAL,) else key[0]


def _taken_together(whole: str, counts: Counts, codes: Sequence[str], hidden: Collection[Cell]) -> frozenset[str]:
    """The codes of which nothing is printed: the small ones, and as many more as keep all of them apart from a guess.

    Each of at least two could have anything up to what they have together. A place is named only where it has something
    at all: so each has one at least, and that much less is open than what they have together.
    """
    small = {code for code in codes if counts[whole, code] < THRESHOLD or (whole, code) in hidden}
    if not small:
        return frozenset()
    others = sorted((code for code in codes if code not in small), key=lambda code: (counts[whole, code], code))
    while others and (len(small) == 1 or sum(counts[whole, code] for code in small) - len(small) <= THRESHOLD):
        small.add(others.pop(0))
    return frozenset(small)


def _table(part: str, whole: str, counts: Counts, *, apart: Sequence[str], together: Collection[str]) -> Table:
    places: dict[str, tuple[str, ...]] = {code: (code,) for code in apart}
    if together and apart:
        places[TOGETHER] = tuple(together)
    elif not apart:  # nothing is told apart
        places = {WHOLE: tuple(together) or (WHOLE,)}
    inner: dict[Key, int] = {}
    for place, codes in places.items():
        some = every = 0
        for code in codes:
            here, of = counts.get((part, code), 0), counts[whole, code]
            if here > of:
                raise CountMalformed(f"{part} is {here} of {of} {whole}: a part is not more than its whole.")
            some, every = some + here, every + of
        key = (place,) if place else ()
        inner[*key, IN], inner[*key, OUT] = some, every - some
    return Table(axes=(tuple(places), (IN, OUT)) if apart else ((IN, OUT),), counts=inner)


def _cell(part: str, whole: str, key: Key) -> Cell:
    *place, side = key
    code = WHOLE if not place or place[0] == TOTAL else place[0]
    return {IN: part, OUT: left_of(part), TOTAL: whole}[side], code


def _hidden_by_nesting(counts: Counts, links: Links, hidden: Collection[Cell]) -> set[Cell]:
    """What gives away something small by lying close to another count, of which it is a part or which is part of it.

    Of two printed ones, the part goes. Where the part is hidden, the other must leave it more room than the threshold.
    """
    found: set[Cell] = set()
    for smaller, larger in links.parts_of_parts:
        for code in [code for measure, code in counts if measure == smaller and (larger, code) in counts]:
            part, whole = (smaller, code), (larger, code)
            if whole in hidden:
                continue
            if part in hidden and counts[whole] <= THRESHOLD:
                found.add(whole)
            elif part not in hidden and counts[whole] - counts[part] <= THRESHOLD:
                found.add(part)
    return found
