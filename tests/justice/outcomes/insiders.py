"""Made-up years of few authorities, and whoever reads what is printed and knows the counts of one of them."""

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from scipy.optimize import linprog  # type: ignore[import-untyped]

from leeward.foundation.protection.tables import ROUNDING_BASE, TOTAL
from leeward.justice.outcomes.rules.funnel import BESIDE, CONVICTED, RESULTS
from leeward.justice.outcomes.rules.printing import Cells, Family, Place
from leeward.justice.outcomes.rules.terms import Stage

OFF = ROUNDING_BASE // 2
SPLIT = Stage.NO_OUTCOME, Stage.NO_SUPPORT, Stage.CAUTION, Stage.CHARGED
SENTENCES = Stage.CONVICTED, Stage.CUSTODY, Stage.FINE

type Year = dict[Family, dict[Place, dict[Stage, int]]]
type Variable = tuple[Family, Place, Stage]
type Told = tuple[Sequence[tuple[Family, str]], int]  # counts of the year that were added up, and the sum as printed


def small_year(chance: random.Random, *, year: int = 2025, sizes: Sequence[int] = (2, 5, 15, 60)) -> Year:
    """A year of two to five authorities, one of which is often larger than all others together."""
    codes = [f"a{number}" for number in range(chance.choice((2, 3, 3, 4, 5)))]
    size = {code: chance.choice(sizes) for code in codes}
    weight = {stage: chance.choice((0.1, 0.4, 1.0, 2.0)) for stage in (*SPLIT, *RESULTS, *CONVICTED, *BESIDE)}

    def drawn(code: str, stages: tuple[Stage, ...]) -> dict[Stage, int]:
        return {each: int(chance.expovariate(1 / (size[code] * weight[each]))) for each in stages}

    quarters = tuple(f"{year}-Q{number}" for number in range(1, 5))
    places = list(itertools.product(codes, quarters))
    sentences = {place: drawn(place[0], SENTENCES) for place in places}
    convicted = {place: sum(found.values()) for place, found in sentences.items()}
    return {
        Family.OF_RECORDED: {place: drawn(place[0], SPLIT) for place in places},
        Family.RESULTS: {
            place: {**drawn(place[0], RESULTS[:3]), Stage.CONVICTED: convicted[place]} for place in places
        },
        Family.SENTENCES: sentences,
        Family.BESIDE: {place: {BESIDE[0]: chance.randint(0, convicted[place])} for place in places},
    }


class Insider:
    """Whoever reads what is printed and knows one authority's own counts of each quarter and stage.

    `beside`: what other pages print of the same year.
    """

    def __init__(self, year: Year, printed: Mapping[Family, Cells], own: str, *, beside: Sequence[Told] = ()) -> None:
        self.year, self.printed, self.own = year, printed, own
        known = [
            (family, place, stage) for family, places in year.items() for place in places for stage in places[place]
        ]
        self.at: dict[Variable, int] = {each: number for number, each in enumerate(known)}
        self.bounds = np.array(
            [(number, number) if place[0] == own else (0, np.inf) for (_f, place, _s), number in self._counts()]
        )
        tables = [
            (family, row, stage, each)
            for family, cells in printed.items()
            for row in cells
            for stage, each in cells[row].items()
        ]
        told = [
            (self.row(family, row, stage), each.value) for family, row, stage, each in tables if each.value is not None
        ]
        told += [(sum(self.row(family, TOTAL, stage) for family, stage in counts), value) for counts, value in beside]
        self.sides = np.array([side for row, _value in told for side in (row, -row)])
        self.most = np.array([limit for _row, value in told for limit in (value + OFF, OFF - value)])
        self.same, self.less = list(self._adding_up()), list(self._parts())

    def _counts(self) -> Iterator[tuple[Variable, int]]:
        for family, place, stage in self.at:
            yield (family, place, stage), self.year[family][place][stage]

    def row(self, family: Family, row: str, stage: str) -> np.ndarray:
        """Which counts a printed cell is the sum of."""
        found = np.zeros(len(self.at))
        for (of, place, own), number in self.at.items():
            found[number] = of is family and row in (*place, TOTAL) and stage in (own, TOTAL)
        return found

    def _adding_up(self) -> Iterator[np.ndarray]:
        """The sentences of a place are of those convicted there."""
        for place in self.year[Family.SENTENCES]:
            found = np.zeros(len(self.at))
            for stage in SENTENCES:
                found[self.at[Family.SENTENCES, place, stage]] = 1
            found[self.at[Family.RESULTS, place, Stage.CONVICTED]] = -1
            yield found

    def _parts(self) -> Iterator[np.ndarray]:
        """Of those convicted some have what stands beside a sentence."""
        for place in self.year[Family.BESIDE]:
            found = np.zeros(len(self.at))
            found[self.at[Family.BESIDE, place, BESIDE[0]]] = 1
            found[self.at[Family.RESULTS, place, Stage.CONVICTED]] = -1
            yield found

    def width(self, family: Family, row: str, stage: str) -> float:
        """How wide the range is in which a cell must lie for all that the insider knows."""
        sought = self.row(family, row, stage)
        ends = []
        for way in (1, -1):
            found = linprog(
                way * sought,
                A_ub=np.array([*self.sides, *self.less]),
                b_ub=np.array([*self.most, *(0.0 for _each in self.less)]),
                A_eq=np.array(self.same),
                b_eq=np.zeros(len(self.same)),
                bounds=self.bounds,
            )
            if found.status == 3:  # it could be anything
                return float("inf")
            assert found.status == 0, found.message
            ends.append(way * found.fun)
        return ends[1] - ends[0]

    def others(self, family: Family, row: str, stage: str) -> int:
        """What all others have in a cell together."""
        known = self.row(family, row, stage)
        return sum(number for each, number in self._counts() if known[self.at[each]] and each[1][0] != self.own)
