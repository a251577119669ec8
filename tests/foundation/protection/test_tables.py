"""The protection engine against an attacker of its own: thousands of random tables, none gives a hidden cell away."""

import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leeward.foundation.protection.errors import TableMalformed, TableTooLarge
from leeward.foundation.protection.printed import percentage, ratio
from leeward.foundation.protection.tables import (
    ROUNDING_BASE,
    THRESHOLD,
    TOTAL,
    ProtectedTable,
    Published,
    Status,
    Table,
    add_margins,
    is_small,
    may_publish_quantile,
    protect,
    protect_list,
    round_count,
    suppress_around,
)
from tests.depth import times
from tests.foundation.protection.oracle import ranges

SHAPES = {
    1: [(2,), (3,), (5,), (9,)],
    2: [(2, 2), (3, 2), (3, 4), (5, 3), (7, 2)],
    3: [(2, 2, 2), (3, 2, 2), (3, 3, 2)],
}
# Each way of drawing counts has its own danger: few large cells, many small ones, everything near the threshold.
DRAWS = (
    lambda dice: dice.randint(0, 60),
    lambda dice: dice.randint(0, 14),
    lambda dice: int(dice.lognormvariate(3, 1.5)),
    lambda dice: dice.choice((0, 0, 1, 9, 10, 11, 40, 400)),
    lambda dice: 0 if dice.random() < 0.1 else dice.randint(10, 200),
)


def draw_table(dice: random.Random, dimensions: int) -> Table:
    shape = dice.choice(SHAPES[dimensions])
    draw = dice.choice(DRAWS)
    axes = tuple(tuple(f"{axis}{number}" for number in range(size)) for axis, size in zip("abc", shape, strict=False))
    keys = list(itertools.product(*axes))
    structural = {key for key in keys if len(keys) > 3 and dice.random() < 0.05}
    return Table(axes=axes, counts={key: draw(dice) for key in keys if key not in structural})


def attack(table: Table, told: ProtectedTable, *, rounded: bool, whole_numbers: bool = False) -> None:
    """Solve for every hidden cell; each must keep a range wider than the threshold, with the truth inside."""
    truth = table.with_margins()
    printed = {
        key: None if key in told.suppressed else (told[key].value if rounded else count) for key, count in truth.items()
    }
    slack = ROUNDING_BASE // 2 if rounded else 0
    found = ranges(table.axes, printed, targets=sorted(told.suppressed), slack=slack, whole_numbers=whole_numbers)
    for key, (least, most) in found.items():
        assert least - 1e-6 <= truth[key] <= most + 1e-6
        assert most - least > THRESHOLD + 0.5, (table, key, least, most)


@pytest.mark.parametrize(
    ("dimensions", "number"), [(1, times(300, deep=9_000)), (2, times(300, deep=9_000)), (3, times(80, deep=2_500))]
)
def test_no_hidden_cell_of_hundreds_of_tables_is_known_to_within_half_the_threshold(
    dimensions: int, number: int
) -> None:
    dice = random.Random(20261001 + dimensions)
    hidden = printed = 0
    for _ in range(number):
        table = draw_table(dice, dimensions)
        told = protect(table)
        hidden, printed = hidden + len(told.suppressed), printed + len(told.cells) - len(told.suppressed)
        if not told.refused:
            attack(table, told, rounded=False)  # by somebody who knows every printed count exactly
    assert hidden > number
    assert printed > number


@pytest.mark.parametrize("dimensions", [1, 2, 3])
def test_rounding_only_widens_what_a_reader_must_leave_open(dimensions: int) -> None:
    dice = random.Random(7 + dimensions)
    for _ in range(times(20, deep=600)):
        table = draw_table(dice, dimensions)
        told = protect(table)
        if not told.refused:
            attack(table, told, rounded=True)


@pytest.mark.parametrize(("dimensions", "number"), [(2, times(20, deep=600)), (3, times(20, deep=600))])
def test_knowing_that_people_come_whole_helps_nobody(dimensions: int, number: int) -> None:
    dice = random.Random(99 + dimensions)
    attacked = 0
    while attacked < number:
        table = draw_table(dice, dimensions)
        told = protect(table)
        if not told.refused and told.suppressed:
            attack(table, told, rounded=False, whole_numbers=True)
            attacked += 1


