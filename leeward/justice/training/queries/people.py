"""An employer's people, courses and what they are due for, as its training manager sees them.

Counts need no key. Who somebody is needs the employer's file, open; without it a line has no name.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from leeward.foundation.days import day_in
from leeward.foundation.outbox.errors import ParcelUnknown
from leeward.foundation.outbox.queries import find_parcel
from leeward.foundation.outbox.rules.parcels import Stage
from leeward.foundation.rows import read_row
from leeward.foundation.vault.operations import OpenFile
from leeward.justice.training.errors import LearnerUnknown
from leeward.justice.training.keys import index_of
from leeward.justice.training.models import Completion, Course, CourseVersion, Due, Employer, Exemption, Learner, Post
from leeward.justice.training.rules.clock import Marks, gaps_between, lately_since, state_on
from leeward.justice.training.rules.files import normal_number
from leeward.justice.training.rules.reminders import NotReminded, why_not_now
from leeward.justice.training.rules.terms import (
    DueState,
    EmployerKind,
    ExemptReason,
    JobRole,
    Result,
    Source,
    counts_as_pass,
)

IS_VALID = Q(ended_at__isnull=True) & (Q(needs_second=False) | Q(agreed_at__isnull=False))

# How long ago a reminder was written, and how soon something is due, as the chart counts it.
WEEK_DAYS, MONTH_DAYS = 7, 30


@dataclass(frozen=True, kw_only=True)
class EmployerLine:
    """An employer, and how many people it has in post."""

    public_id: uuid.UUID
    name: str
    kind: EmployerKind
    domains: tuple[str, ...]
    stale_at: datetime | None
    zone: str
    language: str
    member: uuid.UUID | None
    people: int = 0

    def today(self, now: datetime) -> date:
        """The day that it is where its people work."""
        return day_in(self.zone, now)


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How many people are under a requirement, where they stand, and who passed in the last twelve months.

    `people` and all below it are without those who are exempt, who stand beside.
    """

    people: int = 0
    exempt: int = 0
    up_to_date: int = 0
    due_soon: int = 0
    overdue: int = 0
    lapsed: int = 0
    lately: int = 0

    @property
    def in_date(self) -> int:
        """How many are in date."""
        return self.up_to_date + self.due_soon

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(**{name: value + getattr(other, name) for name, value in vars(self).items()})


@dataclass(frozen=True, kw_only=True)
class BoardLine:
    """One course and one team or role, with its numbers."""

    course: str
    title: Mapping[str, str]
    about: str
    tally: Tally


@dataclass(frozen=True, kw_only=True)
class DueLine:
    """Somebody and one course that is required of them."""

    learner: uuid.UUID
    name: str
    number: str
    team: str
    role: JobRole | None
    course: str
    title: Mapping[str, str]
    due_on: date
    state: DueState
    full_on: date | None
    pending: int | None


@dataclass(frozen=True, kw_only=True)
class PostLine:
    """A post and its days."""

    role: JobRole
    from_on: date
    until_on: date | None


@dataclass(frozen=True, kw_only=True)
class CompletionShown:
    """A completion, and whether it was taken back."""

    reference: uuid.UUID
    course: str
    title: Mapping[str, str]
    version: int
    is_delta: bool
    on: date
    result: Result
    score: Decimal | None
    source: Source
    is_void: bool
    is_pass: bool
    certificate: str = ""


@dataclass(frozen=True, kw_only=True)
class ExemptionLine:
    """An exemption. `waits`: for a second person."""

    reference: uuid.UUID
    learner: uuid.UUID
    name: str
    reason: ExemptReason
    from_on: date
    until_on: date
    asked_by: str
    waits: bool


@dataclass(frozen=True, kw_only=True)
class Reminder:
    """The last reminder to somebody. `stage`: where the outbox has it, None where it no longer knows."""

    on: date
    stage: Stage | None


