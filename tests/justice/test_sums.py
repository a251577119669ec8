"""Sums of what rooms print: each is that of the rows behind it, or hidden, and never of what happens to be shown."""

import itertools
import random
from collections.abc import Collection, Mapping
from datetime import date, timedelta

import numpy as np
import pytest
from scipy.optimize import linprog  # type: ignore[import-untyped]

from leeward.foundation.lessons.catalogue import all_talks
from leeward.foundation.protection.periods import Frequency, Period
from leeward.foundation.protection.tables import ROUNDING_BASE, THRESHOLD, TOTAL, protect_list
from leeward.justice.perpetrators.figures import endings_counted
from leeward.justice.perpetrators.models import EndingCount
from leeward.justice.perpetrators.rules.check import Ending
from leeward.justice.training.figures import coverage_figures, police_figures, trained_figures, turn_figures
from leeward.justice.training.models import Due, SayingCount
from leeward.justice.training.operations.coverage import count_coverage
from leeward.justice.training.rules.coverage import Covered, Place, Standing, protect_coverage
from leeward.justice.training.rules.terms import JobRole
from tests.foundation.protection import oracle
from tests.justice.counted import due, employer, required
from tests.justice.training.force import NOW, TODAY

pytestmark = pytest.mark.django_db
SEED = 20261202
OFF = ROUNDING_BASE // 2
COUNTED = ("people", "in_date", "lately")
QUARTER = Period(start=date(2026, 7, 1), step=Frequency.QUARTER)
ROLES = (JobRole.INVESTIGATOR.value, JobRole.SUPERVISOR.value, JobRole.CALL_HANDLER.value)


@pytest.mark.parametrize("nation", range(25))
def test_a_quarter_of_endings_is_that_of_its_weeks_and_gives_none_of_them_away(nation: int) -> None:
    draw = random.Random(f"{SEED} {nation}")
    weeks = [date(2026, 7, 6) + timedelta(days=7 * number) for number in range(draw.choice((3, 6, 13)))]
    size = draw.choice((3, 12, 30, 80))
    for week in weeks:
        for ending in Ending:
            if number := int(draw.expovariate(1 / size)):
                EndingCount.objects.create(week=week, ending=ending, number=number)
    told = endings_counted(since=QUARTER.start, until=QUARTER.end)
    rows = list(EndingCount.objects.all())
    printed: dict[tuple[str, ...], int | None] = {}
    for week in sorted({row.week for row in rows}):
        own = {each.value: sum(row.number for row in rows if (row.week, row.ending) == (week, each)) for each in Ending}
        printed |= {(str(week), code): shown.value for code, shown in protect_list(own).items()}
    for code, shown in told.items():
        true = sum(row.number for row in rows if code in (TOTAL, row.ending.value))
        assert shown.value is None or abs(shown.value - true) <= OFF, (SEED, nation, code)
        printed[TOTAL, code] = shown.value
    hidden = [key for key, value in printed.items() if value is None and key[0] != TOTAL]
    axes = (
        tuple(dict.fromkeys(week for week, _code in printed if week != TOTAL)),
        tuple(each.value for each in Ending),
    )
    found = oracle.ranges(axes, printed, targets=hidden, slack=OFF, whole_numbers=False)
    assert all(high - low >= THRESHOLD for low, high in found.values()), (SEED, nation)


@pytest.mark.parametrize("nation", range(25))
def test_all_answers_in_first_calls_are_those_of_the_rows_or_hidden(nation: int) -> None:
    draw = random.Random(f"{SEED} {nation}")
    (talk, *_more), size = all_talks().values(), draw.choice((2, 10, 40))
    employers = [employer(f"Force {number}") for number in range(draw.choice((1, 2, 4)))]
    for turn in talk.turns[: draw.choice((2, 4))]:
        for each in turn.sayings:
            for force in employers:
                if number := int(draw.expovariate(1 / size)):
                    SayingCount.objects.create(
                        week=date(2026, 7, 6), talk=talk.slug, version=talk.version, turn=turn.id, saying=each.id,
                        employer=force, number=number,
                    )  # fmt: skip
    wrong = {(turn.id, each.id) for turn in talk.turns for each in turn.sayings if each.is_wrong}
    rows = list(SayingCount.objects.all())
    (whole, *_worst) = turn_figures(QUARTER)
    for shown, true in (
        (whole.answers, sum(row.number for row in rows)),
        (whole.wrong, sum(row.number for row in rows if (row.turn, row.saying) in wrong)),
    ):
        assert shown.value is None or abs(shown.value - true) <= OFF, (SEED, nation)


