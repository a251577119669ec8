"""What is to be done next about cases, and which cases have a thing to do: from columns in clear, without a key."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from leeward.foundation.days import local_day, nation_zone
from leeward.foundation.rows import read_row
from leeward.victim.helpline.models import CallBack, Case, Help
from leeward.victim.helpline.queries.overrides import untold_overrides
from leeward.victim.helpline.rules.calls import CallState
from leeward.victim.helpline.rules.cases import CaseState, Turn
from leeward.victim.helpline.rules.tasks import SILENCE, UNANSWERED, UNFINISHED, CaseFacts, Task, TaskKind, tasks_of
from leeward.victim.network.queries.meetings import due_actions
from leeward.victim.network.queries.referrals import (
    asking_turns,
    returned_referrals,
    unbegun_turns,
    untold_returned,
)

CALLS = CallBack.objects.filter(case=OuterRef("pk"), state=CallState.ASKED)
OPEN_HELPS = Help.objects.filter(case=OuterRef("pk"), ended_at__isnull=True)
# What was passed on of their file, and stands so that we must do something.
ASKS, NOT_BEGUN = asking_turns(OuterRef("file")), unbegun_turns(OuterRef("file"))
# Until we have told them.
UNTOLD, UNTOLD_BACK = untold_overrides(OuterRef("pk")), untold_returned(OuterRef("file"))
ACTIONS = due_actions(OuterRef("file"))
CAME_BACK = returned_referrals(OuterRef("file"), since=Coalesce(OuterRef("said_at"), OuterRef("opened_at")))


def tell_tasks(rows: QuerySet[Case]) -> QuerySet[Case]:
    """Add what tasks follow from besides a case's own columns."""
    return rows.annotate(
        help_since=Subquery(OPEN_HELPS.order_by("asked_at").values("asked_at")[:1]),
        call_due=Subquery(CALLS.values("due_at")[:1]),
        asks_since=Subquery(ASKS.order_by("since").values("since")[:1]),
        back_since=Subquery(CAME_BACK.order_by("ended_at").values("ended_at")[:1]),
        tell_on=Subquery(UNTOLD.order_by("tell_on").values("tell_on")[:1]),
        action_on=Subquery(ACTIONS.order_by("due_on").values("due_on")[:1]),
        untold_back=Subquery(UNTOLD_BACK.order_by("ended_at").values("ended_at")[:1]),
        begun_due=Subquery(NOT_BEGUN.order_by("due_at").values("due_at")[:1]),
    )


def tasks_of_row(row: Case, *, now: datetime) -> tuple[Task, ...]:
    """Return what is to be done about a case that `tell_tasks` told of; what is done first stands first."""
    return tasks_of(read_row(CaseFacts, row), now=now, zone=nation_zone())


def next_task(row: Case, *, now: datetime) -> Task | None:
    """Return the next thing to do about a case that `tell_tasks` told of; None where it is not our turn."""
    return next(iter(tasks_of_row(row, now=now)), None)


def has_task(kind: TaskKind, *, now: datetime) -> Q:
    """Return which cases have this to do."""
    return _WHERE[kind](now) & (Q() if kind is TaskKind.TELL else ~Q(state=CaseState.CLOSED))


def _unanswered(now: datetime) -> Q:
    return Q(turn=Turn.HER, said_at__lte=now - UNANSWERED, turn_since__gt=now - SILENCE)


_WHERE: Mapping[TaskKind, Callable[[datetime], Q]] = {
    TaskKind.CALL: lambda now: Q(Exists(CALLS.filter(due_at__lte=now))),
    TaskKind.CALL_AHEAD: lambda now: Q(Exists(CALLS.filter(due_at__gt=now))),
    TaskKind.PROMISE_BROKEN: lambda now: Q(waiting_since__isnull=False, promise_due__lte=now),
    TaskKind.ANSWER: lambda now: (
        Q(waiting_since__isnull=False) & (Q(promise_due__gt=now) | Q(promise_due__isnull=True))
    ),
    TaskKind.SERVICE_ASKS: lambda _now: Q(Exists(ASKS)),
    TaskKind.CAME_BACK: lambda _now: Q(Exists(CAME_BACK)),
    TaskKind.OVERRIDE_BACK: lambda _now: Q(Exists(UNTOLD_BACK)),
    TaskKind.TELL: lambda now: Q(Exists(UNTOLD.filter(tell_on__lte=local_day(now)))),
    TaskKind.ACTION: lambda now: Q(Exists(ACTIONS.filter(due_on__lte=local_day(now)))),
    TaskKind.NOT_BEGUN: lambda now: Q(Exists(NOT_BEGUN.filter(due_at__lte=now))),
    TaskKind.RISK_REVIEW: lambda now: Q(screen_on__lte=local_day(now)),
    TaskKind.REVIEW: lambda now: Q(review_on__lte=local_day(now)),
    TaskKind.PLAN_REVIEW: lambda now: Q(plan_on__lte=local_day(now)),
    TaskKind.CLOSE: lambda now: Q(turn=Turn.HER, turn_since__lte=now - SILENCE),
    TaskKind.ASK_AGAIN: _unanswered,
    TaskKind.END_HELP: lambda now: Q(Exists(OPEN_HELPS.filter(asked_at__lte=now - UNFINISHED))),
}
