"""What the helpline's own pages list: queues and what is next in them, reviews, who is on what."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial, reduce
from operator import or_

from django.db.models import F, Q, QuerySet

from leeward.foundation.accounts.queries import staff_of_role
from leeward.foundation.accounts.rules import Role
from leeward.foundation.references import identities_beginning
from leeward.foundation.rows import read_row
from leeward.foundation.work.inherited import SecondLookLine
from leeward.foundation.work.keyset import Order, count_capped
from leeward.foundation.work.rooms import COUNTED
from leeward.victim.helpline.models import BY_PROMISE, Case, CaseEvent, Clearance, Review
from leeward.victim.helpline.queries.cases import TEAM, CaseLine, EventView, case_lines, tell_cases
from leeward.victim.helpline.queries.tasks import has_one_of, has_task, next_task, tasks_of_row, tell_tasks
from leeward.victim.helpline.rules.calls import CallState
from leeward.victim.helpline.rules.cases import ENDS, CaseState, EventKind
from leeward.victim.helpline.rules.opened import OpenCase
from leeward.victim.helpline.rules.tasks import Task, TaskKind
from leeward.victim.helpline.rules.volunteers import Withdrawn
from leeward.victim.removals.rules.reports import Band

MOST = 50
FOUND = 8


class Queue(StrEnum):
    """One of the helpline's work lists."""

    WAITING = "waiting"  # something of theirs has no answer yet
    CALLS = "calls"  # they asked for a call
    REVIEW = "review"  # set aside, and the day to look again has come
    SILENT = "silent"  # we wrote last, and no answer has come for long
    HELPS = "helps"  # help without an end for long
    SAFETY = "safety"  # the day has come on which danger is asked about again
    PLANS = "plans"  # the day has come on which somebody looks at a plan with its person
    REFERRED = "referred"  # what was passed on came back, has a question, or was not begun
    OPEN = "open"
    ALL = "all"


# What is to be done about the cases of a queue that has no columns of its own.
TASKS: Mapping[Queue, Sequence[TaskKind]] = {
    Queue.REVIEW: (TaskKind.REVIEW,),
    Queue.SAFETY: (TaskKind.RISK_REVIEW,),
    Queue.PLANS: (TaskKind.PLAN_REVIEW,),
    Queue.SILENT: (TaskKind.ASK_AGAIN, TaskKind.CLOSE),
    Queue.HELPS: (TaskKind.END_HELP,),
    Queue.REFERRED: (
        TaskKind.SERVICE_ASKS,
        TaskKind.CAME_BACK,
        TaskKind.OVERRIDE_BACK,
        TaskKind.TELL,
        TaskKind.NOT_BEGUN,
        TaskKind.ACTION,
    ),
}


@dataclass(frozen=True, kw_only=True)
class TaskLine(CaseLine):
    """A case on a list, with what is to be done next; None where nothing is to be done by us.

    `call_due`: where the quarter of a day begins in which they may be called; None where no call is agreed.
    """

    turn_since: datetime | None
    call_due: datetime | None
    task: Task | None


@dataclass(frozen=True, kw_only=True)
class LentLine(TaskLine):
    """A case that volunteers may read, and until when."""

    until: datetime


