"""What of a year's counts may be printed: small numbers hidden in every table in which they stand.

A year's counts are printed by quarter and by authority, each by stage. Both have the same totals, and sentences add up
to those convicted, so what is hidden in one table is hidden in all, and each is then made safe again. The set of hidden
cells only grows, so this ends. All of it is the house's own protection (`foundation.protection.tables`).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leeward.foundation.labels import Labelled, mark
from leeward.foundation.protection.tables import (
    SUPPRESSED,
    THRESHOLD,
    TOTAL,
    Key,
    Published,
    Table,
    round_count,
    suppress,
)
from leeward.justice.outcomes.rules.funnel import BESIDE, CONVICTED, OF_OFFENCES, RESULTS
from leeward.justice.outcomes.rules.terms import Stage


class Family(Labelled):
    """Counts that make up a whole, in tables of their own."""

    OF_RECORDED = "of_recorded", mark("What became of the offences recorded")
    IN_PERIOD = "in_period", mark("Outcomes given, whenever the offence was recorded")
    RESULTS = "results", mark("What courts decided")
    SENTENCES = "sentences", mark("Sentences of those convicted")
    BESIDE = "beside", mark("Beside the sentence")


STAGES: Mapping[Family, tuple[Stage, ...]] = {
    Family.OF_RECORDED: OF_OFFENCES,
    Family.IN_PERIOD: OF_OFFENCES,
    Family.RESULTS: RESULTS,
    Family.SENTENCES: CONVICTED,
    Family.BESIDE: BESIDE,
}

OF_CONVICTED = (Family.SENTENCES, Family.BESIDE)
# Before a stage: those convicted who do not have it.
WITHOUT = "~"

type Place = tuple[str, str]  # an authority and a quarter
type Counts = Mapping[Family, Mapping[Place, Mapping[Stage, int]]]
type Cells = dict[str, dict[str, Published]]  # by quarter, by authority, TOTAL for the year; then by stage
type Name = tuple[str, str, str]  # a family, a row, a stage: one number, in whichever table it stands


@dataclass(frozen=True, kw_only=True)
class _Ruled:
    """One table: of which family, and by which codes its rows stand."""

    family: Family
    table: Table

    def name(self, key: tuple[str, ...]) -> Name:
        """By which a cell is known in all tables. Sentences, and with and without, add up to those convicted."""
        return _name(self.family, *key)


def _name(family: str, row: str, stage: str) -> Name:
    is_of_results = family in OF_CONVICTED and stage == TOTAL
    return (Family.RESULTS, row, Stage.CONVICTED) if is_of_results else (family, row, stage)


def print_year(counts: Counts, *, moved: Collection[Name] = ()) -> dict[Family, Cells]:
    """Return what is printed of each family. `moved`: what would tell by its difference from an earlier printing."""
    tables, hidden = _tables(counts), set(moved)
    before, patterns = -1, dict[int, frozenset[Key]]()
    while before != len(hidden):
        before = len(hidden)
        for number, each in enumerate(tables):
            margins = each.table.with_margins()
            also = [key for key in margins if each.name(key) in hidden]
            found = suppress(each.table.axes, margins, also=also)
            patterns[number] = frozenset(margins) if (TOTAL, TOTAL) in found else found
            hidden |= {each.name(key) for key in patterns[number]}
    printed: dict[Family, Cells] = {}
    for number, each in enumerate(tables):
        cells = printed.setdefault(each.family, {})
        for (row, stage), count in each.table.with_margins().items():
            if each.family is Family.BESIDE and (stage == TOTAL or stage.startswith(WITHOUT)):
                continue
            is_hidden = (row, stage) in patterns[number]
            cells.setdefault(row, {})[stage] = SUPPRESSED if is_hidden else Published(value=round_count(count))
    return printed


@dataclass(frozen=True, kw_only=True)
class EarlierPrinting:
    """What stands of an earlier printing of the same year: who was in it, its true counts, and what was shown."""

    authorities: frozenset[str]
    counts: Mapping[str, Mapping[str, Mapping[str, int]]]
    shown: Mapping[str, Mapping[str, Mapping[str, bool]]]

    def has(self, name: Name) -> bool:
        """Whether this cell stood in it, shown or hidden."""
        family, row, stage = name
        return stage in self.shown.get(family, {}).get(row, {})

    def is_shown(self, name: Name) -> bool:
        """Whether its number could be read."""
        family, row, stage = name
        return self.shown.get(family, {}).get(row, {}).get(stage, False)

    def count(self, name: Name) -> int:
        """The true count behind it."""
        return _count(self.counts, name)


def told_by_difference(
    counts: Mapping[Family, Mapping[str, Mapping[str, int]]],
    *,
    authorities: frozenset[str],
    earlier: Sequence[EarlierPrinting],
) -> set[Name]:
    """Name what must be hidden because earlier printings are known, the oldest first.

    What was hidden last and has moved by less than the threshold stays hidden: shown now, it would give back what it
    protected then. What was shown by other authorities, however long ago, and has moved by less than the threshold
    since, is hidden: the difference is a small count of those who came in.
    """
    names = {
        (family, row, stage)
        for each in earlier
        for family, rows in each.shown.items()
        for row, stages in rows.items()
        for stage in stages
    }
    found: set[Name] = set()
    for name in names:
        count = _count(counts, name)
        seen = [each for each in earlier if each.has(name)]
        last_shown = next((each for each in reversed(seen) if each.is_shown(name)), None)
        stays = not seen[-1].is_shown(name) and abs(count - seen[-1].count(name)) < THRESHOLD
        others = last_shown is not None and last_shown.authorities != authorities
        tells = others and last_shown is not None and 0 < abs(count - last_shown.count(name)) < THRESHOLD
        if stays or tells:
            found.add(_name(*name))
    return found


def _count(counts: Mapping[Any, Mapping[str, Mapping[str, int]]], name: Name) -> int:
    family, row, stage = name
    return counts.get(family, {}).get(row, {}).get(stage, 0)


def totals(counts: Counts) -> dict[Family, dict[str, dict[str, int]]]:
    """Return the true counts of each authority, of each quarter and of the year."""
    found: dict[Family, dict[str, dict[str, int]]] = {}
    for family, places in counts.items():
        rows = found.setdefault(family, {})
        for place, stages in places.items():
            for row in (*place, TOTAL):
                for stage, number in stages.items():
                    cells = rows.setdefault(row, {})
                    cells[stage] = cells.get(stage, 0) + number
                    cells[TOTAL] = cells.get(TOTAL, 0) + number
    return found


def _tables(counts: Counts) -> list[_Ruled]:
    made = []
    for family, places in counts.items():
        if family is not Family.BESIDE:
            stages = tuple(stage.value for stage in STAGES[family])
            made += _both_ways(family, stages, places)
    sentenced = counts.get(Family.SENTENCES, {})
    for stage in BESIDE:
        # How many of those convicted have it, and how many have not: either may be a small number.
        found = {place: counts.get(Family.BESIDE, {}).get(place, {}).get(stage, 0) for place in sentenced}
        split = {
            place: {stage: number, WITHOUT + stage: max(0, sum(sentenced[place].values()) - number)}
            for place, number in found.items()
        }
        made += _both_ways(Family.BESIDE, (stage.value, WITHOUT + stage), split)
    return made


def _both_ways(family: Family, stages: tuple[str, ...], places: Mapping[Place, Mapping[Any, int]]) -> list[_Ruled]:
    """The tables of counts by authority and by quarter."""
    made = []
    for axis in (0, 1) if places else ():
        rows = tuple(sorted({place[axis] for place in places}))
        counts: dict[Key, int] = {(row, stage): 0 for row in rows for stage in stages}
        for place, numbers in places.items():
            for stage, number in numbers.items():
                counts[place[axis], str(stage)] += number
        made.append(_Ruled(family=family, table=Table(axes=(rows, stages), counts=counts)))
    return made
