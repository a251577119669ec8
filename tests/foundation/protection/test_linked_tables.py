"""Linked tables, attacked together: who knows all that is printed, and what is part of what, learns nothing small."""

import itertools
import random
from datetime import date, timedelta

import numpy as np
import pytest
from scipy.optimize import LinearConstraint, milp  # type: ignore[import-untyped]

from leeward.foundation.protection.differencing import Span
from leeward.foundation.protection.errors import CountMalformed
from leeward.foundation.protection.linked import (
    REMAINDER,
    WHOLE,
    Cell,
    Links,
    remainder_of,
    suppress_linked,
    suppress_periods,
)
from leeward.foundation.protection.periods import Frequency, Period, period_of, periods_between
from leeward.foundation.protection.tables import THRESHOLD
from tests.depth import times
from tests.foundation.protection.oracle import small_differences

SHARES = (("gone", "sent"), ("answered", "sent"), ("accepted", "sent"), ("seen", "gone"), ("in_time", "law"))
NESTED = (("law", "sent"), ("seen", "gone"), ("in_time", "gone"), ("accepted", "answered"), ("accepted", "gone"))
LINKS = Links(shares=SHARES, nested=NESTED, additive=frozenset({"sent", "gone"}))
MEASURES = ("sent", "law", "gone", "answered", "accepted", "seen", "in_time")
BY_CODE = ("sent", "gone", "answered")


def draw_counts(dice: random.Random, codes: int) -> dict[Cell, int]:
    """Counts as they come: for each place so many items, and what became of each of them."""
    counts: dict[Cell, int] = {}
    for number in range(max(codes, 1)):
        code = f"p{number}"
        good, law = dice.choice((0.3, 0.7, 0.9, 1.0)), dice.choice((0.0, 0.5, 0.95, 1.0))
        sent = dice.choice((0, 3, 9, 10, 11, 25, dice.randint(0, 60), int(dice.lognormvariate(4, 1))))
        for measure in MEASURES:
            counts[measure, code] = 0
        for _ in range(sent):
            gone, by_law = dice.random() < good, dice.random() < law
            answered = dice.random() < 0.9
            accepted = gone and answered and dice.random() < 0.8
            happened = {"sent": True, "law": by_law, "gone": gone, "answered": answered, "accepted": accepted}
            happened |= {"seen": gone and dice.random() < 0.8, "in_time": by_law and gone and dice.random() < 0.7}
            for measure, is_so in happened.items():
                counts[measure, code] += is_so
    for measure in MEASURES:
        counts[measure, WHOLE] = sum(counts[measure, f"p{number}"] for number in range(max(codes, 1)))
    return {cell: count for cell, count in counts.items() if not cell[1] or (codes and cell[0] in BY_CODE)}


def with_left(counts: dict[Cell, int], links: Links) -> dict[Cell, int]:
    """The counts, and what each share leaves over of everything."""
    made = dict(counts)
    for part, whole in links.shares:
        if (whole, WHOLE) in counts and (part, WHOLE) in counts:
            made[remainder_of(part), WHOLE] = counts[whole, WHOLE] - counts[part, WHOLE]
    return made


UNKNOWN_MOST = 100_000  # without a bound a total that is hidden itself would have no end


def what_is_known(counts: dict[Cell, int], hidden: frozenset[Cell]) -> list[tuple[dict[Cell, int], int, int]]:
    """All that a reader knows: sums of counts, by their weights, with the least and the most that each can be."""
    codes = sorted({code for _measure, code in counts if code})
    known = [
        ({cell: 1}, 0 if cell in hidden else count, UNKNOWN_MOST if cell in hidden else count)
        for cell, count in counts.items()
    ]
    known.extend(
        ({(measure, WHOLE): 1, **{(measure, code): -1 for code in codes}}, 0, 0) for measure in BY_CODE if codes
    )
    known.extend(
        ({(whole, code): 1, (part, code): -1}, 0, UNKNOWN_MOST)
        for part, whole in (*SHARES, *NESTED)
        for code in (WHOLE, *codes)
        if (part, code) in counts and (whole, code) in counts
    )
    return known


def what_is_asked(counts: dict[Cell, int], hidden: frozenset[Cell]) -> dict[Cell, dict[Cell, int]]:
    """Each hidden count, and what is left over by each hidden share, by the weights of the counts that make it."""
    asked = {cell: {cell: 1} for cell in hidden if cell in counts}
    for part, whole in SHARES:
        for code in {code for measure, code in counts if measure == part and (remainder_of(part), code) in hidden}:
            asked[remainder_of(part), code] = {(whole, code): 1, (part, code): -1}
    return asked


