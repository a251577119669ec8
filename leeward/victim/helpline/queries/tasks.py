"""What is to be done next about cases, and which cases have a thing to do: from columns in clear, without a key."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact

from leeward.foundation.days import local_day, nation_zone
from leeward.foundation.rows import read_row
from leeward.victim.helpline.models import TOLD_AT, CallBack, Case, Help
from leeward.victim.helpline.queries.overrides import untold_overrides
from leeward.victim.helpline.rules.calls import CallState
from leeward.victim.helpline.rules.cases import CaseState, Turn
from leeward.victim.helpline.rules.paces import PACES, PaceRow
from leeward.victim.helpline.rules.tasks import CaseFacts, Task, TaskKind, tasks_of
from leeward.victim.network.queries.meetings import due_actions
from leeward.victim.network.queries.referrals import (
    asking_turns,
    returned_referrals,
    unbegun_turns,
    untold_returned,
)

CALLS = CallBack.objects.filter(case=OuterRef("pk"), state=CallState.ASKED)
OPEN_HELPS = Help.objects.filter(case=OuterRef("pk"), ended_at__isnull=True)
# What stands on a case's own file; and of what came back, until we have told them.
OWN = Q(whose=OuterRef("file"))
BACK = OWN & Q(ended_at__gte=Coalesce(OuterRef("said_at"), OuterRef("opened_at")))
# Since when whoever of all has waited longest was told nothing: what came back before that is looked at no more.
LONGEST_UNTOLD = Case.objects.filter(closed_at__isnull=True).order_by(TOLD_AT).values(at=TOLD_AT)[:1]
# The same for the rules; each leads the database to another index.
NOT_CLOSED, STILL_OPEN = ~Q(state=CaseState.CLOSED), Q(closed_at__isnull=True)
SAY_IT_THEMSELVES = frozenset({TaskKind.TELL, TaskKind.CAME_BACK, TaskKind.END_HELP})


def tell_tasks(rows: QuerySet[Case]) -> QuerySet[Case]:
    """Add what tasks follow from besides a case's own columns."""
    return rows.annotate(
        help_since=Subquery(OPEN_HELPS.order_by("asked_at").values("asked_at")[:1]),
        call_due=Subquery(CALLS.values("due_at")[:1]),
        asks_since=Subquery(asking_turns().filter(OWN).order_by("since").values("since")[:1]),
        back_since=Subquery(returned_referrals().filter(BACK).order_by("ended_at").values("ended_at")[:1]),
        tell_on=Subquery(untold_overrides().filter(OWN).order_by("tell_on").values("tell_on")[:1]),
        action_on=Subquery(due_actions().filter(OWN).order_by("due_on").values("due_on")[:1]),
        untold_back=Subquery(untold_returned().filter(OWN).order_by("ended_at").values("ended_at")[:1]),
        begun_due=Subquery(unbegun_turns().filter(OWN).order_by("due_at").values("due_at")[:1]),
    )


def tasks_of_row(row: Case, *, now: datetime) -> tuple[Task, ...]:
    """Return what is to be done about a case that `tell_tasks` told of; what is done first stands first."""
    return tasks_of(read_row(CaseFacts, row), now=now, zone=nation_zone())


def next_task(row: Case, *, now: datetime) -> Task | None:
    """Return the next thing to do about a case that `tell_tasks` told of; None where it is not our turn."""
    return next(iter(tasks_of_row(row, now=now)), None)


def has_task(kind: TaskKind, *, now: datetime) -> Q:
    """Return which cases have this to do."""
    return _WHERE[kind](now) & (Q() if kind in SAY_IT_THEMSELVES else NOT_CLOSED)


def has_one_of(kinds: Iterable[TaskKind], *, now: datetime) -> Q:
    """Return which cases have one of these to do, each kind looked for by itself.

    What makes work of something passed on is few rows of the network's. In one condition with "or" between them, all
    cases would be looked through for it.
    """
    found = (Case.objects.filter(has_task(kind, now=now)).values("file") for kind in kinds)
    return Q(file__in=next(found).union(*found))


def _of(rows: QuerySet[Any]) -> Q:
    """The cases on whose files these rows stand."""
    return Q(file__in=rows.values("whose"))


def _by_pace(where: Callable[[PaceRow], Q]) -> Q:
    """What holds for each case at its own pace."""
    return reduce(or_, (Q(pace=row.pace) & where(row) for row in PACES.values()))


def _silent(now: datetime) -> Q:
    soonest = min(row.close for row in PACES.values())  # said besides, for the index
    is_due = _by_pace(lambda row: Q(turn_since__lte=now - row.close))
    return Q(turn=Turn.HER, turn_since__lte=now - soonest) & is_due


def _unanswered(now: datetime) -> Q:
    said = _by_pace(lambda row: Q(said_at__lte=now - row.ask_again, turn_since__gt=now - row.close))
    return Q(turn=Turn.HER) & said


def _unfinished(now: datetime) -> Q:
    """One question of the helps for all paces: with an "or" between two, every case would be looked through."""
    soonest = min(row.unfinished for row in PACES.values())  # said besides, for the index
    pace = OuterRef("pace")
    due = (Q(Exact(pace, Value(row.pace)), asked_at__lte=now - row.unfinished) for row in PACES.values())
    return STILL_OPEN & Q(Exists(OPEN_HELPS.filter(reduce(or_, due), asked_at__lte=now - soonest)))


_WHERE: Mapping[TaskKind, Callable[[datetime], Q]] = {
    TaskKind.CALL: lambda now: Q(Exists(CALLS.filter(due_at__lte=now))),
    TaskKind.CALL_AHEAD: lambda now: Q(Exists(CALLS.filter(due_at__gt=now))),
    TaskKind.PROMISE_BROKEN: lambda now: Q(waiting_since__isnull=False, promise_due__lte=now),
    TaskKind.ANSWER: lambda now: (
        Q(waiting_since__isnull=False) & (Q(promise_due__gt=now) | Q(promise_due__isnull=True))
    ),
    TaskKind.SERVICE_ASKS: lambda _now: _of(asking_turns()),
    TaskKind.CAME_BACK: lambda _now: (
        STILL_OPEN & Q(Exists(returned_referrals().filter(BACK, ended_at__gte=Subquery(LONGEST_UNTOLD))))
    ),
    TaskKind.OVERRIDE_BACK: lambda _now: _of(untold_returned()),
    TaskKind.TELL: lambda now: _of(untold_overrides().filter(tell_on__lte=local_day(now))),
    TaskKind.ACTION: lambda now: _of(due_actions().filter(due_on__lte=local_day(now))),
    TaskKind.NOT_BEGUN: lambda now: _of(unbegun_turns().filter(due_at__lte=now)),
    TaskKind.RISK_REVIEW: lambda now: Q(screen_on__lte=local_day(now)),
    TaskKind.REVIEW: lambda now: Q(review_on__lte=local_day(now)),
    TaskKind.PLAN_REVIEW: lambda now: Q(plan_on__lte=local_day(now)),
    TaskKind.CLOSE: _silent,
    TaskKind.ASK_AGAIN: _unanswered,
    TaskKind.END_HELP: _unfinished,
}
