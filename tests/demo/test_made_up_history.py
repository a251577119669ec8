"""The made-up history: within what others have published, and its weeks, months, parts and wholes agree."""

import io
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest
from django.core.management import call_command

from demo.history import CHARACTERS, found_history, made_up_counts
from leeward.foundation.protection.periods import Frequency
from leeward.policy.statistics.queries.origin import is_made_up
from leeward.policy.statistics.queries.series import series
from leeward.policy.statistics.rules.measures import (
    BREAKDOWN_STEP,
    BREAKDOWNS,
    OTHER,
    PRINTED,
    QUANTILES,
    RECIPES,
    Measure,
    Measured,
)
from leeward.policy.statistics.rules.recipes import Shape
from tests.policy.statistics.kept_replies import shown_replies, waiting_replies

TODAY = date(2026, 11, 27)
PLATFORMS = {character.name: f"id-of-{character.name}" for character in CHARACTERS if character.name}
M = Measure
# States of things that the demonstration's desk, helpline and network tell of their own rows.
ASKED_OF_THE_DESK = {M.OPEN_LONG, M.MONTHS_PAID, M.ALERT_DAYS, M.ALERTS_ASKED, M.ALERTS_ANSWERED}
ASKED_OF_THE_DESK |= {M.PRACTICES, M.PRACTICES_IN_DATE}
# What its courts, authorities and cohorts tell of theirs.
ASKED_OF_THE_DESK |= {each for each in M if each.value.partition(".")[0] in {"courts", "outcomes", "reoffending"}}
ASKED_OF_THE_DESK |= {M.TRIAL_A, M.TRIAL_A_FOLLOWED, M.TRIAL_B, M.TRIAL_B_FOLLOWED}
# What is counted by quarter alone, and states that today's rows of training tell.
BY_QUARTER = {Measure(each) for recipe in RECIPES.values() if recipe.is_by_quarter for each in recipe.measures}
OF_TRAINING = {each for each in M if each.value.startswith("training.")} - BY_QUARTER
MADE_UP_APART = set(BREAKDOWNS) - ASKED_OF_THE_DESK - OF_TRAINING

ENDS = {
    M.SERVICES: 367,
    M.SERVICES_FRESH: 349,
    M.SIGNATORIES: 9,
    M.SIGNATORIES_GOOD: 7,
    M.COMMITMENTS: 20,
    M.COMMITMENTS_KEPT: 18,
    M.PLATFORMS: 4,
    M.PLATFORMS_LEAD: 3,
    M.PLATFORMS_POLICY: 4,
}

type Counts = Mapping[date, Mapping[Measure, Measured]]


@pytest.fixture(scope="module")
def history() -> tuple[Measured, ...]:
    return made_up_counts(today=TODAY, platforms=PLATFORMS, ends=ENDS, until=TODAY)


def by_period(history: tuple[Measured, ...], step: Frequency) -> Counts:
    found: dict[date, dict[Measure, Measured]] = defaultdict(dict)
    for each in history:
        if each.step is step and not each.code and each.period.end <= TODAY:
            assert each.measure not in found[each.start]
            found[each.start][each.measure] = each
    return found


def months(history: tuple[Measured, ...]) -> Counts:
    return by_period(history, Frequency.MONTH)


def test_it_covers_two_years_of_what_is_over(history: tuple[Measured, ...]) -> None:
    starts = sorted(months(history))
    assert len(starts) == 23
    assert starts[-1] == date(2026, 10, 1)
    assert len(by_period(history, Frequency.WEEK)) >= 102


def test_of_what_is_not_over_it_says_how_things_stand_today_and_no_more(history: tuple[Measured, ...]) -> None:
    states = {recipe.part for recipe in RECIPES.values() if recipe.is_snapshot}
    states |= {recipe.whole for recipe in RECIPES.values() if recipe.is_snapshot and recipe.whole}
    open_ones = [each for each in history if each.period.end > TODAY]
    assert {each.measure for each in open_ones} == states - ASKED_OF_THE_DESK - OF_TRAINING
    assert {each.start for each in open_ones} == {date(2026, 11, 1), date(2026, 11, 23)}


def test_every_measure_is_there_in_every_period(history: tuple[Measured, ...]) -> None:
    wanted = MADE_UP_APART | BY_QUARTER
    assert all(set(counts) == wanted for counts in by_period(history, BREAKDOWN_STEP).values())
    for step in (Frequency.WEEK, Frequency.MONTH):
        for start, counts in by_period(history, step).items():
            assert set(counts) == set(Measure) - ASKED_OF_THE_DESK - BY_QUARTER, start


def test_lists_grow_to_what_stands_on_them_now(history: tuple[Measured, ...]) -> None:
    newest = months(history)[date(2026, 10, 1)]
    assert {measure: newest[measure].count for measure in ENDS} == ENDS
    assert months(history)[date(2026, 3, 1)][M.SERVICES].count < ENDS[M.SERVICES]


def test_it_is_the_same_each_time(history: tuple[Measured, ...]) -> None:
    assert made_up_counts(today=TODAY, platforms=PLATFORMS, ends=ENDS, until=TODAY) == history


