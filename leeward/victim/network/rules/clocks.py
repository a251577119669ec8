"""The two clocks of a turn: until when a receiver answers, and until when they begin, in their own open hours."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from leeward.society.directory.rules.open_time import OpenSpell, after_open_time, end_of_open_day, open_time
from leeward.society.directory.rules.schedules import Spell

# How far ahead open hours are looked for: longer than any closure. Who is closed longer has so long.
HORIZON = timedelta(days=60)
# For so long a question stops the first clock, once.
QUESTION = timedelta(days=2)
FRIDAY = 4
OPENS, CLOSES = time(9), time(17)


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Within which time a member answers and begins; a protocol may say less than these, never more.

    Days are whole open days after that of the asking, hours are open hours.
    """

    accept_days: int = 2
    accept_hours: int = 4
    act_days: int = 5
    act_days_urgent: int = 1

    @property
    def are_kept(self) -> bool:
        """Whether they are no longer than all members' are."""
        mine = (self.accept_days, self.accept_hours, self.act_days, self.act_days_urgent)
        most = (MOST.accept_days, MOST.accept_hours, MOST.act_days, MOST.act_days_urgent)
        return all(0 < one <= limit for one, limit in zip(mine, most, strict=True))


MOST = Terms()


@dataclass(frozen=True, kw_only=True)
class Hours:
    """When a receiver is open from `since` on: `spells` sorted and apart, in the days of `zone`."""

    spells: tuple[OpenSpell, ...]
    zone: ZoneInfo
    since: datetime


def accept_by(hours: Hours, *, terms: Terms, is_urgent: bool) -> datetime:
    """Return until when a receiver says whether they will help."""
    if is_urgent:
        return _after(hours, timedelta(hours=terms.accept_hours))
    return _days_after(hours, terms.accept_days)


def act_by(hours: Hours, *, terms: Terms, is_urgent: bool) -> datetime:
    """Return until when a receiver begins who has said that they will help."""
    return _days_after(hours, terms.act_days_urgent if is_urgent else terms.act_days)


def half_way(hours: Hours, *, due: datetime) -> datetime:
    """Return when half of the open time until `due` is over: then the receiver is reminded."""
    return _after(hours, open_time(hours.spells, since=hours.since, until=due) / 2)


def after_question(hours: Hours, *, due: datetime, resumes: datetime) -> datetime:
    """Return until when a receiver answers whose clock stands still from `hours.since` until `resumes`."""
    left = open_time(hours.spells, since=hours.since, until=due)
    return after_open_time(hours.spells, since=resumes, length=left) or resumes + HORIZON


def after_reply(hours: Hours, *, due: datetime, resumes: datetime) -> datetime:
    """Return the same where the reply came at `hours.since`, before `resumes`; the open time that was left stays."""
    if hours.since >= resumes:
        return due
    left = open_time(hours.spells, since=resumes, until=due)
    return _after(hours, left)


def office_hours(zone: ZoneInfo, *, since: datetime) -> Iterator[Spell]:
    """Yield the hours of a receiver whose entry says none: 9 to 17 on weekdays."""
    day = since.astimezone(zone).date()
    for _ in range(HORIZON.days):
        if day.weekday() <= FRIDAY:
            opens_at, closes_at = (datetime.combine(day, at, tzinfo=zone) for at in (OPENS, CLOSES))
            yield Spell(opens_at=opens_at, closes_at=closes_at)
        day += timedelta(days=1)


def _after(hours: Hours, length: timedelta) -> datetime:
    return after_open_time(hours.spells, since=hours.since, length=length) or hours.since + HORIZON


def _days_after(hours: Hours, number: int) -> datetime:
    found = end_of_open_day(hours.spells, since=hours.since, zone=hours.zone, number=number)
    return found or hours.since + HORIZON
