"""Shares with their intervals: design-based variance, the effective number of people, and what may be printed.

Variance of a share by Taylor linearisation over strata and first-stage clusters, as R's survey package computes it
(Lumley 2004). Interval: Wilson 1927, with the effective number of people of each share. Interval of a difference:
Newcombe 1998, method 10. What may be printed: NCHS Series 2 no. 175 (2017), National Center for Health Statistics
data presentation standards for proportions.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.protection.printed import MOST_OFF, Doubt, Ends, quotient_ends
from leeward.foundation.protection.tables import Published
from leeward.foundation.surveys.errors import SurveyMistake

Z = 1.959963984540054  # the normal quantile of 97.5 per cent
POWER_Z = 0.8416212335729143  # that of 80 per cent
PEOPLE_LEAST, EFFECTIVE_LEAST, FREEDOM_LEAST = 30, 30, 8
WIDTH_MOST, WIDTH_FREE, WIDTH_RATIO_MOST = 0.30, 0.05, 1.30
FEW_PEOPLE = 100
VAGUE = tuple(each * 10**power for power in range(1, 6) for each in (1, 1.5, 2, 3, 5, 7))
DECIMAL_FROM = 1_000  # effective people from which a decimal says something

type Floats = NDArray[np.float64]
type Mask = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Interval:
    """95 of 100 such intervals hold the truth. Both ends are shares of one."""

    low: float
    high: float

    @property
    def width(self) -> float:
        """How far its ends lie apart."""
        return self.high - self.low


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A share of one among `people`, with its variance, degrees of freedom and the effective number of people.

    `deff`: what weights alone cost, n Σw² / (Σw)² (Kish 1965).
    """

    share: float
    variance: float
    people: int
    freedom: int
    deff: float
    told: int | None = None

    @cached_property
    def effective(self) -> float:
        """How many people drawn by chance alone would tell as much about this very share."""
        if self.told is not None:
            return self.told
        if self.freedom < 1:
            return 0.0
        odds = self.share * (1 - self.share)
        inside = min(self.people, odds / self.variance) if odds > 0 and self.variance > 0 else self.people / self.deff
        return inside * (Z / t_quantile(self.freedom)) ** 2

    @cached_property
    def interval(self) -> Interval:
        """Wilson's interval."""
        return wilson(self.share, self.effective)

    def by_weights_alone(self) -> "Estimate":
        """The same with the variance that its weights alone give it, whoever said what (Kish 1965)."""
        return replace(self, variance=self.share * (1 - self.share) * self.deff / max(self.people, 1))

    def rounded_down(self) -> "Estimate":
        """The same as if as few people had told as much as the next lower of VAGUE says: its interval is wider."""
        fewer = max((step for step in VAGUE if step <= self.effective), default=0)
        return replace(self, told=fewer)

    @property
    def may_be_printed(self) -> bool:
        """Whether it is precise enough to be printed at all."""
        width = self.interval.width
        return (
            self.people >= PEOPLE_LEAST
            and self.effective >= EFFECTIVE_LEAST
            and self.freedom >= FREEDOM_LEAST
            and width < WIDTH_MOST
            and (width <= WIDTH_FREE or width <= WIDTH_RATIO_MOST * self.share)
        )