@dataclass(frozen=True, kw_only=True)
class VolunteerLine:
    """A volunteer, and whether they answer without a mentor who looks first."""

    reference: str
    name: str
    is_cleared: bool


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How much waits, counted to 100 at most; `queues` by the list in which it stands."""

    broken: int
    red: int
    due_today: int
    second_looks: int
    queues: Mapping[Queue, int]


def cases_for(viewer: str, *, team: str = TEAM) -> QuerySet[Case]:
    """Return all cases of a team but those of people whom somebody on staff has said that they know."""
    rows = Case.objects.filter(team=team)
    return rows.exclude(recusals__staff=viewer) if viewer else rows


def cases_in(queue: Queue, *, now: datetime, viewer: str = "", team: str = TEAM) -> QuerySet[Case]:
    """Return the cases of a queue, as somebody of a team is shown it."""
    rows = cases_for(viewer, team=team)
    if queue is Queue.WAITING:
        return rows.filter(waiting_since__isnull=False)
    if queue is Queue.CALLS:
        return rows.filter(call_back__state=CallState.ASKED)
    if queue is Queue.REFERRED:
        return rows.filter(has_one_of(TASKS[queue], now=now))
    if queue in TASKS:
        return rows.filter(reduce(or_, (has_task(kind, now=now) for kind in TASKS[queue])))
    return rows.filter(closed_at__isnull=True) if queue is Queue.OPEN else rows


def order_of(queue: Queue, *, of_one_band: bool = False) -> Order:
    """By what a queue comes: red, then the soonest promised, so what is broken stands before what is due.

    What has no promise stands by since when it waits.
    """
    if queue is Queue.WAITING:
        red = Q(band=Band.RED)
        return Order(by=BY_PROMISE, parts=() if of_one_band else (red, ~red))
    by = {
        Queue.CALLS: "call_back__due_at",
        Queue.SAFETY: "screen_on",
        Queue.PLANS: "plan_on",
        Queue.REVIEW: "review_on",
        Queue.SILENT: "turn_since",
    }.get(queue)
    return Order(by=by) if by else Order(by="opened_at", is_falling=queue not in (Queue.HELPS, Queue.REFERRED))


def tell_lines(rows: QuerySet[Case]) -> QuerySet[Case]:
    """Add what a list tells of cases, and what tasks follow from."""
    return tell_tasks(tell_cases(rows))


def task_lines(rows: Iterable[Case], *, now: datetime) -> tuple[TaskLine, ...]:
    """Return cases as a list shows them, with what is to be done next."""
    return tuple(read_row(TaskLine, row, language=row.file.language, task=next_task(row, now=now)) for row in rows)


def lent_until(reference: uuid.UUID, *, now: datetime) -> datetime | None:
    """Until when volunteers may read a case; None where they may not."""
    return lent_cases(now=now).filter(reference=reference).values_list("lent__until", flat=True).first()


def lent_lines(rows: Iterable[Case], *, now: datetime) -> tuple[LentLine, ...]:
    """Return cases that are lent as a list shows them."""
    return tuple(
        read_row(LentLine, row, language=row.file.language, task=next_task(row, now=now), until=row.lent.until)
        for row in rows
    )


def tasks_of_case(reference: uuid.UUID, *, now: datetime) -> tuple[Task, ...]:
    """Everything that is to be done about one case; what is done first stands first."""
    row = tell_tasks(Case.objects.filter(reference=reference).defer("needs", "advice")).first()
    return tasks_of_row(row, now=now) if row else ()


def count_queues(*, now: datetime, day_ends: datetime, viewer: str = "") -> Counts:
    """Count what waits, as somebody is shown it; `day_ends` is when the nation's day does."""
    count = partial(count_capped, most=COUNTED)
    waiting = cases_in(Queue.WAITING, now=now, viewer=viewer)
    return Counts(
        broken=count(waiting.filter(promise_due__lte=now)),
        red=count(waiting.filter(band=Band.RED)),
        due_today=count(waiting.filter(promise_due__gt=now, promise_due__lt=day_ends)),
        second_looks=count(open_reviews(viewer)),
        queues={queue: count(cases_in(queue, now=now, viewer=viewer)) for queue in Queue if queue is not Queue.ALL},
    )


def who_is_on_what(*, now: datetime, by: str = "", viewer: str = "", limit: int = MOST) -> tuple[CaseLine, ...]:
    """Cases that somebody, or one person, has taken and not yet let go, as somebody is shown them."""
    rows = cases_for(viewer).filter(claimed_until__gt=now).exclude(claimed_by="")
    rows = rows.filter(claimed_by=by) if by else rows
    return case_lines(tell_cases(rows).order_by("claimed_by", "id")[:limit])


def held_by(staff: str, *, now: datetime) -> Q:
    """Narrow cases to those that somebody has now; "" for those that nobody has."""
    if staff:
        return Q(claimed_by=staff, claimed_until__gt=now)
    return Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)


def find_line(reference: uuid.UUID) -> CaseLine | None:
    """One case as lists show it, without a key; None where there is none."""
    return next(iter(case_lines(tell_cases(Case.objects.filter(reference=reference)))), None)


def is_stopped(reference: uuid.UUID) -> bool:
    """Whether the person has stopped it and nothing came since: then nobody here can open it."""
    last = CaseEvent.objects.filter(case__reference=reference, case__state=CaseState.CLOSED, kind__in=ENDS)
    return last.order_by("-ordinal").values_list("kind", flat=True).first() == EventKind.STOPPED


