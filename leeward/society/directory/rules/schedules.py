"""When a service is open: from schedules, as the standard writes them, to spells of time.

Schedules speak of wall clocks in the nation's zone. Where a clock is put forward, a time that does not exist is the
moment at which the clock jumped; where it is put back, a time that comes twice is the first of the two. A spell belongs
to the day on which it begins: a day that is closed takes away the spells that begin on it, and leaves alone the night
shift that began the evening before.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from typing import Literal
from zoneinfo import ZoneInfo

from dateutil import rrule

from leeward.foundation.editing.errors import FieldRefused
from leeward.society.directory.errors import Mistake
from leeward.society.directory.rules.records import Frequency, HolidayHours, Schedule, Weekday

HORIZON = timedelta(days=14)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
# A spell that covers a moment began at most a day (and a turn of the clock) before, unless several touch.
LOOKBACK = timedelta(days=2)
# Most spells end sooner than this, so that the rest of the horizon need not be worked out.
GLANCE = timedelta(days=3)
WINDOW_MOST = timedelta(days=400)
WEEK = 7
WEEKS_OF_A_MONTH = (1, 2, 3, 4, 5)
MIDNIGHT = time(0)
# The standard has no 24:00 and says 23:59 for the end of a day.
END_OF_DAY = time(23, 59)
YEARS = (1900, 2200)
INTERVAL_MOST = 120
COUNT_MOST = 1_000
LIST_MOST = 60

WEEKDAYS = {day.value: number for number, day in enumerate(Weekday)}
RULE_DAYS = (rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR, rrule.SA, rrule.SU)
RULE_FREQUENCIES: dict[Frequency, Literal[1, 2]] = {Frequency.WEEKLY: rrule.WEEKLY, Frequency.MONTHLY: rrule.MONTHLY}
DAY_ITEM = re.compile(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)")
NUMBER_ITEM = re.compile(r"[+-]?[0-9]{1,3}")
# The lists of numbers that a rule may hold, and how far each may go in either direction.
NUMBER_LISTS = {"bymonthday": 31, "byweekno": 53, "byyearday": 366}


@dataclass(frozen=True, kw_only=True)
class Spell:
    """From when until when it is open: aware times in UTC, the first included and the last not."""

    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True, kw_only=True)
class DayHours:
    """The spells that begin on one day of the nation's calendar; none where it is closed."""

    day: date
    spells: tuple[Spell, ...]


def spells_between(
    schedules: Iterable[Schedule],
    *,
    zone: ZoneInfo,
    holidays: frozenset[date],
    holiday_hours: HolidayHours,
    start: datetime,
    end: datetime,
) -> tuple[Spell, ...]:
    """When it is open between two aware times, cut off at both; sorted, and those that touch are one.

    At most 400 days are worked out.
    """
    start, end = start.astimezone(UTC), min(end, start + WINDOW_MOST).astimezone(UTC)
    plan = _plan(tuple(schedules), zone=zone, holidays=holidays, holiday_hours=holiday_hours)
    cut = (
        Spell(opens_at=max(spell.opens_at, start), closes_at=min(spell.closes_at, end))
        for spell in _merge(_begun(plan, start - LOOKBACK, end))
    )
    return tuple(spell for spell in cut if spell.opens_at < spell.closes_at)


def current_or_next(
    schedules: Iterable[Schedule],
    *,
    zone: ZoneInfo,
    holidays: frozenset[date],
    holiday_hours: HolidayHours,
    now: datetime,
    horizon: timedelta = HORIZON,
) -> Spell | None:
    """The spell in which it is open now, or else the next that begins within the horizon; None where there is none.

    A spell that has lasted for days is said to have begun two days ago, and one without an end ends at the horizon.
    """
    now, horizon = now.astimezone(UTC), min(horizon, WINDOW_MOST)
    plan = _plan(tuple(schedules), zone=zone, holidays=holidays, holiday_hours=holiday_hours)
    if horizon > GLANCE:
        spell = _first(plan, now, now + GLANCE)
        if spell is not None and spell.closes_at < now + GLANCE:
            return spell
    return _first(plan, now, now + horizon)


def week_of(
    schedules: Iterable[Schedule],
    *,
    zone: ZoneInfo,
    holidays: frozenset[date],
    holiday_hours: HolidayHours,
    today: date,
) -> tuple[DayHours, ...]:
    """The hours of seven days from `today` on. A night shift stands whole on the day on which it begins."""
    plan = _plan(tuple(schedules), zone=zone, holidays=holidays, holiday_hours=holiday_hours)
    days = tuple(today + number * DAY for number in range(WEEK))
    return tuple(DayHours(day=day, spells=tuple(_merge(plan.spells(day, day)))) for day in days)


