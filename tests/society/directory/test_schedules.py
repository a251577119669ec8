"""Opening times: held against clocks read minute by minute, in zones whose clocks do odd things."""

import calendar
import dataclasses
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache, lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from dateutil import rrule
from hypothesis import assume, given
from hypothesis import strategies as st

from leeward.society.directory.errors import in_files
from leeward.society.directory.rules.records import Frequency, HolidayHours, Schedule, Weekday
from leeward.society.directory.rules.schedules import (
    Spell,
    check_schedule,
    current_or_next,
    spells_between,
    week_of,
)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
DAYS = tuple(day.value for day in Weekday)
LISBON = ZoneInfo("Europe/Lisbon")
# A zone and a day on or about which something happens to its clocks.
TURNS = (
    ("Europe/Lisbon", date(2026, 3, 29)),  # 01:00 becomes 02:00
    ("Europe/Lisbon", date(2026, 10, 25)),  # 02:00 becomes 01:00
    ("Asia/Kolkata", date(2026, 10, 25)),  # nothing, half an hour beside the others
    ("America/St_Johns", date(2026, 3, 8)),
    ("America/St_Johns", date(2026, 11, 1)),
    ("America/St_Johns", date(2010, 11, 7)),  # 00:01 became 23:01 of the day before
    ("Pacific/Apia", date(2011, 12, 30)),  # this day was left out
    ("Pacific/Apia", date(2011, 4, 2)),
    ("Africa/Cairo", date(2026, 4, 24)),  # 00:00 becomes 01:00
    ("Africa/Cairo", date(2026, 10, 29)),  # 24:00 becomes 23:00
)


# The oracle: what a person would say who looks at the clock, then at the list, each minute anew.


@cache
def clock(zone: str, day: date) -> tuple[tuple[datetime, datetime], ...]:
    """The minutes of some 28 hours about a day, each with what the clock says.

    In an hour that comes twice, whoever has looked once stays with the last minute of the first time.
    """
    moment = datetime.combine(day, time(0), tzinfo=ZoneInfo(zone)).astimezone(UTC) - 2 * HOUR
    moment = moment.replace(minute=0)
    read, last = [], None
    for _minute in range(28 * 60):
        local = moment.astimezone(ZoneInfo(zone))
        if local.fold == 0 or last is None:
            last = local.replace(tzinfo=None)
        read.append((moment, last))
        moment += MINUTE
    return tuple(read)


@lru_cache(maxsize=1_000)
def falls_on(row: Schedule, day: date) -> bool:
    """Whether a row's rule, range and numbers mean a day, by counting all days from its first."""
    if (row.valid_from and day < row.valid_from) or (row.valid_to and day > row.valid_to):
        return False
    if row.freq is None:
        if row.dtstart and not (row.valid_from or row.valid_to or row.byday):
            return day == row.dtstart
        return (not row.dtstart or day >= row.dtstart) and has_weekday(row, day)
    if row.until and day > row.until:
        return False
    first = row.dtstart or row.valid_from
    if first and day < first:
        return False
    if row.count and first:
        number = sum(fits(row, first + step * DAY) for step in range((day - first).days + 1))
        return fits(row, day) and number <= row.count
    return fits(row, day)


def fits(row: Schedule, day: date) -> bool:
    first = row.dtstart or row.valid_from or date(1900, 1, 1)
    if row.freq is Frequency.WEEKLY:
        start = DAYS.index((row.wkst or Weekday.MO).value)
        weeks = ((day - (day.weekday() - start) % 7 * DAY) - (first - (first.weekday() - start) % 7 * DAY)).days // 7
        rhythm = weeks % (row.interval or 1) == 0
        return rhythm and (has_weekday(row, day) if row.byday else day.weekday() == first.weekday())
    months = (day.year - first.year) * 12 + day.month - first.month
    if months % (row.interval or 1):
        return False
    length = calendar.monthrange(day.year, day.month)[1]
    if row.bymonthday and not {day.day, day.day - length - 1} & {int(item) for item in row.bymonthday.split(",")}:
        return False
    if row.byday:
        name, nth, last = DAYS[day.weekday()], (day.day - 1) // 7 + 1, -((length - day.day) // 7 + 1)
        return bool({name, f"{nth}{name}", f"+{nth}{name}", f"{last}{name}"} & set(row.byday.split(",")))
    return bool(row.bymonthday) or day.day == first.day


