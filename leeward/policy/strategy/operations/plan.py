"""Writes the action plan: strategies, objectives, actions and what they need, milestones, and how actions stand."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from leeward.foundation.audit.rules import Actor, who
from leeward.foundation.days import local_day
from leeward.foundation.editing import values
from leeward.foundation.editing.changes import keep
from leeward.foundation.editing.errors import FieldRefused, Mistake, StepRefused
from leeward.foundation.editing.history import held, note
from leeward.policy.strategy.errors import StrategyMistake
from leeward.policy.strategy.models import Action, Milestone, Objective, Stakeholder, StatusEntry, Strategy
from leeward.policy.strategy.operations.writing import save
from leeward.policy.strategy.queries.model import model_items
from leeward.policy.strategy.queries.reading import needs_of_all, read_action
from leeward.policy.strategy.queries.warnings import find_warning
from leeward.policy.strategy.rules.plan import (
    NewAction,
    NewMilestone,
    NewObjective,
    NewStatus,
    NewStrategy,
    check_action,
    check_milestone,
    check_needs,
    check_objective,
    check_status,
    check_strategy,
)
from leeward.policy.strategy.rules.terms import ACTIONS_MOST, EntryKind, Status, StrategyVerb


@transaction.atomic
def save_strategy(*, reference: UUID | None = None, new: NewStrategy, by: Actor, now: datetime) -> UUID:
    """Write down a strategy, or change one. Raises FieldRefused and EntryUnknown."""
    checked = check_strategy(new, main_language=settings.LANGUAGE_CODE)
    row = held(Strategy.objects.all(), reference) if reference else Strategy()
    return save(EntryKind.STRATEGY, row, checked, by=by, now=now)


@transaction.atomic
def add_objective(*, strategy: UUID, new: NewObjective, by: Actor, now: datetime) -> UUID:
    """Add an objective at the end of a strategy. Raises FieldRefused and EntryUnknown."""
    checked = check_objective(new, main_language=settings.LANGUAGE_CODE)
    parent = held(Strategy.objects.all(), strategy)
    last = parent.objectives.aggregate(last=Max("number"))["last"] or 0
    row = Objective(strategy=parent, number=last + 1)
    return save(EntryKind.OBJECTIVE, row, checked, by=by, now=now, facts={"number": row.number})


@transaction.atomic
def change_objective(*, reference: UUID, new: NewObjective, by: Actor, now: datetime) -> None:
    """Change an objective. Raises FieldRefused and EntryUnknown."""
    checked = check_objective(new, main_language=settings.LANGUAGE_CODE)
    row = held(Objective.objects.all(), reference)
    save(EntryKind.OBJECTIVE, row, checked, by=by, now=now)


@transaction.atomic
def add_action(*, objective: UUID, new: NewAction, by: Actor, now: datetime) -> UUID:
    """Add an action, with the next number of all. Raises FieldRefused and EntryUnknown."""
    checked = check_action(new, items=model_items(), main_language=settings.LANGUAGE_CODE)
    list(Strategy.objects.select_for_update().order_by("pk").values_list("pk", flat=True))  # whoever numbers waits
    parent = held(Objective.objects.all(), objective)
    last = Action.objects.aggregate(last=Max("number"))["last"] or 0
    if last >= ACTIONS_MOST:
        raise FieldRefused("title", StrategyMistake.FULL, about=ACTIONS_MOST)
    row = Action(objective=parent, number=last + 1, status=Status.NOT_STARTED.value, added_at=now)
    return _save_action(row, checked, by=by, now=now)


@transaction.atomic
def change_action(*, reference: UUID, new: NewAction, by: Actor, now: datetime) -> None:
    """Change what is said of an action; how it stands has its own step. Raises FieldRefused and EntryUnknown."""
    checked = check_action(new, items=model_items(), main_language=settings.LANGUAGE_CODE)
    _save_action(held(Action.objects.all(), reference), checked, by=by, now=now)


@transaction.atomic
def set_needs(*, reference: UUID, needs: tuple[UUID, ...], by: Actor, now: datetime) -> None:
    """Say which actions must be done before one. Raises CycleRefused, EntryUnknown and FieldRefused.

    Whoever sets what another action needs meanwhile waits, so that no ring is closed from two sides at once.
    """
    list(Strategy.objects.select_for_update().order_by("pk").values_list("pk", flat=True))
    row = held(Action.objects.all(), reference)
    wanted = list(Action.objects.filter(public_id__in=needs).order_by("number"))
    if len(wanted) != len(set(needs)):
        raise FieldRefused("needs", Mistake.GONE)
    known = needs_of_all()
    before, after = sorted(known.get(row.number, ())), [each.number for each in wanted]
    check_needs(known, number=row.number, wanted=after)
    if before == after:
        return
    row.needs.set(wanted)
    Action.objects.filter(pk=row.pk).update(changed_at=now)
    note(
        EntryKind.ACTION,
        row.public_id,
        StrategyVerb.CHANGED,
        by=by,
        now=now,
        before={"needs": keep(_numbers(before))},
        after={"needs": keep(_numbers(after))},
        facts={"number": row.number},
    )


@transaction.atomic
def set_status(*, reference: UUID, new: NewStatus, by: Actor, now: datetime) -> None:
    """Say how an action stands from today on, and why. Raises FieldRefused and EntryUnknown.

    What an action needs does not have to be done: the pages show it, and a person may know better.
    """
    row = held(Action.objects.all(), reference)
    before = Status(row.status)
    checked = check_status(new, before=before)
    StatusEntry.objects.create(
        action=row,
        status=checked.status.value,
        reason=checked.reason,
        note=checked.note,
        since_on=local_day(now),
        recorded_at=now,
        recorded_by=who(by),
    )
    row.status, row.changed_at = checked.status.value, now
    row.save(update_fields=["status", "changed_at"])
    note(
        EntryKind.ACTION,
        row.public_id,
        StrategyVerb.STATUS,
        by=by,
        now=now,
        before={"status": before.value},
        after={"status": checked.status.value},
        reason=checked.reason,
        facts={"number": row.number, "status": checked.status.value},
    )


@transaction.atomic
def add_milestone(*, action: UUID, new: NewMilestone, by: Actor, now: datetime) -> UUID:
    """Add a milestone to an action that has not ended. Raises FieldRefused, EntryUnknown and StepRefused."""
    checked = check_milestone(new, main_language=settings.LANGUAGE_CODE, today=local_day(now))
    parent = held(Action.objects.all(), action)
    if parent.status in (Status.DONE.value, Status.DROPPED.value):
        raise StepRefused
    return save(EntryKind.MILESTONE, Milestone(action=parent), checked, by=by, now=now, facts={"number": parent.number})


@transaction.atomic
def change_milestone(*, reference: UUID, new: NewMilestone, by: Actor, now: datetime) -> None:
    """Change a milestone, or say that it is reached. Raises FieldRefused and EntryUnknown."""
    checked = check_milestone(new, main_language=settings.LANGUAGE_CODE, today=local_day(now))
    row = held(Milestone.objects.all(), reference)
    save(EntryKind.MILESTONE, row, checked, by=by, now=now)


@transaction.atomic
def remove_milestone(*, reference: UUID, reason: str, by: Actor, now: datetime) -> None:
    """Take a milestone out, for a reason; the history keeps what it said. Raises FieldRefused and EntryUnknown."""
    said = values.line("reason", reason)
    row = held(Milestone.objects.all(), reference)
    before = {"title": keep(row.title), "due_on": keep(row.due_on)}
    row.delete()
    note(EntryKind.MILESTONE, reference, StrategyVerb.REMOVED, by=by, now=now, before=before, reason=said)


def _save_action(row: Action, checked: NewAction, *, by: Actor, now: datetime) -> UUID:
    wanted = [each for each in (checked.lead, *checked.supporting) if each is not None]
    # Held, so that nobody takes one off the map while it is made the lead.
    there = list(Stakeholder.objects.select_for_update().filter(public_id__in=wanted).order_by("pk"))
    kept = [row.lead_id] if row.pk else []
    if row.pk:
        kept += list(row.supporting.values_list("pk", flat=True))
    # One that has left the map stays where it stood, and is not chosen anew.
    found = {each.public_id: each for each in there if each.ended_at is None or each.pk in kept}
    if checked.lead is not None and checked.lead not in found:
        raise FieldRefused("lead", Mistake.GONE)
    if any(each not in found for each in checked.supporting):
        raise FieldRefused("supporting", Mistake.GONE)
    if checked.alert is not None and checked.alert != row.alert:
        find_warning(checked.alert, now=now)
    old = read_action(row) if row.pk else None
    row.lead = found[checked.lead] if checked.lead is not None else None
    save(
        EntryKind.ACTION,
        row,
        checked,
        old=old,
        without=("lead", "supporting"),
        by=by,
        now=now,
        facts={"number": row.number},
    )
    row.supporting.set([found[each] for each in checked.supporting])
    return row.public_id


def _numbers(numbers: list[int]) -> list[str]:
    return [f"A{number}" for number in numbers]
