"""From facts to what anybody may read: protected once, kept for good, corrected in the open."""

import ast
import itertools
import random
import re
from datetime import UTC, date, datetime, timedelta
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from leeward.foundation.protection.printed import Doubt, PrintedNumber
from leeward.foundation.protection.tables import THRESHOLD
from leeward.policy.statistics.catalogue import INDICATORS
from leeward.policy.statistics.errors import IndicatorUnknown
from leeward.policy.statistics.models import PublishedCount, TrueCount
from leeward.policy.statistics.operations import publishing
from leeward.policy.statistics.operations.gathering import gather, take_in
from leeward.policy.statistics.operations.publishing import LINKS, publish_figures
from leeward.policy.statistics.queries.catalogue import all_indicators, find_indicator
from leeward.policy.statistics.queries.series import all_series, corrections, published_at, series
from leeward.policy.statistics.records import Breakdown, Frequency, Point, Status
from leeward.policy.statistics.rules.measures import BREAKDOWN_STEP, FOLLOW_UP_DAYS, QUANTILES, RECIPES, Measured
from tests.policy.statistics.kept_counts import JULY, MARCH, NOW, M, counts, keep

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

FOLLOW_UP = timedelta(days=FOLLOW_UP_DAYS)
ROOT = Path(__file__).resolve().parents[3]


def point(indicator_id: str, start: date = MARCH, step: Frequency = Frequency.MONTH) -> Point:
    return next(each for each in series(indicator_id, step)[0].points if each.start == start)


def test_a_share_is_made_of_rounded_counts_alone() -> None:
    keep(*counts(SENT=103, SENT_GONE=88))
    assert point("removal-rate") == Point(
        period="2026-03",
        start=MARCH,
        end=date(2026, 4, 1),
        printed=PrintedNumber(value=86, low=82, high=90, why=frozenset({Doubt.ROUNDED})),
        numerator=90,
        denominator=105,
    )
    assert series("removal-rate", Frequency.MONTH)[0].latest == point("removal-rate")
    assert point("items-asked").value == 105
    assert published_at() == NOW


def test_small_counts_and_what_gives_them_away_are_hidden() -> None:
    keep(*counts(SENT={"a": 120, "b": 3, "c": 45}, SENT_GONE={"a": 90, "b": 1, "c": 25}))
    found = {each.code: each for each in series("removal-rate", BREAKDOWN_STEP, Breakdown.PLATFORM)}
    assert [each.label for each in found.values()] == ["A", "B", "C"]
    assert found["b"].points[0].status is Status.CONFIDENTIAL
    assert found["c"].points[0].status is Status.CONFIDENTIAL
    assert found["a"].points[0].value == 75.0
    assert found["a"].latest == found["a"].points[0]
    assert found["b"].latest is None


def test_months_of_what_is_not_told_apart_are_printed_though_their_whole_is() -> None:
    month = {"SENT": {"a": 300, "b": 200}, "SENT_GONE": {"a": 240, "b": 120}, "SENT_ANSWERED": {"a": 270, "b": 150}}
    keep(*counts(**month), *counts(SENT=470, SENT_GONE=340, SENT_ANSWERED=400, SENT_VERIFIED=274, SENT_ACCEPTED=290))
    assert point("removal-verified").value == 81
    assert point("accepted-first-time").value == 62
    assert {each.points[0].value for each in series("removal-rate", BREAKDOWN_STEP, Breakdown.PLATFORM)} == {
        80.0,
        60.0,
    }


def test_what_is_left_of_a_month_beside_its_weeks_is_no_small_count() -> None:
    june = date(2026, 6, 1)  # a Monday
    weeks = [june + timedelta(weeks=number) for number in range(4)]
    keep(
        *counts(june, SENT=620, SENT_GONE=553),
        *[each for week in weeks for each in counts(week, Frequency.WEEK, SENT=140, SENT_GONE=124)],
        now=NOW + FOLLOW_UP,
    )
    # On its last two days 60 were sent, of which 57 are gone; three are left.
    assert point("removal-rate", june).value == 90
    assert [point("removal-rate", week, Frequency.WEEK).value for week in weeks] == [89, 89, 89, None]
    assert point("items-asked", weeks[3], Frequency.WEEK).value == 140