def has_weekday(row: Schedule, day: date) -> bool:
    return not row.byday or DAYS[day.weekday()] in row.byday.split(",")


def is_open(rows: tuple[Schedule, ...], holidays: frozenset[date], hours: HolidayHours, wall: datetime) -> bool:
    for day in (wall.date(), wall.date() - DAY):
        if hours is HolidayHours.CLOSED and day in holidays:
            continue
        if any(row.opens_at is None and (row.valid_from or row.valid_to) and falls_on(row, day) for row in rows):
            continue
        minute = (wall - datetime.combine(day, time(0))) // MINUTE
        for row in rows:
            if row.opens_at is None or row.closes_at is None or not falls_on(row, day):
                continue
            opens = row.opens_at.hour * 60 + row.opens_at.minute
            closes = row.closes_at.hour * 60 + row.closes_at.minute
            closes = 1440 if closes == 1439 else closes
            if opens <= minute < (closes if closes > opens else closes + 1440):
                return True
    return False


# What is tried


def listed(items: list[str]) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(items), min_size=1, max_size=4, unique=True).map(",".join)


times = st.one_of(
    st.times().map(lambda moment: moment.replace(second=0, microsecond=0)),
    st.sampled_from([time(0), time(23, 59), time(0, 1), time(1, 30), time(2), time(23), time(9), time(17)]),
)
near = st.integers(-12, 12).map(lambda days: days * DAY)
far = st.integers(-1200, 3).map(lambda days: days * DAY)


@st.composite
def rows_about(draw: st.DrawFn, day: date) -> Schedule:
    """A row that may have to do with a day: any kind that editors write."""
    opens, closes = draw(times), draw(times)
    assume(opens != closes or opens == time(0))
    row = Schedule(opens_at=opens, closes_at=closes)
    kind = draw(st.sampled_from(["weekly", "weekly", "rhythm", "monthly", "monthdays", "once", "range", "closed"]))
    numbered = [f"{number}{name}" for number in ("1", "+2", "3", "4", "5", "-1", "-2", "-5") for name in DAYS]
    match kind:
        case "weekly":
            row = dataclasses.replace(row, freq=Frequency.WEEKLY, byday=draw(listed(list(DAYS))))
            row = dataclasses.replace(row, dtstart=draw(st.none() | far.map(lambda away: day + away)))
        case "rhythm":
            row = dataclasses.replace(
                row,
                freq=Frequency.WEEKLY,
                interval=draw(st.integers(1, 5)),
                dtstart=day + draw(far),
                byday=draw(st.just("") | listed(list(DAYS))),
                wkst=draw(st.none() | st.sampled_from(Weekday)),
                count=draw(st.none() | st.integers(1, 200)),
            )
        case "monthly":
            row = dataclasses.replace(row, freq=Frequency.MONTHLY, byday=draw(listed(numbered + list(DAYS))))
        case "monthdays":
            named = listed([str(number) for number in (*range(1, 32), -1, -2, -31)])
            row = dataclasses.replace(
                row,
                freq=Frequency.MONTHLY,
                interval=draw(st.integers(1, 4)),
                dtstart=day + draw(far),
                bymonthday=draw(st.just("") | named),
                count=draw(st.none() | st.integers(1, 30)),
            )
        case "once":
            moved = day + draw(near)
            return dataclasses.replace(row, valid_from=moved, valid_to=moved)
        case "range":
            row = dataclasses.replace(row, byday=draw(st.just("") | listed(list(DAYS))))
            return dataclasses.replace(row, valid_from=day + draw(near), valid_to=day + 12 * DAY)
        case _:
            begin = day + draw(near)
            return Schedule(valid_from=begin, valid_to=begin + draw(st.integers(0, 3)) * DAY)
    if row.count is None:
        row = dataclasses.replace(row, until=draw(st.none() | near.map(lambda away: day + away)))
    if row.dtstart and row.until and row.until < row.dtstart:
        row = dataclasses.replace(row, until=None)
    return dataclasses.replace(row, valid_to=draw(st.none() | st.just(day + DAY)))


