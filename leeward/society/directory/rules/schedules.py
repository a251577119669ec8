"""When a service is open: its weekly hours, in their first form."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from leeward.society.directory.errors import FieldError
from leeward.society.directory.rules.records import HolidayHours, Schedule, Weekday

DAYS = tuple(Weekday)


@dataclass(frozen=True, kw_only=True)
class Spell:
    """One stretch of time in which a service is open."""

    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True, kw_only=True)
class DayHours:
    """One day's stretches."""

    day: date
    spells: tuple[Spell, ...]
    holiday_name: str = ""


def check_schedule(schedule: Schedule) -> tuple[FieldError, ...]:
    """What is wrong with a row."""
    if (schedule.opens_at is None) != (schedule.closes_at is None):
        return (FieldError(field="opens_at", what="One of the times is missing.", how="Give both, or neither."),)
    return ()


def spells_between(
    schedules: tuple[Schedule, ...],
    *,
    zone: ZoneInfo,
    holidays: frozenset[date],
    holiday_hours: HolidayHours,
    start: datetime,
    end: datetime,
) -> tuple[Spell, ...]:
    """The stretches of a window, in their order."""
    spells = []
    day = start.astimezone(zone).date() - timedelta(days=1)
    while day <= end.astimezone(zone).date():
        closed = holiday_hours is HolidayHours.CLOSED and day in holidays
        for row in schedules:
            if closed or row.opens_at is None or row.closes_at is None or DAYS[day.weekday()] not in row.byday:
                continue
            opens = datetime.combine(day, row.opens_at, zone)
            closes = datetime.combine(day, row.closes_at, zone)
            if row.closes_at.minute == 59:  # the last minute of a day
                closes += timedelta(minutes=1)
            spells.append(Spell(opens_at=opens.astimezone(UTC), closes_at=closes.astimezone(UTC)))
        day += timedelta(days=1)
    merged: list[Spell] = []
    for spell in sorted(spells, key=lambda one: one.opens_at):
        if merged and spell.opens_at <= merged[-1].closes_at:
            merged[-1] = Spell(opens_at=merged[-1].opens_at, closes_at=max(merged[-1].closes_at, spell.closes_at))
        else:
            merged.append(spell)
    return tuple(spell for spell in merged if spell.closes_at > start)


def current_or_next(
    schedules: tuple[Schedule, ...],
    *,
    zone: ZoneInfo,
    holidays: frozenset[date],
    holiday_hours: HolidayHours,
    now: datetime,
    horizon: timedelta = timedelta(days=14),
) -> Spell | None:
    """The stretch that lasts now, or the next one."""
    found = spells_between(
        schedules, zone=zone, holidays=holidays, holiday_hours=holiday_hours, start=now, end=now + horizon
    )
    return found[0] if found else None


def week_of(
    schedules: tuple[Schedule, ...],
    *,
    zone: ZoneInfo,
    holidays: frozenset[date],
    holiday_hours: HolidayHours,
    today: date,
) -> tuple[DayHours, ...]:
    """The hours of seven days."""
    days = []
    for offset in range(7):
        day = today + timedelta(days=offset)
        start = datetime(day.year, day.month, day.day, tzinfo=zone)
        found = spells_between(
            schedules,
            zone=zone,
            holidays=holidays,
            holiday_hours=holiday_hours,
            start=start,
            end=start + timedelta(hours=23),
        )
        days.append(DayHours(day=day, spells=found))
    return tuple(days)
