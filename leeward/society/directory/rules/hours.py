"""Opening times as other sites ask for them: a day, a time from which on, a time until which."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time

from leeward.society.directory.rules.records import Frequency, Schedule, Weekday

WEEKDAYS = tuple(Weekday)
DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, kw_only=True)
class DayTimes:
    """From when until when something is open on some days of the week.

    `days` is a sum of `day_bit`. `closes_at` is None where it ends on the next day: by no time of its own day.
    """

    days: int
    opens_at: time
    closes_at: time | None


def read_day(text: str) -> Weekday | None:
    """The weekday that a text names: MO, Monday or mon; None where it names none."""
    plain = text.strip().lower()
    for weekday, name in zip(WEEKDAYS, DAY_NAMES, strict=True):
        if plain in (weekday.lower(), name, name[:3]):
            return weekday
    return None


def day_bit(day: Weekday) -> int:
    """A weekday's own bit: 1 for Monday, 64 for Sunday."""
    return 1 << WEEKDAYS.index(day)


def day_times(schedules: Iterable[Schedule]) -> frozenset[DayTimes]:
    """What schedules say of days and times, each once; rows without both times say nothing of them."""
    return frozenset(
        DayTimes(
            days=sum(day_bit(day) for day in WEEKDAYS if _can_be_on(row, day)),
            opens_at=row.opens_at,
            closes_at=row.closes_at if row.opens_at < row.closes_at else None,
        )
        for row in schedules
        if row.opens_at is not None and row.closes_at is not None
    )


def _can_be_on(row: Schedule, day: Weekday) -> bool:
    """Whether a row can be on a weekday: by its `byday`, else by the weekday on which it begins, else on any."""
    if row.byday:
        return any(part.strip().upper().endswith(day) for part in row.byday.split(","))
    if row.dtstart is not None and row.freq is Frequency.WEEKLY:
        return WEEKDAYS[row.dtstart.weekday()] is day
    return True
