"""Numbers of training for the nation's figures: no learner, and of an employer only what its coverage prints.

All courses together, and officers of the police, are counted with the room's tables and protected with them as one.
Answers in first calls are added up as they were counted, and protected.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Min, OuterRef, Q, Subquery

from leeward.foundation.labels import Labelled
from leeward.foundation.protection.periods import Period
from leeward.foundation.protection.tables import (
    SUPPRESSED,
    TOTAL,
    Published,
    Status,
    may_publish_quantile,
)
from leeward.justice.training.models import (
    Completion,
    CourseVersion,
    CoverageSheet,
    Due,
    Exemption,
    SayingCount,
    Trigger,
)
from leeward.justice.training.queries.people import IS_VALID, employer_names
from leeward.justice.training.queries.talks import answers_in, wrong_turns
from leeward.justice.training.rules.clock import lately_since
from leeward.justice.training.rules.terms import ANSWER_WITHIN, CourseKind, EmployerKind, JobRole, Result

YEAR = timedelta(days=365)
WORST_TURNS = 3
ROLES: tuple[Labelled, ...] = tuple(JobRole)


@dataclass(frozen=True, kw_only=True)
class TrainedFigures:
    """How many were in date, and under a course at all, as it may be told: rounded, and without who is exempt.

    Whoever is under two courses is counted in both.
    """

    in_date: int
    people: int


def trained_figures(*, today: date) -> TrainedFigures | None:
    """Return what was counted of all courses together in the newest week; None where it may not be told."""
    whole = next((each for each in coverage_figures(today=today) if not each.code), None)
    if whole is None or not whole.people.value or whole.in_date.value is None:
        return None
    return TrainedFigures(in_date=whole.in_date.value, people=whole.people.value)


@dataclass(frozen=True, kw_only=True)
class TriggerFigures:
    """Changes for courses. `oldest_days`: for how long the oldest one has waited for its answer, None where none waits.

    `asked`: those of the last year whose 30 days are over or that have their answer; `in_time`: answered within them.
    """

    waiting: int
    oldest_days: int | None
    asked: int
    in_time: int


def trigger_figures(*, today: date) -> TriggerFigures:
    """Return how authors answer what changes outside."""
    waits = Trigger.objects.filter(answered_on__isnull=True).aggregate(number=Count("pk"), oldest=Min("noticed_on"))
    asked = Trigger.objects.filter(noticed_on__gt=today - ANSWER_WITHIN - YEAR).filter(
        Q(due_on__lt=today) | Q(answered_on__isnull=False)
    )
    found = asked.aggregate(asked=Count("pk"), in_time=Count("pk", filter=Q(answered_on__lte=F("due_on"))))
    oldest = waits["oldest"]
    return TriggerFigures(waiting=waits["number"], oldest_days=(today - oldest).days if oldest else None, **found)


@dataclass(frozen=True, kw_only=True)
class CoverageFigures:
    """People under a course who are not exempt, those in date and those who passed in the last twelve months.

    `code`: an employer's public id, with a role behind a slash or without; "" for everybody. `name`: the employer's.
    """

    people: Published
    in_date: Published
    lately: Published
    code: str = ""
    name: str = ""


def coverage_figures(*, today: date) -> Sequence[CoverageFigures]:
    """Return what was counted in the newest week of all courses together: everybody, employers and their roles."""
    names = employer_names()
    return [
        CoverageFigures(
            people=people,
            in_date=in_date,
            lately=lately,
            code="/".join(each for each in (employer, role) if each != TOTAL),
            name=names.get(employer, ""),
        )
        for (employer, role), (people, in_date, lately) in sorted(_all_courses(today).items())
        if employer == TOTAL or employer in names
    ]


@dataclass(frozen=True, kw_only=True)
class PoliceFigures:
    """Officers of police forces, as their forces and posts tell it, and those who passed in the last twelve months."""

    people: Published
    lately: Published


def police_figures(*, today: date) -> PoliceFigures | None:
    """Return what was counted of police officers in the newest week; None where there are none."""
    found = _all_courses(today).get((EmployerKind.POLICE.value, TOTAL))
    return None if found is None else PoliceFigures(people=found[0], lately=found[2])


def _all_courses(today: date) -> Mapping[tuple[str, str], tuple[Published, Published, Published]]:
    """Return what the newest sheet of all courses tells by employer and role: people, in date, passed lately."""
    newest = CoverageSheet.objects.filter(course=None, week_on__lte=today).order_by("-week_on").first()
    return {
        (employer, role): (_told(people), _told(in_date), _told(lately))
        for employer, role, people, in_date, lately, *_rest in (newest.cells if newest else ())
        if _told(people).status is not Status.NOT_APPLICABLE
    }


def _told(number: tuple[int | None, str]) -> Published:
    value, status = number
    return Published(value=value, status=Status(status))


def overdue_days(*, today: date) -> Published | None:
    """Return for how many days half of what is overdue has been; None where nothing is, hidden where little is."""
    exempt = Exemption.objects.filter(IS_VALID, from_on__lte=today, until_on__gte=today).values("learner")
    late = Due.objects.filter(Q(until_on__isnull=True) | Q(until_on__gte=today), start_on__lte=today, due_on__lt=today)
    rows = late.exclude(learner__in=exempt).order_by("-due_on", "pk")
    number = rows.count()
    if not number:
        return None
    if not may_publish_quantile(percent=50, observations=number):
        return SUPPRESSED
    middle = rows.values_list("due_on", flat=True)[(number - 1) // 2]
    return Published(value=(today - middle).days)


@dataclass(frozen=True, kw_only=True)
class PassesFigures:
    """Passes of the last twelve months, full ones and deltas, and those of the version that is the newest today."""

    passes: int
    present: int


def passes_figures(*, today: date) -> PassesFigures:
    """Return how many know what stands in the courses today. True counts: whoever publishes them protects them."""
    newest = CourseVersion.objects.filter(course=OuterRef("course"), published_on__lte=today).order_by("-number")
    counts = Q(result=Result.PASSED) | Q(result=Result.COMPLETED, course__kind=CourseKind.BRIEFING)
    rows = Completion.objects.filter(
        counts, on__gt=lately_since(today), on__lte=today, voids__isnull=True, voided_by__isnull=True
    )
    present = Count("pk", filter=Q(version=F("newest")))
    return PassesFigures(
        **rows.annotate(newest=Subquery(newest.values("number")[:1])).aggregate(passes=Count("pk"), present=present)
    )


@dataclass(frozen=True, kw_only=True)
class TurnFigures:
    """Answers given in first calls, and those that hurt. `code`: a talk, a turn and an answer; "" for all of them."""

    answers: Published
    wrong: Published
    code: str = ""
    name: str = ""


def turn_figures(quarter: Period) -> Iterator[TurnFigures]:
    """Yield all answers of a quarter that is over, and the most frequent of those that hurt, as they are printed.

    Nothing where nobody practised.
    """
    found = answers_in(quarter)
    if found is None:
        return
    yield TurnFigures(answers=found.answers, wrong=found.wrong)
    for number, (talk, turn, line) in enumerate(wrong_turns(quarter)):
        if number < WORST_TURNS:
            code, name = f"{talk.slug}/{turn.id}/{line.saying.id}", line.saying.words.get("en", "")
            yield TurnFigures(answers=line.asked, wrong=line.number, code=code, name=name)


def first_day() -> date | None:
    """Return the first day of which something is counted by its period."""
    first: date | None = SayingCount.objects.aggregate(first=Min("week"))["first"]
    return first