def attack(counts: dict[Cell, int], hidden: frozenset[Cell]) -> dict[Cell, tuple[float, float]]:
    """The least and most that each hidden number can be, by linear programmes over all that is known."""
    place = {cell: number for number, cell in enumerate(counts)}

    def row(weights: dict[Cell, int]) -> np.ndarray:
        made = np.zeros(len(place))
        for cell, weight in weights.items():
            made[place[cell]] = weight
        return made

    known = what_is_known(counts, hidden)
    constraint = LinearConstraint(
        np.array([row(weights) for weights, _least, _most in known]),
        [least for _weights, least, _most in known],
        [most for _weights, _least, most in known],
    )
    found = {}
    for cell, weights in what_is_asked(counts, hidden).items():
        ends = []
        for direction in (1, -1):
            answer = milp(direction * row(weights), constraints=constraint)
            assert answer.status == 0, answer.message
            ends.append(direction * answer.fun)
        found[cell] = (ends[0], ends[1])
    return found


def test_no_hidden_count_of_dozens_of_linked_tables_is_known_to_within_half_the_threshold() -> None:
    dice = random.Random(20261127)
    attacked = printed = 0
    for _ in range(times(30, deep=1000)):
        counts = draw_counts(dice, dice.randint(0, 5))
        hidden = suppress_linked(counts, LINKS)
        truth = with_left(counts, LINKS)
        for cell, (least, most) in attack(counts, hidden).items():
            attacked += 1
            if cell in truth:
                assert least - 1e-6 <= truth[cell] <= most + 1e-6
            assert most - least > THRESHOLD - 1e-6, (counts, cell, least, most)
        printed += sum(cell not in hidden for cell in counts)
    assert attacked > times(200, deep=7_000)
    assert printed > times(40, deep=1_500)


def test_what_is_hidden_in_one_table_is_hidden_in_all() -> None:
    counts: dict[Cell, int] = {("sent", WHOLE): 100, ("gone", WHOLE): 50, ("answered", WHOLE): 60}
    links = Links(shares=(("gone", "sent"), ("answered", "sent")))
    assert suppress_linked(counts, links) == frozenset()
    assert suppress_linked(counts, links, also=[("gone", WHOLE)]) == {("gone", WHOLE), (remainder_of("gone"), WHOLE)}
    assert {("sent", WHOLE), ("answered", WHOLE)} <= suppress_linked(counts, links, also=[("sent", WHOLE)])


def test_a_part_that_differs_from_what_it_is_part_of_by_little_is_not_printed_beside_it() -> None:
    counts: dict[Cell, int] = {("sent", WHOLE): 100, ("law", WHOLE): 97, ("in_time", WHOLE): 60}
    links = Links(shares=(("in_time", "law"),), singles=("sent",), nested=(("law", "sent"),))
    assert suppress_linked(counts, links) >= {("law", WHOLE), ("in_time", WHOLE)}
    assert ("sent", WHOLE) not in suppress_linked(counts, links)
    assert suppress_linked({**counts, ("law", WHOLE): 85}, links) == frozenset()


def test_small_places_are_taken_together_and_nothing_of_any_is_printed() -> None:
    counts: dict[Cell, int] = {("sent", "a"): 60, ("sent", "b"): 4, ("sent", "c"): 0, ("sent", "d"): 40}
    counts |= {("gone", "a"): 30, ("gone", "b"): 2, ("gone", "c"): 0, ("gone", "d"): 20}
    hidden = suppress_linked(counts, Links(shares=(("gone", "sent"),)))
    # b and c have four together, of which each could have any; d goes with them, and then there is room.
    assert {code for measure, code in hidden if measure == "sent"} == {"b", "c", "d"}
    assert ("gone", "a") not in hidden


