"""Five free tries, then waits that double up to an hour."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from leeward.foundation.vault.rules.waits import (
    LONGEST_WAIT,
    NETWORK_WINDOW,
    Tries,
    after_failure,
    is_resting,
    seconds_left,
    wait_after,
    window_of,
)

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def test_the_waits_are_those_we_promise() -> None:
    minutes = [wait_after(failed=failed) / timedelta(minutes=1) for failed in range(13)]
    assert minutes == [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60]
    assert wait_after(failed=10_000) == LONGEST_WAIT


@given(gaps=st.lists(st.integers(0, 7200), max_size=60))
def test_no_more_than_the_promised_tries_count(gaps: list[int]) -> None:
    tries, now, counted = Tries(), NOW, 0
    for gap in gaps:
        now += timedelta(seconds=gap)
        if not is_resting(tries, now=now):
            counted += 1
        tries = after_failure(tries, now=now)
        assert tries.failed == counted
        if counted >= 5:
            assert tries.resting_until is not None
            assert tries.resting_until - now <= LONGEST_WAIT


@given(st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis wants naive bounds
def test_a_window_ends_when_it_says(now: datetime) -> None:
    left = seconds_left(now)
    assert 1 <= left <= NETWORK_WINDOW.total_seconds()
    assert window_of(now + timedelta(seconds=left + 1)) == window_of(now) + 1