@dataclass(frozen=True, eq=False, kw_only=True)
class Sample:
    """The people of a sample: (n,) weights, and for each the number of their stratum and of their cluster in it.

    Without design columns each person is their own cluster in one stratum: `plain`.
    """

    weights: Floats
    strata: NDArray[np.intp]
    clusters: NDArray[np.intp]
    _stratum_of: NDArray[np.intp] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Raises FieldRefused, STRATUM, where a stratum has one cluster alone: its variance cannot be known."""
        of = np.zeros(self.clusters.max() + 1, dtype=np.intp)
        of[self.clusters] = self.strata
        object.__setattr__(self, "_stratum_of", of)
        alone = np.flatnonzero(np.bincount(of) == 1)
        if alone.size:
            raise FieldRefused("stratum", SurveyMistake.STRATUM, about=str(alone[0] + 1))

    @property
    def is_plain(self) -> bool:
        """Whether nobody was drawn by strata or clusters, of which outsiders know nothing."""
        return len(self._stratum_of) == len(self.weights) and not self.strata.any()

    @classmethod
    def plain(cls, weights: Floats) -> "Sample":
        """A sample without strata and clusters."""
        people = np.arange(len(weights))
        return cls(weights=weights, strata=np.zeros_like(people), clusters=people)

    def estimate(self, is_in: Mask, among: Mask | None = None) -> Estimate:
        """The share of those who are `is_in` among a group, each (n,) of true and false.

        The group is estimated inside the whole sample, never from a file cut to it: people outside weigh nothing.
        """
        group = np.ones_like(is_in) if among is None else among
        weights = np.where(group, self.weights, 0.0)
        whole, people = float(weights.sum()), int(np.count_nonzero(group))
        if not people:
            return Estimate(share=0.0, variance=0.0, people=0, freedom=0, deff=1.0)
        share = float(weights[is_in & group].sum() / whole)
        parts = np.bincount(self.clusters, weights=weights * (is_in - share) / whole, minlength=len(self._stratum_of))
        sizes = np.bincount(self._stratum_of)
        means = np.bincount(self._stratum_of, weights=parts) / sizes
        squares = np.bincount(self._stratum_of, weights=(parts - means[self._stratum_of]) ** 2)
        variance = float((sizes / np.maximum(sizes - 1, 1) * squares).sum())
        here = np.unique(self.clusters[group])
        return Estimate(
            share=min(max(share, 0.0), 1.0),
            variance=variance,
            people=people,
            freedom=len(here) - len(np.unique(self._stratum_of[here])),
            deff=float(people * (weights**2).sum() / whole**2),
        )


def wilson(share: float, people: float, *, z: float = Z) -> Interval:
    """Wilson's interval of a share of one among so many people; `people` need not be whole. `z`: a normal quantile."""
    if people <= 0:
        return Interval(low=0.0, high=1.0)
    middle = share + z**2 / (2 * people)
    reach = z * math.sqrt(share * (1 - share) / people + z**2 / (4 * people**2))
    below = 1 + z**2 / people
    return Interval(low=max(0.0, (middle - reach) / below), high=min(1.0, (middle + reach) / below))


def sampled(part: Published, whole: Published) -> Iterator[Ends]:
    """Yield Wilson's interval, in per cent, of a share of printed counts: a group is one that chance has given."""
    if part.value is not None and whole.value:
        found = wilson(min(part.value / whole.value, 1.0), whole.value)
        yield Ends(low=100 * found.low, high=100 * found.high, why=Doubt.SAMPLED)


def newcombe(before: float, in_before: Interval, after: float, in_after: Interval) -> Interval:
    """The interval of how much one share of one is larger than another."""
    change = after - before
    down = math.hypot(after - in_after.low, in_before.high - before)
    up = math.hypot(in_after.high - after, before - in_before.low)
    return Interval(low=change - down, high=change + up)


def rounded_share(part: int, whole: int) -> Interval:
    """Return where a share of one lies, of two counts that were rounded."""
    low, high = quotient_ends(part, whole, off=(MOST_OFF, MOST_OFF), factor=1)
    return Interval(low=min(low, 1.0), high=1.0 if high is None else min(high, 1.0))


def printed_difference(before: Interval, people_before: int, after: Interval, people: int, *, z: float = Z) -> Interval:
    """Return the interval of a difference of two shares of rounded counts: as wide as chance and rounding can make it.

    `before` and `after`: where each share lies by rounding alone; `z`: a normal quantile.
    """
    found = [
        newcombe(was, wilson(was, people_before, z=z), now, wilson(now, people, z=z))
        for was in (before.low, before.high)
        for now in (after.low, after.high)
    ]
    return Interval(low=min(each.low for each in found), high=max(each.high for each in found))


def t_quantile(freedom: int) -> float:
    """Student's quantile of 97.5 per cent by its series in 1/f (Abramowitz and Stegun 26.7.5): off by less than 0.001.

    That holds from f = 8 on; below that nothing is printed.
    """
    z = Z
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + math.fsum(term / float(freedom) ** power for power, term in enumerate(terms, start=1))


def round_share(share: float, *, digits: int, up: bool | None = None) -> float:
    """A share in per cent as it is printed, with so many decimals.

    `up`: an upper end is rounded up and a lower end down, so that what is printed still holds the truth.
    """
    scaled = round(share * 100 * 10**digits, 9)
    rounded = round(scaled) if up is None else math.ceil(scaled) if up else math.floor(scaled)
    return float(rounded / 10**digits)
