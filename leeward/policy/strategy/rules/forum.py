"""The forum: its members, its meetings and what they decided."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from leeward.foundation.editing import values
from leeward.foundation.editing.errors import FieldRefused, Mistake
from leeward.policy.strategy.errors import StrategyMistake
from leeward.policy.strategy.rules.terms import MINUTES_MOST, MeetingState, Presence, Sector


@dataclass(frozen=True, kw_only=True)
class NewMember:
    """A seat: an organisation or a ministry's part, its sector, and who sits there by role. Its name is for staff."""

    organisation: str
    sector: Sector
    seat: str
    person: str = ""
    joined_on: date
    left_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class NewMeeting:
    """A meeting. `agenda` has a point a line; `starts_at` is in UTC."""

    title: str
    starts_at: datetime
    minutes: int
    place: str = ""
    agenda: tuple[str, ...] = ()
    is_public: bool = False

    @property
    def ends_at(self) -> datetime:
        """When it ends."""
        return self.starts_at + timedelta(minutes=self.minutes)


@dataclass(frozen=True, kw_only=True)
class NewDecision:
    """What a meeting decided, and the actions (by reference) that carry it out."""

    text: str
    actions: tuple[UUID, ...] = ()
    is_public: bool = False


def check_member(new: NewMember) -> NewMember:
    """The seat as it is kept: whoever has left it is not named any more. Raises FieldRefused."""
    if new.left_on is not None and new.left_on < new.joined_on:
        raise FieldRefused("left_on", Mistake.BEFORE)
    return replace(
        new,
        organisation=values.line("organisation", new.organisation),
        seat=values.line("seat", new.seat),
        person=values.line("person", new.person, optional=True) if new.left_on is None else "",
    )


def check_meeting(new: NewMeeting) -> NewMeeting:
    """The meeting as it is kept. Raises FieldRefused."""
    if not 0 < new.minutes <= MINUTES_MOST:
        raise FieldRefused("minutes", StrategyMistake.MINUTES, about=MINUTES_MOST)
    return replace(
        new,
        title=values.line("title", new.title),
        place=values.line("place", new.place, optional=True),
        agenda=values.lines("agenda", new.agenda),
    )


def check_held(presences: Mapping[UUID, Presence], *, starts_at: datetime, now: datetime) -> None:
    """Whether a meeting can be said to have been held: it has begun, and somebody came. Raises FieldRefused."""
    if starts_at > now:
        raise FieldRefused("held", Mistake.FUTURE)
    if Presence.PRESENT not in presences.values():
        raise FieldRefused("held", StrategyMistake.NOBODY)


def check_decision(new: NewDecision, *, state: MeetingState) -> NewDecision:
    """The decision as it is kept; a meeting that was cancelled decides nothing. Raises FieldRefused."""
    if state is MeetingState.CANCELLED:
        raise FieldRefused("text", StrategyMistake.CANCELLED)
    words = values.text("text", new.text)
    if not words:
        raise FieldRefused("text", Mistake.MISSING)
    return replace(new, text=words, actions=tuple(dict.fromkeys(new.actions)))
