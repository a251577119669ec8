"""What stands in the calendar: days of actions and milestones, meetings, and expiries of agreements."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from leeward.foundation.editing.values import Texts
from leeward.policy.strategy.models import Action, Agreement, Meeting, Milestone
from leeward.policy.strategy.queries.forum import list_meetings
from leeward.policy.strategy.queries.plan import Reader, list_actions
from leeward.policy.strategy.queries.registers import list_agreements
from leeward.policy.strategy.rules.registers import Force
from leeward.policy.strategy.rules.terms import ENDED, MeetingState


class EventKind(StrEnum):
    """What happens on a day."""

    ACTION = "action"
    MILESTONE = "milestone"
    MEETING = "meeting"
    EXPIRY = "expiry"
    REVIEW = "review"


@dataclass(frozen=True, kw_only=True)
class Event:
    """One entry of the calendar. `key` is the same for the same thing for good; `begins` is a day or a moment in UTC.

    `texts` are in the languages that were typed; `plain` is what has one language alone.
    """

    key: str
    kind: EventKind
    begins: date | datetime
    ends: date | datetime
    changed_at: datetime
    number: int = 0
    texts: Texts | None = None
    plain: str = ""
    place: str = ""
    lines: tuple[str, ...] = ()
    is_cancelled: bool = False


def list_events(*, reader: Reader, now: datetime) -> tuple[Event, ...]:
    """Every entry that this reader may see, in the order of their days."""
    found = [*_planned(reader, now), *_meetings(reader, now), *_agreements(reader, now)]
    return tuple(sorted(found, key=lambda event: (_day(event.begins), event.key)))


def _planned(reader: Reader, now: datetime) -> Iterator[Event]:
    changed = dict(Action.objects.values_list("public_id", "changed_at"))
    stepped = dict(Milestone.objects.values_list("public_id", "changed_at"))
    for action in list_actions(reader=reader, now=now):
        if action.status in ENDED:
            continue
        if action.due_on is not None:
            yield Event(
                key=f"action-{action.reference}",
                kind=EventKind.ACTION,
                begins=action.due_on,
                ends=action.due_on + timedelta(days=1),
                changed_at=changed[action.reference],
                number=action.number,
                texts=action.title,
            )
        for step in action.milestones:
            if step.reached_on is None:
                yield Event(
                    key=f"milestone-{step.reference}",
                    kind=EventKind.MILESTONE,
                    begins=step.due_on,
                    ends=step.due_on + timedelta(days=1),
                    changed_at=stepped[step.reference],
                    number=action.number,
                    texts=step.title,
                )


def _meetings(reader: Reader, now: datetime) -> Iterator[Event]:
    changed = dict(Meeting.objects.values_list("public_id", "changed_at"))
    for meeting in list_meetings(reader=reader, now=now):
        yield Event(
            key=f"meeting-{meeting.reference}",
            kind=EventKind.MEETING,
            begins=meeting.entry.starts_at,
            ends=meeting.entry.ends_at,
            changed_at=changed[meeting.reference],
            plain=meeting.entry.title,
            place=meeting.entry.place,
            lines=meeting.entry.agenda,
            is_cancelled=meeting.state is MeetingState.CANCELLED,
        )


def _agreements(reader: Reader, now: datetime) -> Iterator[Event]:
    changed = dict(Agreement.objects.values_list("public_id", "changed_at"))
    for agreement in list_agreements(reader=reader, now=now):
        if agreement.force is Force.ENDED:
            continue
        days = ((EventKind.EXPIRY, agreement.entry.expires_on), (EventKind.REVIEW, agreement.entry.review_on))
        for kind, day in days:
            if day is not None:
                yield Event(
                    key=f"{kind}-{agreement.reference}",
                    kind=kind,
                    begins=day,
                    ends=day + timedelta(days=1),
                    changed_at=changed[agreement.reference],
                    plain=agreement.entry.title,
                )


def _day(begins: date | datetime) -> str:
    return begins.isoformat()[:10]