def events_of(reference: uuid.UUID) -> tuple[EventView, ...]:
    """What happened to a case, without a key, the earliest first."""
    rows = CaseEvent.objects.filter(case__reference=reference).order_by("ordinal")
    return tuple(read_row(EventView, row) for row in rows)


def cases_named(term: str, *, viewer: str = "") -> tuple[CaseLine, ...]:
    """Cases by their whole reference, or by the eight signs with which it begins."""
    ends = identities_beginning(term)
    return case_lines(tell_cases(cases_for(viewer).filter(reference__range=ends))[:FOUND]) if ends else ()


def open_reviews(viewer: str = "", *, team: str = TEAM) -> QuerySet[Review]:
    """Return the reviews of a team that wait, as somebody is shown them."""
    rows = Review.objects.filter(state=Review.State.OPEN, case__team=team)
    return rows.exclude(case__recusals__staff=viewer) if viewer else rows


def tell_reviews(rows: QuerySet[Review]) -> QuerySet[Review]:
    """Add what a list tells of reviews."""
    return rows.select_related("case").defer("reason", "words", "case__needs", "case__advice")


def review_lines(rows: Iterable[Review]) -> tuple[SecondLookLine, ...]:
    """Return reviews as a list shows them."""
    return tuple(SecondLookLine.of(row, kind=row.kind, about=row.case.reference, band=row.case.band) for row in rows)


def reviews_of(case: uuid.UUID) -> tuple[SecondLookLine, ...]:
    """Every review of one case, the last first."""
    return review_lines(tell_reviews(Review.objects.filter(case__reference=case)).order_by("-asked_at", "-id")[:MOST])


def find_review(reference: uuid.UUID) -> SecondLookLine | None:
    """Find one review; None where there is none."""
    return next(iter(review_lines(tell_reviews(Review.objects.filter(reference=reference)))), None)


@dataclass(frozen=True, kw_only=True)
class WithdrawnLook:
    """Why nobody decides a second look any more, or sends a volunteer's reply, and since when."""

    why: Withdrawn
    at: datetime


def withdrawn_look(review: uuid.UUID) -> WithdrawnLook | None:
    """What became of a review that was withdrawn; None of every other one."""
    return _withdrawn(Review.objects.filter(reference=review).only("withdrawn", "decided_at").first())


def last_withdrawn(case: uuid.UUID) -> WithdrawnLook | None:
    """The reply to a person that was withdrawn last, where no volunteer's reply came after it."""
    row = Review.objects.filter(case__reference=case, kind=Review.Kind.REPLY).order_by("-asked_at", "-id").first()
    return _withdrawn(row)


def _withdrawn(row: Review | None) -> WithdrawnLook | None:
    if row is None or row.withdrawn is None or row.decided_at is None:
        return None
    return WithdrawnLook(why=row.withdrawn, at=row.decided_at)


def review_words(reference: uuid.UUID, opened: OpenCase) -> str:
    """Read why the first person asked for a review, or the reply that waits, as far as these keys open it."""
    row = Review.objects.only("reference", "reason", "words").get(reference=reference)
    return row.peek(opened.casework, "reason") or row.peek(opened.thread, "words")


def lent_cases(*, now: datetime, viewer: str = "") -> QuerySet[Case]:
    """Return the cases that volunteers may read now, as somebody is shown them."""
    return cases_for(viewer).filter(lent__until__gt=now)


def lendable_cases(*, now: datetime, viewer: str) -> QuerySet[Case]:
    """Return the open cases that volunteers may get and do not read yet; what is promised soonest comes first."""
    rows = cases_in(Queue.OPEN, now=now, viewer=viewer).filter(may_be_lent=True).exclude(lent__until__gt=now)
    return rows.order_by(F("promise_due").asc(nulls_last=True), "id")


def volunteers_now() -> tuple[VolunteerLine, ...]:
    """Everybody who is a volunteer, and whether they answer alone."""
    cleared = set(Clearance.objects.values_list("staff", flat=True))
    people = staff_of_role(Role.VOLUNTEER)
    return tuple(
        VolunteerLine(reference=each.reference, name=each.name, is_cleared=each.reference in cleared) for each in people
    )


def is_cleared(staff: str) -> bool:
    """Whether a volunteer answers without a mentor who looks first."""
    return Clearance.objects.filter(staff=staff).exists()
