"""When a neutral message may leave: her hours by her own clock, over every change of it, and one a day at most."""

import functools
import itertools
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.victim.file.rules.contact import Contact
from leeward.victim.file.rules.news import (
    BEFORE_THE_END,
    BETWEEN_MESSAGES,
    EVERY_DAY,
    LONGEST_STRETCH,
    STEP,
    NewsChannel,
    SafeAddress,
    SafeHours,
    list_zones,
    may_leave_until,
)
from leeward.victim.removals.rules.states import NEWS, Step

YEAR = datetime(2026, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
# With changes of the clock by an hour and by half of one, at midnight, in both halves of the world, and without any.
CHANGING = (
    "Europe/Lisbon", "Europe/Berlin", "America/New_York", "America/St_Johns", "America/Havana", "America/Santiago",
    "Australia/Lord_Howe", "Australia/Sydney", "Pacific/Chatham", "Africa/Cairo", "Asia/Beirut", "Atlantic/Azores",
)  # fmt: skip
zones = st.sampled_from((*list_zones(), "UTC"))


@functools.cache
def changes(zone: str) -> tuple[datetime, ...]:
    """The quarter hours of two years at which this clock is changed."""
    clock, found = ZoneInfo(zone), []
    moment, before = YEAR, YEAR.astimezone(clock).utcoffset()
    for _ in range(2 * 366 * 24):
        moment += timedelta(hours=1)
        after = moment.astimezone(clock).utcoffset()
        if after != before:
            found.append(moment)
        before = after
    return tuple(found)


@st.composite
def hours(draw: st.DrawFn, zone: st.SearchStrategy[str] = zones) -> SafeHours:
    begin, until = draw(st.integers(0, 23)), draw(st.integers(1, 24))
    days = tuple(sorted(draw(st.sets(st.sampled_from(EVERY_DAY), min_size=1))))
    return SafeHours(begin=begin, until=until if until != begin else begin + 1, days=days, zone=draw(zone))


moments = st.integers(0, 4 * 366 * 24 * 60).map(lambda minutes: YEAR + minutes * MINUTE)


@st.composite
def near_a_change(draw: st.DrawFn) -> tuple[SafeHours, datetime]:
    zone = draw(st.sampled_from([each for each in CHANGING if changes(each)]))
    at = draw(st.sampled_from(changes(zone)))
    return draw(hours(st.just(zone))), at + draw(st.integers(-2000, 2000)) * MINUTE


def written_out(hours: SafeHours, at: datetime) -> bool:
    """The same said otherwise: as stretches of wall time, each of the day on which it begins."""
    local = at.astimezone(ZoneInfo(hours.zone)).replace(tzinfo=None)
    for back in (0, 1):
        day = datetime.combine(local.date(), datetime.min.time()) - timedelta(days=back)
        begin, end = day + timedelta(hours=hours.begin), day + timedelta(hours=hours.until)
        end += timedelta(days=hours.until <= hours.begin)
        if day.weekday() in hours.days and begin <= local < end:
            return True
    return False


@given(hours=hours(), at=moments)
def test_a_message_may_leave_in_her_hours_and_in_no_other(hours: SafeHours, at: datetime) -> None:
    assert hours.allow(at) == written_out(hours, at)


@given(found=near_a_change())
def test_a_change_of_the_clock_moves_no_message_out_of_her_hours(found: tuple[SafeHours, datetime]) -> None:
    hours, now = found
    assert hours.allow(now) == written_out(hours, now)
    end = hours.end_of(now)
    assert (end is not None) == hours.allow(now)
    if end is None:
        return
    assert now < end <= now + LONGEST_STRETCH
    moment = now
    while moment < end:
        assert written_out(hours, moment)
        moment += 5 * MINUTE
    assert not written_out(hours, end) or end >= now + LONGEST_STRETCH - STEP


@given(hours=hours(), at=moments)
def test_hours_end_where_they_end(hours: SafeHours, at: datetime) -> None:
    end = hours.end_of(at)
    assert (end is not None) == written_out(hours, at)
    if end is not None and end < at + LONGEST_STRETCH - STEP:
        assert not written_out(hours, end)
        assert written_out(hours, end - MINUTE)


def test_there_are_changes_to_test_with() -> None:
    assert sum(len(changes(zone)) for zone in CHANGING) >= 30


def test_every_clock_stands_whole_quarters_from_the_worlds() -> None:
    assert len(list_zones()) > 300
    for zone in list_zones():
        for month in range(24):
            offset = (YEAR + timedelta(days=30 * month)).astimezone(ZoneInfo(zone)).utcoffset()
            assert offset is not None
            assert offset % STEP == timedelta(0), zone


@given(
    hours=hours(),
    start=moments,
    news=st.lists(st.integers(0, 6 * 24 * 60), min_size=1, max_size=40),
)
def test_whatever_happens_it_is_one_message_a_day_and_in_her_hours(
    hours: SafeHours, start: datetime, news: list[int]
) -> None:
    waiting, told_at, sent = sorted(start + minute * MINUTE for minute in news), None, []
    for look in range(0, 16 * 24 * 60, 10):
        now = start + look * MINUTE
        if not waiting or waiting[0] > now:
            continue
        until = may_leave_until(hours, told_at=told_at, now=now)
        if until is None:
            continue
        assert written_out(hours, now)
        assert until - now >= BEFORE_THE_END
        sent.append(now)
        told_at, waiting = now, [each for each in waiting if each > now]  # it tells of all that has happened
    assert all(later - earlier >= BETWEEN_MESSAGES for earlier, later in itertools.pairwise(sent))
    assert waiting == []  # in two weeks every day of the week comes twice: nothing is lost
    assert 1 <= len(sent) <= len(news)


def test_nothing_leaves_in_the_last_minutes() -> None:
    hours = SafeHours(begin=9, until=17, days=EVERY_DAY, zone="UTC")
    end = YEAR.replace(hour=17)
    assert may_leave_until(hours, told_at=None, now=end - BEFORE_THE_END) == end
    assert may_leave_until(hours, told_at=None, now=end - BEFORE_THE_END + MINUTE) is None
    assert may_leave_until(hours, told_at=None, now=end) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"begin": -1},
        {"begin": 24},
        {"until": 0},
        {"until": 25},
        {"begin": 9, "until": 9},
        {"days": ()},
        {"days": (7,)},
        {"zone": ""},
        {"zone": "Nowhere/At_All"},
        {"zone": "../../etc/passwd"},
    ],
)
def test_hours_that_are_none_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"Hours|Name|zone"):
        SafeHours(**({"begin": 9, "until": 17, "days": (0,), "zone": "UTC"} | wrong))


