"""Sums of what rooms print: each is that of the rows behind it, or hidden, and never of what happens to be shown."""

import random
from datetime import date, timedelta

import pytest

from leeward.foundation.lessons.catalogue import all_talks
from leeward.foundation.protection.periods import Frequency, Period
from leeward.foundation.protection.tables import ROUNDING_BASE, THRESHOLD, TOTAL, protect_list
from leeward.justice.perpetrators.figures import endings_counted
from leeward.justice.perpetrators.models import EndingCount
from leeward.justice.perpetrators.rules.check import Ending
from leeward.justice.training.figures import coverage_figures, police_figures, trained_figures, turn_figures
from leeward.justice.training.models import SayingCount
from leeward.justice.training.rules.coverage import Standing, protect_coverage
from leeward.justice.training.rules.terms import JobRole
from tests.foundation.protection import oracle
from tests.justice.counted import employer, sheet
from tests.justice.training.force import NOW, TODAY

pytestmark = pytest.mark.django_db
SEED = 20261202
OFF = ROUNDING_BASE // 2
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


@pytest.mark.parametrize("nation", range(25))
def test_the_nations_training_is_that_of_its_courses_or_hidden(nation: int) -> None:
    draw = random.Random(f"{SEED} {nation}")
    forces = [str(employer(f"Force {number}").public_id) for number in range(3)]
    courses = [f"course-{number}" for number in range(3)]
    true: dict[tuple[str, str], list[int]] = {}
    for course in courses:
        found = {}
        for force in forces:
            for role in ROLES:
                of = draw.choice((0, 3, 12, 40, 90))
                in_date, lately = draw.randint(0, of), draw.randint(0, of)
                found[force, role] = Standing(people=of, in_date=in_date, lately=lately, exempt=0)
                for key in ((force, role), (force, TOTAL), (TOTAL, TOTAL)):
                    sums = true.setdefault(key, [0, 0, 0])
                    true[key] = [one + other for one, other in zip(sums, (of, in_date, lately), strict=True)]
        cells = {
            key: (each.people.value, each.in_date.value, each.lately.value)
            for key, each in protect_coverage(found).items()
            if each.people.status.value != "z"
        }
        sheet(course, TODAY, cells, now=NOW)
    off = OFF * len(courses)
    for line in coverage_figures(today=TODAY):
        force, _slash, role = line.code.partition("/")
        key = (force or TOTAL, role or TOTAL)
        for shown, count in zip((line.people, line.in_date, line.lately), true[key], strict=True):
            assert shown.value is None or abs(shown.value - count) <= off, (SEED, nation, key)
    if (whole := trained_figures(today=TODAY)) is not None:
        assert abs(whole.people - true[TOTAL, TOTAL][0]) <= off, (SEED, nation)
        assert abs(whole.in_date - true[TOTAL, TOTAL][1]) <= off, (SEED, nation)
    officers = [counts for (_force, role), counts in true.items() if role in ROLES[:2]]
    police = police_figures(today=TODAY)
    for shown, place in ((police.people, 0), (police.lately, 2)) if police else ():
        exact = sum(counts[place] for counts in officers)
        assert shown.value is None or abs(shown.value - exact) <= off * len(forces) * 2, (SEED, nation)
