"""A person's plan to stay safe: they alone change it, and take or leave what the helpline suggests."""

import uuid
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.victim.helpline.errors import NothingSuggested, StepImpossible
from leeward.victim.helpline.models import Case, PlanVersion
from leeward.victim.helpline.operations.steps import locked_case, noted, take_step
from leeward.victim.helpline.queries.plans import read_plans
from leeward.victim.helpline.rules.cases import EventKind
from leeward.victim.helpline.rules.opened import OpenCase
from leeward.victim.helpline.rules.plans import LOOK_AGAIN, Plan, PlanState


def keep_plan(*, opened: OpenCase, plan: Plan, by: Actor, now: datetime) -> None:
    """Keep the person's plan as a new version; an empty one takes it back. The same again changes nothing.

    Nobody is let in by it: after they have stopped the helpline, their plan is theirs alone.
    """
    with transaction.atomic():
        case = locked_case(opened.reference)
        _keep(case, opened, Plan().apply(plan), by=by, now=now)


def suggest_change(
    *, opened: OpenCase, plan: Plan, by: Actor, now: datetime, reference: uuid.UUID | None = None
) -> None:
    """Suggest to the person how their plan could read; a second suggestion replaces the first.

    It changes with their yes alone. Raises NothingSuggested where it would read as it does, and StepImpossible.
    """
    with transaction.atomic():
        case = locked_case(opened.reference)
        if reference is not None and case.plans.filter(reference=reference).exists():
            return
        change = read_plans(case, opened).current.change_to(plan)
        if not change.texts:
            raise NothingSuggested
        case.plans.filter(state=PlanState.WAITS).update(state=PlanState.REPLACED)
        _add(case, opened, change, state=PlanState.WAITS, reference=reference, by=by, now=now)
        take_step(case, EventKind.PLAN_SUGGESTED, by=by, now=now)


def decide_change(*, opened: OpenCase, change: uuid.UUID, takes: bool, seen: int, by: Actor, now: datetime) -> None:
    """The person takes a change that was suggested, or leaves it.

    `seen`: the number of the version beside which they read it. Raises StepImpossible where it does not wait any more,
    or their plan is another by now.
    """
    with transaction.atomic():
        case = locked_case(opened.reference)
        plans = read_plans(case, opened)
        waiting = plans.waiting
        if waiting is None or waiting.reference != change or plans.version != seen:
            raise StepImpossible
        case.plans.filter(reference=change).update(state=PlanState.TAKEN if takes else PlanState.LEFT)
        if takes:
            _keep(case, opened, plans.current.apply(waiting.plan), by=by, now=now)
        else:
            take_step(case, EventKind.PLAN_LEFT, by=by, now=now)


def note_plan_seen(*, opened: OpenCase, by: Actor, now: datetime) -> None:
    """Note that the plan was looked at with the person: the next time is counted from today."""
    with transaction.atomic():
        case = locked_case(opened.reference)
        if case.plan_on is None:
            raise StepImpossible
        case.plan_on = local_day(now) + LOOK_AGAIN
        take_step(case, EventKind.PLAN_SEEN, by=by, now=now)


def _keep(case: Case, opened: OpenCase, plan: Plan, *, by: Actor, now: datetime) -> None:
    if plan == read_plans(case, opened).current:
        return
    _add(case, opened, plan, state=PlanState.KEPT, reference=None, by=by, now=now)
    case.plan_on = None if plan.is_empty else local_day(now) + LOOK_AGAIN
    take_step(case, EventKind.PLAN_KEPT, by=by, now=now)


def _add(
    case: Case,
    opened: OpenCase,
    plan: Plan,
    *,
    state: PlanState,
    reference: uuid.UUID | None,
    by: Actor,
    now: datetime,
) -> None:
    reference = reference or uuid.uuid4()
    last = case.plans.aggregate(last=Max("ordinal"))["last"] or 0
    case.plans.create(
        reference=reference,
        ordinal=last + 1,
        state=state,
        at=noted(now, by=by),
        by=by.id,
        words=PlanVersion.box(opened.thread, "words", reference, plan.to_text()),
    )