@dataclass(frozen=True, kw_only=True)
class DueCounts:
    """How much is due soon or late, by the day; and how many people, by when a reminder was last written to them."""

    long_late: int
    late: int
    month: int
    later: int
    week_ago: int
    month_ago: int
    long_ago: int
    never: int


@dataclass(frozen=True, kw_only=True)
class Person:
    """One of an employer's people, in full."""

    reference: uuid.UUID
    name: str
    number: str
    team: str
    has_mailbox: bool
    left_on: date | None
    reminder: Reminder | None
    not_reminded: NotReminded | None
    posts: tuple[PostLine, ...]
    gaps: tuple[tuple[date, date], ...]
    dues: tuple[DueLine, ...]
    completions: tuple[CompletionShown, ...]
    exemptions: tuple[ExemptionLine, ...]


def employer_lines() -> tuple[EmployerLine, ...]:
    """Every employer, by name."""
    rows = Employer.objects.annotate(people=Count("learners__posts", filter=Q(learners__posts__until_on__isnull=True)))
    return tuple(read_row(EmployerLine, row) for row in rows.order_by("name"))


def read_employer(employer: uuid.UUID) -> EmployerLine | None:
    """One employer, None where there is none."""
    row = Employer.objects.filter(public_id=employer).first()
    return read_row(EmployerLine, row) if row else None


def employer_names() -> dict[str, str]:
    """Names by public id: those to whom training managers may belong."""
    return {
        str(public_id): name for public_id, name in Employer.objects.order_by("name").values_list("public_id", "name")
    }


def due_now(today: date) -> QuerySet[Due]:
    """What is required of whom on a day, each with the role of their post and whether they are exempt."""
    rows = Due.objects.filter(Q(until_on__isnull=True) | Q(until_on__gte=today), start_on__lte=today)
    return _with_standing(rows, today).order_by()


def state_is(state: DueState, today: date) -> Q:
    """Which rows of `due_now` stand so on that day."""
    on_duty = Q(is_exempt=False)
    return {
        DueState.EXEMPT: Q(is_exempt=True),
        DueState.UP_TO_DATE: on_duty & Q(soon_on__gt=today),
        DueState.DUE_SOON: on_duty & Q(soon_on__lte=today, due_on__gte=today),
        DueState.OVERDUE: on_duty & Q(due_on__lt=today, lapses_on__gte=today),
        DueState.LAPSED: on_duty & Q(lapses_on__lt=today),
    }[state]


def tally_by(rows: QuerySet[Due], today: date, *columns: str) -> list[tuple[tuple[Any, ...], Tally]]:
    """Count people by these columns, such as `role`, of rows that may not all be running. It knows no subquery a row.

    Whoever holds two posts at once is counted in both; a roster gives nobody two.
    """
    running = rows.filter(Q(until_on__isnull=True) | Q(until_on__gte=today), start_on__lte=today).filter(
        Q(learner__posts__until_on__isnull=True) | Q(learner__posts__until_on__gte=today),
        learner__posts__from_on__lte=today,
    )
    found = running.annotate(role=F("learner__posts__role")).order_by()
    exempt = Exemption.objects.filter(IS_VALID, from_on__lte=today, until_on__gte=today).values("learner")
    counted = {
        "up_to_date": Q(soon_on__gt=today),
        "due_soon": Q(soon_on__lte=today, due_on__gte=today),
        "overdue": Q(due_on__lt=today, lapses_on__gte=today),
        "lapsed": Q(lapses_on__lt=today),
        "lately": Q(full_on__gt=lately_since(today), full_on__lte=today),
    }
    counts = {name: Count("pk", filter=where) for name, where in counted.items()}
    tallies: dict[tuple[Any, ...], Tally] = {}
    for each in found.exclude(learner__in=exempt).values(*columns).annotate(people=Count("pk"), **counts):
        key = tuple(each[name] for name in columns)
        tallies[key] = Tally(**{name: each[name] for name in ("people", *counts)})
    for each in found.filter(learner__in=exempt).values(*columns).annotate(exempt=Count("pk")):
        key = tuple(each[name] for name in columns)
        tallies[key] = tallies.get(key, Tally()) + Tally(exempt=each["exempt"])
    return list(tallies.items())


