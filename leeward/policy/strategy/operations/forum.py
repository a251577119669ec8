"""Writes the forum: seats, meetings, who was there, and decisions."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.editing import values
from leeward.foundation.editing.errors import FieldRefused, Mistake, StepRefused
from leeward.foundation.editing.history import held, note
from leeward.foundation.rows import read_row
from leeward.policy.strategy.models import Action, Attendance, Decision, Meeting, Member
from leeward.policy.strategy.operations.writing import save
from leeward.policy.strategy.rules.forum import (
    NewDecision,
    NewMeeting,
    NewMember,
    check_decision,
    check_held,
    check_meeting,
    check_member,
)
from leeward.policy.strategy.rules.terms import EntryKind, MeetingState, Presence, StrategyVerb


@transaction.atomic
def save_member(*, reference: UUID | None = None, new: NewMember, by: Actor, now: datetime) -> UUID:
    """Give somebody a seat, or change a seat. Raises FieldRefused and EntryUnknown."""
    checked = check_member(new)
    row = held(Member.objects.all(), reference) if reference else Member()
    return save(EntryKind.MEMBER, row, checked, by=by, now=now)


@transaction.atomic
def save_meeting(*, reference: UUID | None = None, new: NewMeeting, by: Actor, now: datetime) -> UUID:
    """Plan a meeting, or change one that was not cancelled. Raises FieldRefused, EntryUnknown and StepRefused."""
    checked = check_meeting(new)
    row = held(Meeting.objects.all(), reference) if reference else Meeting(state=MeetingState.PLANNED.value)
    if row.state == MeetingState.CANCELLED.value:
        raise StepRefused
    if row.state == MeetingState.HELD.value and checked.starts_at > now:
        raise FieldRefused("starts_at", Mistake.FUTURE)
    return save(EntryKind.MEETING, row, checked, by=by, now=now)


@transaction.atomic
def cancel_meeting(*, reference: UUID, reason: str, by: Actor, now: datetime) -> None:
    """Say that a planned meeting does not take place, and why. Raises FieldRefused, EntryUnknown and StepRefused."""
    said = values.line("reason", reason)
    row = held(Meeting.objects.all(), reference)
    if row.state != MeetingState.PLANNED.value or row.decisions.exists():
        raise StepRefused
    row.state, row.cancelled_reason, row.changed_at = MeetingState.CANCELLED.value, said, now
    row.save(update_fields=["state", "cancelled_reason", "changed_at"])
    note(EntryKind.MEETING, row.public_id, StrategyVerb.CANCELLED, by=by, now=now, reason=said)


@transaction.atomic
def record_attendance(*, reference: UUID, presences: Mapping[UUID, Presence], by: Actor, now: datetime) -> None:
    """Say who was at a meeting; with that it was held. Raises FieldRefused, EntryUnknown and StepRefused.

    Members who had no seat on that day cannot have been there as such.
    """
    row = held(Meeting.objects.all(), reference)
    if row.state == MeetingState.CANCELLED.value:
        raise StepRefused
    check_held(presences, starts_at=row.starts_at, now=now)
    day = local_day(row.starts_at)
    there = Member.objects.filter(public_id__in=presences, joined_on__lte=day).exclude(left_on__lt=day)
    members = {each.public_id: each for each in there}
    if len(members) != len(presences):
        raise FieldRefused("held", Mistake.GONE)
    row.attendances.all().delete()
    Attendance.objects.bulk_create(
        Attendance(meeting=row, member=members[member], presence=presence.value)
        for member, presence in presences.items()
    )
    row.state, row.changed_at = MeetingState.HELD.value, now
    row.save(update_fields=["state", "changed_at"])
    counts = {each.value: sum(presence is each for presence in presences.values()) for each in Presence}
    after = {members[member].organisation: presence.value for member, presence in presences.items()}
    note(EntryKind.MEETING, row.public_id, StrategyVerb.HELD, by=by, now=now, after=after, facts=counts)


@transaction.atomic
def add_decision(*, meeting: UUID, new: NewDecision, by: Actor, now: datetime) -> UUID:
    """Write down a decision with the next number of all. Raises FieldRefused and EntryUnknown."""
    list(Meeting.objects.select_for_update().order_by("pk").values_list("pk", flat=True))  # whoever numbers waits
    parent = held(Meeting.objects.all(), meeting)
    checked = check_decision(new, state=MeetingState(parent.state))
    if parent.starts_at > now:
        raise FieldRefused("text", Mistake.FUTURE)
    last = Decision.objects.aggregate(last=Max("number"))["last"] or 0
    return _save_decision(Decision(meeting=parent, number=last + 1), checked, by=by, now=now)


@transaction.atomic
def change_decision(*, reference: UUID, new: NewDecision, by: Actor, now: datetime) -> None:
    """Correct a decision's words, or the actions that carry it out. Raises FieldRefused and EntryUnknown."""
    row = held(Decision.objects.all(), reference)
    checked = check_decision(new, state=MeetingState(row.meeting.state))
    _save_decision(row, checked, by=by, now=now)


def _save_decision(row: Decision, checked: NewDecision, *, by: Actor, now: datetime) -> UUID:
    actions = list(Action.objects.filter(public_id__in=checked.actions))
    if len(actions) != len(checked.actions):
        raise FieldRefused("actions", Mistake.GONE)
    old = None
    if row.pk:
        old = read_row(NewDecision, row, actions=tuple(each.public_id for each in row.actions.all()))
    facts = {"number": row.number}
    save(EntryKind.DECISION, row, checked, old=old, without=("actions",), by=by, now=now, facts=facts)
    row.actions.set(actions)
    return row.public_id
