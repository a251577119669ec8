"""Weeks, months, shares and parts of parts, attacked at once: nothing hidden is narrowed down by what is around it."""

import itertools
import math
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pytest
from scipy.optimize import linprog  # type: ignore[import-untyped]

from leeward.foundation.protection.differencing import Intruder, Span
from leeward.foundation.protection.linked import WHOLE, Cell, Links, remainder_of, suppress_periods
from leeward.foundation.protection.periods import Frequency, Period, period_of, periods_between
from leeward.foundation.protection.tables import THRESHOLD, is_small
from tests.depth import times

DAY = timedelta(days=1)
SHARES = (("gone", "sent"), ("accepted", "sent"), ("seen", "gone"))
NESTED = (("accepted", "gone"),)
MEASURES = ("sent", "gone", "accepted", "seen", "filed")
LINKS = Links(shares=SHARES, singles=("filed",), nested=NESTED, additive=frozenset(MEASURES))
# Months that begin on a Monday join weeks and months; others leave pieces of weeks at their ends.
FIRST_DAYS = (date(2026, 3, 2), date(2026, 6, 1), date(2027, 2, 1), date(2026, 9, 15))


@dataclass(frozen=True, kw_only=True)
class Attacker:
    """Somebody with a linear programme over the days between printed dates. She knows all that is printed, exactly."""

    told: Mapping[tuple[str, Span], int]

    def range(self, target: Span, *, of: str, less: str = "") -> tuple[float, float]:
        """The least and the most of one count, or of what it leaves over, in some days."""
        days = sorted({day for _measure, span in self.told for day in (span.start, span.end)} | {*_ends(target)})
        pieces = list(itertools.pairwise(days))

        def weights(span: Span, more: str, less: str = "") -> np.ndarray:
            row = np.zeros((len(MEASURES), len(pieces)))
            within = [span.start <= start and end <= span.end for start, end in pieces]
            row[MEASURES.index(more)] += within
            if less:
                row[MEASURES.index(less)] -= within
            return row.ravel()

        exactly = np.array([weights(span, measure) for measure, span in self.told])
        below = np.array(
            [
                weights(Span(start=start, end=end), part, whole)
                for part, whole in (*SHARES, *NESTED)
                for start, end in pieces
            ]
        )
        ends = []
        for way in (1, -1):
            answer = linprog(
                way * weights(target, of, less),
                A_ub=below,
                b_ub=np.zeros(len(below)),
                A_eq=exactly,
                b_eq=list(self.told.values()),
            )
            assert answer.status in (0, 3), answer.message
            ends.append(way * answer.fun if answer.status == 0 else float("inf"))
        return ends[0], ends[1]


def _ends(span: Span) -> tuple[date, date]:
    return span.start, span.end


def draw_days(dice: random.Random, first: date, days: int) -> dict[date, dict[str, int]]:
    """What happens day by day in a small nation: few items, few of which are left over."""
    usual, rate = dice.choice((2, 4, 7)), dice.choice((0.6, 0.8, 0.9))
    found = {}
    for number in range(days):
        items = [dice.random() for _ in range(dice.randint(0, 2 * usual))]
        gone = sum(luck < rate for luck in items)
        accepted = sum(luck < rate * 0.8 for luck in items)
        seen = sum(luck < rate and dice.random() < 0.7 for luck in items)
        found[first + number * DAY] = {
            "sent": len(items), "gone": gone, "accepted": accepted, "seen": seen, "filed": dice.randint(0, 4),
        }  # fmt: skip
    return found


def periods_of(days: Mapping[date, Mapping[str, int]]) -> dict[Period, dict[Cell, int]]:
    """Every whole week and month of them with its counts."""
    first, last = min(days), max(days)
    return {
        period: {
            (measure, WHOLE): sum(counts[measure] for day, counts in days.items() if period.start <= day < period.end)
            for measure in MEASURES
        }
        for step in Frequency
        for period in periods_between(period_of(first, step=step), period_of(last, step=step))
        if first <= period.start and period.end <= last + DAY
    }


