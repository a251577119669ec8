"""What of a year's counts may be printed: small numbers hidden in every table in which they stand.

A year's counts are printed by quarter and by authority, each by stage. Both have the same totals, and sentences add up
to those convicted, so what is hidden in one table is hidden in all, and each is then made safe again. An authority
knows its own counts: what is left of each table without these is made safe too. All of it is the house's own protection
(`foundation.protection.contributors`).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

from leeward.foundation.labels import Labelled, mark
from leeward.foundation.protection.contributors import View, settle
from leeward.foundation.protection.tables import (
    SUPPRESSED,
    THRESHOLD,
    TOTAL,
    Key,
    Published,
    Table,
    round_count,
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
# Whose counts are known to a reader who knows none.
NOBODY = ""
# The least by which a count can have moved.
LEAST = 1

type Place = tuple[str, str]  # an authority and a quarter
type Counts = Mapping[Family, Mapping[Place, Mapping[Stage, int]]]
type Cells = dict[str, dict[str, Published]]  # by quarter, by authority, TOTAL for the year; then by stage
type Rows = Mapping[str, Mapping[str, int]]  # counts by row, then by stage
type Name = tuple[str, str, str]  # a family, a row, a stage: one number, in whichever table it stands


def _name(family: str, row: str, stage: str) -> Name:
    """By which a cell is known in all tables. Sentences, and with and without, add up to those convicted."""
    is_of_results = family in OF_CONVICTED and stage == TOTAL
    return (Family.RESULTS, row, Stage.CONVICTED) if is_of_results else (family, row, stage)


def print_year(counts: Counts, *, moved: Collection[Name] = ()) -> dict[Family, Cells]:
    """Return what is printed of each family. `moved`: what would tell by its difference from an earlier printing.

    What is hidden is safe from everybody, and from whoever knows the counts of one authority: see `_left_without`.
    """
    tables = _tables(counts)
    codes = sorted({code for places in counts.values() for code, _quarter in places})
    views = [view for code in codes for _family, view in _tables(_left_without(counts, code))]
    hidden = settle((*(view for _family, view in tables), *views), hidden=moved)
    printed: dict[Family, Cells] = {}
    for family, view in tables:
        cells = printed.setdefault(family, {})
        for key, count in view.counts.items():
            row, stage = key
            if family is not Family.BESIDE or not (stage == TOTAL or stage.startswith(WITHOUT)):
                is_hidden = view.names[key] in hidden
                cells.setdefault(row, {})[stage] = SUPPRESSED if is_hidden else Published(value=round_count(count))
    return printed


def _left_without(counts: Counts, code: str) -> Counts:
    """What is left for whoever knows the counts of one authority: those of all others."""
    return {
        family: {place: stages for place, stages in places.items() if place[0] != code}
        for family, places in counts.items()
    }


@dataclass(frozen=True, kw_only=True)
class EarlierPrinting:
    """What stands of an earlier printing of the same year: who was in it, its true counts, and what was shown."""

    authorities: frozenset[str]
    counts: Mapping[str, Rows]
    shown: Mapping[str, Mapping[str, Mapping[str, bool]]]

    def has(self, name: Name) -> bool:
        """Whether this cell stood in it, shown or hidden."""
        family, row, stage = name
        return stage in self.shown.get(family, {}).get(row, {})

    def is_shown(self, name: Name) -> bool:
        """Whether its number could be read."""
        family, row, stage = name
        return self.shown.get(family, {}).get(row, {}).get(stage, False)


def told_by_difference(
    counts: Mapping[Any, Rows], *, authorities: frozenset[str], earlier: Sequence[EarlierPrinting]
) -> set[Name]:
    """Name what must be hidden because earlier printings are known, the oldest first. `counts` are those of `totals`.

    What was hidden last and has moved by less than the threshold stays hidden: shown now, it would give back what it
    protected then. What was shown by other authorities, however long ago, and has moved by less than the threshold
    since, is hidden: the difference is a small count of those who came in. Both hold for everybody, and for whoever
    takes the counts of one authority off both printings.
    """
    now = EarlierPrinting(authorities=authorities, counts=counts, shown={})
    names = {
        (family, row, stage)
        for each in earlier
        for family, rows in each.shown.items()
        for row, stages in rows.items()
        for stage in stages
    }
    contributors = authorities.union(*(each.authorities for each in earlier))
    found: set[Name] = set()
    for name in names:
        seen = [each for each in earlier if each.has(name)]
        last, last_shown = seen[-1], next((each for each in reversed(seen) if each.is_shown(name)), None)
        for code in (NOBODY, *sorted(contributors)):
            stays = not last.is_shown(name) and _moved(name, last, now, code) < THRESHOLD
            tells = (
                last_shown is not None
                and last_shown.authorities - {code} != authorities - {code}
                and 0 < _moved(name, last_shown, now, code) < THRESHOLD
            )
            if stays or tells:
                found.add(_name(*name))
    return found


def _moved(name: Name, before: EarlierPrinting, now: EarlierPrinting, code: str) -> float:
    """By how much a count has moved for whoever knows one authority's part of it.

    Endless where nobody else has a part of it, or the row is the authority's own.
    """
    family, row, stage = name
    others = (before.authorities | now.authorities) - {code}
    both = [each.counts.get(family, {}) for each in (before, now)]
    if code and (row == code or not any(other in rows for other in others for rows in both)):
        return inf
    if code in both[0] and row not in (TOTAL, *others) and _own(code, row) not in both[0]:
        return LEAST  # printed before its part of a quarter was kept
    left = [
        rows.get(row, {}).get(stage, 0) - rows.get(code if row == TOTAL else _own(code, row), {}).get(stage, 0)
        for rows in both
    ]
    return abs(left[1] - left[0])


def _own(code: str, quarter: str) -> str:
    """The row of what one authority counted in one quarter."""
    return f"{code} {quarter}"


def totals(counts: Counts, *, with_own: bool = False) -> dict[Family, dict[str, dict[str, int]]]:
    """Return the true counts of each authority, of each quarter and of the year.

    `with_own`: also what each authority counted in each quarter.
    """
    found: dict[Family, dict[str, dict[str, int]]] = {}
    for family, places in counts.items():
        rows = found.setdefault(family, {})
        for place, stages in places.items():
            for row in (*place, TOTAL, *([_own(*place)] if with_own else [])):
                for stage, number in stages.items():
                    cells = rows.setdefault(row, {})
                    cells[stage] = cells.get(stage, 0) + number
                    cells[TOTAL] = cells.get(TOTAL, 0) + number
    return found


def _tables(counts: Counts) -> list[tuple[Family, View[Name]]]:
    made: list[tuple[Family, View[Name]]] = []
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


def _both_ways(
    family: Family, stages: tuple[str, ...], places: Mapping[Place, Mapping[Any, int]]
) -> Iterator[tuple[Family, View[Name]]]:
    """Yield the tables of counts by authority and by quarter."""
    for axis in (0, 1) if places else ():
        rows = tuple(sorted({place[axis] for place in places}))
        counts: dict[Key, int] = {(row, stage): 0 for row in rows for stage in stages}
        for place, numbers in places.items():
            for stage, number in numbers.items():
                counts[place[axis], str(stage)] += number
        known = Table(axes=(rows, stages), counts=counts).with_margins()
        yield family, View(axes=(rows, stages), counts=known, names={key: _name(family, *key) for key in known})