@st.composite
def situations(draw: st.DrawFn) -> tuple[str, date, tuple[Schedule, ...], frozenset[date], HolidayHours]:
    zone, day = draw(st.sampled_from(TURNS))
    rows = tuple(draw(st.lists(rows_about(day), max_size=4)))
    holidays = frozenset(day + away for away in draw(st.lists(near, max_size=3)))
    return zone, day, rows, holidays, draw(st.sampled_from(HolidayHours))


@given(situations())
def test_open_is_what_the_clock_and_the_list_say_each_minute(situation) -> None:
    zone, day, rows, holidays, hours = situation
    minutes = clock(zone, day)
    start, end = minutes[0][0], minutes[-1][0] + MINUTE
    assert all(
        check_schedule(row) == () or (row.dtstart and row.valid_to and row.dtstart > row.valid_to) for row in rows
    )
    spells = spells_between(rows, zone=ZoneInfo(zone), holidays=holidays, holiday_hours=hours, start=start, end=end)
    for first, second in pairwise(spells):
        assert first.closes_at < second.opens_at, "those that touch are one, and all are in order"
    for spell in spells:
        assert start <= spell.opens_at < spell.closes_at <= end
        assert spell.opens_at.tzinfo is UTC
    expected = [moment for moment, wall in minutes if is_open(rows, holidays, hours, wall)]
    told = [moment for moment, _wall in minutes if any(spell.opens_at <= moment < spell.closes_at for spell in spells)]
    assert told == expected


@given(situations(), st.integers(0, 28 * 60 - 1), st.integers(1, 30))
def test_now_or_next_is_the_first_of_the_spells(situation, minute: int, days: int) -> None:
    zone, day, rows, holidays, hours = situation
    now, about = clock(zone, day)[minute][0], {"zone": ZoneInfo(zone), "holidays": holidays, "holiday_hours": hours}
    end = now + days * DAY
    spells = spells_between(rows, **about, start=now, end=end)
    found = current_or_next(rows, **about, now=now, horizon=days * DAY)
    if not spells:
        assert found is None
        return
    assert found is not None
    assert max(found.opens_at, now) == spells[0].opens_at
    assert min(found.closes_at, end) == spells[0].closes_at
    assert found.opens_at < end
    assert found.closes_at > now
    before = spells_between(rows, **about, start=found.opens_at, end=found.closes_at)
    assert before == (found,), "it is open from its beginning to its end"
    if found.opens_at < now:
        a_moment_before = found.opens_at - timedelta(microseconds=1)
        lasted = spells_between(rows, **about, start=a_moment_before, end=found.opens_at)
        assert not lasted or now - found.opens_at == 2 * DAY, "it began then, or more than two days ago"


@given(situations())
def test_a_week_s_days_hold_what_begins_on_them(situation) -> None:
    zone, day, rows, holidays, hours = situation
    about = {"zone": ZoneInfo(zone), "holidays": holidays, "holiday_hours": hours}
    week = week_of(rows, **about, today=day - 2 * DAY)
    assert [hours.day for hours in week] == [day + away * DAY for away in range(-2, 5)]
    minutes = clock(zone, day)
    start, end = minutes[0][0], minutes[-1][0]
    spells = spells_between(rows, **about, start=start, end=end)
    told = {moment for moment, _wall in minutes for spell in spells if spell.opens_at <= moment < spell.closes_at}
    shown = {
        moment
        for moment, _wall in minutes[:-1]
        for hours in week
        for spell in hours.spells
        if spell.opens_at <= moment < spell.closes_at
    }
    assert shown == told


