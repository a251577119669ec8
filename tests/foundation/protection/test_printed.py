"""Printed numbers and their ranges: the truth lies inside, and no comparison has the wrong sign."""

import random
from itertools import pairwise

import pytest

from leeward.foundation.protection.printed import (
    MOST_OFF,
    Direction,
    Doubt,
    Ends,
    PrintedNumber,
    direction,
    exact,
    percentage,
    printed_count,
    printed_hours,
    ratio,
    with_parts_missing,
)
from leeward.foundation.protection.tables import SUPPRESSED, Published, Status, round_count

SEED = 20261202


def count(value: int, status: Status = Status.FINAL) -> Published:
    return Published(value=value, status=status)


def test_a_count_lies_within_two_of_what_is_printed_and_never_below_nothing() -> None:
    assert printed_count(count(20)) == PrintedNumber(value=20, low=18, high=22, why=frozenset({Doubt.ROUNDED}))
    assert printed_count(count(0)).low == 0
    assert printed_count(count(7), off=0) == exact(7)
    for true in range(400):
        printed = printed_count(count(round_count(true)))
        assert printed.low is not None and printed.high is not None  # noqa: PT018
        assert printed.low <= true <= printed.high
    assert printed_count(SUPPRESSED) == PrintedNumber(value=None, status=Status.CONFIDENTIAL)


def test_a_share_of_rounded_counts_carries_the_range_that_follows_from_them_alone() -> None:
    # 18 of 102 and 22 of 98, rounded outwards.
    found = percentage(count(20), count(100))
    assert (found.value, found.low, found.high, found.reasons) == (20, 17, 23, "rounded")
    assert percentage(count(25), count(95)).reasons == "rounded small"
    assert percentage(count(100), count(100)).high == 100
    assert percentage(count(3), count(7), off=0) == exact(42.9)


def test_a_share_is_written_only_as_finely_as_it_is_known() -> None:
    # Two cohorts of exactly 20 per cent: 25 of 125 is printed as it is, 24 of 120 as 25 of 120.
    one, other = percentage(count(25), count(125)), percentage(count(25), count(120))
    assert (one.value, other.value) == (20, 21)
    assert direction(one, other) is Direction.UNSEEN
    for part, whole in ((15, 60), (50, 95), (70, 350), (1_000, 10_000), (10, 5_000)):
        found = percentage(count(part), count(whole))
        assert found.value is not None and found.low is not None and found.high is not None  # noqa: PT018
        exact_width = 100 * ((part + 2) / (whole - 2) - (part - 2) / (whole + 2))
        assert (found.value == int(found.value)) or exact_width < 1
        assert found.low <= 100 * part / whole <= found.high
    assert percentage(count(1_235), count(10_000)).value == 12.4
    assert percentage(count(1), count(5_000), off=0).status is Status.LOW


def test_the_truth_lies_inside_the_range_of_each_share_and_ratio() -> None:
    drawn = random.Random(SEED)
    print("seed", SEED)
    for _each in range(20_000):
        whole = drawn.choice((drawn.randint(10, 100), drawn.randint(10, 3_000)))
        part = drawn.randint(1, whole)
        shown = [count(round_count(part)), count(round_count(whole))]
        for found, truth in ((percentage(*shown), 100 * part / whole), (ratio(*shown), part / whole)):
            if found.value is None:
                continue
            assert found.low is not None and found.high is not None  # noqa: PT018
            assert found.low <= truth <= found.high, (part, whole, found)


def test_of_two_causes_the_wider_range_counts_on_each_side() -> None:
    sample = Ends(low=19.0, high=40.0, why=Doubt.SAMPLED)
    found = percentage(count(20), count(100), causes=[sample])
    assert (found.low, found.high, found.reasons) == (17, 40, "rounded sample")


def test_what_is_late_or_lacks_parts_has_no_upper_end() -> None:
    late = percentage(count(20, Status.ESTIMATE), count(100, Status.ESTIMATE))
    assert (late.low, late.high, late.reasons) == (17, None, "rounded late")
    lacking = with_parts_missing(printed_count(count(20)))
    assert (lacking.low, lacking.high, lacking.reasons) == (18, None, "rounded parts_missing")
    for before, now in ((late, percentage(count(95), count(100))), (exact(1), lacking)):
        assert direction(before, now) is direction(now, before) is Direction.UNSEEN


def test_numbers_are_compared_only_where_their_ranges_lie_apart() -> None:
    assert direction(printed_count(count(20)), printed_count(count(25))) is Direction.MORE
    assert direction(percentage(count(80), count(100)), percentage(count(60), count(100))) is Direction.LESS
    assert direction(percentage(count(80), count(100)), percentage(count(80), count(105))) is Direction.UNSEEN
    assert direction(exact(3), exact(3)) is Direction.SAME
    assert direction(exact(3), exact(4)) is Direction.MORE
    assert direction(printed_hours(count(14)), printed_hours(count(15))) is Direction.UNSEEN
    assert direction(printed_hours(count(14)), printed_hours(count(16))) is Direction.MORE


@pytest.mark.parametrize("size", [60, 400, 3_000])
def test_no_comparison_has_the_wrong_sign(size: int) -> None:
    drawn = random.Random(SEED + size)
    print("seed", SEED + size)
    said = 0
    for _nation in range(100):
        share = drawn.uniform(0.2, 0.9)
        months = []
        for _month in range(24):
            whole = drawn.randint(size // 2, size)
            share = min(max(share + drawn.uniform(-0.06, 0.06), 0.1), 0.95)
            months.append((round(whole * share), whole))
        for (part, whole), (later_part, later_whole) in pairwise(months):
            numbers = [
                percentage(count(round_count(of)), count(round_count(among)))
                for of, among in ((part, whole), (later_part, later_whole))
            ]
            found = direction(*numbers)
            truth = later_part / later_whole - part / whole
            said += found in (Direction.MORE, Direction.LESS)
            assert not (found is Direction.MORE and truth <= 0), (numbers, truth)
            assert not (found is Direction.LESS and truth >= 0), (numbers, truth)
    assert said > (100 if size > 100 else 0)
    assert MOST_OFF == 2
