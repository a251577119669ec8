"""The week's table and schedules: what is typed comes back, and what was not touched stays as it was."""

import dataclasses
from datetime import date, datetime, time
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.society.directory.rules.records import Frequency, HolidayHours, Schedule, Weekday
from leeward.society.directory.rules.schedules import spells_between
from leeward.society.directory.rules.weekly import (
    ALL_DAY,
    Times,
    is_always_open,
    is_special,
    join_week,
    keep_ids,
    plain_days,
    split_schedules,
)

TODAY = date(2026, 11, 25)
ZONE = ZoneInfo("Europe/Lisbon")
MORNING, AFTERNOON = Times(opens_at=time(9), closes_at=time(12)), Times(opens_at=time(13), closes_at=time(17))
EVENING = Times(opens_at=time(18), closes_at=time(20))
FIRST_MONDAY = Schedule(freq=Frequency.MONTHLY, byday="1MO", opens_at=time(18), closes_at=time(20), id=uuid4())


def weekly(byday: str, spell: Times = MORNING, **values: object) -> Schedule:
    row = Schedule(freq=Frequency.WEEKLY, byday=byday, opens_at=spell.opens_at, closes_at=spell.closes_at)
    return dataclasses.replace(row, **values)  # type: ignore[arg-type]


def as_week(**days: tuple[Times, ...]) -> dict[Weekday, tuple[Times, ...]]:
    return {day: days.get(day.value, ()) for day in Weekday}


class TestSplitting:
    def test_a_lunch_break_is_two_spells(self) -> None:
        hours = split_schedules((weekly("MO,TU", AFTERNOON), weekly("MO", MORNING)), today=TODAY)
        assert hours.week == as_week(MO=(MORNING, AFTERNOON), TU=(AFTERNOON,))
        assert hours.special == hours.rules == ()

    def test_a_third_spell_of_a_day_is_a_rule(self) -> None:
        third = weekly("TU,MO", EVENING)
        hours = split_schedules((weekly("MO"), weekly("MO", AFTERNOON), third), today=TODAY)
        assert hours.rules == (third,)
        assert hours.week == as_week(MO=(MORNING, AFTERNOON))

    @pytest.mark.parametrize(
        "values",
        [
            {"interval": 2, "dtstart": date(2026, 1, 5)},
            {"dtstart": date(2026, 12, 1)},
            {"valid_to": date(2026, 12, 31)},
            {"until": date(2026, 12, 31)},
            {"count": 3, "dtstart": date(2026, 1, 5)},
            {"description": "by appointment"},
            {"notes": "ring twice"},
            {"freq": Frequency.MONTHLY, "byday": "1MO"},
            {"byday": ""},
            {"bymonthday": "1"},
            {"schedule_link": "https://example.org/hours"},
        ],
    )
    def test_what_says_more_stays_a_rule(self, values: dict[str, object]) -> None:
        row = dataclasses.replace(weekly("MO"), **values)  # type: ignore[arg-type]
        hours = split_schedules((row,), today=TODAY)
        assert hours.rules == (row,)
        assert not any(hours.week.values())

    @pytest.mark.parametrize(
        "values", [{"interval": 1}, {"wkst": Weekday.MO}, {"dtstart": TODAY}, {"valid_from": date(2020, 1, 1)}]
    )
    def test_what_says_no_more_is_in_the_table(self, values: dict[str, object]) -> None:
        assert plain_days(weekly("WE,MO", **values), today=TODAY) == (Weekday.MO, Weekday.WE)

    def test_special_days_close_or_open_besides(self) -> None:
        closed = Schedule(valid_from=date(2026, 12, 24), valid_to=date(2026, 12, 26), description="Break", id=uuid4())
        besides = dataclasses.replace(closed, opens_at=time(10), closes_at=time(12))
        words = Schedule(description="By appointment only")
        hours = split_schedules((closed, besides, words), today=TODAY)
        assert hours.special == (closed, besides)
        assert hours.rules == (words,)
        assert not is_special(dataclasses.replace(closed, byday="MO"))

    def test_day_and_night(self) -> None:
        always = weekly("MO,TU,WE,TH,FR,SA,SU", ALL_DAY)
        assert is_always_open(split_schedules((always,), today=TODAY).week)
        assert not is_always_open(split_schedules((weekly("MO", ALL_DAY),), today=TODAY).week)


class TestJoining:
    def test_days_with_the_same_spell_share_a_row(self) -> None:
        week = as_week(MO=(MORNING, AFTERNOON), TU=(MORNING,), FR=(MORNING,))
        assert join_week(week, before=(), today=TODAY) == (weekly("MO,TU,FR"), weekly("MO", AFTERNOON))

    def test_what_is_as_it_was_comes_back_with_its_ids(self) -> None:
        rows = (weekly("MO", id=uuid4(), interval=1), weekly("MO", AFTERNOON, id=uuid4()), FIRST_MONDAY)
        week = split_schedules(rows, today=TODAY).week
        assert join_week(week, before=rows, today=TODAY) == rows[:2]

    def test_a_row_that_stays_keeps_its_id(self) -> None:
        rows = (weekly("MO", id=uuid4()), weekly("TU", AFTERNOON, id=uuid4()))
        made = join_week(as_week(MO=(MORNING,), WE=(EVENING,)), before=rows, today=TODAY)
        assert made == (rows[0], weekly("WE", EVENING))

    def test_an_id_is_given_once(self) -> None:
        row = weekly("MO", id=uuid4())
        first, second = keep_ids((weekly("MO"), weekly("MO")), before=(row,))
        assert (first.id, second.id) == (row.id, None)


clocks = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 59]))
spells = st.builds(Times, opens_at=clocks, closes_at=clocks).filter(lambda spell: spell.opens_at != spell.closes_at)
weeks = st.fixed_dictionaries(
    {day: st.lists(spells, max_size=2, unique_by=lambda spell: spell.opens_at).map(tuple) for day in Weekday}
)


@given(weeks)
def test_a_table_comes_back_as_it_was_typed(week: dict[Weekday, tuple[Times, ...]]) -> None:
    rows = join_week(week, before=(), today=TODAY)
    again = split_schedules(rows, today=TODAY)
    assert again.rules == ()
    assert again.week == {day: tuple(sorted(each, key=lambda one: one.opens_at)) for day, each in week.items()}


@given(weeks, weeks)
def test_a_service_is_open_when_its_table_says_so(
    before: dict[Weekday, tuple[Times, ...]], after: dict[Weekday, tuple[Times, ...]]
) -> None:
    """Whatever stood there before, the rows open when a row for each day and spell of the table would."""
    old = tuple(
        dataclasses.replace(row, id=UUID(int=place))
        for place, row in enumerate(join_week(before, before=(), today=TODAY))
    )
    rows = join_week(after, before=old, today=TODAY)
    plain = tuple(weekly(day.value, spell) for day, each in after.items() for spell in each)
    window = {
        "zone": ZONE,
        "holidays": frozenset[date](),
        "holiday_hours": HolidayHours.CLOSED,
        "start": datetime(2026, 11, 23, tzinfo=ZONE),
        "end": datetime(2026, 12, 14, tzinfo=ZONE),
    }
    assert spells_between(rows, **window) == spells_between(plain, **window)  # type: ignore[arg-type]
