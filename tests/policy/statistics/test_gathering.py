"""From what happened at the desk to facts: asked for once a day, kept for good, stopped and resumed at will."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from leeward.foundation.accounts.rules import Role
from leeward.foundation.protection.errors import CountMalformed
from leeward.foundation.protection.periods import Frequency, Period
from leeward.policy.statistics.errors import WordsRefused
from leeward.policy.statistics.models import Fact, Gathering
from leeward.policy.statistics.operations.gathering import find_due, gather, take_in
from leeward.policy.statistics.operations.sources import SOURCES
from leeward.policy.statistics.rules.measures import BREAKDOWNS, QUANTILES, RECIPES, Measure, Measured
from leeward.victim.helpline.models import CallHour, Funding
from leeward.victim.network.models import Practice
from leeward.victim.removals.rules.states import Step as Happening
from tests.foundation.accounts import people
from tests.justice.counted import trained_and_referred
from tests.justice.outcomes.cohort_files import accept as accept_cohort
from tests.justice.outcomes.cohort_files import raw, tokens
from tests.justice.outcomes.cohort_files import send as send_cohort
from tests.justice.outcomes.land import print_2024
from tests.victim.network.warned import signed
from tests.victim.removals.happenings import a_platform, a_report, an_item, at, happened

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

NOW = datetime(2026, 4, 15, 12, tzinfo=UTC)
MARCH = Period(start=date(2026, 3, 1), step=Frequency.MONTH)
QUARTER = Period(start=date(2026, 1, 1), step=Frequency.QUARTER)
DAY = timedelta(days=1)


def newest(measure: Measure, period: Period = MARCH, code: str = "") -> int | None:
    row = Fact.objects.filter(measure=measure.value, step=period.step.value, start=period.start, code=code)
    found = row.order_by("-revision").first()
    return found.count if found else None


def codes(period: Period) -> set[str]:
    rows = Fact.objects.filter(measure=Measure.SENT.value, step=period.step.value, start=period.start)
    return set(rows.exclude(code="").values_list("code", flat=True))


def a_month_at_the_desk() -> None:
    chatter = a_platform("Chatter")
    for day in range(20):
        item = an_item(a_report(filed=at(day)), chatter, sent=at(day))
        happened(item, Happening.SEEN_GONE, at(day, 12))


def test_every_period_that_is_over_is_asked_for_once_a_day_until_it_rests() -> None:
    a_month_at_the_desk()
    # The weeks from that of the 23rd of February to that of the 6th of April, March, and the quarter.
    periods = {Frequency.WEEK: 7, Frequency.MONTH: 1, Frequency.QUARTER: 1}
    happenings = [source for source in SOURCES.values() if not source.is_snapshot]
    states = [source for source in SOURCES.values() if source.is_snapshot]
    asked = sum(periods[step] for source in happenings for step in source.steps)
    assert gather(now=NOW) == asked + 2 * len(states)
    assert (
        newest(Measure.SENT, QUARTER) == sum(newest(Measure.SENT, QUARTER, code) or 0 for code in codes(QUARTER)) == 20
    )
    assert newest(Measure.SENT) == newest(Measure.SENT_GONE) == newest(Measure.FILED) == 20
    assert newest(Measure.SENT_HOURS_MEDIAN) == 20
    assert Fact.objects.get(measure=Measure.SENT_HOURS_MEDIAN.value, step="month", code="").hours == 12
    assert gather(now=NOW) == 0
    tomorrow = find_due(now=NOW + DAY)
    assert {due.source.name for due in tomorrow if due.period == MARCH} == {
        "sent",
        "gone",
        "escalated",
        "filed",
        "answers",
        "helps",
        "referrals",
        "calls",
        "orders",
        "convictions",
        "signals",
    }
    rested = find_due(now=NOW + 200 * DAY)
    assert not [due for due in rested if due.period == MARCH and due.source.name == "views"]


def test_weeks_and_months_count_the_same_days() -> None:
    a_month_at_the_desk()
    gather(now=NOW)
    weeks = Fact.objects.filter(measure=Measure.SENT.value, step="week").values_list("count", flat=True)
    assert sum(weeks) == newest(Measure.SENT)


def test_whoever_stops_goes_on_where_it_stopped() -> None:
    a_month_at_the_desk()
    every = len(find_due(now=NOW))
    asked: list[str] = []

    def stop_after_seven(due: object) -> None:
        asked.append(str(due))
        if len(asked) == 7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        gather(now=NOW, progress=stop_after_seven)
    assert Gathering.objects.count() == 7
    assert gather(now=NOW, limit=5) == 5
    assert gather(now=NOW) == every - 12


def test_a_count_that_changes_is_a_further_fact_and_a_final_one_is_left_alone() -> None:
    a_month_at_the_desk()
    gather(now=NOW)
    late = an_item(a_report(filed=at(0)), sent=at(5))
    assert gather(now=NOW + DAY) > 0
    assert newest(Measure.SENT) == 21
    assert Fact.objects.filter(measure=Measure.SENT.value, step="month", code="").count() == 2
    later = NOW + 200 * DAY
    gather(now=later)
    late.report.delete()
    assert not [due for due in find_due(now=later + DAY) if due.period == MARCH]
    with pytest.raises(WordsRefused):
        gather(now=later + DAY, again=frozenset({MARCH}))
    gather(now=later + DAY, again=frozenset({MARCH}), reason="A report was entered twice.")
    assert newest(Measure.SENT) == 20
    last = Fact.objects.filter(measure=Measure.SENT.value, step="month", code="").order_by("-revision").first()
    assert last is not None
    assert last.reason == "A report was entered twice."


def test_the_database_refuses_to_change_a_fact() -> None:
    a_month_at_the_desk()
    gather(now=NOW, limit=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Fact.objects.update(count=1)


def test_a_months_states_rest_when_the_month_is_over() -> None:
    gather(now=NOW)
    april = Gathering.objects.get(source="directory", step="month")
    assert not april.is_final
    gather(now=datetime(2026, 5, 2, tzinfo=UTC))
    april.refresh_from_db()
    assert april.is_final


def some_years() -> list[Measured]:
    return [
        Measured(measure=Measure.SENT, step=Frequency.QUARTER, start=QUARTER.start, count=70),
        Measured(measure=Measure.SENT, step=Frequency.QUARTER, start=QUARTER.start, count=40, code="a", label="A"),
        Measured(measure=Measure.SENT, step=Frequency.QUARTER, start=QUARTER.start, count=30, code="b", label="B"),
    ]


def test_counts_from_elsewhere_are_kept_and_their_periods_not_asked_for_again() -> None:
    a_month_at_the_desk()
    assert take_in(some_years(), source="before", now=NOW) == 1
    gather(now=NOW)
    assert newest(Measure.SENT, QUARTER) == 70
    assert newest(Measure.SENT, QUARTER, "b") == 30
    assert newest(Measure.FILED) == newest(Measure.GONE) == 20, "what was not taken in is counted as ever"
    take_in(
        [Measured(measure=Measure.SENT, step=Frequency.QUARTER, start=QUARTER.start, count=9)],
        source="before",
        now=NOW,
    )
    assert newest(Measure.SENT, QUARTER, "b") == 0


def test_counts_that_do_not_fit_together_are_refused_whole() -> None:
    with pytest.raises(CountMalformed, match="all are 70, but those told apart are 40"):
        take_in(some_years()[:2], source="before", now=NOW)
    with pytest.raises(CountMalformed, match="name of its own"):
        take_in(some_years(), source="sent", now=NOW)
    assert not Fact.objects.exists()
    for wrong in (
        {"start": date(2026, 3, 2)},
        {"count": -1},
        {"hours": 4},
        {"measure": Measure.SENT_HOURS_MEDIAN, "count": 3},
        {"measure": Measure.FILED, "code": "a"},
        {"step": Frequency.WEEK, "start": date(2026, 3, 2), "code": "a"},
    ):
        with pytest.raises(CountMalformed):
            Measured(**{"measure": Measure.SENT, "step": Frequency.MONTH, "start": MARCH.start, "count": 1, **wrong})  # type: ignore[arg-type]


def test_every_measure_that_a_recipe_names_is_gathered(monkeypatch: pytest.MonkeyPatch) -> None:
    a_month_at_the_desk()
    Funding.objects.create(source="A fund", hours=1, begins_on=NOW.date(), ends_on=NOW.date(), changed_at=NOW)
    signed(NOW - DAY)
    CallHour.objects.create(hour=NOW - 30 * DAY, line="helpline", offered=3, answered=2, abandoned=1)
    Practice.objects.create(page="safety", review_on=NOW.date(), changed_at=NOW)
    print_2024()
    people.at(monkeypatch, people.NOW)
    people.employ("ana", Role.ANALYST)
    analyst = people.come_in("ana")
    accept_cohort(analyst, send_cohort(analyst, tokens(raw(203, 52, 30))))
    trained_and_referred(now=NOW)
    gather(now=NOW)
    gathered = set(Fact.objects.values_list("measure", flat=True))
    wanted = {measure for recipe in RECIPES.values() for measure in (recipe.part, recipe.whole) if measure}
    assert wanted - gathered == set()
    assert {measure.value for measure in (*BREAKDOWNS, *QUANTILES)} <= set(Measure)
