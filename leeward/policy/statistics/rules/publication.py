"""What of many linked counts may be printed: one decision over every table, nesting and period in which a count stands.

A count stands in several tables: what was sent is the whole of three shares, by platform and in all, and its months
overlap with its weeks. What is hidden in one of them must be hidden in all, and each must then be safe again; so cells
are hidden until nothing more has to be. Hidden cells only become more in this, and so it ends.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from leeward.policy.statistics.errors import CountMalformed
from leeward.policy.statistics.rules.ledger import Span, withheld, withheld_of_pair
from leeward.policy.statistics.rules.periods import Period
from leeward.policy.statistics.rules.protection import THRESHOLD, TOTAL, Key, Table, choose_hidden, is_small

IN, OUT = "in", "out"
WHOLE = ""
# Before a part's name: what is left of the whole without it. Never printed, but easily worked out.
LEFT = "~"
# All codes of a table of which nothing is printed, as one.
TOGETHER = "_G"

type Cell = tuple[str, str]  # a measure, and a code of its breakdown or WHOLE
type Counts = Mapping[Cell, int]


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


def decide(
    periods: Mapping[Period, Counts],
    links: Links,
    *,
    kept_hidden: Mapping[Period, Collection[Cell]],
    known: Mapping[Cell, Mapping[Span, int]],
) -> dict[Period, frozenset[Cell]]:
    """Which cells of each of these periods are hidden.

    `kept_hidden`: what was hidden in them before and has not moved since. `known`: what other periods, and these,
    have printed of everything, which cannot be taken back, with the counts behind it.
    """
    forced = {period: set(kept_hidden.get(period, ())) for period in periods}
    hidden = {period: hide(counts, links, also=forced[period]) for period, counts in periods.items()}
    waiting = True
    while waiting:
        waiting = False
        for cells in _told_over_days(links):
            for period, cell in _kept_back(cells, periods, hidden, known):
                forced[period].add(cell)
                hidden[period] = hide(periods[period], links, also=forced[period])
                waiting = True
    return hidden


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


def _kept_back(
    cells: tuple[Cell, ...],
    periods: Mapping[Period, Counts],
    hidden: Mapping[Period, Collection[Cell]],
    known: Mapping[Cell, Mapping[Span, int]],
) -> list[tuple[Period, Cell]]:
    """Which of these cells must not be printed in which periods, as small counts would follow over days."""
    at = {Span(start=period.start, end=period.end): period for period in periods}
    before = {cell: known.get(cell, {}) for cell in cells}
    wanted = {
        cell: {
            span: periods[period][cell]
            for span, period in at.items()
            if cell in periods[period] and cell not in hidden[period] and span not in before[cell]
        }
        for cell in cells
    }
    if len(cells) == 1:
        [cell] = cells
        return [(at[span], cell) for span in withheld(wanted[cell], known=before[cell])]
    part, whole = cells
    both = withheld_of_pair(wanted[part], wanted[whole], known_part=before[part], known_whole=before[whole])
    return [(at[span], part) for span in both.part] + [(at[span], whole) for span in both.whole]


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

    Each of at least two could have anything from nothing to what they have together, which is more than the threshold.
    """
    small = {code for code in codes if counts[whole, code] < THRESHOLD or (whole, code) in hidden}
    if not small:
        return frozenset()
    others = sorted((code for code in codes if code not in small), key=lambda code: (counts[whole, code], code))
    while others and (len(small) == 1 or sum(counts[whole, code] for code in small) <= THRESHOLD):
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