def test_places_that_are_named_have_something_and_what_is_open_beyond_that_is_more_than_the_threshold() -> None:
    """Two places with three and eight have eleven together: each has one to ten, and nine lie between these."""
    counts: dict[Cell, int] = {("sent", "a"): 60, ("sent", "b"): 3, ("sent", "c"): 8, ("sent", "d"): 40}
    links = Links(shares=(("gone", "sent"),))
    for small, others in (((3, 8), {"b", "c", "d"}), ((4, 8), {"b", "c", "d"}), ((4, 9), {"b", "c"})):
        counts |= {("sent", "b"): small[0], ("sent", "c"): small[1]}
        gone = {("gone", code): number // 2 for (_measure, code), number in counts.items()}
        hidden = suppress_linked({**counts, **gone}, links)
        assert {code for measure, code in hidden if measure == "sent"} == others
        together = sum(counts["sent", code] for code in others)
        assert together - len(others) > THRESHOLD


def test_a_part_is_not_more_than_its_whole() -> None:
    with pytest.raises(CountMalformed, match="gone is 12 of 11 sent"):
        suppress_linked({("sent", WHOLE): 11, ("gone", WHOLE): 12}, Links(shares=(("gone", "sent"),)))


def draw_days(dice: random.Random) -> tuple[dict[date, int], dict[date, int]]:
    first = date(2027, 2, 1)  # a Monday: four weeks are just this month
    sent = {first + timedelta(days=day): dice.choice((0, 1, 3, 5)) for day in range(59)}
    return sent, {day: sum(dice.random() < 0.7 for _ in range(count)) for day, count in sent.items()}


def test_weeks_and_months_together_leave_no_small_count_to_be_worked_out() -> None:
    dice = random.Random(5)
    links = Links(shares=(("gone", "sent"),), additive=frozenset({"sent", "gone"}))
    kept_back = 0
    for _ in range(times(40, deep=1000)):
        sent, gone = draw_days(dice)
        first, last = min(sent), max(sent)
        periods = {
            period: {
                (name, WHOLE): sum(count for day, count in days.items() if period.start <= day < period.end)
                for name, days in (("sent", sent), ("gone", gone))
            }
            for step in Frequency
            for period in periods_between(period_of(first, step=step), period_of(last, step=step))
            if period.end <= last + timedelta(days=1)
        }
        hidden = suppress_periods(periods, links, kept={}, published={})
        alone = {period: suppress_linked(counts, links) for period, counts in periods.items()}
        kept_back += hidden != alone
        for measure in ("sent", "gone", REMAINDER + "gone"):
            told = {
                Span(start=period.start, end=period.end): with_left(counts, links)[measure, WHOLE]
                for period, counts in periods.items()
                if (measure, WHOLE) not in hidden[period]
            }
            assert small_differences(told) == ()
    assert kept_back > times(3, deep=100)


def test_what_was_printed_stays_and_what_was_hidden_stays_hidden() -> None:
    week = Period(start=date(2027, 2, 1), step=Frequency.WEEK)
    month = Period(start=date(2027, 2, 1), step=Frequency.MONTH)
    links = Links(singles=("sent",), additive=frozenset({"sent"}))
    counts: dict[Cell, int] = {("sent", WHOLE): 95}
    rest = {Span(start=date(2027, 2, 8), end=date(2027, 3, 1)): 88}
    assert suppress_periods({month: counts}, links, kept={}, published={})[month] == frozenset()
    assert suppress_periods({month: counts}, links, kept={}, published={("sent", WHOLE): rest})[month] == {
        ("sent", WHOLE)
    }
    held = {week: [("sent", WHOLE)]}
    assert suppress_periods({week: counts}, links, kept=held, published={})[week] == {("sent", WHOLE)}


def test_a_part_that_is_not_told_apart_is_printed_beside_a_whole_that_is() -> None:
    counts: dict[Cell, int] = {("sent", WHOLE): 300, ("gone", WHOLE): 200, ("seen", WHOLE): 150}
    counts |= {("sent", "a"): 200, ("sent", "b"): 100, ("gone", "a"): 150, ("gone", "b"): 50}
    links = Links(shares=(("gone", "sent"), ("seen", "gone")))
    assert suppress_linked(counts, links) == frozenset()
    small_place = suppress_linked({**counts, ("gone", "a"): 197, ("gone", "b"): 3}, links)
    assert small_place >= {("gone", "a"), ("gone", "b")}
    assert not small_place & {("gone", WHOLE), ("seen", WHOLE)}
    assert suppress_linked({**counts, ("seen", WHOLE): 195}, links) == {("seen", WHOLE), (remainder_of("seen"), WHOLE)}
    # Of a whole that no share tells apart, small places are hidden for their own sake, and one more with a single one.
    alone: dict[Cell, int] = {("gone", WHOLE): 60, ("gone", "a"): 40, ("gone", "b"): 17, ("gone", "c"): 3}
    assert suppress_linked({**alone, ("seen", WHOLE): 30}, Links(shares=(("seen", "gone"),))) == {
        ("gone", "b"),
        ("gone", "c"),
    }


DAYS_LINKS = Links(
    shares=(("gone", "sent"), ("answered", "sent"), ("accepted", "sent"), ("seen", "gone")),
    nested=(("accepted", "answered"),),
    additive=frozenset({"sent", "gone", "answered", "accepted", "seen"}),
)


def draw_quarter(dice: random.Random) -> dict[Period, dict[Cell, int]]:
    """A quarter's weeks and months, counted from its days; the months also by place. About thirty a day are sent."""
    first, last = date(2026, 6, 1), date(2026, 8, 31)  # it begins on a Monday: there weeks and months meet
    happened: list[tuple[date, str, frozenset[str]]] = []
    for day in range((last - first).days + 1):
        for _ in range(dice.randint(20, 40)):
            what = {"sent"}
            if dice.random() < 0.9:
                what |= {"gone", "answered"} | {name for name in ("accepted", "seen") if dice.random() < 0.85}
            elif dice.random() < 0.5:
                what.add("answered")
            happened.append((first + timedelta(days=day), dice.choice(("a", "a", "b")), frozenset(what)))
    made: dict[Period, dict[Cell, int]] = {}
    for step in Frequency:
        for period in periods_between(period_of(first, step=step), period_of(last, step=step)):
            if period.start < first or period.end > last + timedelta(days=1):
                continue
            inside = [each for each in happened if period.start <= each[0] < period.end]
            places = ("a", "b") if step is Frequency.MONTH else ()
            made[period] = {
                (name, code): sum(name in what and code in (WHOLE, place) for _day, place, what in inside)
                for name in DAYS_LINKS.additive
                for code in (WHOLE, *(places if name in BY_CODE else ()))
            }
    return made


def days_worked_out(spans: dict[Span, int]) -> dict[Span, float]:
    """Every run of days whose count follows from the printed ones, by least squares: an oracle that knows no graph."""
    ends = sorted({end for span in spans for end in (span.start, span.end)})
    pieces = list(itertools.pairwise(ends))
    rows = np.array([[each.start <= start and end <= each.end for start, end in pieces] for each in spans], dtype=float)
    told = np.array(list(spans.values()), dtype=float)
    found = {}
    for start, end in itertools.combinations(ends, 2):
        wanted = np.array([start <= left and right <= end for left, right in pieces], dtype=float)
        weights, *_rest = np.linalg.lstsq(rows.T, wanted, rcond=None)
        if np.allclose(rows.T @ weights, wanted, atol=1e-8):
            found[Span(start=start, end=end)] = float(weights @ told)
    return found


@pytest.mark.parametrize("at_once", [100, 4])
def test_weeks_beside_months_leave_nothing_small_of_any_whole_and_months_go_first(at_once: int) -> None:
    """All that is printed of each count is solved for days; what is left of a whole over any of them is no small count.

    `at_once`: how many periods are decided on together; later ones stand beside what is printed of earlier ones.
    """
    dice = random.Random(20261127)
    weeks_kept_back = weeks_printed = attacked = 0
    for _ in range(12):
        periods = draw_quarter(dice)
        order = sorted(
            periods, key=lambda each: (period_of(each.end - timedelta(days=1), step=Frequency.MONTH), each.step)
        )
        printed: dict[Cell, dict[Span, int]] = {}
        for start in range(0, len(order), at_once):
            batch = {period: periods[period] for period in order[start : start + at_once]}
            for period, hidden in suppress_periods(batch, DAYS_LINKS, kept={}, published=printed).items():
                if period.step is Frequency.MONTH:
                    assert hidden == suppress_linked(periods[period], DAYS_LINKS)
                    assert not {(name, WHOLE) for name in DAYS_LINKS.additive} & hidden
                else:
                    weeks_kept_back += hidden != suppress_linked(periods[period], DAYS_LINKS)
                    weeks_printed += not hidden
                for cell in periods[period].keys() - hidden:
                    printed.setdefault(cell, {})[Span(start=period.start, end=period.end)] = periods[period][cell]
        known = {name: days_worked_out(printed[name, WHOLE]) for name in DAYS_LINKS.additive}
        for part, whole in (*DAYS_LINKS.shares, *DAYS_LINKS.nested):
            for span in known[part].keys() & known[whole].keys():
                attacked += 1
                assert known[whole][span] - known[part][span] > THRESHOLD - 0.5, (part, whole, span)
    assert attacked > 1_000
    assert weeks_kept_back > 12
    assert weeks_printed > 12