@pytest.mark.parametrize("dimensions", [2, 3])
def test_a_table_that_is_not_printed_is_secret_beside_its_margins_that_are(dimensions: int) -> None:
    """Other tables print some of its margins, whole or not. What stays of them leaves each small count open."""
    dice = random.Random(f"unprinted {dimensions}")
    hidden_more = 0
    while hidden_more < times(2, deep=200):
        table = draw_table(dice, dimensions)
        truth = table.with_margins()
        faces = [face for face in itertools.product((False, True), repeat=dimensions) if any(face)]
        printed_faces = dice.sample(faces, dice.randint(1, len(faces)))
        told = {
            key
            for key, count in truth.items()
            if tuple(code == TOTAL for code in key) in printed_faces and not is_small(count) and dice.random() < 0.9
        }
        found = suppress_around(table.axes, truth, unpublished=truth.keys() - told)
        small = {key for key, count in truth.items() if is_small(count)}
        assert small <= found
        hidden_more += bool(found & told)
        printed = {key: count if key in told - found else None for key, count in truth.items()}
        open_cells = ranges(table.axes, printed, targets=sorted(small), slack=0, whole_numbers=False)
        assert not {key: ends for key, ends in open_cells.items() if ends[1] - ends[0] <= THRESHOLD}


def test_people_whom_nothing_tells_apart_may_be_anywhere_and_need_nothing_hidden() -> None:
    """3 beside 2, 2 and 40, of whom nothing is printed but that they are 47: all 47 may stand where the 3 do."""
    axes = (("a", "b"), ("x", "y"))
    counts = add_margins({("a", "x"): 3, ("a", "y"): 2, ("b", "x"): 2, ("b", "y"): 40})
    small = {key for key, count in counts.items() if is_small(count)}
    whole = (TOTAL, TOTAL)
    assert suppress_around(axes, counts, unpublished=counts.keys() - {whole}) == small
    # Of 9 in all nothing may be told: no other table shows how many there are.
    fewer = add_margins({("a", "x"): 3, ("a", "y"): 2, ("b", "x"): 2, ("b", "y"): 2})
    assert whole in suppress_around(axes, fewer, unpublished=fewer.keys() - {whole})


def test_the_attacker_finds_what_primary_suppression_alone_leaves_open() -> None:
    truth = {("a",): 120, ("b",): 3, ("c",): 45, (TOTAL,): 168}
    found = ranges((("a", "b", "c"),), {**truth, ("b",): None}, targets=[("b",)], slack=0, whole_numbers=False)
    assert found["b",] == (3, 3)
    told = protect(Table(axes=(("a", "b", "c"),), counts={key: truth[key] for key in list(truth)[:3]}))
    assert told["b",] == Published(value=None, status=Status.CONFIDENTIAL)
    assert told["c",].status is Status.CONFIDENTIAL  # its complement: the smaller of the two that were left
    assert told["a",] == Published(value=120)
    assert told[TOTAL,] == Published(value=170)


def protect_share(*, part: int, whole: int) -> tuple[Published, Published]:
    """A part and the whole that it is of: what is left over is as small a count as any other."""
    protected = protect(Table(axes=(("in", "out"),), counts={("in",): part, ("out",): whole - part}))
    return protected["in",], protected[TOTAL,]


def acro_mask(counts: dict[tuple[str, ...], int]) -> set[tuple[str, ...]]:
    """ACRO's documented rule, written anew: a cell of a frequency table with fewer than `safe_threshold` = 10 units
    fails; with `zeros_are_disclosive` = True, empty cells fail too."""
    return {key for key, count in counts.items() if count < 10 or count == 0}


@settings(max_examples=times(100, deep=4000), deadline=None)
@given(
    counts=st.lists(st.integers(min_value=0, max_value=60), min_size=4, max_size=12),
    columns=st.sampled_from([2, 3]),
)
def test_every_cell_that_acro_would_suppress_is_hidden_here(counts: list[int], columns: int) -> None:
    rows = len(counts) // columns
    axes = (tuple(f"r{row}" for row in range(rows)), tuple(f"c{column}" for column in range(columns)))
    table = Table(axes=axes, counts=dict(zip(itertools.product(*axes), counts, strict=False)))
    assert acro_mask(table.with_margins()) <= protect(table).suppressed


def test_what_acro_lets_pass_whole_is_printed_whole() -> None:
    table = Table(
        axes=(("a", "b"), ("x", "y")), counts={("a", "x"): 10, ("a", "y"): 31, ("b", "x"): 12, ("b", "y"): 90}
    )
    told = protect(table)
    assert told.suppressed == frozenset()
    assert {key: cell.value for key, cell in told.cells.items()} == {
        ("a", "x"): 10,
        ("a", "y"): 30,
        ("a", TOTAL): 40,
        ("b", "x"): 10,
        ("b", "y"): 90,
        ("b", TOTAL): 100,
        (TOTAL, "x"): 20,
        (TOTAL, "y"): 120,
        (TOTAL, TOTAL): 145,
    }