@pytest.mark.parametrize("nation", range(8))
def test_the_nations_training_is_counted_from_the_rows_and_rounded_once(nation: int) -> None:
    draw = random.Random(f"{SEED} {nation}")
    forces = [employer(f"Force {number}") for number in range(3)]
    courses = {name: required(f"course-{name}", ROLES) for name in range(4)}
    for requirement in courses.values():
        for force in forces:
            for role in ROLES:
                size = draw.choice((4, 33, 58))
                late = draw.randint(0, size)
                due(requirement, force, role, late=late, in_date=size - late, today=TODAY)
    count_coverage(now=NOW)
    rows = Due.objects.all()
    told = {each.code: each for each in coverage_figures(today=TODAY)}
    places = [("", rows)]
    for force in forces:
        own = rows.filter(learner__employer=force)
        places.append((str(force.public_id), own))
        places += [(f"{force.public_id}/{role}", own.filter(learner__posts__role=role)) for role in ROLES]
    for code, of in places:
        for number, true in (
            (told[code].people, of.count()),
            (told[code].in_date, of.filter(due_on__gte=TODAY).count()),
        ):
            assert number.value is None or abs(number.value - true) <= OFF, (SEED, nation, code)
    assert told[""].in_date.value is not None, (SEED, nation)
    whole = trained_figures(today=TODAY)
    assert whole is not None
    assert (whole.people, whole.in_date) == (told[""].people.value, told[""].in_date.value)
    police = police_figures(today=TODAY)
    assert police is not None
    officers = rows.filter(learner__posts__role__in=ROLES[:2])
    assert police.people.value is None or abs(police.people.value - officers.count()) <= OFF, (SEED, nation)


def made_up(draw: random.Random) -> dict[str, dict[Place, Standing]]:
    """Up to three courses, two to four employers of very different sizes, two or three roles."""
    forces = [f"e{number}" for number in range(draw.choice((2, 3, 4)))]
    size = {force: draw.choice((6, 15, 60, 200)) for force in forces}
    found: dict[str, dict[Place, Standing]] = {}
    for course in ("a", "b", "c")[: draw.choice((1, 2, 3))]:
        for force, role in itertools.product(forces, ROLES[: draw.choice((2, 3))]):
            of = 1 + int(draw.expovariate(1 / size[force]))
            standing = Standing(people=of, in_date=draw.randint(0, of), lately=draw.randint(0, of), exempt=0)
            found.setdefault(course, {})[force, role] = standing
    return found


@pytest.mark.parametrize("nation", range(6))
def test_an_employer_that_knows_its_own_people_narrows_nothing_of_the_others(nation: int) -> None:
    found = made_up(random.Random(f"{SEED} {nation}"))
    employers = sorted({force for places in found.values() for force, _role in places})
    officers = {(force, role) for force in employers for role in ROLES[:2]}
    told = protect_coverage(found, groups={"police": officers})
    narrowed, left_small, asked = [], [], 0
    for own in employers:
        insider = TrainedInsider(found, told, officers=officers, own=own)
        for course, place, what in itertools.product(told, told[TOTAL], COUNTED):
            covered = told[course].get(place)
            if covered is None or place[0] == own:
                continue
            if getattr(covered, what).value is not None:
                if insider.others(course, place, what) < THRESHOLD:
                    left_small.append((own, course, place, what))
            elif place[0] != "police":  # it is hidden for the sake of its parts, which are asked for themselves
                asked += 1
                if (width := insider.width(course, place, what)) < THRESHOLD:
                    narrowed.append((own, course, place, what, width))
    assert not narrowed, (SEED, nation)
    assert not left_small, (SEED, nation)
    assert asked, (SEED, nation)


class TrainedInsider:
    """Whoever reads all that is told of training and knows one employer's own people: others are in date or not."""

    def __init__(
        self,
        found: Mapping[str, Mapping[Place, Standing]],
        told: Mapping[str, Mapping[Place, Covered]],
        *,
        officers: Collection[Place],
        own: str,
    ) -> None:
        self.officers, self.own = officers, own
        self.true = {
            (course, place, what): {"people": of.people, "in_date": of.in_date, "lately": of.lately}[what]
            for course, places in found.items()
            for place, of in places.items()
            for what in COUNTED
        }
        self.at = {variable: number for number, variable in enumerate(self.true)}
        self.bounds = [
            (true, true) if place[0] == own else (0, None) for (_course, place, _what), true in self.true.items()
        ]
        sides, most = [], []
        for course, places in told.items():
            for place, covered in places.items():
                for what in COUNTED:
                    if (value := getattr(covered, what).value) is not None:
                        row = self.row(course, place, what)
                        sides += [row, -row]
                        most += [value + OFF, OFF - value]
        for course, place, what in self.true:
            if what != "people":
                row = np.zeros(len(self.at))
                row[self.at[course, place, what]], row[self.at[course, place, "people"]] = 1, -1
                sides.append(row)
                most.append(0)
        self.sides, self.most = np.array(sides), np.array(most)

    def row(self, course: str, place: Place, what: str) -> np.ndarray:
        """Which counts a cell is the sum of."""
        found = np.zeros(len(self.at))
        for (own_course, own_place, own_what), number in self.at.items():
            is_there = (
                own_place in self.officers
                if place[0] == "police"
                else all(one in (TOTAL, other) for one, other in zip(place, own_place, strict=True))
            )
            found[number] = is_there and course in (TOTAL, own_course) and what == own_what
        return found

    def width(self, course: str, place: Place, what: str) -> float:
        """How wide the range is in which a cell must lie for all that the insider knows."""
        sought, ends = self.row(course, place, what), []
        for way in (1, -1):
            found = linprog(way * sought, A_ub=self.sides, b_ub=self.most, bounds=self.bounds)
            if found.status == 3:  # it could be anything
                return float("inf")
            assert found.status == 0, found.message
            ends.append(way * found.fun)
        return float(ends[1] - ends[0])

    def others(self, course: str, place: Place, what: str) -> int:
        """What all others have in a cell together."""
        counts = self.row(course, place, what)
        return sum(true for each, true in self.true.items() if counts[self.at[each]] and each[1][0] != self.own)