def check_schedule(schedule: Schedule) -> tuple[FieldRefused, ...]:
    """What is wrong with one row, as far as it can be seen from the row alone."""
    repeated = _wrong_without_rule(schedule) if schedule.freq is None else _wrong_rule(schedule)
    return (*_wrong_times(schedule), *_wrong_dates(schedule), *_wrong_lists(schedule), *repeated)


# Working out


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """What opens, what closes, and where the clocks stand."""

    openings: tuple[Schedule, ...]
    is_closed: Callable[[date], bool]
    zone: ZoneInfo

    def spells(self, first: date, last: date) -> list[Spell]:
        """The spells that begin on the days from `first` to `last`, sorted by when they begin."""
        found = []
        for row in self.openings:
            for day in _days(row, first, last):
                if not self.is_closed(day):
                    opens_at, closes_at = _ends(row, day, self.zone)
                    if opens_at < closes_at:  # not wholly within an hour that was skipped
                        found.append(Spell(opens_at=opens_at, closes_at=closes_at))
        return sorted(found, key=lambda spell: spell.opens_at)


def _plan(
    schedules: tuple[Schedule, ...], *, zone: ZoneInfo, holidays: frozenset[date], holiday_hours: HolidayHours
) -> _Plan:
    closed_days = holidays if holiday_hours is HolidayHours.CLOSED else frozenset()
    closures = tuple(row for row in schedules if _is_closure(row))

    def is_closed(day: date) -> bool:
        return day in closed_days or any(_holds(row, day) and _is_on_weekday(row, day) for row in closures)

    openings = tuple(row for row in schedules if row.opens_at is not None and row.closes_at is not None)
    return _Plan(openings=openings, is_closed=is_closed, zone=zone)


def _is_closure(row: Schedule) -> bool:
    """Whether a row closes days. One without any day is words only, and changes nothing."""
    has_times = row.opens_at is not None or row.closes_at is not None
    return row.freq is None and not has_times and (row.valid_from is not None or row.valid_to is not None)


def _first(plan: _Plan, now: datetime, end: datetime) -> Spell | None:
    """The first spell that is not over and begins before `end`; cut there where nothing tells when it ends."""
    seen_until = end + LOOKBACK
    for spell in _merge(_begun(plan, now - LOOKBACK, seen_until)):
        if spell.closes_at > now:
            if spell.opens_at >= end:
                return None
            closes_at = end if spell.closes_at > seen_until else spell.closes_at
            return Spell(opens_at=max(spell.opens_at, now - LOOKBACK), closes_at=closes_at)
    return None


def _begun(plan: _Plan, start: datetime, end: datetime) -> list[Spell]:
    """All spells that begin between two moments, and some around them: clocks have been put back over midnight."""
    return plan.spells(start.astimezone(plan.zone).date(), end.astimezone(plan.zone).date() + DAY)


def _merge(spells: Iterable[Spell]) -> Iterator[Spell]:
    """Sorted spells, with those that touch made one."""
    current: Spell | None = None
    for spell in spells:
        if current is None:
            current = spell
        elif spell.opens_at <= current.closes_at:
            if spell.closes_at > current.closes_at:
                current = Spell(opens_at=current.opens_at, closes_at=spell.closes_at)
        else:
            yield current
            current = spell
    if current is not None:
        yield current


