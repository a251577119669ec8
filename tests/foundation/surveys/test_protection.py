"""Whoever knows all that is published of raked waves, one after the other too, narrows no small hidden count."""

from dataclasses import replace

import numpy as np
import pytest

from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.protection.printed import Direction
from leeward.foundation.protection.tables import THRESHOLD, Weighted, add_margins, suppress
from leeward.foundation.surveys.rules.estimates import VAGUE, Sample
from leeward.foundation.surveys.rules.plans import Plan, read_plan, small_crossings, variables_of
from leeward.foundation.surveys.rules.printing import (
    Answered,
    CellStatus,
    Drawn,
    PrintedCell,
    compare,
    print_deff,
    print_tables,
)
from leeward.foundation.surveys.rules.questionnaire import read_questionnaire
from leeward.foundation.surveys.rules.weights import rake, read_margin
from tests.depth import times
from tests.foundation.surveys.asked import LONGER
from tests.foundation.surveys.attacking import Attacked, attack
from tests.foundation.surveys.waves import EVERYBODY, PLAN_DATA, wave

QUESTIONNAIRE = read_questionnaire(LONGER)
PLAN = read_plan(PLAN_DATA, QUESTIONNAIRE)
# Waves in which few people share answers to two margins. In the first two that stands in a table that is printed, and
# who is told the weights narrows it to less than 10. In the others that table is not printed, and close effective
# numbers and the design effect would narrow it to 6.
CROSSED = (65, 363, 701, 791)
# What is left, of 600 waves: some people of a crossing weigh nearly the most that anybody may.
HEAVY, LEAST_OF_HEAVY = (23, 1197), 8
# Two waves that print nothing of a planned table by two groups. Other tables would narrow two of its counts to less
# than 10 in the second of them.
REFUSED = 17


def raked(seed: int, *, margins: int) -> tuple[Plan, Answered]:
    """A wave of 200 to 1,500 people, raked to so many margins whose shares are far from its own."""
    random = np.random.default_rng(seed)
    rows = wave(random, int(random.integers(200, 1_500)))
    while True:
        known = []
        for name in ("age", "region")[:margins]:
            codes = [each.code for each in QUESTIONNAIRE[name].answers if not each.minor]
            shares = random.dirichlet(np.full(len(codes), 8.0)) * 100
            known.append(read_margin(name, codes, dict(zip(codes, shares.tolist(), strict=True))))
        said = {each.question: [str(row.get(each.question) or "") for row in rows] for each in known}
        try:
            weights = rake(np.ones(len(rows)), known, said)
        except FieldRefused:  # they do not settle: others
            continue
        return replace(PLAN, margins=tuple(known)), Answered(rows=rows, sample=Sample.plain(weights))


def narrow(found: Attacked, seed: int) -> dict[tuple[tuple[str, str], ...], float]:
    """What of a wave was narrowed too much."""
    least = LEAST_OF_HEAVY if seed in HEAVY else THRESHOLD
    return {tuple(sorted(cell)): width for cell, width in found.widths.items() if width <= least}


@pytest.mark.parametrize("seed", sorted({0, REFUSED, *range(times(0, deep=40))}))
def test_no_small_count_of_two_published_waves_is_narrowed_by_all_that_is_published(seed: int) -> None:
    """Both waves are attacked with what each publishes; what their comparison adds follows from just that."""
    printed = []
    for number in (0, 1):
        plan, answered = raked(2 * seed + number, margins=1 + number)
        found = attack(plan, QUESTIONNAIRE, answered, everybody=EVERYBODY, only_crossings=False)
        assert found.tables, "nothing was printed: the attack has nothing to go by"
        assert len(found.widths) > 5, "nothing was hidden: the attack has nothing to do"
        assert not narrow(found, 2 * seed + number)
        printed.append(print_tables(plan, QUESTIONNAIRE, answered, drawn=Drawn.RANDOM))
    before, after = ({_key(cell): cell for cell in cells} for cells in printed)
    for key in before.keys() & after.keys():
        is_told = before[key].percent is not None and after[key].percent is not None
        assert (compare(before[key], after[key]) is not None) is is_told