def test_where_the_law_binds_every_platform_what_is_gone_in_its_time_is_told() -> None:
    week = date(2026, 3, 9)
    month = {"SENT": 413, "SENT_GONE": 362, "LAW_IN_TIME": 219}
    keep(*counts(**month, LAW=413), *counts(week, Frequency.WEEK, SENT=103, SENT_GONE=90, LAW=103, LAW_IN_TIME=55))
    assert point("removed-within-law").value == 53.0
    assert point("removed-within-law", week, Frequency.WEEK).value == 52
    # A few that stand under no law are still a small count.
    keep(*counts(date(2026, 4, 1), **month, LAW=409))
    assert point("removed-within-law", date(2026, 4, 1)).status is Status.CONFIDENTIAL


def test_what_is_left_over_is_hidden_too() -> None:
    keep(*counts(SENT=100, SENT_GONE=96))
    assert (point("removal-rate").value, point("removal-rate").status) == (None, Status.CONFIDENTIAL)
    assert point("removal-rate").denominator == 100


def test_a_median_needs_twenty_and_a_ninth_decile_a_hundred() -> None:
    def hours(start: date, count: int) -> list[Measured]:
        return [
            Measured(measure=measure, step=Frequency.MONTH, start=start, count=count, hours=30)
            for measure in (M.SENT_HOURS_MEDIAN, M.SENT_HOURS_P90)
        ]

    april, may = date(2026, 4, 1), date(2026, 5, 1)
    for start, gone in ((MARCH, 19), (april, 40), (may, 120)):
        keep(*counts(start, SENT=gone + 40, SENT_GONE=gone), *hours(start, gone))
    assert [point("hours-to-removal-median", start).value for start in (MARCH, april, may)] == [None, 30, 30]
    assert [point("hours-to-removal-p90", start).value for start in (MARCH, april, may)] == [None, None, 30]
    assert point("hours-to-removal-median", april).denominator == 40


def test_a_period_is_published_once_when_it_is_over_and_once_when_it_is_final() -> None:
    keep(*counts(JULY, SENT=200, SENT_GONE=100))
    assert (point("removal-rate", JULY).value, point("removal-rate", JULY).status) == (50.0, Status.ESTIMATE)
    keep(*counts(JULY, SENT=200, SENT_GONE=150), now=NOW + timedelta(days=30))
    assert (point("removal-rate", JULY).value, point("removal-rate", JULY).status) == (50.0, Status.ESTIMATE)
    later = NOW + FOLLOW_UP
    keep(*counts(JULY, SENT=200, SENT_GONE=103), now=later)
    assert (point("removal-rate", JULY).value, point("removal-rate", JULY).status) == (53, Status.FINAL)
    assert corrections() == ()
    keep(*counts(JULY, SENT=200, SENT_GONE=121), reason="Forty letters had been left unopened.", now=later)
    [correction] = [each for each in corrections() if each.indicator_id == "removal-rate"]
    assert (correction.period, correction.before, correction.after) == ("2026-07", "53", "60")
    assert correction.reason == "Forty letters had been left unopened."
    assert point("removal-rate", JULY).value == 60.0


def test_who_asks_every_day_sees_a_number_move_or_turn_hidden_on_the_day_of_a_step_alone() -> None:
    first = datetime(2026, 8, 1, 3, tzinfo=UTC)
    seen = []
    for day in range(95):
        keep(*counts(JULY, SENT=200, SENT_GONE=100 + day), now=first + timedelta(days=day))
        found = point("removal-rate", JULY)
        seen.append((found.numerator, found.denominator, found.status))
    changes = [day for day, (before, now) in enumerate(itertools.pairwise(seen), start=1) if before != now]
    # In the end 190 of 200 are gone, and ten are left: that can be told. On the day after it would be nine.
    assert seen[0] == (100, 200, Status.ESTIMATE)
    assert changes[0] == 90
    assert seen[90] == (190, 200, Status.FINAL)