def read_board(employer: uuid.UUID, *, opened: OpenFile | None, today: date) -> tuple[list[BoardLine], list[BoardLine]]:
    """Where an employer's people stand: by course and team, and by course and role."""
    rows = Due.objects.filter(learner__employer__public_id=employer)
    counted = tally_by(rows, today, "requirement__course", "learner__unit", "role")
    courses = {row.pk: row for row in Course.objects.all()}
    units = _unit_names(employer, opened)
    teams: dict[tuple[int, str], Tally] = {}
    roles: dict[tuple[int, str], Tally] = {}
    for (course, unit, role), tally in counted:
        team = (course, units.get(unit, ""))
        teams[team] = teams.get(team, Tally()) + tally
        roles[course, role or ""] = roles.get((course, role or ""), Tally()) + tally
    return _board_lines(teams, courses), _board_lines(roles, courses)


def due_lines(rows: Sequence[Any], *, opened: OpenFile | None, today: date) -> tuple[DueLine, ...]:
    """Rows of `due_now` as a list shows them."""
    return tuple(_due_line(row, opened=opened, today=today) for row in rows)


def tell_due(rows: QuerySet[Due], *, today: date) -> QuerySet[Due]:
    """What is told of rows of `due_now`."""
    return _with_standing(rows, today).select_related("learner__unit", "requirement__course")


def read_person(learner: uuid.UUID, *, employer: uuid.UUID, opened: OpenFile, today: date) -> Person:
    """One of an employer's people. Raises LearnerUnknown."""
    row = _learner(employer).filter(reference=learner).select_related("employer", "unit").first()
    if row is None:
        raise LearnerUnknown
    dues = tell_due(due_now(today).filter(learner=row), today=today).order_by("due_on")
    return Person(
        reference=row.reference,
        name=row.unbox(opened, "name"),
        number=row.unbox(opened, "number"),
        team=row.unit.unbox(opened, "name") if row.unit else "",
        has_mailbox=bool(row.mailbox),
        left_on=row.left_on,
        reminder=last_reminder(row),
        not_reminded=why_not_reminded(row, today=today),
        posts=tuple(read_row(PostLine, post) for post in row.posts.order_by("-from_on")),
        gaps=gaps_between(row.posts.values_list("from_on", "until_on")),
        dues=due_lines(list(dues), opened=opened, today=today),
        completions=completions_of(row.pk),
        exemptions=exemption_lines(row.exemptions.filter(ended_at__isnull=True), opened=opened),
    )


def asks_first(row: Learner) -> Due | None:
    """What somebody is due for first, of what has no end; None where nothing is."""
    return Due.objects.filter(learner=row, until_on__isnull=True).order_by("due_on").first()


def exempt_until(row: Learner, *, today: date) -> date | None:
    """The last day of the exemption that counts for somebody on this day, None where none does."""
    counts = row.exemptions.filter(IS_VALID, from_on__lte=today, until_on__gte=today)
    return counts.order_by("-until_on").values_list("until_on", flat=True).first()


def soon_for(row: Learner, *, today: date) -> date | None:
    """From when what somebody is due for first is due soon; None where they are exempt or leave."""
    first = asks_first(row)
    if first is None or row.left_on is not None or exempt_until(row, today=today) is not None:
        return None
    return first.soon_on


def last_reminder(row: Learner) -> Reminder | None:
    """The last reminder to somebody, as the outbox has it; None before the first. Its day is that of its sending."""
    if row.reminded_on is None:
        return None
    try:
        mail = find_parcel(row.reminder) if row.reminder else None
    except ParcelUnknown:
        mail = None
    if mail is None:
        return Reminder(on=row.reminded_on, stage=None)
    return Reminder(on=day_in(row.employer.zone, mail.sent_at) if mail.sent_at else row.reminded_on, stage=mail.state)