def told_of(
    periods: Mapping[Period, Mapping[Cell, int]], hidden: Mapping[Period, frozenset[Cell]]
) -> dict[tuple[str, Span], int]:
    return {
        (cell[0], Span(start=period.start, end=period.end)): count
        for period, counts in periods.items()
        for cell, count in counts.items()
        if cell not in hidden[period]
    }


def check_nothing_is_narrowed(
    periods: Mapping[Period, Mapping[Cell, int]], hidden: Mapping[Period, frozenset[Cell]]
) -> int:
    """Attack every hidden count of every period, and what it leaves over; returns how many there were."""
    attacker = Attacker(told=told_of(periods, hidden))
    attacked = 0
    for period, counts in periods.items():
        span = Span(start=period.start, end=period.end)
        targets = [(measure, "") for measure in MEASURES if (measure, WHOLE) in hidden[period]]
        targets += [(whole, part) for part, whole in SHARES if (part, WHOLE) in hidden[period]]
        for measure, less in targets:
            least, most = attacker.range(span, of=measure, less=less)
            truth = counts[measure, WHOLE] - (counts[less, WHOLE] if less else 0)
            assert least - 1e-6 <= truth <= most + 1e-6
            assert most - least > THRESHOLD - 1e-6, (period.name, measure, less, least, most, truth)
            attacked += 1
    return attacked


def test_nothing_hidden_in_weeks_and_months_is_known_to_within_half_the_threshold() -> None:
    dice = random.Random(41)
    attacked = printed = 0
    for number in range(times(4, deep=60)):
        periods = periods_of(draw_days(dice, FIRST_DAYS[number % len(FIRST_DAYS)], 75))
        hidden = suppress_periods(periods, LINKS, kept={}, published={})
        attacked += check_nothing_is_narrowed(periods, hidden)
        printed += len(told_of(periods, hidden))
    assert attacked > times(40, deep=800)
    assert printed > times(40, deep=800)


def hidden_month_after_month(periods: Mapping[Period, Mapping[Cell, int]]) -> dict[Period, frozenset[Cell]]:
    """A month and the weeks that end in it are decided on at once, beside all that was printed and hidden before."""

    def month_of(each: Period) -> Period:
        return period_of(each.end - DAY, step=Frequency.MONTH)

    hidden: dict[Period, frozenset[Cell]] = {}
    known: dict[Cell, dict[Span, int]] = {}
    before: dict[Cell, set[Span]] = {}
    for _month, group in itertools.groupby(sorted(periods, key=month_of), key=month_of):
        batch = {period: periods[period] for period in group}
        for period, cells in suppress_periods(batch, LINKS, kept={}, published=known, suppressed_before=before).items():
            hidden[period] = cells
            span = Span(start=period.start, end=period.end)
            for cell, count in periods[period].items():
                if cell in cells:
                    before.setdefault(cell, set()).add(span)
                else:
                    known.setdefault(cell, {})[span] = count
    return hidden


def test_month_after_month_nothing_hidden_before_is_narrowed_down_by_what_is_printed_later() -> None:
    dice = random.Random(43)
    attacked = printed = 0
    for number in range(times(3, deep=40)):
        periods = periods_of(draw_days(dice, FIRST_DAYS[number % len(FIRST_DAYS)], 110))
        hidden = hidden_month_after_month(periods)
        attacked += check_nothing_is_narrowed(periods, hidden)
        printed += len(told_of(periods, hidden))
    assert attacked > times(40, deep=800)
    assert printed > times(40, deep=800)


def test_what_bounds_a_whole_over_months_does_not_narrow_a_week_of_its_part_down() -> None:
    """The twentieth of these nations: a week of what was accepted had 7 to 16, by what was gone around it."""
    dice = random.Random(43)
    drawn = [draw_days(dice, FIRST_DAYS[number % len(FIRST_DAYS)], 110) for number in range(20)]
    periods = periods_of(drawn[-1])
    assert check_nothing_is_narrowed(periods, hidden_month_after_month(periods)) > 40