def test_counts_from_elsewhere_become_final_by_themselves() -> None:
    keep(*counts(JULY, SENT=200, SENT_GONE=100))
    publish_figures(now=NOW + FOLLOW_UP)
    assert (point("removal-rate", JULY).value, point("removal-rate", JULY).status) == (50.0, Status.FINAL)
    assert publish_figures(now=NOW + FOLLOW_UP) == 0


def test_what_was_hidden_while_it_changed_is_decided_on_anew_when_it_is_final() -> None:
    keep(*counts(JULY, FILED=8, FILED_ITEMS=900))
    keep(*counts(JULY, FILED=18, FILED_ITEMS=900))
    assert point("reports-filed", JULY).status is Status.CONFIDENTIAL
    keep(*counts(JULY, FILED=18, FILED_ITEMS=901), now=NOW + FOLLOW_UP)
    assert point("reports-filed", JULY).value == 20


def test_weeks_and_what_is_told_by_platform_come_once_when_nothing_changes_them() -> None:
    week = date(2026, 7, 13)
    by_platform = {"SENT": {"a": 300, "b": 200}, "SENT_GONE": {"a": 240, "b": 120}}
    keep(
        *counts(JULY, **by_platform),
        *counts(JULY, SENT=400, SENT_GONE=290),
        *counts(week, Frequency.WEEK, SENT=90, SENT_GONE=70),
    )
    assert point("removal-rate", JULY).value == 73
    assert not PublishedCount.objects.exclude(code="").exists()
    assert not PublishedCount.objects.filter(step=Frequency.WEEK).exists()
    publish_figures(now=NOW + FOLLOW_UP)
    assert not PublishedCount.objects.exclude(code="").exists(), "the quarter is not over"
    assert point("removal-rate", week, Frequency.WEEK).status is Status.FINAL
    publish_figures(now=datetime(2026, 12, 30, tzinfo=UTC))
    assert {each.code for each in series("removal-rate", BREAKDOWN_STEP, Breakdown.PLATFORM)} == {"a", "b"}


def test_printing_again_changes_nothing() -> None:
    keep(*counts(SENT=103, SENT_GONE=88))
    rows = list(PublishedCount.objects.order_by("pk").values())
    assert publish_figures(now=NOW) == 0
    keep(*counts(SENT=103, SENT_GONE=88), now=NOW + timedelta(days=1))
    assert list(PublishedCount.objects.order_by("pk").values()) == rows
    with pytest.raises(IntegrityError), transaction.atomic():
        PublishedCount.objects.update(value=7)
    with pytest.raises(IntegrityError), transaction.atomic():
        TrueCount.objects.update(count=7)


def test_weeks_wait_for_their_month_and_are_then_printed() -> None:
    week = date(2026, 7, 27)  # it ends in August
    keep(*counts(week, Frequency.WEEK, FILED=40, FILED_ITEMS=80))
    publish_figures(now=datetime(2026, 9, 30, tzinfo=UTC))
    assert series("reports-filed", Frequency.WEEK)[0].points == ()
    publish_figures(now=datetime(2026, 10, 1, tzinfo=UTC))
    assert point("reports-filed", week, Frequency.WEEK).period == "2026-W31"
    assert point("reports-filed", week, Frequency.WEEK).value == 40


def test_counts_from_elsewhere_are_decided_on_once_a_day_until_their_follow_up_is_over() -> None:
    """A worker asks every few seconds: to decide anew each time would read all that was ever published."""
    week, tomorrow, later = date(2026, 7, 27), NOW + timedelta(days=1), NOW + timedelta(days=300)
    keep(*counts(week, Frequency.WEEK, FILED=40, FILED_ITEMS=80))
    assert [publish_figures(now=now) for now in (NOW, tomorrow, tomorrow)] == [0, 1, 0]
    take_in(counts(week, Frequency.WEEK, FILED=60, FILED_ITEMS=90), source="before", now=tomorrow)
    assert publish_figures(now=tomorrow) == 1
    assert [publish_figures(now=now) for now in (later, later, later + timedelta(days=1))] == [1, 0, 0]
    assert point("reports-filed", week, Frequency.WEEK).value == 60