def count_due(employer: uuid.UUID, *, today: date) -> DueCounts:
    """Count what an employer's people are due for, soon or late, and when they were last reminded of it."""
    rows = due_now(today).filter(Q(is_exempt=False, soon_on__lte=today), learner__employer__public_id=employer)
    month, week = timedelta(days=MONTH_DAYS), timedelta(days=WEEK_DAYS)
    written = "learner__reminded_on"
    lines = {
        "long_late": Q(due_on__lt=today - month),
        "late": Q(due_on__gte=today - month, due_on__lt=today),
        "month": Q(due_on__gte=today, due_on__lt=today + month),
        "later": Q(due_on__gte=today + month),
    }
    people = {
        "week_ago": Q(**{f"{written}__gt": today - week}),
        "month_ago": Q(**{f"{written}__lte": today - week, f"{written}__gt": today - month}),
        "long_ago": Q(**{f"{written}__lte": today - month}),
        "never": Q(**{f"{written}__isnull": True}),
    }
    counts = {name: Count("pk", filter=where) for name, where in lines.items()}
    counts |= {name: Count("learner", filter=where, distinct=True) for name, where in people.items()}
    return DueCounts(**rows.aggregate(**counts))


def why_not_reminded(row: Learner, *, today: date) -> NotReminded | None:
    """Why somebody cannot be reminded now, None where they can."""
    last = last_reminder(row)
    waits = last is not None and last.stage in (Stage.WAITING, Stage.SENDING)
    is_due = row.remind_on is not None and row.remind_on <= today
    return why_not_now(
        today=today,
        has_mailbox=bool(row.mailbox),
        soon_on=soon_for(row, today=today),
        last_on=last.on if last is not None and last.stage is not Stage.FAILED else None,
        is_on_its_way=row.reminder_wanted_at is not None or waits or is_due,
    )


def is_learner_of(learner: str, *, employer: uuid.UUID) -> bool:
    """Whether there is such a learner of this employer."""
    try:
        reference = uuid.UUID(learner)
    except ValueError:
        return False
    return Learner.objects.filter(reference=reference, employer__public_id=employer).exists()


def teams_of_learner(learner: str) -> tuple[str, ...]:
    """The vault's team that opens who this learner is; none where there is no such learner."""
    row = Learner.objects.select_related("employer").filter(reference=learner).first()
    return (row.employer.team,) if row else ()


def dues_of(learner: int, *, today: date) -> tuple[DueLine, ...]:
    """What is required of somebody now, the first day first; without a name."""
    rows = tell_due(due_now(today).filter(learner=learner), today=today).order_by("due_on", "pk")
    return due_lines(list(rows), opened=None, today=today)


def completions_of(learner: int) -> tuple[CompletionShown, ...]:
    """What somebody took, the newest first."""
    rows = Completion.objects.filter(learner=learner, voids__isnull=True).select_related("course", "certificate")
    return _shown(rows)


def _shown(rows: QuerySet[Completion]) -> tuple[CompletionShown, ...]:
    """Completions, the newest first."""
    void = Exists(Completion.objects.filter(voids=OuterRef("pk")))
    return tuple(
        read_row(
            CompletionShown,
            row,
            course=row.course.code,
            title=row.course.title,
            is_pass=counts_as_pass(row.result, row.course.kind) and not row.is_delta and not row.is_void,
            certificate=row.certificate.number if hasattr(row, "certificate") else "",
        )
        for row in rows.annotate(is_void=void).order_by("-on", "-noted_at")
    )


