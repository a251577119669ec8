"""What training and change have counted, as rows: so that their figures have something to tell."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from leeward.foundation.lessons.catalogue import all_talks
from leeward.justice.perpetrators.models import EndingCount, Trial, TrialCount
from leeward.justice.perpetrators.rules.check import Ending
from leeward.justice.perpetrators.rules.trials import Arm
from leeward.justice.training.models import (
    Course,
    CourseVersion,
    CoverageSheet,
    Due,
    Employer,
    Learner,
    Post,
    Requirement,
    SayingCount,
    Trigger,
)
from leeward.justice.training.rules.terms import CourseKind, EmployerKind, JobRole, TriggerKind

DAY = timedelta(days=1)
NOTHING = [None, "z"]
HIDDEN = [None, "c"]
type Cells = Mapping[tuple[str, str], tuple[int | None, int | None, int | None]]


def employer(name: str, kind: EmployerKind = EmployerKind.POLICE) -> Employer:
    return Employer.objects.create(name=name, kind=kind, changed_at=datetime(2026, 1, 2, tzinfo=UTC))


def sheet(code: str, week_on: date, cells: Cells, *, now: datetime) -> CoverageSheet:
    """A course's sheet of a week, that of all courses where `code` is "". Of a cell: people, in date, lately.

    None is hidden.
    """
    course = Course.objects.get_or_create(code=code, defaults={"kind": CourseKind.LESSON})[0] if code else None
    told = [
        [*key, *(HIDDEN if each is None else [each, ""] for each in numbers), NOTHING] for key, numbers in cells.items()
    ]
    return CoverageSheet.objects.create(course=course, week_on=week_on, counted_at=now, cells=told)


def overdue(of: Employer, code: str, days: list[int], *, today: date) -> None:
    """So many people, each late by so many days."""
    course, _is_new = Course.objects.get_or_create(code=code, defaults={"kind": CourseKind.LESSON})
    requirement = Requirement.objects.create(
        course=course, roles=[JobRole.FIRST_RESPONDER], from_on=date(2025, 1, 1), source="A rule"
    )
    for each in days:
        due = today - each * DAY
        learner = Learner.objects.create(employer=of)
        Due.objects.create(
            learner=learner, requirement=requirement, start_on=date(2025, 1, 1), soon_on=due, due_on=due, lapses_on=due
        )


def required(code: str, roles: Sequence[str]) -> Requirement:
    """A course that is required of these posts."""
    course, _is_new = Course.objects.get_or_create(code=code, defaults={"kind": CourseKind.LESSON})
    return Requirement.objects.create(course=course, roles=list(roles), from_on=date(2025, 1, 1), source="A rule")


def due(requirement: Requirement, of: Employer, role: str, *, late: int, in_date: int, today: date) -> None:
    """So many people of a post who are late, and so many who are in date and passed lately."""
    for number in range(late + in_date):
        on = today + (-5 if number < late else 200) * DAY
        learner = Learner.objects.create(employer=of)
        Post.objects.create(learner=learner, role=JobRole(role), from_on=date(2025, 1, 1))
        Due.objects.create(
            learner=learner, requirement=requirement, start_on=date(2025, 1, 1), soon_on=on, due_on=on,
            lapses_on=on + 30 * DAY, full_on=None if number < late else today - 30 * DAY,
        )  # fmt: skip


def versions(code: str, *days: date, now: datetime) -> Course:
    course, _is_new = Course.objects.get_or_create(code=code, defaults={"kind": CourseKind.LESSON})
    for number, day in enumerate(days, start=1):
        CourseVersion.objects.create(
            course=course, number=number, lesson=code, digest="", published_on=day, published_at=now, published_by=""
        )
    return course


def ended_trial(code: str, counts: Mapping[Arm, tuple[int, int]], *, now: datetime) -> None:
    trial = Trial.objects.create(
        code=code, texts={}, followed=300, more_percent=50, weekly=1_000, begun_at=now - 70 * DAY, ended_at=now
    )
    for arm, (shown, followed) in counts.items():
        TrialCount.objects.create(trial=trial, arm=arm, shown=shown, followed=followed)


def practised(week: date, *, number: int = 40) -> None:
    """Of the first talk each answer of the first turn, so often in a week."""
    talk = next(iter(all_talks().values()))
    turn = talk.turns[0]
    SayingCount.objects.bulk_create(
        SayingCount(week=week, talk=talk.slug, version=talk.version, turn=turn.id, saying=each.id, number=number)
        for each in turn.sayings
    )


def trained_and_referred(*, now: datetime) -> None:
    """A little of everything."""
    today = now.date()
    force = employer("North Police")
    role = (str(force.public_id), JobRole.INVESTIGATOR.value)
    cells = (40, 25, 20)
    sheet("", today, {role: cells, ("police", "_T"): cells, ("_T", "_T"): cells}, now=now)
    overdue(force, "patterns", [5], today=today)
    Trigger.objects.create(
        public_id=uuid.uuid4(),
        key="law/1",
        kind=TriggerKind.LAW,
        about="A law",
        noticed_on=today,
        due_on=today + 30 * DAY,
    )
    practised(date(today.year, 1, 5))
    EndingCount.objects.create(week=date(today.year, 1, 5), ending=Ending.TALK, number=30)
    ended_trial("first", {Arm.A: (1_003, 52), Arm.B: (997, 83)}, now=now)