def test_public_lists_are_printed_as_they_are_and_todays_state_is_an_estimate() -> None:
    keep(*counts(date(2026, 8, 1), SERVICES=7, SERVICES_FRESH=5, HASHES=1_003), *counts(SERVICES=7, SERVICES_FRESH=7))
    assert point("directory-freshness").value == 100
    assert point("directory-freshness").status is Status.FINAL
    august = point("directory-freshness", date(2026, 8, 1))
    assert (august.value, august.status, august.numerator, august.denominator) == (71.4, Status.ESTIMATE, 5, 7)
    assert series("hashes-in-force", Frequency.MONTH)[0].points == (), "of people, so when the month is over"
    publish_figures(now=datetime(2026, 9, 1, tzinfo=UTC))
    assert point("hashes-in-force", date(2026, 8, 1)).value == 1_005
    assert [each.value for each in series("directory-freshness", Frequency.MONTH)[0].points][1:-1] == [None] * 4


def test_what_staff_see_is_told_only_of_ten_of_them() -> None:
    keep(*counts(VIEWS=500, VIEW_DAYS=100, STAFF_VIEWING=9))
    assert point("staff-exposure").status is Status.CONFIDENTIAL
    keep(*counts(date(2026, 4, 1), VIEWS=500, VIEW_DAYS=100, STAFF_VIEWING=10))
    assert point("staff-exposure", date(2026, 4, 1)).value == 5.0
    assert not PublishedCount.objects.filter(measure=M.STAFF_VIEWING.value).exists()


def test_series_of_what_is_not_computed_are_empty_and_unknown_ones_are_refused() -> None:
    assert series("prevalence", Frequency.MONTH)[0].points == ()
    assert series("prevalence", Frequency.MONTH)[0].latest is None
    assert series("reports-filed", Frequency.MONTH, Breakdown.RUNG) == ()
    with pytest.raises(IndicatorUnknown):
        series("happiness", Frequency.MONTH)
    assert [each.indicator.id for each in all_series()] == [each.id for each in all_indicators() if each.is_computed]


def test_all_published_series_are_read_with_one_query(django_assert_num_queries: Any) -> None:
    keep(*counts(SENT=103, SENT_GONE=88, SERVICES=7, SERVICES_FRESH=5))
    with django_assert_num_queries(1):
        assert sum(bool(each.points) for each in all_series()) == 3


def test_an_empty_platform_gathers_and_prints_without_a_number() -> None:
    gather(now=NOW)
    publish_figures(now=NOW)
    assert {point.value for each in all_series() for point in each.points} <= {None, 0}


def test_the_catalogue_says_of_every_indicator_what_it_is_or_why_not() -> None:
    assert {each.number for each in all_indicators() if each.number} == set(range(1, 25))
    for each in all_indicators():
        assert each.title
        assert each.definition
        assert each.source
        assert each.items
        assert bool(each.not_computed) is (each.id not in RECIPES)
        for baseline in each.baselines:
            assert baseline.words
            assert baseline.source
            assert (baseline.low is None) is (baseline.high is None)
    assert set(RECIPES) <= set(INDICATORS)
    assert find_indicator("removal-rate").number == 1


def test_every_baseline_names_who_published_it() -> None:
    """A name, as it is written there: no words of ours that would be translated, such as "official figures"."""
    for each in all_indicators():
        for baseline in each.baselines:
            assert isinstance(baseline.source, str), (each.id, baseline.source)
            assert not re.match(r"(The|A|National|Official|Published|Study|Survey|Figures|Records)\b", baseline.source)
            assert baseline.year is None or baseline.year >= 2015


def test_every_count_of_people_that_is_printed_passes_the_protection() -> None:
    linked = {measure for share in LINKS.shares for measure in share} | set(LINKS.singles)
    for recipe in RECIPES.values():
        for measure in filter(None, (recipe.part, recipe.whole)):
            is_open = recipe.protection.value in ("open", "printed")
            is_quantile = measure in QUANTILES
            assert is_open or is_quantile or measure in linked


