"""An outsider who knows everything that is published of a wave, and works out how many people each hidden cell holds.

Unknown is how many there are of each kind of person that the questionnaire allows. Known are the plan with its margins,
every base (to 2 people), every share (to its rounding), what its interval and its effective number say of its variance,
and the design effect of the weights. More than anybody has: each kind's own weight, to the last digit.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp  # type: ignore[import-untyped]
from scipy.sparse import csr_array  # type: ignore[import-untyped]

from leeward.foundation.protection.tables import THRESHOLD, TOTAL, add_margins
from leeward.foundation.surveys.rules.estimates import DECIMAL_FROM, VAGUE, Z, t_quantile
from leeward.foundation.surveys.rules.plans import (
    PASSED,
    Cell,
    Plan,
    count_table,
    counted_tables,
    in_cell,
    protect_together,
    variables_of,
    weigh_table,
)
from leeward.foundation.surveys.rules.printing import EFFECTIVE_STEP, Answered, Drawn, PrintedCell, print_tables
from leeward.foundation.surveys.rules.questionnaire import Answers, Questionnaire
from leeward.foundation.surveys.rules.weights import Margin

BASE_WITHIN = 2
PEOPLE_MOST = 2_000
SLACK = 1e-6
PLACES = np.linspace(-1, 1, 21)  # where within its rounding a share may lie

type Floats = NDArray[np.float64]
type Known = tuple[Floats, float, float]  # a row of the programme, and between what its sum lies


@dataclass(frozen=True, kw_only=True)
class Attacked:
    """What became of a wave: the hidden small counts, and how wide each stays; `tables` of which some is printed."""

    widths: Mapping[Cell, float]
    hidden: int
    tables: int


def attack(
    plan: Plan,
    questionnaire: Questionnaire,
    answered: Answered,
    margins: Sequence[Margin],
    *,
    everybody: Sequence[Answers],
) -> Attacked:
    """Print a wave and attack what is printed. `everybody` has each kind of person that could have answered."""
    weights = answered.sample.weights
    variables = variables_of(plan, questionnaire, answered.rows)
    tables = counted_tables(plan, questionnaire, variables)
    counted = [(table, count_table(table, variables)) for table in tables]
    weighted = [weigh_table(table, variables, weights) for table in tables]
    hidden, refused = protect_together(counted, weighted)
    printed = print_tables(plan, questionnaire, answered, drawn=Drawn.RANDOM)
    names = [name for name in variables if name.partition("/")[0] in {each.name for each in questionnaire.questions}]
    mine = np.stack([variables[name] for name in names], axis=1)
    others = variables_of(plan, questionnaire, everybody)
    kinds, places = np.unique(
        np.concatenate([mine, np.stack([others[name] for name in names], axis=1)]), axis=0, return_inverse=True
    )
    by_name = {name: kinds[:, place] for place, name in enumerate(names)}
    mine_of = places.ravel()[: len(mine)]
    weight, is_known = _weights_of(by_name, mine_of, weights, margins)
    cells = {each.name: each for each in tables}

    def known() -> Iterator[Known]:
        people, whole = len(weights), float(weights.sum())
        deff = round(people * float((weights**2).sum()) / whole**2, 2)
        yield weight**2, (deff - 0.005) * whole**2 / people, (deff + 0.005) * whole**2 / people
        for margin in margins:
            answered_it = by_name[margin.question] != PASSED
            for code, share in margin.shares.items():
                row = weight * ((by_name[margin.question] == code) - share * answered_it)
                yield row, -1e-4 * whole, 1e-4 * whole
        for cell in printed:
            table = cells[cell.table]
            key = (*(cell.groups.get(each.name, TOTAL) for each in table.variables[:-1]), cell.answer)
            base = table.cell((*key[:-1], TOTAL))
            among = in_cell(base, by_name, len(kinds))
            inside = among & in_cell(table.cell(key), by_name, len(kinds))
            if cell.base is not None:
                yield among.astype(float), cell.base - BASE_WITHIN, cell.base + BASE_WITHIN
            if cell.percent is not None:
                of_base = float(weights[in_cell(base, variables, people)].sum())
                is_alone = any(cell.groups.items() <= each for each in hidden)
                yield from _share(cell, inside, among, weight, of_base, is_alone=is_alone)

    rows, least, most = zip(*known(), strict=True)
    matrix, low, high = csr_array(np.array(rows)), np.array(least), np.array(most)
    truth = matrix @ np.bincount(mine_of, minlength=len(kinds))
    slack = SLACK * (1 + np.abs(truth))
    assert (truth >= low - slack).all(), "the attack knows something that is not so"
    assert (truth <= high + slack).all(), "the attack knows something that is not so"
    programme = LinearConstraint(matrix, low - slack, high + slack)
    bounds = Bounds(0, np.where(is_known, np.inf, 0))
    small = {
        table.cell(key)
        for table, counts in counted
        if table.name not in refused
        for key, number in add_margins(counts).items()
        if number < THRESHOLD
    }
    assert small <= hidden
    # How many of two margins answered is left aside: weights are made of just these numbers, and are told here.
    of_margins = {margin.question for margin in margins}
    small = {cell for cell in small if not {name for name, _code in cell} <= of_margins}
    return Attacked(
        widths={cell: _width(in_cell(cell, by_name, len(kinds)), programme, bounds) for cell in small},
        hidden=len(hidden),
        tables=len({cell.table for cell in printed if cell.percent is not None}),
    )


def _weights_of(
    by_name: Mapping[str, NDArray[np.str_]], mine_of: NDArray[np.intp], weights: Floats, margins: Sequence[Margin]
) -> tuple[Floats, NDArray[np.bool_]]:
    """The weight of each kind of person, and whether anybody with these answers to the margins' questions answered."""
    of_margins = np.stack([by_name[margin.question] for margin in margins], axis=1)
    _combinations, which = np.unique(of_margins, axis=0, return_inverse=True)
    found = np.zeros(which.max() + 1)
    found[which.ravel()[mine_of]] = weights
    return found[which.ravel()], found[which.ravel()] > 0


