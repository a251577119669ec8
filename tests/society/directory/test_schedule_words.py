"""Opening times in words: each kind of row as people say it, in the reader's language."""

import dataclasses
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.utils.translation import override

from leeward.society.directory.rules.records import Frequency, Schedule, Weekday
from leeward.society.directory.schedule_words import describe_schedule, describe_spell, next_spells, read_byday

NOW = datetime(2026, 11, 25, 10, 30, tzinfo=UTC)
WEEKLY = Schedule(freq=Frequency.WEEKLY, byday="MO", opens_at=time(9), closes_at=time(17))
MONTHLY = Schedule(freq=Frequency.MONTHLY, byday="1MO", opens_at=time(18), closes_at=time(20))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "Monday, 09:00 to 17:00"),
        ({"byday": "MO,TU"}, "Monday, Tuesday, 09:00 to 17:00"),
        ({"byday": "FR,MO,WE,TU,SU"}, "Monday to Wednesday, Friday, Sunday, 09:00 to 17:00"),
        (
            {"byday": "MO,TU,WE,TH,FR,SA,SU", "opens_at": time(0), "closes_at": time(23, 59)},
            "Monday to Sunday, all day",
        ),
        ({"opens_at": time(22), "closes_at": time(6)}, "Monday, 22:00 to 06:00 on the next day"),
        (
            {"interval": 2, "dtstart": date(2027, 1, 4), "until": date(2027, 6, 28)},
            "Every 2 weeks on Monday, 09:00 to 17:00, from 4 January 2027, until 28 June 2027",
        ),
        ({"count": 3, "dtstart": date(2027, 1, 4)}, "Monday, 09:00 to 17:00, from 4 January 2027, 3 times"),
        ({"description": "Walk in"}, "Monday, 09:00 to 17:00 (Walk in)"),
        ({"byweekno": "1,3"}, "Monday, 09:00 to 17:00, in the weeks 1,3 of the year"),
        ({"byday": "MO,XX"}, "MO,XX, 09:00 to 17:00"),
    ],
)
def test_by_the_week(values: dict[str, Any], words: str) -> None:
    assert describe_schedule(dataclasses.replace(WEEKLY, **values)) == words


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "Every month on the first Monday, 18:00 to 20:00"),
        ({"byday": "2TU,-1FR"}, "Every month on the second Tuesday, the last Friday, 18:00 to 20:00"),
        (
            {"interval": 3, "dtstart": date(2027, 1, 4)},
            "Every 3 months on the first Monday, 18:00 to 20:00, from 4 January 2027",
        ),
        ({"byday": "", "bymonthday": "1,15,-1"}, "Every month on day 1, day 15, the last day, 18:00 to 20:00"),
        ({"byday": "", "bymonthday": "-2"}, "Every month on day 2 before the end, 18:00 to 20:00"),
        ({"byday": "MO"}, "Every month on Monday, 18:00 to 20:00"),
    ],
)
def test_by_the_month(values: dict[str, Any], words: str) -> None:
    assert describe_schedule(dataclasses.replace(MONTHLY, **values)) == words


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (Schedule(valid_from=date(2026, 12, 24), valid_to=date(2026, 12, 24)), "Closed on 24 December 2026"),
        (
            Schedule(valid_from=date(2026, 12, 24), valid_to=date(2026, 12, 26), description="Break"),
            "Closed on 24 December 2026 to 26 December 2026 (Break)",
        ),
        (
            Schedule(valid_from=date(2027, 1, 9), opens_at=time(10), closes_at=time(12)),
            "Open besides on every day from 9 January 2027, 10:00 to 12:00",
        ),
        (Schedule(description="By appointment"), "By appointment"),
        (Schedule(notes="Ring twice"), "Ring twice"),
    ],
)
def test_special_days_and_words(row: Schedule, words: str) -> None:
    assert describe_schedule(row) == words


def test_in_the_readers_language() -> None:
    with override("ar"):
        assert "الاثنين" in describe_schedule(WEEKLY)


def test_the_next_times() -> None:
    spells = next_spells(MONTHLY, now=NOW)
    assert [spell.opens_at for spell in spells[:2]] == [
        datetime(2026, 12, 7, 18, tzinfo=UTC),
        datetime(2027, 1, 4, 18, tzinfo=UTC),
    ]
    assert len(spells) == 5
    assert describe_spell(spells[0]) == "Monday 7 December 2026, 18:00 to 20:00"
    over = dataclasses.replace(MONTHLY, until=date(2026, 1, 1))
    assert next_spells(over, now=NOW) == ()


def test_days_that_cannot_be_read_are_none() -> None:
    assert read_byday("1MO, -1FR") == [(1, Weekday.MO), (-1, Weekday.FR)]
    assert read_byday("1MO,XX") == read_byday("") == []
