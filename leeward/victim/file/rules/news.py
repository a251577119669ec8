"""Neutral messages: whether she wants any, and in which hours one may leave."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import StrictInt

from leeward.foundation.kept import Kept

EVERY_DAY = tuple(range(7))  # Monday is 0
LAST_HOUR = 24
# At most one message in this time, whatever happens meanwhile.
BETWEEN_MESSAGES = timedelta(days=1)
# Mail takes its time on the way: nothing leaves shortly before her hours end.
BEFORE_THE_END = timedelta(minutes=10)
# Every zone stands a multiple of this from UTC, so nobody's hours begin or end between.
STEP = timedelta(minutes=15)
LONGEST_STRETCH = timedelta(days=1)
# After so many messages in a row that did not leave for a reason of ours, that news is old: the next one tries again.
MOST_MISSES = 7


class NewsChannel(StrEnum):
    """By which way a machine may tell her. A phone is never called or written to by one."""

    EMAIL = "email"


class NewsState(StrEnum):
    """How it stands with messages to her."""

    OFF = "off"
    ON = "on"
    STOPPED = "stopped"  # she could not be reached, and it is not tried again


@dataclass(frozen=True, kw_only=True)
class SafeHours:
    """When a message may leave: from one whole hour to another by her own clock, on some days of the week.

    `until` may be at or before `begin`: then the hours run over midnight, and belong to the day on which they began.
    """

    begin: StrictInt
    until: StrictInt
    days: tuple[StrictInt, ...]
    zone: str

    def __post_init__(self) -> None:
        """Raise ValueError where hours, days or zone are not valid."""
        if not 0 <= self.begin < LAST_HOUR or not 0 < self.until <= LAST_HOUR or self.begin == self.until:
            raise ValueError("Hours run from one of 0 to 23 until another of 1 to 24.")
        if not self.days or set(self.days) - set(EVERY_DAY):
            raise ValueError("Name at least one day of the week, as 0 to 6.")
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError("There is no such zone.") from error

    def allow(self, at: datetime) -> bool:
        """Whether a message may leave at this moment."""
        local = at.astimezone(ZoneInfo(self.zone))
        today, yesterday = local.weekday(), (local.weekday() - 1) % 7
        if self.begin < self.until:
            return today in self.days and self.begin <= local.hour < self.until
        return (today in self.days and local.hour >= self.begin) or (yesterday in self.days and local.hour < self.until)

    def end_of(self, now: datetime) -> datetime | None:
        """Return when the present stretch of hours ends, at most a day ahead; None where nothing may leave now."""
        if not self.allow(now):
            return None
        moment = now.replace(minute=now.minute - now.minute % 15, second=0, microsecond=0)
        last = moment + LONGEST_STRETCH
        while moment < last:
            moment += STEP
            if not self.allow(moment):
                break
        return moment


@dataclass(frozen=True, kw_only=True)
class NewsChoice:
    """Her yes to neutral messages: in these hours, in this language. Without one there are none."""

    hours: SafeHours
    language: str


@dataclass(frozen=True, kw_only=True)
class SafeAddress(Kept):
    """All that the notifier ever opens: where to, by which way, when, and in which language."""

    address: str = field(repr=False)
    hours: SafeHours
    language: str
    channel: NewsChannel = NewsChannel.EMAIL


def may_leave_until(
    hours: SafeHours, *, told_at: datetime | None, now: datetime, between: timedelta = BETWEEN_MESSAGES
) -> datetime | None:
    """Return until when a message written now may leave; None where none may be written now.

    `told_at`: when the last one was written.
    """
    if told_at is not None and now < told_at + between:
        return None
    end = hours.end_of(now)
    return end if end is not None and end - now >= BEFORE_THE_END else None


def list_zones() -> tuple[str, ...]:
    """Every zone in which people live, by its name."""
    return tuple(sorted(name for name in available_timezones() if name.partition("/")[0] in _REGIONS))


_REGIONS = frozenset(
    {"Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
)