def test_a_week_of_a_part_is_not_what_the_month_of_its_whole_leaves_of_its_other_weeks() -> None:
    """Sixty were gone in the month, and 55 accepted in three of its weeks: five at most are left for the fourth."""
    month = Period(start=date(2027, 2, 1), step=Frequency.MONTH)
    weeks = [Period(start=month.start + week * 7 * DAY, step=Frequency.WEEK) for week in range(4)]
    links = Links(singles=("accepted", "gone"), nested=NESTED, additive=frozenset({"accepted", "gone"}))
    periods: dict[Period, dict[Cell, int]] = {
        week: {("gone", WHOLE): gone, ("accepted", WHOLE): accepted}
        for week, gone, accepted in zip(weeks, (20, 20, 16, 4), (20, 20, 15, 2), strict=True)
    }
    periods[month] = {("gone", WHOLE): 60}  # what was accepted in the month is still open
    kept = {week: {("gone", WHOLE)} for week in weeks}
    hidden = suppress_periods(periods, links, kept=kept, published={})
    assert ("gone", WHOLE) not in hidden[month]
    assert sum(("accepted", WHOLE) in hidden[week] for week in weeks) == 2
    told = told_of(periods, hidden)
    for week in weeks[2:]:
        least, most = Attacker(told=told).range(Span(start=week.start, end=week.end), of="accepted")
        if ("accepted", WHOLE) in hidden[week]:
            assert most - least > THRESHOLD


def test_the_last_week_of_a_month_is_not_what_the_month_leaves_of_the_others() -> None:
    """Four weeks are this month: what was sent and not gone in the last is little, and would follow from the rest."""
    month = Period(start=date(2027, 2, 1), step=Frequency.MONTH)
    links = Links(shares=(("gone", "sent"),), additive=frozenset({"sent", "gone"}))
    numbers = ((100, 80), (100, 80), (100, 80), (100, 96))
    periods: dict[Period, dict[Cell, int]] = {
        Period(start=month.start + week * 7 * DAY, step=Frequency.WEEK): {("sent", WHOLE): sent, ("gone", WHOLE): gone}
        for week, (sent, gone) in enumerate(numbers)
    }
    periods[month] = {("sent", WHOLE): 400, ("gone", WHOLE): 336}
    hidden = suppress_periods(periods, links, kept={}, published={})
    gone = [period for period in periods if ("gone", WHOLE) not in hidden[period]]
    assert month in gone
    assert len(gone) == 3  # two weeks beside it: what two others leave over together is not little
    assert all(("sent", WHOLE) not in hidden[period] for period in periods)


def test_what_has_moved_is_looked_at_again_beside_what_is_around_it() -> None:
    """When all was first printed much was left over everywhere; as more is gone, the last week has little left."""
    month = Period(start=date(2027, 2, 1), step=Frequency.MONTH)
    links = Links(shares=(("gone", "sent"),), additive=frozenset({"sent", "gone"}))
    weeks = [Period(start=month.start + week * 7 * DAY, step=Frequency.WEEK) for week in range(4)]

    def counts(*gone: int) -> dict[Period, dict[Cell, int]]:
        made: dict[Period, dict[Cell, int]] = {
            week: {("sent", WHOLE): 100, ("gone", WHOLE): number} for week, number in zip(weeks, gone, strict=True)
        }
        return made | {month: {("sent", WHOLE): 400, ("gone", WHOLE): sum(gone)}}

    before, now = counts(50, 50, 50, 50), counts(85, 85, 85, 96)
    assert all(cells == frozenset() for cells in suppress_periods(before, links, kept={}, published={}).values())
    known: dict[Cell, dict[Span, int]] = {}
    for period, numbers in before.items():
        for cell, count in numbers.items():
            known.setdefault(cell, {})[Span(start=period.start, end=period.end)] = count
    hidden = suppress_periods(now, links, kept={}, published=known)
    shown = [period for period in weeks if ("gone", WHOLE) not in hidden[period]]
    assert weeks[3] not in shown
    assert len(shown) < 3 or ("gone", WHOLE) in hidden[month]
    assert ("gone", WHOLE) not in hidden[month]