def test_a_cell_that_cannot_occur_is_no_zero() -> None:
    told = protect(Table(axes=(("a", "b"), ("x", "y")), counts={("a", "x"): 40, ("a", "y"): 50, ("b", "x"): 60}))
    assert told["b", "y"] == Published(value=None, status=Status.NOT_APPLICABLE)
    assert told.suppressed == frozenset()


def test_a_zero_is_hidden_as_a_small_count_is() -> None:
    assert protect(Table(axes=(("a", "b", "c"),), counts={("a",): 0, ("b",): 50, ("c",): 70}))["a",].value is None
    counts = {"none": 0, "nine": 9, "ten": 10, "many": 90}
    assert protect_list(counts) == {
        "none": Published(value=None, status=Status.CONFIDENTIAL),
        "nine": Published(value=None, status=Status.CONFIDENTIAL),
        "ten": Published(value=None, status=Status.CONFIDENTIAL),  # or the other two would be nine together
        "many": Published(value=90),
        TOTAL: Published(value=110),
    }


def test_a_table_whose_total_is_small_is_refused_whole() -> None:
    told = protect(Table(axes=(("a", "b"),), counts={("a",): 4, ("b",): 5}))
    assert told.refused
    assert {cell.value for cell in told.cells.values()} == {None}


@pytest.mark.parametrize(
    ("part", "whole", "shown"), [(90, 100, True), (95, 100, False), (4, 100, False), (0, 3, False)]
)
def test_what_a_share_leaves_over_is_a_count_too(part: int, whole: int, shown: bool) -> None:  # noqa: FBT001
    assert (protect_share(part=part, whole=whole)[0].value is not None) is shown


@given(st.integers(min_value=0, max_value=10**9))
def test_rounding_moves_by_two_at_most(count: int) -> None:
    assert abs(round_count(count) - count) <= 2
    assert round_count(count) % 5 == 0


def test_shares_are_made_from_rounded_counts_and_say_when_they_round_to_nothing() -> None:
    part, whole = protect_share(part=61, whole=92)
    assert (part.value, whole.value) == (60, 90)
    for found, expected in (
        (percentage(part, whole), (67, Status.FINAL)),
        (percentage(Published(value=10), Published(value=50_000)), (None, Status.LOW)),
        (percentage(Published(value=None, status=Status.CONFIDENTIAL), whole), (None, Status.CONFIDENTIAL)),
        (percentage(part, Published(value=None, status=Status.NOT_AVAILABLE)), (None, Status.NOT_AVAILABLE)),
        (percentage(part, Published(value=0)), (None, Status.NOT_APPLICABLE)),
        (percentage(Published(value=60, status=Status.ESTIMATE), Published(value=90)), (67, Status.ESTIMATE)),
        (ratio(Published(value=300), Published(value=90)), (3.3, Status.FINAL)),
        (ratio(Published(value=300), Published(value=None, status=Status.CONFIDENTIAL)), (None, Status.CONFIDENTIAL)),
    ):
        assert (found.value, found.status) == expected


def test_a_quantile_needs_the_thresholds_number_on_either_side() -> None:
    assert may_publish_quantile(percent=50, observations=20)
    assert not may_publish_quantile(percent=50, observations=19)
    assert may_publish_quantile(percent=90, observations=100)
    assert not may_publish_quantile(percent=90, observations=99)


def test_a_table_is_what_it_says() -> None:
    for axes, counts in (
        ((), {}),
        (((),), {}),
        ((("a", TOTAL),), {}),
        ((("a",),), {("b",): 1}),
        ((("a",),), {("a",): -1}),
        ((("a",), ("b",), ("c",), ("d",)), {}),
    ):
        with pytest.raises(TableMalformed):
            Table(axes=axes, counts=counts)
    with pytest.raises(TableTooLarge):
        Table(axes=(tuple(str(number) for number in range(70)),) * 2, counts={})


def test_a_large_table_is_protected_in_reasonable_time_and_withstands_too() -> None:
    dice = random.Random(3)
    axes = (tuple(f"p{number}" for number in range(40)), tuple(f"m{number}" for number in range(24)))
    table = Table(axes=axes, counts={key: int(dice.lognormvariate(3.2, 1.2)) for key in itertools.product(*axes)})
    told = protect(table)
    assert not told.refused
    truth = table.with_margins()
    printed = {key: None if key in told.suppressed else count for key, count in truth.items()}
    some = dice.sample(sorted(told.suppressed), 12)
    for least, most in ranges(axes, printed, targets=some, slack=0, whole_numbers=False).values():
        assert most - least > THRESHOLD + 0.5