def test_two_waves_are_compared_only_where_the_printed_ranges_lie_apart() -> None:
    """A test of the difference would see four points of 1,000 people; the two ranges that are printed overlap."""
    before = PrintedCell(
        table="ever", question="ever", groups={}, answer="yes", status=CellStatus.SHOWN, percent=25, low=22.4, high=27.8
    )
    assert compare(before, replace(before, percent=29, low=26.2, high=31.9)) is Direction.UNSEEN
    assert compare(before, replace(before, percent=31, low=27.9, high=34.2)) is Direction.MORE
    assert compare(before, replace(before, percent=19, low=16.8, high=21.7)) is Direction.LESS
    assert compare(before, replace(before, percent=None, low=None, high=None)) is None


@pytest.mark.parametrize("seed", sorted({*CROSSED, *(range(1, times(0, deep=1_200), 2))}))
def test_no_small_count_of_two_margins_is_narrowed_though_the_weights_are_made_of_it(seed: int) -> None:
    """Nor, but for 2 of 144 in 600 waves, one of a planned table that is not printed."""
    plan, answered = raked(seed, margins=2)
    found = attack(plan, QUESTIONNAIRE, answered, everybody=EVERYBODY, only_crossings=True)
    assert not narrow(found, seed)
    assert seed not in CROSSED or found.widths, "nothing was hidden: the attack has nothing to do"


def test_what_tells_of_weights_is_coarse_where_few_people_share_two_margins() -> None:
    """8 of middle age are from the west. The design effect is not said, and few effective people of their groups."""
    plan, answered = raked(65, margins=2)
    sparse = small_crossings(plan, QUESTIONNAIRE, variables_of(plan, QUESTIONNAIRE, answered.rows))
    assert sparse == {frozenset({("age", "middle"), ("region", "west")})}
    cells = {_key(each): each for each in print_tables(plan, QUESTIONNAIRE, answered, drawn=Drawn.RANDOM)}
    finely = {_key(each): each for each in print_tables(PLAN, QUESTIONNAIRE, answered, drawn=Drawn.RANDOM)}
    assert {key for key in cells if cells[key].status is not finely[key].status} == set()
    differ = {key[1] for key in cells if cells[key] != finely[key]}
    assert differ <= {(), (("age", "middle"),), (("region", "west"),)}
    assert differ
    assert all(cells[key].effective in (*VAGUE, None) for key in cells if key[1] in differ)
    assert print_deff(plan, QUESTIONNAIRE, answered) is None
    weights = answered.sample.weights
    assert print_deff(PLAN, QUESTIONNAIRE, answered) == round(len(weights) * (weights**2).sum() / weights.sum() ** 2, 2)


def _key(cell: PrintedCell) -> tuple[str, tuple[tuple[str, str], ...], str]:
    return cell.table, tuple(sorted(cell.groups.items())), cell.answer


def test_a_weighted_total_that_tells_a_small_count_hides_one_more() -> None:
    """4 of 100 in the west, who weigh ten times as much: 60 in the north leave the plain counts open, and not these."""
    axes = (("west", "north", "south"), ("yes", "no"))
    counts: dict[tuple[str, ...], int] = {
        ("west", "yes"): 4,
        ("west", "no"): 96,
        ("north", "yes"): 14,
        ("north", "no"): 300,
    } | {
        ("south", "yes"): 90,
        ("south", "no"): 300,
    }
    weight = {"west": 5.0, "north": 0.5, "south": 0.5}
    known = add_margins(counts)
    sums = add_margins({key: count * weight[key[0]] for key, count in counts.items()})
    weighted = Weighted(sums=sums, most={key: weight.get(key[0], 5.0) for key in sums})
    plain, safe = suppress(axes, known), suppress(axes, known, weighted=weighted)
    assert ("south", "yes") not in plain
    assert plain < safe
    # By the weighted total alone 14 in the north allow 1.4 more in the west.
    assert ("south", "yes") in safe
