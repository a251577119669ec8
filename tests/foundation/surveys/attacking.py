"""An outsider who knows everything that is published of a wave, and works out how many people each hidden cell holds.

Unknown is how many there are of each kind of person that the questionnaire allows. Known are the plan with its margins,
every base (to 2 people), every share (to its rounding), what its interval and its effective number say of its variance,
and the design effect of the weights. For a start they are told more than anybody has: each kind's own weight, to the
last digit.

Those weights are made of how many people share two margins, so for these counts, and what is in them, the outsider
knows what a reader knows: not the weights, but that they were raked to the margins. Every count that other raked
weights leave possible, by all that is published, stays possible to them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp  # type: ignore[import-untyped]
from scipy.sparse import csr_array  # type: ignore[import-untyped]

from leeward.foundation.protection.tables import THRESHOLD, TOTAL, add_margins
from leeward.foundation.surveys.rules.estimates import DECIMAL_FROM, VAGUE, Z, t_quantile, wilson
from leeward.foundation.surveys.rules.plans import (
    PASSED,
    Cell,
    CountedTable,
    Plan,
    count_table,
    counted_tables,
    in_cell,
    protect_together,
    small_crossings,
    variables_of,
    weigh_table,
)
from leeward.foundation.surveys.rules.printing import (
    EFFECTIVE_STEP,
    Answered,
    Drawn,
    PrintedCell,
    print_deff,
    print_tables,
)
from leeward.foundation.surveys.rules.questionnaire import Answers, Questionnaire
from leeward.foundation.surveys.rules.weights import CUT_AT_MEANS, CUT_WITHIN

BASE_WITHIN = 2
PEOPLE_MOST = 2_000
SLACK = 1e-6
PLACES = np.linspace(-1, 1, 21)  # where within its rounding a share may lie
# Other weights are looked for step by step: how far they move in the first one, as a logarithm, and the last.
REACH, REACH_LEAST, STEPS_MOST, CORRECTIONS_MOST = 0.15, 0.004, 14, 4

type Floats = NDArray[np.float64]
type Mask = NDArray[np.bool_]
# A row of the programme, how often each kind's weight stands in it as a factor, and between what its sum lies.
type Known = tuple[Floats, int, float, float]


@dataclass(frozen=True, kw_only=True)
class Attacked:
    """What became of a wave: the small counts of all its tables, and how wide each stays; `tables` that say something.

    What is wider than THRESHOLD is not followed any further.
    """

    widths: Mapping[Cell, float]
    tables: int


def attack(
    plan: Plan, questionnaire: Questionnaire, answered: Answered, *, everybody: Sequence[Answers], only_crossings: bool
) -> Attacked:
    """Print a wave and attack what is printed. `everybody` has each kind of person that could have answered."""
    variables = variables_of(plan, questionnaire, answered.rows)
    tables = counted_tables(plan, questionnaire, variables)
    counted = [(table, count_table(table, variables)) for table in tables]
    hidden, _refused = protect_together(
        counted, [weigh_table(table, variables, answered.sample.weights) for table in tables]
    )
    crossings = small_crossings(plan, questionnaire, variables)
    printed = print_tables(plan, questionnaire, answered, drawn=Drawn.RANDOM)
    small = {
        table.cell(key)
        for table, counts in counted
        for key, number in add_margins(counts).items()
        if number < THRESHOLD
    }
    reader = _Reader(
        plan,
        questionnaire,
        answered,
        tables={each.name: each for each in tables},
        printed=printed,
        hidden=hidden,
        crossings=crossings,
        everybody=everybody,
    )
    return Attacked(
        widths={cell: reader.width(cell) for cell in (crossings & small if only_crossings else small)},
        tables=len({cell.table for cell in printed if cell.percent is not None}),
    )


class Programme:
    """What is known of how many there are of each kind of person: sums, (sums, kinds), and between what they lie.

    What was found for one count often shows that another one is open as well, and is kept for it.
    """

    def __init__(self, rows: Floats, low: Floats, high: Floats) -> None:
        self._known = LinearConstraint(csr_array(rows), low, high)
        self._found: list[Floats] = []

    def farthest(self, target: Floats) -> tuple[float, Floats | None]:
        """The most that a sum can be, and the people of whom it is; minus infinity where nothing is found to fit."""
        found = milp(-target, constraints=self._known, bounds=Bounds(0, np.inf))
        if found.status:
            is_endless = found.status == 3
            return np.inf if is_endless else -np.inf, None
        return -found.fun, found.x

    def width(self, target: Floats) -> float:
        """How wide a sum stays; of one that is wider than THRESHOLD no less than that."""
        ends = 0.0
        for sign in (1.0, -1.0):
            reached = [float(target @ people) for people in self._found] or [0.0]
            if max(reached) - min(reached) > THRESHOLD:
                return max(reached) - min(reached)
            end, people = self.farthest(sign * target)
            if people is not None:
                self._found.append(people)
            ends += end
        return ends


class _Reader:
    """All that is known of a wave, as a linear programme over how many there are of each kind of person.

    Its rows hang on what each kind weighs, (kinds,); its bounds do not.
    """

    def __init__(
        self,
        plan: Plan,
        questionnaire: Questionnaire,
        answered: Answered,
        *,
        tables: Mapping[str, CountedTable],
        printed: Sequence[PrintedCell],
        hidden: frozenset[Cell],
        crossings: frozenset[Cell],
        everybody: Sequence[Answers],
    ) -> None:
        self._deff = print_deff(plan, questionnaire, answered)
        self._margins, self._answered, self._tables, self._printed = plan.margins, answered, tables, printed
        self._hidden, self._crossings = hidden | crossings, crossings
        self._variables = variables_of(plan, questionnaire, answered.rows)
        names = [
            name
            for name in self._variables
            if name.partition("/")[0] in {each.name for each in questionnaire.questions}
        ]
        others = variables_of(plan, questionnaire, everybody)
        every = [np.stack([of[name] for name in names], axis=1) for of in (self._variables, others)]
        kinds, places = np.unique(np.concatenate(every), axis=0, return_inverse=True)
        self._by_name = {name: kinds[:, place] for place, name in enumerate(names)}
        mine = places.ravel()[: len(answered.rows)]
        self._people = np.bincount(mine, minlength=len(kinds)).astype(float)
        self._weight, self._factors = self._weights_of(mine)
        rows, powers, low, high = zip(*self._known(), strict=True)
        self._bare, self._powers = np.array(rows), np.array(powers)[:, None]
        self._rows = self._rows_by(self._weight)
        truth = self._rows @ self._people
        slack = SLACK * (1 + np.abs(truth))
        self._low, self._high = np.array(low) - slack, np.array(high) + slack
        assert (truth >= self._low).all(), "the attack knows something that is not so"
        assert (truth <= self._high).all(), "the attack knows something that is not so"
        self._told = Programme(self._rows, self._low, self._high)

    def width(self, cell: Cell) -> float:
        """How wide the number in a cell stays: by the true weights; of two margins, by other raked ones too."""
        target = in_cell(cell, self._by_name, len(self._people)).astype(float)
        width = self._told.width(target)
        of_margins = {name for name, _code in cell} & {margin.question for margin in self._margins}
        for sign in (1.0, -1.0):
            if width <= THRESHOLD and len(of_margins) > 1:
                width += self._farther(sign * target, enough=THRESHOLD - width)
        return width

    def _farther(self, target: Floats, *, enough: float) -> float:
        """How much more of a target other weights allow: the programme is taken as linear in them, step by step.

        Nothing counts but what the programme allows with one set of weights, exactly.
        """
        told, found_people = self._told.farthest(target)
        people = self._people if found_people is None else found_people
        best, weight, reach = told, self._weight, REACH
        for _step in range(STEPS_MOST):
            if reach < REACH_LEAST or best - told > enough:
                break
            trial, found, people_found = weight, -np.inf, people
            for correction in range(CORRECTIONS_MOST):
                move, people_found = self._step(target, trial, people_found, reach / 2**correction)
                trial = trial * np.exp(self._factors @ move)
                found, exact = Programme(self._rows_by(trial), self._low, self._high).farthest(target)
                if exact is not None:
                    people_found = exact
                    break
            is_better = found > best + 1e-3
            if is_better:
                best, weight, people = found, trial, people_found
            reach = reach * 1.5 if is_better else reach / 3
        return best - told

    def _step(self, target: Floats, weight: Floats, people: Floats, reach: float) -> tuple[Floats, Floats]:
        """By how much to move the weight of each answer to a margin, and the people to whom that leads."""
        rows, (size, free) = self._rows_by(weight), self._factors.shape
        moved = (self._powers * rows * people) @ self._factors
        # None may come to weigh so much that it would have been cut.
        of_each, first = np.unique(self._factors, axis=0, return_index=True)
        room = np.log(CUT_AT_MEANS * self._answered.sample.weights.mean() * (1 + CUT_WITHIN) / weight[first])
        limits = csr_array(np.hstack([np.zeros((len(first), size)), of_each]))
        found = milp(
            -np.concatenate([target, np.zeros(free)]),
            constraints=[
                LinearConstraint(csr_array(np.hstack([rows, moved])), self._low, self._high),
                LinearConstraint(limits, -np.inf, np.maximum(room, 0.0)),
            ],
            bounds=Bounds(
                np.concatenate([np.zeros(size), np.full(free, -reach)]),
                np.concatenate([np.full(size, np.inf), np.full(free, reach)]),
            ),
        )
        return (found.x[size:], found.x[:size]) if found.status == 0 else (np.zeros(free), people)

    def _weights_of(self, mine: NDArray[np.intp]) -> tuple[Floats, Floats]:
        """The weight of each kind of person, (kinds,), and the answers of which it is made, (kinds, answers).

        A raked weight is the product of a factor for each answer to a margin. One that was cut is not, and stays.
        """
        weights, by_name = self._answered.sample.weights, self._by_name
        answers = [
            by_name[margin.question] == code
            for margin in self._margins
            for code in np.unique(by_name[margin.question])
            if code != PASSED
        ]
        factors = np.stack(answers, axis=1).astype(float)
        _combinations, which = np.unique(factors, axis=0, return_inverse=True)
        known = np.full(which.max() + 1, np.nan)
        known[which.ravel()[mine]] = np.log(weights)
        found, is_known = known[which.ravel()], ~np.isnan(known[which.ravel()])
        # Of answers that nobody gave together: what their factors make of those that somebody gave.
        fitted, *_rest = np.linalg.lstsq(factors[is_known], found[is_known])
        weight = np.exp(np.where(is_known, found, factors @ fitted))
        is_cut = weight > CUT_AT_MEANS * weights.mean() * (1 - CUT_WITHIN)
        return weight, factors * ~is_cut[:, None]

    def _rows_by(self, weight: Floats) -> Floats:
        return self._bare * weight**self._powers

    def _known(self) -> Iterator[Known]:
        weights, by_name = self._answered.sample.weights, self._by_name
        people, whole = len(weights), float(weights.sum())
        everybody = np.ones(len(self._people))
        yield everybody, 1, whole * (1 - 1e-4), whole * (1 + 1e-4)
        if self._deff is not None:
            least, most = ((self._deff + each) * whole**2 / people for each in (-0.005, 0.005))
            yield everybody, 2, least, most
        for margin in self._margins:
            answered_it = by_name[margin.question] != PASSED
            for code, share in margin.shares.items():
                yield (by_name[margin.question] == code) - share * answered_it, 1, -1e-4 * whole, 1e-4 * whole
        for cell in self._printed:
            table = self._tables[cell.table]
            key = (*(cell.groups.get(each.name, TOTAL) for each in table.variables[:-1]), cell.answer)
            base = table.cell((*key[:-1], TOTAL))
            among = in_cell(base, by_name, len(everybody))
            if cell.base is not None:
                yield among.astype(float), 0, cell.base - BASE_WITHIN, cell.base + BASE_WITHIN
            if cell.percent is not None:
                yield from _share(
                    cell,
                    among & in_cell(table.cell(key), by_name, len(everybody)),
                    among,
                    float(weights[in_cell(base, self._variables, people)].sum()),
                    is_alone=any(cell.groups.items() <= each for each in self._hidden),
                    is_vague=cell.base is None or any(cell.groups.items() <= each for each in self._crossings),
                )


def _share(
    cell: PrintedCell,
    inside: Mask,
    among: Mask,
    of_base: float,
    *,
    is_alone: bool,
    is_vague: bool,
) -> Iterator[Known]:
    """What a share says, and what its interval and its effective number say of the squares of weights in it."""
    assert cell.percent is not None
    people = PEOPLE_MOST if cell.base is None else cell.base
    digits = 1 if (cell.effective or 0) >= DECIMAL_FROM and not is_alone else 0
    reach = 0.5 / 100 / 10**digits + 1e-9
    share = cell.percent / 100
    low, high = _within(cell, share, reach) if is_vague else (share - reach, share + reach)
    yield inside - high * among, 1, -np.inf, 0.0
    yield inside - low * among, 1, 0.0, np.inf
    shares = np.clip(share + PLACES * reach, 0.0, 1.0)
    students = (t_quantile(max((cell.base or 30) - BASE_WITHIN - 1, 8)) / Z) ** 2
    for effective in _effective_numbers(cell, shares, digits, people=people, is_vague=is_vague):
        fewest = effective[0] * (0.995 * students if cell.base is not None else 1.0)
        many = effective[1] * students * 1.005
        is_at_most = many >= people - BASE_WITHIN - 1  # never more than there are people
        if is_alone:  # by weights alone
            yield among.astype(float), 2, -np.inf, of_base**2 / fewest
            if not is_at_most:
                yield among.astype(float), 2, of_base**2 / many, np.inf
        elif shares.min() > 0:
            odds = shares * (1 - shares)
            most = odds.max() / fewest * of_base**2 * 1.01
            yield _squares(inside, among, shares, np.min), 2, -np.inf, most
            if not is_at_most:
                yield _squares(inside, among, shares, np.max), 2, odds.min() / many * of_base**2 * 0.99, np.inf


def _within(cell: PrintedCell, share: float, reach: float) -> tuple[float, float]:
    """Between what a share lies by its interval, where the effective number from which that was made is said."""
    assert cell.effective is not None
    shares = [each for each in np.clip(np.linspace(share - reach, share + reach, 501), 0, 1) if _fits(cell, each)]
    return min(shares) - reach / 200, max(shares) + reach / 200


def _fits(cell: PrintedCell, share: float) -> bool:
    found = wilson(share, float(cell.effective or 0))
    return (cell.low, cell.high) == (np.floor(round(found.low * 100, 9)), np.ceil(round(found.high * 100, 9)))


def _squares(inside: Mask, among: Mask, shares: Floats, end: object) -> Floats:
    """The least or the most that one person can add to the variance, weights aside."""
    assert callable(end)
    return np.where(inside, end((1 - shares) ** 2), end(shares**2)) * among


def _effective_numbers(
    cell: PrintedCell, shares: Floats, digits: int, *, people: int, is_vague: bool
) -> Iterator[tuple[float, float]]:
    """Between what the effective number lies: by itself, and by the interval as it is rounded."""
    if cell.effective is not None:
        above = next(each for each in VAGUE if each > cell.effective)
        yield cell.effective, above if is_vague else cell.effective + EFFECTIVE_STEP
        if is_vague:
            return
    numbers = np.arange(20.0, people + 10.0, 0.5)[:, None]
    middle = shares + Z**2 / (2 * numbers)
    wide = Z * np.sqrt(shares * (1 - shares) / numbers + Z**2 / (4 * numbers**2))
    scale, below = 100 * 10**digits, 1 + Z**2 / numbers
    low = np.floor(np.round((middle - wide) / below * scale, 9)) / 10**digits
    high = np.ceil(np.round((middle + wide) / below * scale, 9)) / 10**digits
    fits = numbers[(np.isclose(np.maximum(low, 0), cell.low) & np.isclose(high, cell.high)).any(axis=1), 0]
    yield fits.min() - 0.5, fits.max() + 0.5