@given(hours=hours(), language=st.sampled_from(["en", "ar"]))
def test_what_is_sealed_is_read_again(hours: SafeHours, language: str) -> None:
    safe = SafeAddress(address="her@mail.example", hours=hours, language=language)
    assert SafeAddress.from_text(safe.to_text()) == safe
    assert "her@mail.example" not in repr(safe)


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"address":"a@b.example","hours":null}', '"x"'])
def test_what_is_not_whole_is_no_safe_address(text: str) -> None:
    with pytest.raises(ValueError, match="SafeAddress"):
        SafeAddress.from_text(text)


anything = st.recursive(
    st.none() | st.booleans() | st.integers(-30, 30) | st.text(max_size=5),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(max_size=8), inside, max_size=4),
    max_leaves=8,
)
kept_hours = st.fixed_dictionaries(
    {},
    optional={"begin": anything, "until": anything, "days": anything, "zone": anything | st.just("UTC")},
)


@given(kept=anything | st.fixed_dictionaries({}, optional={"hours": kept_hours | anything, "language": anything}))
def test_what_is_not_a_whole_yes_is_no_yes(kept: object) -> None:
    choice = Contact.from_text(json.dumps({"way": "email", "news": kept})).news
    if choice is not None:  # then it was one, to the letter
        assert isinstance(kept, dict)
        told = kept["hours"]
        assert (choice.hours.begin, choice.hours.until, list(choice.hours.days)) == (
            told["begin"],
            told["until"],
            list(told["days"]),
        )


def test_no_machine_calls_her() -> None:
    assert [channel.value for channel in NewsChannel] == ["email"]


def test_what_she_did_herself_and_what_the_desk_does_is_no_news() -> None:
    quiet = {Step.QUEUED, Step.SENT, Step.WITHDRAWN, Step.APPEALED, Step.CLOSED, Step.ESCALATED, Step.CORRECTED}
    assert not NEWS & quiet
    assert {Step.DECIDED_REMOVED, Step.DECIDED_KEPT, Step.SEEN_GONE, Step.CAME_BACK} <= NEWS