def test_a_part_is_never_more_than_its_whole(history: tuple[Measured, ...]) -> None:
    shares = [recipe for recipe in RECIPES.values() if recipe.shape is Shape.SHARE]
    for step in (Frequency.WEEK, Frequency.MONTH):
        for counts in by_period(history, step).values():
            for recipe in (each for each in shares if each.part not in ASKED_OF_THE_DESK | BY_QUARTER):
                assert counts[Measure(recipe.part)].count <= counts[Measure(recipe.whole)].count, recipe.indicator_id
            for quantile, (observed, _percent) in QUANTILES.items():
                if quantile in ASKED_OF_THE_DESK:
                    continue
                assert counts[quantile].count == counts[observed].count


def test_what_is_told_apart_sums_to_the_whole(history: tuple[Measured, ...]) -> None:
    whole = by_period(history, BREAKDOWN_STEP)
    apart: dict[tuple[date, Measure], int] = defaultdict(int)
    codes: dict[Measure, set[str]] = defaultdict(set)
    for each in history:
        if each.code and each.measure not in PRINTED:
            apart[each.start, each.measure] += each.count
            codes[each.measure].add(each.code)
    assert set(codes) == MADE_UP_APART - PRINTED
    assert codes[M.SENT] == {*PLATFORMS.values(), OTHER}
    for (start, measure), number in apart.items():
        assert number == whole[start][measure].count, measure


def test_weeks_and_months_count_the_same_things(history: tuple[Measured, ...]) -> None:
    """Between a Monday that is a first of the month and another one lie whole weeks and whole months."""
    weeks, by_month = by_period(history, Frequency.WEEK), months(history)
    first, last = date(2025, 9, 1), date(2026, 6, 1)
    of_items = (M.SENT, M.SENT_GONE, M.FILED, M.GONE, M.GONE_RETURNED, M.ESCALATED)
    for measure in (*of_items, M.VIEWS, M.VIEW_DAYS, M.ANSWERS, M.HELPS_MET):
        of_weeks = sum(counts[measure].count for start, counts in weeks.items() if first <= start < last)
        of_months = sum(counts[measure].count for start, counts in by_month.items() if first <= start < last)
        assert of_weeks == of_months, measure


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        (M.SENT_GONE, M.SENT, 0.72, 0.92),
        (M.ANSWERS_IN_TIME, M.ANSWERS, 0.6, 1),
        (M.HELPS_MET, M.HELPS_SAID, 0.4, 0.9),
        (M.ASKED_ACCEPTED, M.ASKED, 0.25, 0.75),
        (M.TOLD_ONCE, M.TOLD, 0.15, 1),
        (M.SENT_ACCEPTED, M.SENT, 0.50, 0.90),
        (M.GONE_RETURNED, M.GONE, 0.12, 0.45),
        (M.GONE_FOUND, M.GONE, 0.04, 0.30),
        (M.FILED_ITEMS, M.FILED, 2.5, 8),
        (M.GONE_RESTORED, M.GONE, 0, 0.03),
        (M.SERVICES_FRESH, M.SERVICES, 0.4, 1),
    ],
)
def test_it_lies_within_what_others_have_published(
    history: tuple[Measured, ...], part: Measure, whole: Measure, low: float, high: float
) -> None:
    for start, counts in months(history).items():
        assert low <= counts[part].count / counts[whole].count <= high, start


def test_half_are_gone_within_hours_and_nine_in_ten_within_weeks(history: tuple[Measured, ...]) -> None:
    found = months(history)
    for counts in found.values():
        assert 6 <= (counts[M.SENT_HOURS_MEDIAN].hours or 0) <= 60
        assert 8 * 24 <= (counts[M.SENT_HOURS_P90].hours or 0) <= 26 * 24
    early, late = ([found[start] for start in sorted(found)[part]] for part in (slice(0, 6), slice(-6, None)))
    for measure in (M.SENT_HOURS_MEDIAN, M.SENT_HOURS_P90):
        assert sum(counts[measure].hours or 0 for counts in late) < sum(counts[measure].hours or 0 for counts in early)


@pytest.mark.turn(0, days=2)
@pytest.mark.django_db
def test_it_is_taken_in_once_and_platforms_say_what_they_say_to_it() -> None:
    for name in PLATFORMS:
        call_command("create_platform", name, stdout=io.StringIO())
    now = datetime(2026, 11, 27, 12, tzinfo=UTC)
    for _again in range(2):
        found_history(now=now)
        assert is_made_up()
        assert {reply.platform for reply in shown_replies()} == {"Market Square", "Old Harbour"}
        assert [reply.platform for reply in waiting_replies()] == ["Picture House"]
    rate = series("removal-rate", Frequency.MONTH)[0].latest
    assert rate is not None
    assert rate.period == "2026-10"
    assert 75 < (rate.value or 0) < 92
    for central in ("removal-rate", "accepted-first-time", "removal-verified", "removed-within-law", "reupload-rate"):
        assert [point.period for point in series(central, Frequency.MONTH)[0].points if point.value is None] == []
