"""What several publications say together: solved as an outsider would, by equations over the days."""

import random
from datetime import date, timedelta

import numpy as np
import pytest

from leeward.foundation.protection.differencing import Span, suppress_differences, suppress_pair_differences
from leeward.foundation.protection.tables import THRESHOLD
from tests.foundation.protection.oracle import small_differences

FIRST = date(2026, 1, 1)


def span(start: int, end: int) -> Span:
    return Span(start=FIRST + timedelta(days=start), end=FIRST + timedelta(days=end))


def solvable(spans: dict[Span, int], days: int) -> dict[tuple[int, int], float]:
    """Every run of days whose count follows from the printed ones, by Gauss: an oracle that knows no graph."""
    rows = np.zeros((len(spans), days))
    for row, each in enumerate(spans):
        rows[row, (each.start - FIRST).days : (each.end - FIRST).days] = 1
    counts = np.array(list(spans.values()), dtype=float)
    found = {}
    for start in range(days):
        for end in range(start + 1, days + 1):
            wanted = np.zeros(days)
            wanted[start:end] = 1
            weights, *_rest = np.linalg.lstsq(rows.T, wanted, rcond=None)
            if np.allclose(rows.T @ weights, wanted, atol=1e-8):
                found[start, end] = float(weights @ counts)
    return found


def test_thousands_of_overlapping_periods_leave_no_small_count_to_be_worked_out() -> None:
    dice = random.Random(11)
    worked_out = held_back = 0
    for _ in range(600):
        days = 8
        daily = [dice.choice((0, 2, 5, 9, 12, 30)) for _ in range(days)]
        bounds = [sorted(dice.sample(range(days + 1), 2)) for _ in range(dice.randint(2, 6))]
        spans = {span(start, end): sum(daily[start:end]) for start, end in bounds}
        kept_back = suppress_differences(spans, published={})
        printed = {each: count for each, count in spans.items() if each not in kept_back}
        held_back += len(kept_back)
        if not printed:
            continue
        for (start, end), count in solvable(printed, days).items():
            worked_out += 1
            assert count == pytest.approx(sum(daily[start:end]))
            assert count > THRESHOLD - 0.5
    assert worked_out > 500
    assert held_back > 200


def test_what_was_printed_before_stays_and_the_new_one_is_kept_back() -> None:
    month, week = span(0, 31), span(28, 35)
    assert suppress_differences({week: 40}, published={month: 100}) == frozenset()  # they share no day that both name
    assert suppress_differences({span(0, 28): 95}, published={month: 100}) == {
        span(0, 28)
    }  # the last three days would be 5
    assert suppress_differences({span(0, 28): 80}, published={month: 100}) == frozenset()


def test_a_years_total_would_give_away_the_month_that_was_hidden() -> None:
    months = {span(30 * number, 30 * number + 30): 50 for number in range(12) if number != 4}
    year = span(0, 360)
    assert small_differences({**months, year: 553}) == (span(120, 150),)
    assert suppress_differences({year: 553}, published=months) == {year}
    assert suppress_differences({year: 600}, published=months) == frozenset()


def test_where_a_month_and_a_week_say_too_much_together_the_week_goes() -> None:
    months = {span(0, 28): 200, span(28, 59): 200}
    weeks = {span(start, start + 7): 50 for start in range(0, 28, 7)}
    straddling = {span(25, 32): 50}
    assert suppress_differences({**months, **weeks}, published={}) == frozenset()
    assert suppress_differences({**months, span(0, 25): 195, **straddling}, published={}) == {span(0, 25)}


def test_what_followed_before_holds_nothing_back() -> None:
    known = {span(0, 31): 100, span(0, 28): 95}  # a late change of one of them, and so the last three days say five
    assert suppress_differences({span(31, 59): 100}, published=known) == frozenset()
    assert suppress_differences({span(31, 59): 100, span(31, 52): 97}, published=known) == {span(31, 52)}


def test_of_a_part_and_its_whole_the_part_goes_and_of_a_month_and_a_week_the_week() -> None:
    month, week = span(0, 30), span(0, 28)

    def held(
        part: dict[Span, int], whole: dict[Span, int], published: dict[Span, int] | None = None
    ) -> tuple[frozenset[Span], frozenset[Span]]:
        return suppress_pair_differences(part, whole, published_part=published or {}, published_whole={})

    # Of 40 in the last two days 36 are of the part, and so four are left.
    whole = {month: 600, week: 560}
    assert held({month: 500, week: 464}, whole) == (frozenset({week}), frozenset())
    assert held({month: 500, week: 470}, whole) == (frozenset(), frozenset())
    assert held({month: 500}, whole, {week: 464}) == (frozenset(), frozenset({week}))
    # The days between follow for the whole from other periods than for the part.
    pieces = {span(0, 14): 280, span(14, 28): 280, span(28, 30): 40}
    assert held({month: 500, week: 464}, pieces) == (frozenset(), frozenset({span(28, 30)}))