@given(st.lists(st.sampled_from(DAYS), min_size=1, unique=True), st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_weekdays_alone_are_the_days_of_the_rule(days: list[str], first: date) -> None:
    row = Schedule(freq=Frequency.WEEKLY, byday=",".join(days), opens_at=time(9), closes_at=time(17))
    week = week_of([row], zone=LISBON, holidays=frozenset(), holiday_hours=HolidayHours.CLOSED, today=first)
    rule = rrule.rrule(
        rrule.WEEKLY,
        byweekday=[DAYS.index(day) for day in days],
        dtstart=datetime.combine(first, time(0)),
        until=datetime.combine(first + 6 * DAY, time(0)),
    )
    assert [hours.day for hours in week if hours.spells] == [moment.date() for moment in rule]


@given(st.integers(1, 4), st.sampled_from(["10", "10,20", "-1,52"]), st.sampled_from(["", "MO", "TU,SU"]))
def test_weeks_of_the_year_and_days_of_the_year(interval: int, weeks: str, days: str) -> None:
    about = {"zone": LISBON, "holidays": frozenset(), "holiday_hours": HolidayHours.CLOSED}
    row = Schedule(
        freq=Frequency.MONTHLY,
        dtstart=date(2020, 1, 1),
        byweekno=weeks,
        byday=days,
        opens_at=time(9),
        closes_at=time(10),
    )
    row = dataclasses.replace(row, interval=interval)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    opened = {spell.opens_at.date() for spell in spells_between([row], **about, start=start, end=start + 360 * DAY)}
    named = {int(week) if int(week) > 0 else 54 + int(week) for week in weeks.split(",")}
    for away in range(360):
        day = start.date() + away * DAY
        is_named = day.isocalendar().week in named and (not days or DAYS[day.weekday()] in days)
        assert (day in opened) == (is_named and (day.month - 1) % interval == 0 and day.isocalendar().year == 2026), day


# Cases that people meet


def spells(*rows: Schedule, day: date, days: int = 1, zone: ZoneInfo = LISBON, **about) -> list[tuple[str, str]]:
    """The spells of some days, as local clocks show them."""
    start = datetime.combine(day, time(0), tzinfo=zone)
    about = {"holidays": frozenset(), "holiday_hours": HolidayHours.CLOSED, **about}
    end = datetime.combine(day + days * DAY, time(0), tzinfo=zone)
    found = spells_between(rows, zone=zone, start=start, end=end, **about)
    return [tuple(f"{at.astimezone(zone):%a %H:%M}" for at in (spell.opens_at, spell.closes_at)) for spell in found]


def weekly(byday: str, opens: str, closes: str, **more) -> Schedule:
    more.setdefault("freq", Frequency.WEEKLY)
    return Schedule(byday=byday, opens_at=time.fromisoformat(opens), closes_at=time.fromisoformat(closes), **more)


ALL = ",".join(DAYS)
MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize("closes", ["23:59", "00:00", "23:59:59"])
def test_a_whole_day_is_a_whole_day_however_it_is_written(closes: str) -> None:
    row = weekly("MO", "00:00", closes)
    assert spells(row, day=MONDAY, days=2) == [("Mon 00:00", "Tue 00:00")]


def test_always_open_is_one_spell_to_the_horizon() -> None:
    now = datetime(2026, 11, 23, 12, 34, tzinfo=UTC)
    about = {"zone": LISBON, "holidays": frozenset(), "holiday_hours": HolidayHours.AS_USUAL}
    found = current_or_next([weekly(ALL, "00:00", "23:59")], **about, now=now)
    assert found == Spell(opens_at=now - 2 * DAY, closes_at=now + 14 * DAY)
    assert spells_between([weekly(ALL, "00:00", "23:59")], **about, start=now, end=now + DAY) == (
        Spell(opens_at=now, closes_at=now + DAY),
    )


def test_an_evening_and_the_night_after_it_are_one_spell() -> None:
    assert spells(weekly("MO", "18:00", "23:59"), weekly("TU", "00:00", "06:00"), day=MONDAY, days=2) == [
        ("Mon 18:00", "Tue 06:00")
    ]


def test_a_holiday_takes_what_begins_on_it_and_leaves_the_night_before() -> None:
    row = weekly(ALL, "20:00", "08:00")
    holiday = {"holidays": frozenset({MONDAY + DAY})}
    assert spells(row, day=MONDAY, days=3, **holiday) == [
        ("Mon 00:00", "Mon 08:00"),
        ("Mon 20:00", "Tue 08:00"),
        ("Wed 20:00", "Thu 00:00"),
    ]
    assert len(spells(row, day=MONDAY, days=3, **holiday, holiday_hours=HolidayHours.AS_USUAL)) == 4


def test_a_closure_is_both_its_days_and_those_between() -> None:
    closed = Schedule(valid_from=MONDAY + DAY, valid_to=MONDAY + 3 * DAY, description="Moving house")
    assert spells(weekly(ALL, "09:00", "10:00"), closed, day=MONDAY, days=6) == [
        ("Mon 09:00", "Mon 10:00"),
        ("Fri 09:00", "Fri 10:00"),
        ("Sat 09:00", "Sat 10:00"),
    ]


def test_a_closure_may_name_days_of_the_week_and_have_no_end() -> None:
    closed = Schedule(valid_from=MONDAY, byday="WE")
    assert [day for day, _closes in spells(weekly("TU,WE", "09:00", "10:00"), closed, day=MONDAY, days=14)] == [
        "Tue 09:00",
        "Tue 09:00",
    ]


def test_words_alone_change_nothing() -> None:
    words = Schedule(description="Ring us for our summer hours")
    assert check_schedule(words) == ()
    assert spells(weekly("MO", "09:00", "10:00"), words, day=MONDAY) == [("Mon 09:00", "Mon 10:00")]


def test_an_extra_day_needs_no_rule() -> None:
    saturday = MONDAY + 5 * DAY
    extra = Schedule(valid_from=saturday, valid_to=saturday, opens_at=time(10), closes_at=time(12))
    assert check_schedule(extra) == ()
    assert spells(extra, day=MONDAY, days=7) == [("Sat 10:00", "Sat 12:00")]
    alone = Schedule(dtstart=saturday, opens_at=time(10), closes_at=time(12))
    assert check_schedule(alone) == ()
    assert spells(alone, day=MONDAY, days=14) == [("Sat 10:00", "Sat 12:00")]


def test_a_time_that_does_not_exist_is_the_moment_of_the_jump() -> None:
    jump = date(2026, 3, 29)  # in Lisbon 01:00 becomes 02:00
    assert spells(weekly("SU", "01:30", "03:00"), day=jump) == [("Sun 02:00", "Sun 03:00")]
    assert spells(weekly("SU", "00:00", "01:30"), day=jump) == [("Sun 00:00", "Sun 02:00")]
    assert spells(weekly("SU", "01:10", "01:50"), day=jump) == []


def test_a_day_that_began_before_its_eve_was_over_has_all_its_hours() -> None:
    johns = ZoneInfo("America/St_Johns")  # at 00:01 on 7 November 2010 it became 23:01 of the 6th again
    again = datetime(2010, 11, 6, 23, 30, tzinfo=johns, fold=1)
    about = {"zone": johns, "holidays": frozenset(), "holiday_hours": HolidayHours.CLOSED}
    found = spells_between([weekly("SU", "00:00", "09:00")], **about, start=again - DAY, end=again)
    midnight = datetime(2010, 11, 7, tzinfo=johns)
    assert [(spell.opens_at, spell.closes_at) for spell in found] == [(midnight.astimezone(UTC), again.astimezone(UTC))]


def test_a_day_that_was_left_out_has_no_hours() -> None:
    apia, gone = ZoneInfo("Pacific/Apia"), date(2011, 12, 30)
    assert spells(weekly("FR", "09:00", "17:00"), day=gone - DAY, days=3, zone=apia) == []
    assert spells(weekly("TH,SA", "00:00", "23:59"), day=gone - DAY, days=3, zone=apia) == [("Thu 00:00", "Sun 00:00")]


def test_a_rule_that_never_falls_on_any_day_ends() -> None:
    never = Schedule(
        freq=Frequency.MONTHLY, bymonthday="31", byyearday="1", count=9, dtstart=date(1900, 1, 1), opens_at=time(9)
    )
    never = dataclasses.replace(never, closes_at=time(10))
    assert check_schedule(never) == ()
    assert spells(never, day=MONDAY, days=300) == []


def test_the_work_is_bounded_whatever_window_is_asked_for() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    about = {"zone": LISBON, "holidays": frozenset(), "holiday_hours": HolidayHours.CLOSED}
    found = spells_between([weekly(ALL, "09:00", "10:00")], **about, start=start, end=start + 100_000 * DAY)
    assert len(found) == 400
    assert current_or_next([], **about, now=start, horizon=100_000 * DAY) is None


def test_nothing_is_open_by_a_row_that_makes_no_sense() -> None:
    for row in (
        weekly("XX", "09:00", "10:00"),
        weekly("MO", "09:00", "10:00", interval=0),
        weekly("MO", "09:00", "10:00", interval=-3, dtstart=MONDAY),
        weekly("", "09:00", "10:00", freq=Frequency.MONTHLY, bymonthday="99"),
        weekly("MO", "09:00", "10:00", interval=2, count=3),
    ):
        assert check_schedule(row)
        assert spells(row, day=MONDAY, days=30) == []


GOOD = weekly("MO,TU", "09:00", "17:00")


@pytest.mark.parametrize(
    ("field", "row"),
    [
        ("closes_at", dataclasses.replace(GOOD, closes_at=None)),
        ("opens_at", dataclasses.replace(GOOD, opens_at=None)),
        ("opens_at", dataclasses.replace(GOOD, opens_at=None, closes_at=None)),
        ("closes_at", dataclasses.replace(GOOD, closes_at=time(9))),
        ("opens_at", dataclasses.replace(GOOD, opens_at=time(9, tzinfo=UTC))),
        ("byday", dataclasses.replace(GOOD, byday="")),
        ("byday", dataclasses.replace(GOOD, byday="Monday")),
        ("byday", dataclasses.replace(GOOD, byday="MO;TU")),
        ("byday", dataclasses.replace(GOOD, byday="MO,")),
        ("byday", dataclasses.replace(GOOD, byday="1MO")),
        ("byday", dataclasses.replace(GOOD, freq=Frequency.MONTHLY, byday="6MO")),
        ("byday", dataclasses.replace(GOOD, freq=Frequency.MONTHLY, byday="0MO")),
        ("byday", dataclasses.replace(GOOD, byday=",".join(["MO"] * 61))),
        ("byday", dataclasses.replace(GOOD, freq=None, byday="")),
        ("interval", dataclasses.replace(GOOD, interval=0)),
        ("interval", dataclasses.replace(GOOD, interval=121, dtstart=MONDAY)),
        ("dtstart", dataclasses.replace(GOOD, interval=2)),
        ("dtstart", dataclasses.replace(GOOD, count=2)),
        ("count", dataclasses.replace(GOOD, count=0, dtstart=MONDAY)),
        ("count", dataclasses.replace(GOOD, count=2, until=MONDAY, dtstart=MONDAY)),
        ("until", dataclasses.replace(GOOD, until=MONDAY - DAY, dtstart=MONDAY)),
        ("until", dataclasses.replace(GOOD, freq=None, until=MONDAY)),
        ("valid_to", dataclasses.replace(GOOD, valid_from=MONDAY, valid_to=MONDAY - DAY)),
        ("valid_from", dataclasses.replace(GOOD, valid_from=date(1, 1, 1))),
        ("dtstart", dataclasses.replace(GOOD, dtstart=date(9999, 12, 31))),
        ("bymonthday", dataclasses.replace(GOOD, freq=Frequency.MONTHLY, byday="", bymonthday="0")),
        ("bymonthday", dataclasses.replace(GOOD, freq=Frequency.MONTHLY, byday="", bymonthday="32")),
        ("bymonthday", dataclasses.replace(GOOD, freq=None, bymonthday="1")),
        ("byweekno", dataclasses.replace(GOOD, byweekno="54")),
        ("byyearday", dataclasses.replace(GOOD, byyearday="first")),
        ("opens_at", Schedule()),
        ("opens_at", Schedule(byday="MO", description="Mondays")),
    ],
)
def test_what_makes_no_sense_is_said_with_its_field(field: str, row: Schedule) -> None:
    errors = check_schedule(row)
    assert field in [error.field for error in errors]
    assert all(in_files(error) and error.message for error in errors)
    assert check_schedule(GOOD) == ()


def test_a_list_may_hold_numbered_days_and_all_of_a_kind() -> None:
    row = dataclasses.replace(GOOD, freq=Frequency.MONTHLY, byday="1MO,SA")
    assert check_schedule(row) == ()
    opened = [opens for opens, _closes in spells(row, day=date(2026, 3, 1), days=31)]
    assert opened == ["Mon 09:00", *["Sat 09:00"] * 4]


def test_lists_are_read_as_people_write_them() -> None:
    row = dataclasses.replace(GOOD, byday="mo, We")
    assert check_schedule(row) == ()
    assert [opens for opens, _closes in spells(row, day=MONDAY, days=7)] == ["Mon 09:00", "Wed 09:00"]


lists = st.text(max_size=30) | st.sampled_from(
    ["MO", "1MO", "-1FR,2TU", "31", "-1", "366", "53", "1,1,1", "٣", "²", "ſa"]
)
wild = st.builds(
    Schedule,
    valid_from=st.none() | st.dates(),
    valid_to=st.none() | st.dates(),
    dtstart=st.none() | st.dates(),
    until=st.none() | st.dates(),
    count=st.none() | st.integers(),
    wkst=st.none() | st.sampled_from(Weekday),
    freq=st.none() | st.sampled_from(Frequency),
    interval=st.none() | st.integers(),
    byday=lists,
    byweekno=st.just("") | lists,
    bymonthday=st.just("") | lists,
    byyearday=st.just("") | lists,
    opens_at=st.none() | st.times(timezones=st.none() | st.just(timezone(HOUR))),
    closes_at=st.none() | st.times(timezones=st.none() | st.just(timezone(-HOUR))),
)


@given(st.lists(wild, max_size=3), st.integers(-80 * 365, 120 * 365))
def test_no_row_at_all_breaks_anything(rows: list[Schedule], away: int) -> None:
    now = datetime(2026, 11, 25, 10, 30, tzinfo=UTC) + away * DAY
    about = {"zone": LISBON, "holidays": frozenset({now.date()}), "holiday_hours": HolidayHours.CLOSED}
    for row in rows:
        assert isinstance(check_schedule(row), tuple)
    found = current_or_next(rows, **about, now=now)
    assert found is None or (found.opens_at < found.closes_at and found.closes_at > now)
    assert len(week_of(rows, **about, today=now.date())) == 7
