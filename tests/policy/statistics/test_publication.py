"""Linked tables, attacked together: who knows all that is printed, and what is part of what, learns nothing small."""

import random
from datetime import date, timedelta

import numpy as np
import pytest
from scipy.optimize import LinearConstraint, milp  # type: ignore[import-untyped]

from leeward.policy.statistics.errors import CountMalformed
from leeward.policy.statistics.rules.ledger import Span, small_differences
from leeward.policy.statistics.rules.periods import Period, Step, period_of, periods_between
from leeward.policy.statistics.rules.protection import THRESHOLD
from leeward.policy.statistics.rules.publication import LEFT, WHOLE, Cell, Links, decide, hide, left_of, with_left

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
        for code in {code for measure, code in counts if measure == part and (left_of(part), code) in hidden}:
            asked[left_of(part), code] = {(whole, code): 1, (part, code): -1}
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


def test_no_hidden_count_of_hundreds_of_linked_tables_is_known_to_within_half_the_threshold() -> None:
    dice = random.Random(20261127)
    attacked = printed = 0
    for _ in range(100):
        counts = draw_counts(dice, dice.randint(0, 5))
        hidden = hide(counts, LINKS)
        truth = with_left(counts, LINKS)
        for cell, (least, most) in attack(counts, hidden).items():
            attacked += 1
            if cell in truth:
                assert least - 1e-6 <= truth[cell] <= most + 1e-6
            assert most - least > THRESHOLD - 1e-6, (counts, cell, least, most)
        printed += sum(cell not in hidden for cell in counts)
    assert attacked > 700
    assert printed > 150


def test_what_is_hidden_in_one_table_is_hidden_in_all() -> None:
    counts: dict[Cell, int] = {("sent", WHOLE): 100, ("gone", WHOLE): 50, ("answered", WHOLE): 60}
    links = Links(shares=(("gone", "sent"), ("answered", "sent")))
    assert hide(counts, links) == frozenset()
    assert hide(counts, links, also=[("gone", WHOLE)]) == {("gone", WHOLE), (left_of("gone"), WHOLE)}
    assert {("sent", WHOLE), ("answered", WHOLE)} <= hide(counts, links, also=[("sent", WHOLE)])


def test_a_part_that_differs_from_what_it_is_part_of_by_little_is_not_printed_beside_it() -> None:
    counts: dict[Cell, int] = {("sent", WHOLE): 100, ("law", WHOLE): 97, ("in_time", WHOLE): 60}
    links = Links(shares=(("in_time", "law"),), singles=("sent",), nested=(("law", "sent"),))
    assert hide(counts, links) >= {("law", WHOLE), ("in_time", WHOLE)}
    assert ("sent", WHOLE) not in hide(counts, links)
    assert hide({**counts, ("law", WHOLE): 85}, links) == frozenset()


def test_small_places_are_taken_together_and_nothing_of_any_is_printed() -> None:
    counts: dict[Cell, int] = {("sent", "a"): 60, ("sent", "b"): 4, ("sent", "c"): 0, ("sent", "d"): 40}
    counts |= {("gone", "a"): 30, ("gone", "b"): 2, ("gone", "c"): 0, ("gone", "d"): 20}
    hidden = hide(counts, Links(shares=(("gone", "sent"),)))
    # b and c have four together, of which each could have any; d goes with them, and then there is room.
    assert {code for measure, code in hidden if measure == "sent"} == {"b", "c", "d"}
    assert ("gone", "a") not in hidden


def test_a_part_is_not_more_than_its_whole() -> None:
    with pytest.raises(CountMalformed, match="gone is 12 of 11 sent"):
        hide({("sent", WHOLE): 11, ("gone", WHOLE): 12}, Links(shares=(("gone", "sent"),)))


def draw_days(dice: random.Random) -> tuple[dict[date, int], dict[date, int]]:
    first = date(2027, 2, 1)  # a Monday: four weeks are just this month
    sent = {first + timedelta(days=day): dice.choice((0, 1, 3, 5)) for day in range(59)}
    return sent, {day: sum(dice.random() < 0.7 for _ in range(count)) for day, count in sent.items()}


def test_weeks_and_months_together_leave_no_small_count_to_be_worked_out() -> None:
    dice = random.Random(5)
    links = Links(shares=(("gone", "sent"),), additive=frozenset({"sent", "gone"}))
    kept_back = 0
    for _ in range(120):
        sent, gone = draw_days(dice)
        first, last = min(sent), max(sent)
        periods = {
            period: {
                (name, WHOLE): sum(count for day, count in days.items() if period.start <= day < period.end)
                for name, days in (("sent", sent), ("gone", gone))
            }
            for step in Step
            for period in periods_between(period_of(first, step=step), period_of(last, step=step))
            if period.end <= last + timedelta(days=1)
        }
        hidden = decide(periods, links, kept_hidden={}, known={})
        alone = {period: hide(counts, links) for period, counts in periods.items()}
        kept_back += hidden != alone
        for measure in ("sent", "gone", LEFT + "gone"):
            told = {
                Span(start=period.start, end=period.end): with_left(counts, links)[measure, WHOLE]
                for period, counts in periods.items()
                if (measure, WHOLE) not in hidden[period]
            }
            assert small_differences(told) == ()
    assert kept_back > 10


def test_what_was_printed_stays_and_what_was_hidden_stays_hidden() -> None:
    week = Period(start=date(2027, 2, 1), step=Step.WEEK)
    month = Period(start=date(2027, 2, 1), step=Step.MONTH)
    links = Links(singles=("sent",), additive=frozenset({"sent"}))
    counts: dict[Cell, int] = {("sent", WHOLE): 95}
    rest = {Span(start=date(2027, 2, 8), end=date(2027, 3, 1)): 88}
    assert decide({month: counts}, links, kept_hidden={}, known={})[month] == frozenset()
    assert decide({month: counts}, links, kept_hidden={}, known={("sent", WHOLE): rest})[month] == {("sent", WHOLE)}
    held = {week: [("sent", WHOLE)]}
    assert decide({week: counts}, links, kept_hidden=held, known={})[week] == {("sent", WHOLE)}