def test_raw_counts_can_be_read_by_the_operations_alone() -> None:
    """`Fact` and `TrueCount` are named in the models and where counts are gathered and printed; nowhere else."""
    folder = ROOT / "leeward"
    allowed = {
        folder / "policy/statistics" / name
        for name in ("models.py", "operations/gathering.py", "operations/publishing.py")
    }
    for path in folder.rglob("*.py"):
        if path in allowed or "migrations" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        if not any(name in text for name in ("policy.statistics", "true_count", "statistics_fact", "get_model")):
            continue  # to read it as Python takes a hundred times as long
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ImportFrom) and node.module == "leeward.policy.statistics.models":
                assert not {"Fact", "TrueCount"} & {name.name for name in node.names}, path
            if isinstance(node, ast.Import):
                assert not [name for name in node.names if name.name.startswith("leeward.policy.statistics")], path
            if isinstance(node, ast.Attribute) and "policy/statistics" in path.as_posix():
                assert node.attr not in {"true_count", "get_model"}, path
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert "true_count__" not in node.value, path
                assert "statistics_fact" not in node.value or path.name == "models.py", path


def test_from_what_is_due_by_two_days_follows_no_small_number_of_withdrawals_between_them() -> None:
    """Withdrawals are counted up: weeks beside months, each given as the state on its last day."""
    day, due, weekly = date(2026, 1, 5), 201, (3, 0, 4, 2, 1, 6, 9, 0, 12, 5, 1, 1, 3, 14, 2, 7, 4, 8, 3, 5)
    taken, state = [], {}
    for number in weekly:
        due += number
        state[day + timedelta(days=7)] = due
        taken.append(counts(day, Frequency.WEEK, WITHDRAWALS=due, WITHDRAWALS_KEPT=due - 40))
        day += timedelta(days=7)
    for month in range(1, 5):
        end = date(2026, month + 1, 1)
        by_then = state[max(each for each in state if each <= end)]
        taken.append(counts(date(2026, month, 1), WITHDRAWALS=by_then, WITHDRAWALS_KEPT=by_then - 40))
    random.Random(3).shuffle(taken)  # whatever comes first
    for start in range(0, len(taken), 7):
        keep(*itertools.chain.from_iterable(taken[start : start + 7]))
    [weeks], [months] = (series("withdrawals-acknowledged", step) for step in (Frequency.WEEK, Frequency.MONTH))
    assert weeks.points == (), "a state of things is told by month alone"
    told = [each for each in months.points if each.value is not None]
    assert len(told) >= 2
    for read in map(attrgetter, ("numerator", "denominator")):
        assert all(read(after) - read(before) >= THRESHOLD for before, after in itertools.pairwise(told))
    for each in told:
        by_then = state[max(day for day in state if day <= each.end)]
        assert (each.numerator, each.denominator) == (pytest.approx(by_then - 40, abs=2), pytest.approx(by_then, abs=2))


def test_a_state_of_things_is_hidden_until_it_has_moved() -> None:
    for start, number in ((MARCH, 204), (date(2026, 4, 1), 211), (date(2026, 5, 1), 213), (date(2026, 6, 1), 214)):
        keep(*counts(start, HASHES=number))
    told = [each.value for each in series("hashes-in-force", Frequency.MONTH)[0].points]
    assert told == [205, None, None, 215]


def test_a_part_that_is_too_near_to_its_whole_is_hidden() -> None:
    keep(*counts(MARCH, WITHDRAWALS=120, WITHDRAWALS_KEPT=100))
    keep(*counts(date(2026, 4, 1), WITHDRAWALS=129, WITHDRAWALS_KEPT=125))
    assert [each.numerator for each in series("withdrawals-acknowledged", Frequency.MONTH)[0].points] == [100, None]


def test_a_month_and_the_weeks_that_wait_for_it_are_decided_on_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "BATCH", 2)
    together: list[int] = []
    taken = [*counts(date(2026, 2, 1), FILED=400), *counts(MARCH, FILED=400), *counts(date(2026, 4, 1), FILED=400)]
    day = date(2026, 2, 2)
    while day < date(2026, 4, 24):
        taken += counts(day, Frequency.WEEK, FILED=90)
        day += timedelta(days=7)
    take_in(taken, source="before", now=NOW)
    publish_figures(now=NOW, progress=together.append)
    # February with the three weeks that end in it, March with five, April with four.
    assert together == [4, 6, 5]
