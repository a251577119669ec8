"""Weights by which a sample stands for its population: raking to known margins, with the largest weights cut.

Deming and Stephan (1940), On a least squares adjustment of a sampled frequency table; cutting at five times the mean
and raking again as DeBell and Krosnick (2009), Computing weights for American National Election Study survey data.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.surveys.errors import SurveyMistake

SETTLED = 1e-6
CUT_WITHIN = 0.01  # of the mean weight: each raking moves what was cut a little above again
ROUNDS_MOST, CUTS_MOST = 200, 50
CUT_AT_MEANS = 5.0
JOIN = "+"
SHARES_WITHIN = 5e-4  # of one: published shares are rounded

type Weights = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Margin:
    """The shares in per cent that the answers to one question have in the population, by `source` on the day `on`.

    An answer of which the population's share is known only together with others is joined: "young+middle".
    """

    question: str
    percents: Mapping[str, float]
    source: str = ""
    on: date | None = None

    @property
    def shares(self) -> dict[str, float]:
        """The same of one, which they add up to."""
        total = math.fsum(self.percents.values())
        return {code: percent / total for code, percent in self.percents.items()}

    def join_of(self) -> dict[str, str]:
        """Each answer of the question and the share under which it stands."""
        return {code: joined for joined in self.percents for code in joined.split(JOIN)}

    def joined(self, chosen: Collection[str]) -> "Margin":
        """The same with these shares, by their codes, added up."""
        together = [code for code in self.percents if code in chosen]
        left = {code: percent for code, percent in self.percents.items() if code not in together}
        whole = {JOIN.join(together): math.fsum(self.percents[code] for code in together)} if together else {}
        return replace(self, percents=left | whole)


def read_margin(
    question: str, codes: Sequence[str], percents: Mapping[str, float], *, source: str = "", on: date | None = None
) -> Margin:
    """A margin whose shares are given in per cent. Raises FieldRefused: MARGIN_UNKNOWN or MARGIN_SUM."""
    listed = [code for joined in percents for code in joined.split(JOIN)]
    if sorted(listed) != sorted(codes):
        wrong = sorted(set(listed) ^ set(codes)) or sorted({code for code in listed if listed.count(code) > 1})
        raise FieldRefused("margins", SurveyMistake.MARGIN_UNKNOWN, about=f"{question}: {', '.join(wrong)}")
    total = math.fsum(percents.values())
    if (
        not all(math.isfinite(percent) and percent > 0 for percent in percents.values())
        or abs(total - 100) > SHARES_WITHIN * 100
    ):
        raise FieldRefused("margins", SurveyMistake.MARGIN_SUM, about=f"{question}: {total:g} %")
    return Margin(question=question, percents=dict(percents), source=source, on=on)


def check_base(weights: Sequence[float]) -> Weights:
    """Base weights as an array. Raises FieldRefused, with the first row that is wrong."""
    array = np.asarray(weights, dtype=np.float64)
    wrong = np.flatnonzero(~np.isfinite(array) | (array <= 0))
    if wrong.size:
        raise FieldRefused("weight", SurveyMistake.WEIGHT, about=f"row {wrong[0] + 1}")
    return array


def rake(base: Weights, margins: Sequence[Margin], answers: Mapping[str, Sequence[str | None]]) -> Weights:
    """Return weights by which each margin holds among those who answered it; whoever did not keeps theirs.

    `base`: (n,) weights above zero; `answers`: by question, n codes or None. Their sum stays that of `base`. Raises
    FieldRefused: NOBODY for a category without anybody, UNSETTLED where they do not settle.
    """
    groups = [_members(margin, answers[margin.question]) for margin in margins]
    weights = _settle(base, margins, groups)
    for _cut in range(CUTS_MOST):
        most = CUT_AT_MEANS * weights.mean()
        if weights.max() <= most * (1 + CUT_WITHIN):
            return weights
        weights = _settle(np.minimum(weights, most), margins, groups)
    raise FieldRefused("margins", SurveyMistake.UNSETTLED, about=_farthest(weights, margins, groups)[0])


type Groups = list[tuple[float, NDArray[np.intp]]]  # for each category its share, and who is in it


def _members(margin: Margin, said: Sequence[str | None]) -> Groups:
    joined = margin.join_of()
    codes = np.array([joined.get(code or "", "") for code in said])
    groups = [(share, np.flatnonzero(codes == code)) for code, share in margin.shares.items()]
    for code, (_share, members) in zip(margin.shares, groups, strict=True):
        if not members.size:
            raise FieldRefused("margins", SurveyMistake.NOBODY, about=f"{margin.question}: {code}")
    return groups


def _settle(weights: Weights, margins: Sequence[Margin], groups: Sequence[Groups]) -> Weights:
    weights = weights.copy()
    for _round in range(ROUNDS_MOST):
        for margin in groups:
            whole = sum(weights[members].sum() for _share, members in margin)
            for share, members in margin:
                weights[members] *= share * whole / weights[members].sum()
        name, distance = _farthest(weights, margins, groups)
        if distance <= SETTLED:
            return weights
    raise FieldRefused("margins", SurveyMistake.UNSETTLED, about=name)


def _farthest(weights: Weights, margins: Sequence[Margin], groups: Sequence[Groups]) -> tuple[str, float]:
    """The margin that is farthest from its shares, and by how much of one."""
    worst, distance = "", 0.0
    for margin, members_of in zip(margins, groups, strict=True):
        whole = sum(weights[members].sum() for _share, members in members_of)
        off = max(abs(weights[members].sum() / whole - share) for share, members in members_of)
        if off >= distance:
            worst, distance = margin.question, off
    return worst, distance
