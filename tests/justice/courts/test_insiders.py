"""A court that knows what it noted at its convictions reads the nation's figures: it learns nothing small of others."""

import itertools
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime

import numpy as np
import pytest
from scipy.optimize import linprog  # type: ignore[import-untyped]

from leeward.foundation.protection.contributors import left_without_largest
from leeward.foundation.protection.periods import Frequency
from leeward.foundation.protection.tables import ROUNDING_BASE, THRESHOLD
from leeward.justice.courts.rules.terms import OrderKind
from leeward.policy.statistics.models import PublishedCount
from leeward.policy.statistics.operations.gathering import take_in
from leeward.policy.statistics.operations.publishing import publish_figures
from leeward.policy.statistics.operations.sources import SOURCES
from leeward.policy.statistics.rules.measures import Measure, Measured

pytestmark = pytest.mark.django_db
SEED, NATIONS = 20261202, 5
OFF = ROUNDING_BASE // 2
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
MONTHS = [date(2026, month, 1) for month in range(1, 7)]
NOT_ASKED, ASKED, MADE, SOME, NOTHING = "not asked", "asked", "made", "something", "nothing"
KINDS = tuple(each.value for each in OrderKind)
M = Measure
# Which counts make up each measure.
OF = {
    M.CHANCES: {NOT_ASKED, ASKED, MADE},
    M.CHANCES_ASKED: {ASKED, MADE},
    M.CHANCES_MADE: {MADE},
    M.CONVICTIONS: {SOME, NOTHING},
    M.NOTHING_ASKED: {NOTHING},
}

type Atom = tuple[date, str, str]  # a month, a kind of order or "" for convictions, and what became of it
type Noted = dict[tuple[Atom, str], int]  # by court
type Cell = tuple[Measure, Frequency, date, str]


def made_up(draw: random.Random) -> Noted:
    """Half a year of two to five courts, one of which has most of it."""
    courts = [f"court-{number}" for number in range(draw.choice((2, 3, 5)))]
    size = {court: draw.choice((2, 5, 20)) for court in courts} | {courts[0]: 90}
    weight = {each: draw.choice((0.3, 0.6, 1.5)) for each in (*KINDS, NOT_ASKED, ASKED, MADE, SOME, NOTHING)}
    atoms: list[Atom] = [*itertools.product(MONTHS, KINDS, (NOT_ASKED, ASKED, MADE))]
    atoms += [(month, "", what) for month in MONTHS for what in (SOME, NOTHING)]
    return {
        (atom, court): int(draw.expovariate(1 / (size[court] * weight.get(atom[1], 1.0) * weight[atom[2]])))
        for atom in atoms
        for court in courts
    }


def parts(cell: Cell, atoms: list[Atom]) -> np.ndarray:
    """Which counts a printed cell is the sum of."""
    measure, step, start, code = cell
    months = [start] if step is Frequency.MONTH else [month for month in MONTHS if 0 <= month.month - start.month < 3]
    return np.array(
        [float(month in months and what in OF[measure] and code in ("", kind)) for month, kind, what in atoms]
    )


def cells() -> Iterator[Cell]:
    for month, measure in itertools.product(MONTHS, OF):
        yield measure, Frequency.MONTH, month, ""
    for start, measure in itertools.product(MONTHS[::3], (M.CHANCES, M.CHANCES_ASKED)):
        for code in ("", *KINDS):
            yield measure, Frequency.QUARTER, start, code


def published(noted: Noted) -> dict[Cell, int | None]:
    """What is printed of what courts noted, by cell."""
    left = left_without_largest(noted)
    atoms = list(left)
    whole = np.array([sum(number for (atom, _court), number in noted.items() if atom == each) for each in atoms])
    rest = np.array([left[each] for each in atoms])
    made = [
        Measured(
            measure=cell[0],
            step=cell[1],
            start=cell[2],
            code=cell[3],
            count=int(parts(cell, atoms) @ whole),
            left=int(parts(cell, atoms) @ rest),
        )
        for cell in cells()
    ]
    take_in(made, source="before", now=NOW)
    publish_figures(now=NOW)
    found = {(row.measure, row.step, row.start, row.code): row.value for row in PublishedCount.objects.all()}
    return {cell: found[cell[0].value, cell[1].value, cell[2], cell[3]] for cell in cells()}


class Court:
    """Whoever reads what is printed and knows what one court noted: what the others noted are its unknowns."""

    def __init__(self, noted: Noted, printed: dict[Cell, int | None], own: str) -> None:
        self.atoms = list(dict.fromkeys(atom for atom, _court in noted))
        mine = np.array([noted[atom, own] for atom in self.atoms])
        whole = np.array(
            [sum(number for (each, _court), number in noted.items() if each == atom) for atom in self.atoms]
        )
        self.others = whole - mine
        told = [(parts(cell, self.atoms), value) for cell, value in printed.items() if value is not None]
        self.sides = np.array([side for row, _value in told for side in (row, -row)] or [np.zeros(len(self.atoms))])
        self.most = [end for row, value in told for end in (value - row @ mine + OFF, OFF - value + row @ mine)] or [0]

    def width(self, cell: Cell) -> float:
        """How wide the range is in which a cell must lie for all that the court knows."""
        row, ends = parts(cell, self.atoms), []
        for way in (1, -1):
            found = linprog(way * row, A_ub=self.sides, b_ub=self.most)
            if found.status == 3:  # it could be anything
                return float("inf")
            assert found.status == 0, found.message
            ends.append(way * found.fun)
        return float(ends[1] - ends[0])


@pytest.mark.parametrize("nation", range(NATIONS))
def test_no_court_narrows_what_is_hidden_of_all_others(nation: int) -> None:
    noted = made_up(random.Random(f"{SEED} {nation}"))
    printed = published(noted)
    narrowed, left_small, asked = [], [], 0
    for own in sorted({court for _atom, court in noted}):
        court = Court(noted, printed, own)
        for cell, value in printed.items():
            if value is not None:
                if parts(cell, court.atoms) @ court.others < THRESHOLD:
                    left_small.append((own, cell))
                continue
            asked += 1
            if (width := court.width(cell)) < THRESHOLD:
                narrowed.append((own, cell, width))
    assert not narrowed, (SEED, nation)
    assert not left_small, (SEED, nation)
    assert asked, (SEED, nation)


def test_something_is_told_where_several_courts_note_much() -> None:
    noted = {
        (atom, f"court-{number}"): 40
        for atom in dict.fromkeys(atom for atom, _court in made_up(random.Random(SEED)))
        for number in range(4)
    }
    assert None not in published(noted).values()


def test_no_week_is_told_beside_a_month_that_is_a_whole_number_of_weeks() -> None:
    assert Frequency.WEEK not in SOURCES["convictions"].steps
