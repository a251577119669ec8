"""Opening times of many kinds, as services really have them."""

import dataclasses
import random
from collections.abc import Callable, Mapping
from datetime import date, time, timedelta
from enum import StrEnum

from leeward.society.directory.rules.records import Frequency, Schedule

ALL_DAYS = "MO,TU,WE,TH,FR,SA,SU"
OFFICE_DAYS = "MO,TU,WE,TH,FR"
NOON, ONE = time(12, 30), time(13, 30)
# How many in a hundred say so.
LUNCH, CHRISTMAS, EXTRA, NOTE = 20, 25, 8, 10


class Hours(StrEnum):
    """A pattern of opening times."""

    ALWAYS = "always"
    OFFICE = "office"
    LONG_DAYS = "long days"
    EVENINGS = "evenings"
    NIGHTS = "nights"
    WEEKEND_NIGHTS = "weekend nights"
    SOME_DAYS = "some days"
    WEEKLY = "one afternoon a week"
    FORTNIGHTLY = "every second week"
    MONTHLY = "once a month"
    TERM = "in term time"
    BY_APPOINTMENT = "by appointment"
    UNKNOWN = "unknown"


def make_hours(kind: Hours, *, dice: random.Random, today: date) -> tuple[Schedule, ...]:
    """The rows of a pattern, with a closure or an extra day where it has one."""
    rows = PATTERNS[kind](dice, today)
    if not rows or kind in (Hours.ALWAYS, Hours.BY_APPOINTMENT):
        return rows
    if dice.randrange(100) < CHRISTMAS:
        winter = Schedule(
            valid_from=date(today.year, 12, 24), valid_to=date(today.year + 1, 1, 2), description="Winter break"
        )
        rows = (*rows, winter)
    if dice.randrange(100) < EXTRA:
        saturday = today + timedelta(days=(5 - today.weekday()) % 7 + 7 * dice.randrange(1, 5))
        extra = Schedule(
            valid_from=saturday, valid_to=saturday, opens_at=time(10), closes_at=time(13), description="Open Saturday"
        )
        rows = (*rows, extra)
    if dice.randrange(100) < NOTE:
        rows = (dataclasses.replace(rows[0], notes="The last call is taken half an hour before."), *rows[1:])
    return rows


def _weekly(byday: str, opens_at: time, closes_at: time) -> Schedule:
    return Schedule(freq=Frequency.WEEKLY, byday=byday, opens_at=opens_at, closes_at=closes_at)


def _office(dice: random.Random, _today: date) -> tuple[Schedule, ...]:
    opens_at, closes_at = dice.choice((time(8), time(8, 30), time(9), time(10))), dice.choice((time(16), time(17)))
    if dice.randrange(100) < LUNCH:
        return _weekly(OFFICE_DAYS, opens_at, NOON), _weekly(OFFICE_DAYS, ONE, closes_at)
    if dice.randrange(100) < LUNCH:
        return _weekly("MO,TU,WE,TH", opens_at, closes_at), _weekly("FR", opens_at, time(13))
    return (_weekly(OFFICE_DAYS, opens_at, closes_at),)


def _long_days(dice: random.Random, _today: date) -> tuple[Schedule, ...]:
    return (_weekly(ALL_DAYS, time(dice.choice((7, 8, 9))), time(dice.choice((20, 21, 22, 23)))),)


def _evenings(dice: random.Random, _today: date) -> tuple[Schedule, ...]:
    days = dice.choice((ALL_DAYS, OFFICE_DAYS, "MO,WE,FR", "TU,TH"))
    return (_weekly(days, time(dice.choice((16, 17, 18))), time(dice.choice((20, 21, 22)))),)


def _nights(dice: random.Random, _today: date) -> tuple[Schedule, ...]:
    return (_weekly(ALL_DAYS, time(dice.choice((18, 20, 22))), time(dice.choice((2, 6, 8)))),)


def _weekend_nights(dice: random.Random, _today: date) -> tuple[Schedule, ...]:
    return (_weekly("FR,SA", time(20), time(dice.choice((2, 4)))), _weekly("SU", time(12), time(18)))


def _some_days(dice: random.Random, _today: date) -> tuple[Schedule, ...]:
    days = dice.choice(("MO,WE", "TU,TH", "MO,TU,TH", "WE,FR", "TU,WE,TH,SA"))
    return (_weekly(days, time(dice.choice((9, 10, 12))), time(dice.choice((15, 16, 19)))),)


def _one_afternoon(dice: random.Random, _today: date) -> tuple[Schedule, ...]:
    opens = dice.choice((10, 14, 17, 19))
    return (_weekly(dice.choice(OFFICE_DAYS.split(",")), time(opens), time(opens + 2)),)


def _fortnightly(dice: random.Random, today: date) -> tuple[Schedule, ...]:
    weekday = dice.randrange(5)
    begun = today - timedelta(days=today.weekday() - weekday, weeks=dice.randrange(4, 60))
    row = _weekly(OFFICE_DAYS.split(",")[weekday], time(18), time(20))
    return (dataclasses.replace(row, interval=2, dtstart=begun),)


def _monthly(dice: random.Random, _today: date) -> tuple[Schedule, ...]:
    number, day = dice.choice(("1", "2", "3", "-1")), dice.choice(ALL_DAYS.split(","))
    row = Schedule(freq=Frequency.MONTHLY, byday=f"{number}{day}", opens_at=time(10), closes_at=time(13))
    return (row,)


def _term(dice: random.Random, today: date) -> tuple[Schedule, ...]:
    year = today.year
    terms = (
        (date(year, 1, 8), date(year, 3, 27)),
        (date(year, 4, 13), date(year, 6, 30)),
        (date(year, 9, 8), date(year, 12, 18)),
        (date(year + 1, 1, 7), date(year + 1, 3, 26)),
    )
    row = _weekly(dice.choice((OFFICE_DAYS, "MO,WE,TH")), time(dice.choice((9, 15))), time(18))
    return tuple(dataclasses.replace(row, valid_from=begin, valid_to=end) for begin, end in terms if end >= today)


def _by_appointment(_dice: random.Random, _today: date) -> tuple[Schedule, ...]:
    return (Schedule(description="By appointment. Call or write first."),)


PATTERNS: Mapping[Hours, Callable[[random.Random, date], tuple[Schedule, ...]]] = {
    Hours.ALWAYS: lambda _dice, _today: (_weekly(ALL_DAYS, time(0), time(23, 59)),),
    Hours.OFFICE: _office,
    Hours.LONG_DAYS: _long_days,
    Hours.EVENINGS: _evenings,
    Hours.NIGHTS: _nights,
    Hours.WEEKEND_NIGHTS: _weekend_nights,
    Hours.SOME_DAYS: _some_days,
    Hours.WEEKLY: _one_afternoon,
    Hours.FORTNIGHTLY: _fortnightly,
    Hours.MONTHLY: _monthly,
    Hours.TERM: _term,
    Hours.BY_APPOINTMENT: _by_appointment,
    Hours.UNKNOWN: lambda _dice, _today: (),
}
