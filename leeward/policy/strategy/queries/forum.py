"""The forum: its seats, its meetings, who was there, and what was decided."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from leeward.foundation.days import local_day
from leeward.foundation.editing.errors import EntryUnknown
from leeward.foundation.editing.values import LIST_MOST
from leeward.foundation.rows import read_row
from leeward.policy.strategy.models import Decision, Meeting, Member
from leeward.policy.strategy.queries.plan import Reader, list_actions
from leeward.policy.strategy.rules.forum import NewMeeting, NewMember
from leeward.policy.strategy.rules.terms import MeetingState, Presence


@dataclass(frozen=True, kw_only=True)
class ShownMember:
    """A seat. Its person's name is "" for everybody."""

    reference: UUID
    entry: NewMember
    has_seat: bool
    meetings: int = 0
    present: int = 0


@dataclass(frozen=True, kw_only=True)
class LinkedAction:
    """An action that carries out a decision."""

    reference: UUID
    number: int


@dataclass(frozen=True, kw_only=True)
class ShownDecision:
    """A decision with the actions that carry it out, those that the reader may see."""

    reference: UUID
    number: int
    text: str
    is_public: bool
    meeting: UUID
    held_on: date
    actions: tuple[LinkedAction, ...]


@dataclass(frozen=True, kw_only=True)
class ShownMeeting:
    """A meeting. Everybody reads no attendance."""

    reference: UUID
    entry: NewMeeting
    state: MeetingState
    cancelled_reason: str
    attendance: tuple[tuple[ShownMember, Presence], ...]
    decisions: tuple[ShownDecision, ...]

    @property
    def present(self) -> int:
        """How many members were there."""
        return sum(presence is Presence.PRESENT for _member, presence in self.attendance)


def list_members(*, now: datetime) -> tuple[ShownMember, ...]:
    """All seats, those that are taken first, with how often each was there."""
    found = [_member(row, now=now) for row in Member.objects.prefetch_related("attendances")]
    return tuple(sorted(found, key=lambda each: not each.has_seat))


def find_member(reference: UUID, *, now: datetime) -> ShownMember:
    """One seat. Raises EntryUnknown."""
    for row in Member.objects.filter(public_id=reference).prefetch_related("attendances"):
        return _member(row, now=now)
    raise EntryUnknown


def members_on(day: date, *, now: datetime) -> tuple[ShownMember, ...]:
    """Who had a seat on a day."""
    rows = Member.objects.filter(joined_on__lte=day).exclude(left_on__lt=day).prefetch_related("attendances")
    return tuple(_member(row, now=now) for row in rows)


def list_meetings(*, reader: Reader, now: datetime) -> tuple[ShownMeeting, ...]:
    """The newest meetings first; everybody sees the public ones and their public decisions."""
    rows = Meeting.objects.all()
    if reader is Reader.EVERYBODY:
        rows = rows.filter(is_public=True)
    return tuple(_meetings(rows[:LIST_MOST], reader=reader, now=now))


def find_meeting(reference: UUID, *, now: datetime) -> ShownMeeting:
    """One meeting, for staff. Raises EntryUnknown."""
    for each in _meetings(Meeting.objects.filter(public_id=reference), reader=Reader.STAFF, now=now):
        return each
    raise EntryUnknown


def find_decision(reference: UUID, *, now: datetime) -> ShownDecision:
    """One decision, for staff. Raises EntryUnknown."""
    row = Decision.objects.filter(public_id=reference).select_related("meeting").first()
    if row is None:
        raise EntryUnknown
    meeting = find_meeting(row.meeting.public_id, now=now)
    return next(each for each in meeting.decisions if each.reference == reference)


def find_decisions(number: int) -> tuple[ShownDecision, ...]:
    """The decision with a number, for staff."""
    rows = Decision.objects.filter(number=number).select_related("meeting").prefetch_related("actions")
    return tuple(_decision(row, seen=set()) for row in rows)


def _meetings(rows: Iterable[Meeting], *, reader: Reader, now: datetime) -> Iterable[ShownMeeting]:
    listed = list(rows)
    decided: dict[int, list[ShownDecision]] = {row.pk: [] for row in listed}
    seen = {each.number for each in list_actions(reader=reader, now=now)} if listed else set()
    decisions = Decision.objects.filter(meeting__in=listed).select_related("meeting").prefetch_related("actions")
    for decision in decisions.order_by("number"):
        if reader is Reader.STAFF or decision.is_public:
            decided[decision.meeting_id].append(_decision(decision, seen=seen))
    present: dict[int, list[tuple[ShownMember, Presence]]] = {row.pk: [] for row in listed}
    if reader is Reader.STAFF:
        for row in Meeting.objects.filter(pk__in=decided).prefetch_related("attendances__member__attendances"):
            present[row.pk] = [
                (_member(each.member, now=now), Presence(each.presence)) for each in row.attendances.all()
            ]
    for row in listed:
        yield read_row(
            ShownMeeting,
            row,
            entry=read_row(NewMeeting, row),
            attendance=tuple(sorted(present[row.pk], key=lambda pair: pair[0].entry.organisation)),
            decisions=tuple(decided[row.pk]),
        )


def _decision(row: Decision, *, seen: set[int]) -> ShownDecision:
    return read_row(
        ShownDecision,
        row,
        meeting=row.meeting.public_id,
        held_on=local_day(row.meeting.starts_at),
        actions=tuple(
            read_row(LinkedAction, each)
            for each in sorted(row.actions.all(), key=lambda each: each.number)
            if each.number in seen
        ),
    )


def _member(row: Member, *, now: datetime) -> ShownMember:
    came = [each.presence for each in row.attendances.all()]
    today = local_day(now)
    return ShownMember(
        reference=row.public_id,
        entry=read_row(NewMember, row),
        has_seat=row.joined_on <= today and (row.left_on is None or row.left_on >= today),
        meetings=len(came),
        present=came.count(Presence.PRESENT.value),
    )
