"""What a wave will be able to say, before money is spent: widths, the smallest change, cells that stay hidden."""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from leeward.foundation.protection.tables import TOTAL, Key, Table, round_count
from leeward.foundation.surveys.rules.estimates import POWER_Z, Estimate, Interval, Z
from leeward.foundation.surveys.rules.plans import (
    Codes,
    CountedTable,
    Plan,
    Variable,
    counted_tables,
    keys_of,
    protect_together,
    variables_of,
)
from leeward.foundation.surveys.rules.questionnaire import Questionnaire

# In standard errors of a share: two ranges of 95 per cent lie apart with a power of 80 per cent.
SEEN_FROM = 2 * Z + POWER_Z * math.sqrt(2)


@dataclass(frozen=True, kw_only=True)
class Guess:
    """What is expected: how many people answer, what weights cost, and for each question the shares of its answers.

    Shares are of one by the codes of the plan's coding; what is left over goes to the answers without a share alike.
    """

    people: int
    deff: float = 1.5
    shares: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, kw_only=True)
class ExpectedCell:
    """One share as it is expected to be printed: with its interval, or not, because it is hidden or too unsure."""

    table: str
    question: str
    key: Key
    groups: Mapping[str, str]
    share: float
    people: int
    interval: Interval
    smallest_change: float
    is_hidden: bool
    is_unsure: bool

    @property
    def answer(self) -> str:
        """The code of the answer."""
        return self.key[-1]


def smallest_change(share: float, *, people: float, deff: float) -> float:
    """Return the smallest change of a share of one that two waves of so many people each can show."""
    return SEEN_FROM * math.sqrt(share * (1 - share) * deff / people) if people else 1.0


def expect(plan: Plan, questionnaire: Questionnaire, guess: Guess) -> list[ExpectedCell]:
    """Return every share of the plan as it is expected, as if answers did not hang on each other."""
    tables = _expected_tables(plan, questionnaire)
    shares = {
        variable.name: _shares(variable.codes, guess.shares.get(variable.name, {}))
        for table in tables
        for variable in table.variables
    }
    universe = {table.variables[-1].name: table.variables[-1].universe for table in tables}

    def asked(name: str) -> float:
        return math.prod(
            shares.get(other, {}).get(code, 1.0) * asked(other) for other, code in universe.get(name, frozenset())
        )

    counted = []
    for table in tables:
        counts = {
            key: round(
                guess.people
                * asked(table.variables[-1].name)
                * math.prod(shares[each.name][code] for each, code in zip(table.variables, key, strict=True))
            )
            for key in itertools.product(*table.axes)
        }
        counted.append((table, counts))
    hidden, refused = protect_together(counted)
    found = []
    for table, counts in counted:
        if not table.name:
            continue
        totals = Table(axes=table.axes, counts=counts).with_margins()
        for key in keys_of(table):
            base = (*key[:-1], TOTAL)
            people = totals.get(base, 0)
            share = shares[table.variables[-1].name][key[-1]]
            estimate = Estimate(
                share=share,
                variance=share * (1 - share) * guess.deff / people if people else 0.0,
                people=people,
                freedom=people - 1,
                deff=guess.deff,
            )
            found.append(
                ExpectedCell(
                    table=table.name,
                    question=table.variables[-1].name,
                    key=key,
                    groups={
                        each.name: code for each, code in zip(table.variables, key[:-1], strict=False) if code != TOTAL
                    },
                    share=share,
                    people=round_count(people),
                    interval=estimate.interval,
                    smallest_change=smallest_change(share, people=people, deff=guess.deff),
                    is_hidden=table.name in refused or table.cell(key) in hidden or table.cell(base) in hidden,
                    is_unsure=not estimate.may_be_printed,
                )
            )
    return found


def tables_without_numbers(
    plan: Plan, questionnaire: Questionnaire, guess: Guess, *, expected: Sequence[ExpectedCell]
) -> dict[str, int]:
    """The tables of which every number is expected to be hidden, and how many more of others are hidden for each.

    What such a table counts is not printed, and stays as secret as if it were.
    """
    found = {}
    for name in {_planned(cell) for cell in expected} - {_planned(cell) for cell in expected if not cell.is_hidden}:
        others = replace(plan, tables=tuple(each for each in plan.tables if each.name != name))
        without = sum(cell.is_hidden for cell in expect(others, questionnaire, guess))
        found[name] = sum(cell.is_hidden for cell in expected if _planned(cell) != name) - without
    return found


def _planned(cell: ExpectedCell) -> str:
    """The name of the table in the plan: of a question with several answers each stands in one of its own."""
    return cell.table.partition("/")[0]


def expected_variables(plan: Plan, questionnaire: Questionnaire) -> list[Variable]:
    """The variables of a plan, each once, without those that only say who was asked."""
    every = {each.name: each for table in _expected_tables(plan, questionnaire) for each in table.variables}
    return [variable for name, variable in every.items() if not name.startswith("?")]


def _expected_tables(plan: Plan, questionnaire: Questionnaire) -> list[CountedTable]:
    """The tables as they will be counted; that anybody passes a question over is not expected."""
    nobody: dict[str, Codes] = {name: np.array([], dtype=np.str_) for name in variables_of(plan, questionnaire, ())}
    return counted_tables(plan, questionnaire, nobody)


def _shares(codes: tuple[str, ...], given: Mapping[str, float]) -> dict[str, float]:
    known = {code: given[code] for code in codes if code in given}
    open_codes = [code for code in codes if code not in known]
    left = max(0.0, 1 - math.fsum(known.values()))
    return known | {code: left / len(open_codes) for code in open_codes}