def test_a_part_of_a_part_is_not_left_over_by_weeks_and_their_month() -> None:
    """What is gone and was not accepted is no share, but as easily worked out, and little in the last week."""
    month = Period(start=date(2027, 2, 1), step=Frequency.MONTH)
    weeks = [Period(start=month.start + week * 7 * DAY, step=Frequency.WEEK) for week in range(4)]
    links = Links(
        shares=(("gone", "sent"), ("accepted", "sent")), nested=(("accepted", "gone"),),
        additive=frozenset({"sent", "gone", "accepted"}),
    )  # fmt: skip
    numbers = ((200, 120, 100), (200, 120, 100), (200, 120, 100), (200, 120, 114))
    periods: dict[Period, dict[Cell, int]] = {
        week: {("sent", WHOLE): sent, ("gone", WHOLE): gone, ("accepted", WHOLE): accepted}
        for week, (sent, gone, accepted) in zip(weeks, numbers, strict=True)
    }
    periods[month] = {("sent", WHOLE): 800, ("gone", WHOLE): 480, ("accepted", WHOLE): 414}
    hidden = suppress_periods(periods, links, kept={}, published={})
    assert ("accepted", WHOLE) in hidden[weeks[3]]
    assert sum(("accepted", WHOLE) in hidden[week] for week in weeks) >= 2
    assert remainder_of("accepted") not in {cell[0] for cell in hidden[month]}


def interval(intruder: Intruder, target: Span) -> tuple[float, float]:
    bounds = intruder.most([target.start, target.end])
    return max(0, -bounds[1, 0]), bounds[0, 1]


def test_a_reader_comes_as_close_as_a_linear_programme() -> None:
    dice = random.Random(7)
    first, close = date(2026, 1, 1), 0
    for _ in range(times(20, deep=300)):
        daily = [dice.choice((0, 1, 3, 8)) for _ in range(12)]

        def span() -> Span:
            start, end = sorted(dice.sample(range(13), 2))
            return Span(start=first + start * DAY, end=first + end * DAY)

        told = {
            each: sum(daily[(each.start - first).days : (each.end - first).days])
            for each in (span(), span(), span(), span())
        }
        intruder, attacker = Intruder(told), Attacker(told={("filed", each): count for each, count in told.items()})
        for _ in range(3):
            target = span()
            least, most = attacker.range(target, of="filed")
            assert interval(intruder, target) == (pytest.approx(least, abs=1e-6), pytest.approx(most, abs=1e-6))
            close += is_small(int(min(most - least, 99)))
    assert close > times(5, deep=100)


def test_numbers_that_stand_for_older_counts_and_do_not_fit_together_narrow_nothing_down() -> None:
    first = date(2026, 1, 1)

    def span(start: int, end: int) -> Span:
        return Span(start=first + start * DAY, end=first + end * DAY)

    # A month of a hundred, and two weeks within it that have grown to more since.
    grown = Intruder({span(0, 31): 100, span(4, 11): 60, span(18, 25): 60})
    assert interval(grown, span(11, 18)) == (0, math.inf)
    assert interval(Intruder({span(0, 31): 100, span(4, 11): 60, span(18, 25): 35}), span(11, 18)) == (0, 5)
    assert interval(Intruder({}), span(0, 7)) == (0, math.inf)


def test_what_was_printed_of_a_nation_whose_counts_moved_later_is_decided_on_all_the_same() -> None:
    dice = random.Random(77)
    for number in range(times(4, deep=60)):
        days = draw_days(dice, FIRST_DAYS[number % len(FIRST_DAYS)], 75)
        periods = periods_of(days)
        hidden = suppress_periods(periods, LINKS, kept={}, published={})
        known: dict[Cell, dict[Span, int]] = {}
        before: dict[Cell, set[Span]] = {}
        for period, counts in periods.items():
            for cell, count in counts.items():
                if cell in hidden[period]:
                    before.setdefault(cell, set()).add(Span(start=period.start, end=period.end))
                else:
                    known.setdefault(cell, {})[Span(start=period.start, end=period.end)] = count
        for counts in days.values():
            more = dice.randint(0, 3)
            counts["sent"] += more
            counts["gone"] += more
        moved = {period: each for period, each in periods_of(days).items() if dice.random() < 0.5}
        again = suppress_periods(moved, LINKS, kept={}, published=known, suppressed_before=before)
        assert again.keys() == moved.keys()
        for period, counts in moved.items():
            assert {cell for cell in counts if is_small(counts[cell])} <= again[period]