def _share(
    cell: PrintedCell,
    inside: NDArray[np.bool_],
    among: NDArray[np.bool_],
    weight: Floats,
    of_base: float,
    *,
    is_alone: bool,
) -> Iterator[Known]:
    """What a share says, and what its interval and its effective number say of the squares of weights in it."""
    assert cell.percent is not None
    people = PEOPLE_MOST if cell.base is None else cell.base
    digits = 1 if (cell.effective or 0) >= DECIMAL_FROM and not is_alone else 0
    reach = 0.5 / 100 / 10**digits + 1e-9
    share = cell.percent / 100
    yield weight * (inside - (share + reach) * among), -np.inf, 0.0
    yield weight * (inside - (share - reach) * among), 0.0, np.inf
    shares = np.clip(share + PLACES * reach, 0.0, 1.0)
    students = (t_quantile(max((cell.base or 30) - BASE_WITHIN - 1, 8)) / Z) ** 2
    for effective in _effective_numbers(cell, shares, digits, people=people):
        fewest = effective[0] * (0.995 * students if cell.base is not None else 1.0)
        many = effective[1] * students * 1.005
        is_at_most = many >= people - BASE_WITHIN - 1  # never more than there are people
        if is_alone:  # by weights alone
            yield weight**2 * among, -np.inf, of_base**2 / fewest
            if not is_at_most:
                yield weight**2 * among, of_base**2 / many, np.inf
        elif shares.min() > 0:
            odds = shares * (1 - shares)
            yield weight**2 * _squares(inside, among, shares, np.min), -np.inf, odds.max() / fewest * of_base**2 * 1.01
            if not is_at_most:
                row = weight**2 * _squares(inside, among, shares, np.max)
                yield row, odds.min() / many * of_base**2 * 0.99, np.inf


def _squares(inside: NDArray[np.bool_], among: NDArray[np.bool_], shares: Floats, end: object) -> Floats:
    """The least or the most that one person can add to the variance, weights aside."""
    assert callable(end)
    return np.where(inside, end((1 - shares) ** 2), end(shares**2)) * among


def _effective_numbers(cell: PrintedCell, shares: Floats, digits: int, *, people: int) -> Iterator[tuple[float, float]]:
    """Between what the effective number lies: by itself, and by the interval as it is rounded."""
    if cell.effective is not None:
        above = next(each for each in VAGUE if each > cell.effective)
        yield cell.effective, cell.effective + EFFECTIVE_STEP if cell.base is not None else above
        if cell.base is None:
            return
    numbers = np.arange(20.0, people + 10.0, 0.5)[:, None]
    middle = shares + Z**2 / (2 * numbers)
    wide = Z * np.sqrt(shares * (1 - shares) / numbers + Z**2 / (4 * numbers**2))
    scale, below = 100 * 10**digits, 1 + Z**2 / numbers
    low = np.floor(np.round((middle - wide) / below * scale, 9)) / 10**digits
    high = np.ceil(np.round((middle + wide) / below * scale, 9)) / 10**digits
    fits = numbers[(np.isclose(np.maximum(low, 0), cell.low) & np.isclose(high, cell.high)).any(axis=1), 0]
    yield fits.min() - 0.5, fits.max() + 0.5


def _width(target: NDArray[np.bool_], programme: LinearConstraint, bounds: Bounds) -> float:
    ends = []
    for direction in (1.0, -1.0):
        found = milp(direction * target, constraints=programme, bounds=bounds)
        assert found.status in (0, 3), found.message  # 3: without an end
        ends.append(direction * (found.fun if found.status == 0 else -np.inf))
    return ends[1] - ends[0]
