"""Every printed number against the counts behind it, night after night: near enough to the truth, or hidden."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import product

import pytest

from demo.history import CHARACTERS, History, counts_of, live_through
from leeward.foundation.protection.periods import Frequency, Period
from leeward.foundation.protection.tables import ROUNDING_BASE
from leeward.policy.statistics.models import Fact, PublishedCount
from leeward.policy.statistics.operations.gathering import take_in
from leeward.policy.statistics.operations.publishing import publish_figures
from leeward.policy.statistics.queries.series import all_series, series
from leeward.policy.statistics.records import Point, Series
from leeward.policy.statistics.rules.measures import QUANTILES, RECIPES, Measure, Measured
from leeward.policy.statistics.rules.recipes import Protection, Shape
from tests.depth import times

M = Measure
pytestmark = pytest.mark.django_db

LAST = date(2026, 11, 27)
DAYS = times(200, deep=730)
NIGHTS_APART = timedelta(days=times(46, deep=7))
MOST_OFF = ROUNDING_BASE // 2
TO_ONE_DECIMAL, TO_WHOLE = 0.05, 0.5  # by which a share is rounded as finely as it is known
PLATFORMS = {character.name: f"id-of-{character.name}" for character in CHARACTERS if character.name}
BEGUN = LAST - timedelta(days=DAYS)
STATES = {measure for recipe in RECIPES.values() if recipe.is_snapshot for measure in recipe.measures}
STOCKS = {M.HASHES, M.WITHDRAWALS, M.WITHDRAWALS_KEPT, M.OPEN_LONG}
ENDS = dict.fromkeys(STATES - STOCKS, 40)

type Cell = tuple[str, str, date, str]  # measure, step, start, code


@dataclass(frozen=True, kw_only=True)
class Row:
    """A number as it is printed, beside the count and hours on which it was decided."""

    value: int | None
    status: str
    count: int
    hours: int | None
    counted_at: datetime


@pytest.fixture(scope="module")
def history() -> History:
    return live_through(today=LAST, days=DAYS)


def nights() -> Iterator[datetime]:
    day = BEGUN + NIGHTS_APART
    while day <= LAST + timedelta(days=125):  # until the follow-up of the last month is over
        yield datetime.combine(day, time(3), UTC)
        day += NIGHTS_APART


def stocks(period: Period, *, now: datetime) -> Iterator[Measured]:
    """How things stand on the last day of a period, or today: a few more withdrawals are due from day to day."""
    days = (min(period.end, now.date()) - BEGUN).days
    due = 60 + days // 2 + 7 * (days // 30 % 2)
    for measure, number in (
        (M.HASHES, 400 + 3 * days),
        (M.WITHDRAWALS, due),
        (M.WITHDRAWALS_KEPT, due * 4 // 5),
        (M.OPEN_LONG, 90 - days // 5 % 60),
    ):
        yield Measured(measure=measure, step=period.step, start=period.start, count=number)


def live_a_night(history: History, now: datetime) -> None:
    """What a gatherer would find: of what is over it counts again, and how things stood then it cannot ask any more."""
    known = [
        each
        for each in counts_of(history, today=now.date(), platforms=PLATFORMS, ends=ENDS, until=LAST)
        if each.start >= BEGUN
        and (each.measure not in STATES or each.period.end > now.date() - NIGHTS_APART)
        and each.measure not in STOCKS
    ]
    periods = {each.period for each in known if each.measure in STATES}
    take_in((*known, *(each for period in periods for each in stocks(period, now=now))), source="before", now=now)
    publish_figures(now=now)


def rows() -> Mapping[Cell, Row]:
    """The newest number of each cell, with the newest fact that was known when it was printed."""
    facts: dict[Cell, list[Fact]] = {}
    for fact in Fact.objects.order_by("revision"):
        facts.setdefault((fact.measure, fact.step, fact.start, fact.code), []).append(fact)
    found = {}
    for row in PublishedCount.objects.order_by("revision"):
        cell = (row.measure, row.step, row.start, row.code)
        known = [fact for fact in facts[cell] if fact.gathered_at <= row.published_at][-1]
        found[cell] = Row(
            value=row.value, status=row.status, count=known.count, hours=known.hours, counted_at=row.published_at
        )
    return found


def every_series() -> Iterator[Series]:
    for step in Frequency:
        yield from all_series(step)
        for code, recipe in RECIPES.items():
            if recipe.breakdown:
                yield from series(code, step, recipe.breakdown)


def may_be(part: int, whole: int) -> tuple[float, float]:
    """The least and the most that a share can say whose counts are each off by no more than rounding is."""
    off = (-MOST_OFF, 0, MOST_OFF)
    shares = [100 * (part + here) / (whole + there) for here, there in product(off, off)]
    return min(shares), min(100.0, max(shares))


def check_point(each: Series, point: Point, printed: Mapping[Cell, Row]) -> None:
    recipe = RECIPES[each.indicator.id]
    part, whole = (printed[measure, each.step.value, point.start, each.code] for measure in (recipe.part, recipe.whole))
    where = (each.indicator.id, point.period, each.code, point.value, (part.count, whole.count))
    if recipe.protection is not Protection.PRINTED:  # its room rounds both, and may round one alone anew
        assert part.counted_at == whole.counted_at, where
    assert part.status == whole.status, where
    low, high = may_be(part.count, whole.count)
    fine = TO_ONE_DECIMAL if point.value != int(point.value or 0) else TO_WHOLE
    assert low - fine <= (point.value or 0.0) <= high + fine, where
    if point.printed.has_range:
        truth = 100 * part.count / whole.count
        assert (point.printed.low or 0) <= truth <= (point.printed.high or 0), where


def test_each_printed_number_is_as_true_as_rounding_lets_it_be(history: History) -> None:
    printed: Mapping[Cell, Row] = {}
    people = {
        measure
        for recipe in RECIPES.values()
        if recipe.protection is Protection.PEOPLE
        for measure in recipe.measures
        if measure not in QUANTILES
    }
    shown = shares = 0
    for now in nights():
        live_a_night(history, now)
        printed = rows()
        for cell, row in printed.items():
            if row.value is not None and cell[0] in people:
                shown += 1
                assert abs(row.value - row.count) <= MOST_OFF, (cell, row)
            elif row.value is not None:
                assert row.value == (row.hours if cell[0] in QUANTILES else row.count), (cell, row)
        for each in every_series():
            for point in each.points:
                if point.value is not None and RECIPES[each.indicator.id].shape in (Shape.SHARE,):
                    shares += 1
                    check_point(each, point, printed)
    assert shown > 1_000
    assert shares > 500
    newest = {(fact.measure, fact.step, fact.start, fact.code): fact for fact in Fact.objects.order_by("revision")}
    for cell, row in printed.items():
        if cell[0] in people and row.value is not None:
            assert not row.status, (cell, "the follow-up of everything is over")
            assert abs(row.value - newest[cell].count) <= MOST_OFF, (cell, row)