def _ends(row: Schedule, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From when until when it is open by this row, where it opens on `day`."""
    opens_at, closes_at = row.opens_at or MIDNIGHT, row.closes_at or MIDNIGHT
    if closes_at.replace(second=0, microsecond=0, tzinfo=None) == END_OF_DAY:
        closes_at = MIDNIGHT
    is_next_day = closes_at.replace(tzinfo=None) <= opens_at.replace(tzinfo=None)
    return _instant(day, opens_at, zone), _instant(day + DAY if is_next_day else day, closes_at, zone)


def _instant(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """The moment at which the clocks of a zone show a time: the first where they show it twice."""
    local = datetime.combine(day, wall.replace(fold=0), tzinfo=zone)
    before, after = local.utcoffset(), local.replace(fold=1).utcoffset()
    if before is None or after is None or before >= after:
        return local.astimezone(UTC)
    # They never show it: the moment at which they jumped lies between its readings by the two offsets.
    bare = local.replace(tzinfo=UTC)
    early, late = bare - after, bare - before
    while late - early > SECOND:
        middle = early + (late - early) // 2
        if middle.astimezone(zone).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)


def _days(row: Schedule, first: date, last: date) -> Iterable[date]:
    """The days from `first` to `last` on which a row opens."""
    first = max(first, row.valid_from or first)
    last = min(last, row.valid_to or last)
    if first > last:
        return ()
    if row.freq is None:
        return _named_days(row, first, last)
    if _is_plain(row):
        first = max(first, row.dtstart or first)
        last = min(last, row.until or last)
        return (day for day in _each_day(first, last) if _is_on_weekday(row, day))
    if check_schedule(row):
        return ()
    return _ruled_days(row, first, last)


def _named_days(row: Schedule, first: date, last: date) -> Iterable[date]:
    """The days of a row without a rule: its first day alone where it has no others, or all of its range."""
    if row.dtstart is not None and row.valid_from is None and row.valid_to is None and not row.byday:
        return (row.dtstart,) if first <= row.dtstart <= last else ()
    first = max(first, row.dtstart or first)
    return (day for day in _each_day(first, last) if _is_on_weekday(row, day))


def _is_plain(row: Schedule) -> bool:
    """Whether a row says no more than "on these weekdays": most do, and need no calendar arithmetic."""
    others = row.count or row.bymonthday or row.byweekno or row.byyearday
    plain = bool(row.byday) and row.interval in (None, 1) and not others
    return row.freq is Frequency.WEEKLY and plain and all(number is None for number, _day in _weekdays(row.byday))


def _ruled_days(row: Schedule, first: date, last: date) -> Iterator[date]:
    """The days of a rule of RFC 5545, worked out no further than `last`."""
    begin = row.dtstart or row.valid_from or date(YEARS[0], 1, 1)
    rule = rrule.rrule(
        RULE_FREQUENCIES[row.freq or Frequency.WEEKLY],
        dtstart=_as_moment(begin if row.count else _nearer(row, begin, first)),
        interval=row.interval or 1,
        wkst=None if row.wkst is None else RULE_DAYS[WEEKDAYS[row.wkst.value]],
        byweekday=_rule_weekdays(row, begin),
        bymonthday=_rule_monthdays(row, begin),
        byweekno=_numbers(row.byweekno) or None,
        byyearday=_numbers(row.byyearday) or None,
        # Never `count`: a rule without any day would be followed to the end of the calendar.
        until=_as_moment(min(last, row.until or last)),
    )
    earliest = max(first, begin)
    return (moment.date() for moment in islice(rule, row.count) if moment.date() >= earliest)


def _nearer(row: Schedule, begin: date, first: date) -> date:
    """A day of the rule's own rhythm shortly before `first`, so that no years are counted through."""
    step = row.interval or 1
    if row.freq is Frequency.WEEKLY:
        weeks = (first - begin).days // WEEK // step - 1
        return begin + timedelta(weeks=max(0, weeks) * step)
    months = (first.year - begin.year) * 12 + first.month - begin.month
    steps = months // step - 1
    if steps <= 0:
        return begin
    year, month = divmod(begin.year * 12 + begin.month - 1 + steps * step, 12)
    return date(year, month + 1, 1)


def _rule_weekdays(row: Schedule, begin: date) -> list[rrule.weekday] | None:
    days = _weekdays(row.byday)
    if any(number is not None for number, _day in days):
        # The library asks for both where numbered days and others stand in one list; the standard for either.
        return [RULE_DAYS[day](nth) for number, day in days for nth in ((number,) if number else WEEKS_OF_A_MONTH)]
    if days:
        return [RULE_DAYS[day] for _number, day in days]
    if row.freq is Frequency.WEEKLY and not (row.bymonthday or row.byweekno or row.byyearday):
        return [RULE_DAYS[begin.weekday()]]
    return None


def _rule_monthdays(row: Schedule, begin: date) -> list[int] | None:
    if row.bymonthday:
        return list(_numbers(row.bymonthday))
    if row.freq is Frequency.MONTHLY and not (row.byday or row.byweekno or row.byyearday):
        return [begin.day]
    return None


def _as_moment(day: date) -> datetime:
    return datetime.combine(day, MIDNIGHT)


def _each_day(first: date, last: date) -> Iterator[date]:
    return (first + number * DAY for number in range((last - first).days + 1))


def _holds(row: Schedule, day: date) -> bool:
    return (row.valid_from is None or row.valid_from <= day) and (row.valid_to is None or day <= row.valid_to)


def _is_on_weekday(row: Schedule, day: date) -> bool:
    """Whether a row means this day of the week; one that names none means every day."""
    return not row.byday or day.weekday() in _weekday_set(row.byday)


# Reading the parts of a rule


@lru_cache(maxsize=1_000)
def _weekdays(text: str) -> tuple[tuple[int | None, int], ...]:
    """Pairs of a number within the month (None for every one) and a weekday, Monday being 0; () for what is no list."""
    items = [DAY_ITEM.fullmatch(item) for item in _items(text)]
    if None in items or len(items) > LIST_MOST:
        return ()
    return tuple((int(item[1]) if item[1] else None, WEEKDAYS[item[2]]) for item in items if item)


@lru_cache(maxsize=1_000)
def _weekday_set(text: str) -> frozenset[int]:
    return frozenset(weekday for _number, weekday in _weekdays(text))


@lru_cache(maxsize=1_000)
def _numbers(text: str) -> tuple[int, ...]:
    """The numbers of a list; () for what is no list."""
    items = _items(text)
    if len(items) > LIST_MOST or not all(NUMBER_ITEM.fullmatch(item) for item in items):
        return ()
    return tuple(int(item) for item in items)


def _items(text: str) -> list[str]:
    return [item.strip() for item in text.upper().split(",")] if text else []


# Checking


def _wrong_times(row: Schedule) -> Iterator[FieldRefused]:
    if row.opens_at is not None and row.closes_at is None:
        yield FieldRefused("closes_at", Mistake.NEVER_CLOSES)
    if row.closes_at is not None and row.opens_at is None:
        yield FieldRefused("opens_at", Mistake.NEVER_OPENS)
    for name in ("opens_at", "closes_at"):
        moment = getattr(row, name)
        if moment is not None and moment.tzinfo is not None:
            yield FieldRefused(name, Mistake.OWN_ZONE)
    if row.opens_at is not None and row.opens_at == row.closes_at and row.opens_at != MIDNIGHT:
        yield FieldRefused("closes_at", Mistake.NO_TIME_BETWEEN)


def _wrong_dates(row: Schedule) -> Iterator[FieldRefused]:
    for name in ("valid_from", "valid_to", "dtstart", "until"):
        day = getattr(row, name)
        if day is not None and not YEARS[0] <= day.year <= YEARS[1]:
            yield FieldRefused(name, Mistake.DAY, least=YEARS[0], most=YEARS[1])
    begin, end = row.valid_from or row.dtstart, row.valid_to
    if begin is not None and end is not None and end < begin:
        yield FieldRefused("valid_to", Mistake.ENDS_EARLY)
    begin = row.dtstart or row.valid_from
    if begin is not None and row.until is not None and row.until < begin:
        yield FieldRefused("until", Mistake.ENDS_EARLY)


def _wrong_lists(row: Schedule) -> Iterator[FieldRefused]:
    days = _weekdays(row.byday)
    if row.byday and not days:
        yield FieldRefused("byday", Mistake.NO_WEEKDAYS)
    elif row.freq is not Frequency.MONTHLY and any(number is not None for number, _day in days):
        yield FieldRefused("byday", Mistake.NUMBERED_DAYS)
    for name, most in NUMBER_LISTS.items():
        text = getattr(row, name)
        numbers = _numbers(text)
        if text and (not numbers or any(not 1 <= abs(number) <= most for number in numbers)):
            code = Mistake.NO_MONTH_DAYS if name == "bymonthday" else Mistake.NO_NUMBERS
            yield FieldRefused(name, code, most=most)


def _wrong_without_rule(row: Schedule) -> Iterator[FieldRefused]:
    """A row that does not repeat: an extra day or range, a closure, or words."""
    for name in ("interval", "count", "until", *NUMBER_LISTS):
        if getattr(row, name) not in (None, ""):
            yield FieldRefused(name, Mistake.NOT_REPEATED)
    has_range = row.valid_from is not None or row.valid_to is not None
    has_times = row.opens_at is not None or row.closes_at is not None
    if has_times and not (has_range or row.dtstart is not None or row.byday):
        yield FieldRefused("byday", Mistake.ON_NO_DAY)
    if not has_times and not has_range:
        if row.byday or row.dtstart is not None:
            yield FieldRefused("opens_at", Mistake.DAYS_WITHOUT_TIMES)
        elif not (row.description or row.notes or row.schedule_link or row.attending_type):
            yield FieldRefused("opens_at", Mistake.NOTHING)


def _wrong_rule(row: Schedule) -> Iterator[FieldRefused]:
    """A row that repeats."""
    if row.opens_at is None and row.closes_at is None:
        yield FieldRefused("opens_at", Mistake.RULE_WITHOUT_TIMES)
    if row.interval is not None and not 1 <= row.interval <= INTERVAL_MOST:
        yield FieldRefused("interval", Mistake.INTERVAL, most=INTERVAL_MOST)
    if row.count is not None and not 1 <= row.count <= COUNT_MOST:
        yield FieldRefused("count", Mistake.COUNT, most=COUNT_MOST)
    if row.count is not None and row.until is not None:
        yield FieldRefused("count", Mistake.TWO_ENDS)
    anchor = row.dtstart or row.valid_from
    if anchor is None and (row.count is not None or (row.interval or 1) > 1):
        yield FieldRefused("dtstart", Mistake.COUNTED_FROM)
    if not (row.byday or row.bymonthday or row.byweekno or row.byyearday or row.dtstart):
        yield FieldRefused("byday", Mistake.RULE_ON_NO_DAY)
