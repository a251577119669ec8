"""Days and moments are the nation's, whatever the zone of the machine, and are written in the reader's language."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.template import engines
from django.utils.translation import override

from leeward.foundation.days import (
    due_words,
    end_of_day,
    local_day,
    nation_zone,
    when_due,
    whole_months,
    write_day,
    write_last_day,
    write_moment,
    write_weekday,
)

LATE = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _far_east(settings: Any) -> None:
    settings.LEEWARD_TIME_ZONE = "Pacific/Auckland"


def test_in_the_evening_of_utc_it_is_the_next_day_in_the_nation() -> None:
    assert local_day(LATE) == date(2026, 11, 25)
    assert write_day(LATE) == write_day(date(2026, 11, 25)) == "25 November 2026"
    assert write_weekday(LATE) == "Wednesday 25 November 2026"
    assert write_moment(LATE) == "25 November 2026, 11:30 NZDT"


def test_what_ends_at_midnight_ends_with_the_day_before() -> None:
    end = end_of_day(date(2027, 3, 20))
    assert write_last_day(end) == write_last_day(end + timedelta(microseconds=1)) == "20 March 2027"
    assert write_last_day(end + timedelta(hours=1)) == "21 March 2027"


def test_what_is_due_at_midnight_is_due_by_the_end_of_the_day_before() -> None:
    now = LATE  # Wednesday 11:30 there
    midnight = datetime(2026, 11, 27, tzinfo=nation_zone())
    assert when_due(midnight, now=now) == "at the end of Thursday"
    assert when_due(midnight + timedelta(days=30), now=now) == "at the end of Saturday 26 December 2026"
    assert due_words(midnight, now=now) == "Due at the end of Thursday (in 36 hours)"
    assert due_words(midnight - timedelta(minutes=1), now=now) == "Due Thursday 23:59 (in 36 hours)"
    assert due_words(midnight, now=midnight + timedelta(hours=3)) == "Overdue since Friday 00:00 (3 hours)"


def test_a_day_whose_last_hour_comes_twice_ends_with_its_name_alone(settings: Any) -> None:
    settings.LEEWARD_TIME_ZONE = "Asia/Beirut"  # where Saturday's last hour came twice
    midnight = datetime(2026, 10, 25, tzinfo=nation_zone())
    assert when_due(midnight, now=midnight - timedelta(days=1)) == "at the end of Saturday"


def test_pages_write_them_alike_in_the_readers_language() -> None:
    page = engines["jinja2"].from_string("{{ at | day }} {{ at | moment }}")
    assert page.render({"at": LATE}) == "25 November 2026 25 November 2026, 11:30 NZDT"
    with override("ar"):
        assert write_day(LATE) == "25 نوفمبر 2026"


@pytest.mark.parametrize(
    ("since", "until", "months"),
    [
        (date(2026, 1, 1), date(2026, 1, 31), 0),
        (date(2025, 12, 31), date(2026, 1, 30), 0),
        (date(2025, 12, 31), date(2026, 1, 31), 1),
        (date(2024, 11, 24), date(2026, 11, 24), 24),
        (date(2026, 11, 24), date(2026, 1, 1), 0),
    ],
)
def test_a_month_is_whole_from_the_same_day_on(since: date, until: date, months: int) -> None:
    assert whole_months(since, until) == months
