"""The tables of a wave as they may be printed: each share with its interval, or what stands instead of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from leeward.foundation.labels import Labelled, mark
from leeward.foundation.protection.printed import Direction, Doubt, PrintedNumber, direction
from leeward.foundation.protection.tables import TOTAL, Key, round_count
from leeward.foundation.surveys.rules.estimates import (
    DECIMAL_FROM,
    FEW_PEOPLE,
    Sample,
    round_share,
)
from leeward.foundation.surveys.rules.plans import (
    Cell,
    Codes,
    CountedTable,
    Plan,
    count_table,
    counted_tables,
    in_cell,
    keys_of,
    protect_together,
    small_crossings,
    variables_of,
    weigh_table,
)
from leeward.foundation.surveys.rules.questionnaire import Answers, Questionnaire

EFFECTIVE_STEP = 10


class Drawn(Labelled):
    """How the people of a wave were found, and so what its numbers say."""

    RANDOM = "random", mark("Drawn by chance"), "", mark("The intervals say how far chance may have moved a share.")
    QUOTA = (
        "quota",
        mark("Quota or panel"),
        "yellow",
        mark("Intervals are worked out as if people had been drawn by chance. Whether they may be is an assumption."),
    )
    OPEN = (
        "open",
        mark("Open to everybody"),
        "orange",
        mark("Whoever wanted to took part. It says nothing about the population, so there is no interval."),
    )


class CellStatus(Labelled):
    """What stands beside a number, or instead of one."""

    SHOWN = "", mark("Shown")
    FEW = "few", mark("Few people: fewer than 100")
    HIDDEN = "c", mark("Hidden, because it is small or would give away something small")
    UNSURE = "u", mark("Too unsure to be shown")


@dataclass(frozen=True, kw_only=True)
class PrintedCell:
    """One answer of one group as it is printed. `groups`: by question, its code; margins leave questions out.

    `percent`, `low` and `high` are None where nothing may be said; `people` is how many gave this answer, for open
    waves alone. `base` is rounded to 5, `effective` to tens.
    """

    table: str
    question: str
    groups: Mapping[str, str]
    answer: str
    status: CellStatus
    base: int | None = None
    people: int | None = None
    percent: float | None = None
    low: float | None = None
    high: float | None = None
    effective: int | None = None

    @property
    def why(self) -> frozenset[Doubt]:
        """Return why the truth may lie elsewhere than what is printed."""
        if self.percent is None:
            return frozenset({Doubt.ROUNDED}) if self.people is not None else frozenset()
        return frozenset({Doubt.SAMPLED, *([Doubt.SMALL] if self.status is CellStatus.FEW else [])})

    @property
    def share(self) -> PrintedNumber:
        """Return the share with its range."""
        return PrintedNumber(value=self.percent, low=self.low, high=self.high, why=self.why)


@dataclass(frozen=True, kw_only=True)
class Answered:
    """Everybody who answered, in any order, with their weights and their design."""

    rows: Sequence[Answers]
    sample: Sample


def compare(before: PrintedCell, after: PrintedCell) -> Direction | None:
    """Return what two waves say of one share, by what is printed of both; None where one of them is not."""
    return None if before.percent is None or after.percent is None else direction(before.share, after.share)


def print_tables(plan: Plan, questionnaire: Questionnaire, answered: Answered, *, drawn: Drawn) -> list[PrintedCell]:
    """Count, protect and estimate every table of a plan."""
    variables = variables_of(plan, questionnaire, answered.rows)
    tables = counted_tables(plan, questionnaire, variables)
    counted = [(table, count_table(table, variables)) for table in tables]
    weights = answered.sample.weights
    weighted = [] if drawn is Drawn.OPEN else [weigh_table(table, variables, weights) for table in tables]
    hidden, refused = protect_together(counted, weighted)
    crossings = small_crossings(plan, questionnaire, variables)
    hidden |= crossings
    printed = []
    for table in tables:
        if table.name:
            printed += [
                _print(
                    table,
                    key,
                    variables,
                    answered,
                    drawn=drawn,
                    hidden=hidden,
                    crossings=crossings,
                    is_refused=table.name in refused,
                )
                for key in keys_of(table)
            ]
    return printed


def print_deff(plan: Plan, questionnaire: Questionnaire, answered: Answered) -> float | None:
    """The design effect of the weights of a wave, or None where it would tell how few people share two margins."""
    if small_crossings(plan, questionnaire, variables_of(plan, questionnaire, answered.rows)):
        return None
    return round(answered.sample.estimate(np.ones(len(answered.rows), dtype=bool)).deff, 2)


def _print(
    table: CountedTable,
    key: Key,
    variables: Mapping[str, Codes],
    answered: Answered,
    *,
    drawn: Drawn,
    hidden: frozenset[Cell],
    crossings: frozenset[Cell],
    is_refused: bool,
) -> PrintedCell:
    """One cell; coarsely where something of its group is hidden, since variances and decimals tell of the parts.

    Outsiders know nothing of strata and clusters: with them a variance stays as it is. Effective numbers tell of the
    weights, and so of how many people share two margins: where these are few, they are rounded down.
    """
    groups = {each.name: code for each, code in zip(table.variables[:-1], key[:-1], strict=True) if code != TOTAL}
    bare = PrintedCell(
        table=table.name,
        question=table.variables[-1].name,
        groups=groups,
        answer=key[-1],
        status=CellStatus.HIDDEN,
    )
    cell, base = table.cell(key), table.cell((*key[:-1], TOTAL))
    is_above_hidden = any(groups.items() <= each for each in hidden)
    if is_refused or base in hidden:
        return bare
    among, is_in = (in_cell(each, variables, len(answered.rows)) for each in (base, cell))
    people = int(np.count_nonzero(among))
    # How many were asked is how many gave another answer: beside their weighted share that would say too much.
    universe = table.variables[-1].universe
    is_vague = is_above_hidden and drawn is not Drawn.OPEN and bool(universe)
    if is_vague and groups and any(universe.union(groups.items()) <= each for each in hidden):
        return bare
    based = replace(bare, base=None if is_vague else round_count(people))
    if cell in hidden:
        return based
    if drawn is Drawn.OPEN:
        return replace(based, status=CellStatus.SHOWN, people=round_count(int(np.count_nonzero(is_in & among))))
    found = answered.sample.estimate(is_in, among)
    if is_above_hidden and answered.sample.is_plain:
        found = found.by_weights_alone()
    if is_vague or any(groups.items() <= each for each in crossings):
        found = found.rounded_down()
    if not found.may_be_printed:
        return replace(based, status=CellStatus.UNSURE)
    digits = 1 if found.effective >= DECIMAL_FROM and not is_above_hidden else 0
    return replace(
        based,
        status=CellStatus.FEW if people < FEW_PEOPLE else CellStatus.SHOWN,
        percent=round_share(found.share, digits=digits),
        low=round_share(found.interval.low, digits=digits, up=False),
        high=round_share(found.interval.high, digits=digits, up=True),
        effective=int(found.effective // EFFECTIVE_STEP * EFFECTIVE_STEP),
    )