def running_exemptions(employer: uuid.UUID, *, today: date) -> QuerySet[Exemption]:
    """Exemptions of an employer's people that count or wait for a second person."""
    return Exemption.objects.filter(
        learner__employer__public_id=employer, ended_at__isnull=True, until_on__gte=today
    ).order_by("until_on", "pk")


def exemption_lines(rows: QuerySet[Exemption], *, opened: OpenFile | None = None) -> tuple[ExemptionLine, ...]:
    """Exemptions as they stand; without the employer's file they name nobody."""
    return tuple(
        read_row(
            ExemptionLine,
            row,
            learner=row.learner.reference,
            name=row.learner.peek(opened, "name"),
            waits=row.needs_second and row.agreed_at is None,
        )
        for row in rows.select_related("learner")
    )


def find_by_number(employer: uuid.UUID, number: str) -> uuid.UUID | None:
    """The one with this staff number, found without opening anything; None where there is nobody."""
    index = index_of(employer, "number", normal_number(number))
    found = _learner(employer).filter(number_index=index).first() if index else None
    return found.reference if found else None


def known_numbers(employer: uuid.UUID) -> frozenset[str]:
    """The blind names of all staff numbers."""
    rows = Learner.objects.filter(employer__public_id=employer).exclude(number_index="")
    return frozenset(rows.values_list("number_index", flat=True))


def published_versions() -> dict[str, dict[int, date]]:
    """When each version of each course was published."""
    found: dict[str, dict[int, date]] = {}
    for course, number, on in CourseVersion.objects.values_list("course__code", "number", "published_on"):
        found.setdefault(course, {})[number] = on
    return found


def _with_standing(rows: QuerySet[Due], today: date) -> QuerySet[Due]:
    posts = Post.objects.filter(_runs_on(today), learner=OuterRef("learner")).order_by("-from_on")
    exempt = Exemption.objects.filter(IS_VALID, learner=OuterRef("learner"), from_on__lte=today, until_on__gte=today)
    return rows.annotate(role=Subquery(posts.values("role")[:1]), is_exempt=Exists(exempt))


def _learner(employer: uuid.UUID) -> QuerySet[Learner]:
    return Learner.objects.filter(employer__public_id=employer, forgotten_at__isnull=True)


def _runs_on(today: date) -> Q:
    return Q(from_on__lte=today) & (Q(until_on__isnull=True) | Q(until_on__gte=today))


def _unit_names(employer: uuid.UUID, opened: OpenFile | None) -> dict[int | None, str]:
    row = Employer.objects.get(public_id=employer)
    return {unit.pk: unit.peek(opened, "name") for unit in row.units.all()}


def _board_lines(tallies: Mapping[tuple[int, str], Tally], courses: Mapping[int, Course]) -> list[BoardLine]:
    ordered = sorted(tallies.items(), key=lambda each: (courses[each[0][0]].code, each[0][1]))
    return [
        BoardLine(course=courses[course].code, title=courses[course].title, about=about, tally=tally)
        for (course, about), tally in ordered
    ]


def _due_line(row: Any, *, opened: OpenFile | None, today: date) -> DueLine:
    learner: Learner = row.learner
    return DueLine(
        learner=learner.reference,
        name=learner.peek(opened, "name"),
        number=learner.peek(opened, "number"),
        team=learner.unit.peek(opened, "name") if learner.unit else "",
        role=JobRole(row.role) if row.role else None,
        course=row.requirement.course.code,
        title=row.requirement.course.title,
        due_on=row.due_on,
        state=state_on(today, Marks(row.soon_on, row.due_on, row.lapses_on), is_exempt=row.is_exempt),
        full_on=row.full_on,
        pending=row.pending,
    )


def team_choices(employer: uuid.UUID, *, opened: OpenFile) -> list[tuple[str, str]]:
    """An employer's teams by their keys, with their names in order."""
    names = ((str(key), name) for key, name in _unit_names(employer, opened).items())
    return sorted(names, key=lambda each: each[1].casefold())
