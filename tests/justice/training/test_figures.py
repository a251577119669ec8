"""What training tells the nation's statistics: what is printed of all courses together."""

from datetime import date, timedelta

import pytest

from leeward.foundation.protection.periods import Frequency, Period
from leeward.foundation.protection.tables import SUPPRESSED, Published
from leeward.justice.training.figures import (
    coverage_figures,
    overdue_days,
    passes_figures,
    police_figures,
    trained_figures,
    turn_figures,
)
from leeward.justice.training.models import Completion, Learner, SayingCount
from leeward.justice.training.rules.terms import EmployerKind, JobRole, Result, Source
from tests.justice.counted import Cells, employer, overdue, sheet, versions
from tests.justice.training.force import NOW, TODAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ALL = "_T"


def test_what_is_told_is_the_newest_sheet_of_all_courses_and_no_sum_of_theirs() -> None:
    north, south = employer("North Police"), employer("South Courts", EmployerKind.COURT)
    judge, officer = JobRole.COURT_STAFF.value, JobRole.FIRST_RESPONDER.value
    n, s = str(north.public_id), str(south.public_id)
    old: Cells = {(ALL, ALL): (900, 900, 900)}
    sheet("", TODAY - 7 * DAY, old, now=NOW)
    for course in ("patterns", "orders"):
        sheet(course, TODAY, {(ALL, ALL): (240, 180, 165)}, now=NOW)
    cells: Cells = {
        (ALL, ALL): (475, 360, 335),
        (n, ALL): (315, 240, 225),
        (n, officer): (150, None, 100),
        (s, judge): (None, None, None),
        ("police", ALL): (205, 155, 140),
    }
    sheet("", TODAY, cells, now=NOW)
    told = {each.code: (each.people, each.in_date, each.lately) for each in coverage_figures(today=TODAY)}
    assert [each.value for each in told[""]] == [475, 360, 335]
    assert [each.value for each in told[n]] == [315, 240, 225]
    assert [each.value for each in told[f"{n}/{officer}"]] == [150, None, 100]
    assert told[f"{s}/{judge}"] == (SUPPRESSED, SUPPRESSED, SUPPRESSED)
    assert "police" not in told
    assert {each.code: each.name for each in coverage_figures(today=TODAY)}[n] == "North Police"
    found = police_figures(today=TODAY)
    assert found is not None
    assert (found.people.value, found.lately.value) == (205, 140)


def test_without_police_or_before_anything_was_counted_no_number_is_told() -> None:
    south = employer("South Courts", EmployerKind.COURT)
    sheet("", TODAY, {(str(south.public_id), JobRole.SUPERVISOR.value): (50, 30, 25)}, now=NOW)
    assert police_figures(today=TODAY) is None
    assert coverage_figures(today=TODAY - 8 * DAY) == []
    assert trained_figures(today=TODAY) is None


def test_days_overdue_are_told_of_twenty_at_least() -> None:
    assert overdue_days(today=TODAY) is None
    north = employer("North Police")
    overdue(north, "patterns", [0, *range(1, 20)], today=TODAY)
    assert overdue_days(today=TODAY) == SUPPRESSED, "nineteen are late; one is due today"
    overdue(north, "patterns", [400], today=TODAY)
    assert overdue_days(today=TODAY) == Published(value=10)


def test_passes_count_as_present_by_the_newest_version_of_their_course() -> None:
    versions("patterns", TODAY - 500 * DAY, TODAY - 30 * DAY, TODAY + DAY, now=NOW)
    course = versions("orders", TODAY - 400 * DAY, now=NOW)
    patterns = versions("patterns", now=NOW)
    learner = Learner.objects.create(employer=employer("North Police"))

    def passed(of: object, version: int, on: date, result: Result = Result.PASSED) -> Completion:
        source = f"{Completion.objects.count()}"
        return Completion.objects.create(
            learner=learner, course=of, version=version, on=on, result=result, source=Source.UPLOAD, source_id=source,
            noted_at=NOW, noted_by="",
        )  # fmt: skip

    passed(patterns, 1, TODAY - 100 * DAY)
    passed(patterns, 2, TODAY - 20 * DAY)
    passed(course, 1, TODAY - 200 * DAY)
    passed(course, 1, TODAY - 366 * DAY)
    passed(course, 1, TODAY - 10 * DAY, Result.FAILED)
    passed(course, 1, TODAY - 10 * DAY, Result.COMPLETED)
    wrong = passed(course, 1, TODAY - 9 * DAY)
    Completion.objects.create(
        learner=learner, course=course, version=1, on=wrong.on, result=wrong.result, source=Source.UPLOAD,
        source_id="void", noted_at=NOW, noted_by="", voids=wrong,
    )  # fmt: skip
    found = passes_figures(today=TODAY)
    assert (found.passes, found.present) == (3, 2)


def test_the_three_most_frequent_wrong_turns_are_told_and_all_answers_together() -> None:
    quarter = Period(start=date(2026, 7, 1), step=Frequency.QUARTER)
    assert list(turn_figures(quarter)) == [], "nobody practised"
    for turn, saying, number in (
        ("messages", "keep", 140),
        ("messages", "delete", 75),
        ("messages", "send-me", 25),
    ):
        SayingCount.objects.create(
            week=date(2026, 7, 6), talk="first-call", version=1, turn=turn, saying=saying, number=number
        )
    whole, *worst = turn_figures(quarter)
    assert (whole.answers.value, whole.wrong.value) == (240, 100)
    assert [(each.code, each.wrong.value, each.answers.value) for each in worst] == [
        ("first-call/messages/delete", 75, 240),
        ("first-call/messages/send-me", 25, 240),
    ]
