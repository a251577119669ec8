"""Opening times as a week's table, special days and further rules, and back to schedules again.

Editors think in a week: Monday from 9 to 12 and from 1 to 5. The standard thinks in rows of rules. What fits the table
is shown there, what closes days is shown as special days, and whatever is left (first Mondays, seasons) stays a rule
of its own. A row that was not touched comes back as it was, with its id.
"""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time

from leeward.society.directory.rules.records import Frequency, Schedule, Weekday

SPELLS_A_DAY = 2
LAST_MINUTE = time(23, 59)


@dataclass(frozen=True, kw_only=True)
class Times:
    """One spell of a day. One that closes before it opens ends on the next day."""

    opens_at: time
    closes_at: time


ALL_DAY = Times(opens_at=time(0, 0), closes_at=LAST_MINUTE)

type Week = Mapping[Weekday, tuple[Times, ...]]


@dataclass(frozen=True, kw_only=True)
class Hours:
    """A service's schedules, sorted by how people change them."""

    week: Week
    special: tuple[Schedule, ...] = ()  # days on which it is closed, or open besides
    rules: tuple[Schedule, ...] = ()  # all others


def split_schedules(schedules: Iterable[Schedule], *, today: date) -> Hours:
    """Sort schedules into a week's table, special days and further rules."""
    days: dict[Weekday, list[Times]] = {day: [] for day in Weekday}
    special, rules = [], []
    for schedule in schedules:
        if is_special(schedule):
            special.append(schedule)
        elif not _fits(schedule, days, today=today):
            rules.append(schedule)
    return Hours(
        week={day: tuple(sorted(spells, key=lambda spell: spell.opens_at)) for day, spells in days.items()},
        special=tuple(special),
        rules=tuple(rules),
    )


def join_week(week: Week, *, before: Iterable[Schedule], today: date) -> tuple[Schedule, ...]:
    """The schedules of a week's table: days with the same spell share a row.

    `before` are the schedules as they stand. Where the table says what they say, their own rows come back.
    """
    plain = _plain_rows(before, today=today)
    if _without_blanks(split_schedules(plain, today=today).week) == _without_blanks(week):
        return plain
    shared: dict[Times, list[Weekday]] = {}
    for day in Weekday:
        for spell in week.get(day, ()):
            days = shared.setdefault(spell, [])
            if day not in days:
                days.append(day)
    made = [_weekly(spell, days) for spell, days in shared.items()]
    return tuple(keep_ids(made, before=plain))


def in_order(schedules: Iterable[Schedule], *, before: Iterable[Schedule]) -> tuple[Schedule, ...]:
    """The schedules as they stood before, and after them those that are new."""
    places = {schedule.id: place for place, schedule in enumerate(before)}
    return tuple(
        sorted(schedules, key=lambda schedule: places.get(schedule.id, len(places)) if schedule.id else len(places))
    )


def keep_ids(schedules: Iterable[Schedule], *, before: Iterable[Schedule]) -> tuple[Schedule, ...]:
    """The same schedules; one that stood there before, but for its id, bears that id again."""
    ids = {dataclasses.replace(schedule, id=None): schedule.id for schedule in before}
    kept = []
    for schedule in schedules:
        known = ids.pop(dataclasses.replace(schedule, id=None), None)
        kept.append(schedule if schedule.id or not known else dataclasses.replace(schedule, id=known))
    return tuple(kept)


def is_special(schedule: Schedule) -> bool:
    """Whether a row is no more than days from which to which it is closed, or open besides its other hours."""
    only = Schedule(
        valid_from=schedule.valid_from,
        valid_to=schedule.valid_to,
        opens_at=schedule.opens_at,
        closes_at=schedule.closes_at,
        description=schedule.description,
        id=schedule.id,
    )
    return schedule.valid_from is not None and schedule == only


def is_always_open(week: Week) -> bool:
    """Whether a week's table leaves no closed minute."""
    return all(ALL_DAY in week.get(day, ()) for day in Weekday)


def _fits(schedule: Schedule, days: dict[Weekday, list[Times]], *, today: date) -> bool:
    """Put a row into the table where it is a plain weekly one and its days have room."""
    on = plain_days(schedule, today=today)
    if not on or schedule.opens_at is None or schedule.closes_at is None:
        return False
    spell = Times(opens_at=schedule.opens_at, closes_at=schedule.closes_at)
    if any(len(days[day]) >= SPELLS_A_DAY and spell not in days[day] for day in on):
        return False
    for day in on:
        if spell not in days[day]:
            days[day].append(spell)
    return True


def plain_days(schedule: Schedule, *, today: date) -> tuple[Weekday, ...]:
    """The days of a row that says no more than 'every week on these days', () for any other row."""
    is_every_week = schedule.interval in (None, 1)
    bare = dataclasses.replace(
        schedule,
        id=None,
        freq=None,
        byday="",
        opens_at=None,
        closes_at=None,
        dtstart=_if_later(schedule.dtstart, today),
        valid_from=_if_later(schedule.valid_from, today),
        interval=None if is_every_week else schedule.interval,
        wkst=None if is_every_week else schedule.wkst,
    )
    names = schedule.byday.split(",")
    if schedule.freq is not Frequency.WEEKLY or bare != Schedule() or not set(names) <= {day.value for day in Weekday}:
        return ()
    return tuple(day for day in Weekday if day.value in names)


def _if_later(day: date | None, today: date) -> date | None:
    return day if day is not None and day > today else None


def _plain_rows(schedules: Iterable[Schedule], *, today: date) -> tuple[Schedule, ...]:
    days: dict[Weekday, list[Times]] = {day: [] for day in Weekday}
    return tuple(row for row in schedules if _fits(row, days, today=today))


def _without_blanks(week: Week) -> dict[Weekday, tuple[Times, ...]]:
    return {day: tuple(sorted(spells, key=lambda spell: spell.opens_at)) for day, spells in week.items() if spells}


def _weekly(spell: Times, days: Iterable[Weekday]) -> Schedule:
    return Schedule(
        freq=Frequency.WEEKLY,
        byday=",".join(day.value for day in days),
        opens_at=spell.opens_at,
        closes_at=spell.closes_at,
    )
