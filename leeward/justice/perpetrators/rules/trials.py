"""Trials of two messages: how many showings tell them apart, and what the counts of a trial that has ended say.

Each text is shown by chance to about half. The difference of two shares has Newcombe's interval (1998, method 10),
widened by what rounding can have moved. How many showings are needed follows Fleiss, Levin and Paik 2003 (two shares,
5 per cent on both sides, power 80 per cent).
"""

import math
from dataclasses import dataclass

from leeward.foundation.labels import Labelled, mark
from leeward.foundation.protection.printed import MOST_OFF, Direction, direction_of
from leeward.foundation.protection.tables import Published, is_small, round_count
from leeward.foundation.surveys.rules.estimates import POWER_Z, Interval, Z, printed_difference, rounded_share

TEN_THOUSAND = 10_000
# A trial that takes longer than this compares two times more than two texts.
WEEKS_MOST = 26
FOLLOWED_LEAST = 10  # of each text; below that nothing of the trial may be printed


class Arm(Labelled):
    """Which of the two texts."""

    A = "a", mark("Text A")
    B = "b", mark("Text B")


class TrialVerdict(Labelled):
    """What a trial that has ended says."""

    B_BETTER = "b_better", mark("More people followed text B"), "green"
    A_BETTER = "a_better", mark("More people followed text A"), "green"
    ALIKE = "alike", mark("No difference between the texts"), "yellow"
    TOO_FEW = "too_few", mark("Too few people followed either text to say anything"), "grey"


VERDICTS = {
    Direction.MORE: TrialVerdict.B_BETTER,
    Direction.LESS: TrialVerdict.A_BETTER,
    Direction.UNSEEN: TrialVerdict.ALIKE,
}


@dataclass(frozen=True, kw_only=True)
class TrialPlan:
    """What is expected: of 10,000 who see the text so many follow it, and the better text has this many per cent more.

    `weekly`: showings of both texts together in a week.
    """

    followed: float
    more_percent: int
    weekly: int

    @property
    def shares(self) -> tuple[float, float]:
        """The shares of one that follow the one text and the other."""
        share = self.followed / TEN_THOUSAND
        return share, share * (1 + self.more_percent / 100)

    @property
    def is_possible(self) -> bool:
        """Whether the better share is one at all."""
        return self.shares[0] > 0 and self.shares[1] <= 1

    @property
    def showings(self) -> int:
        """How many showings of both texts together are needed."""
        one, other = self.shares
        middle = (one + other) / 2
        reach = Z * math.sqrt(2 * middle * (1 - middle)) + POWER_Z * math.sqrt(one * (1 - one) + other * (1 - other))
        each = math.ceil((reach / (other - one)) ** 2)
        return 2 * max(each, math.ceil(FOLLOWED_LEAST / one))

    @property
    def weeks(self) -> int:
        """How long that takes."""
        return math.ceil(self.showings / self.weekly)

    @property
    def can_tell(self) -> bool:
        """Whether the two texts can be told apart in a time in which little else changes."""
        return self.weeks <= WEEKS_MOST


@dataclass(frozen=True, kw_only=True)
class ArmCount:
    """How often a text was shown and followed."""

    shown: int
    followed: int


@dataclass(frozen=True, kw_only=True)
class TrialResult:
    """What may be printed of a trial. `change`: how much larger B's share is, in shares of one; None for nothing."""

    verdict: TrialVerdict
    a: tuple[Published, Published] | None = None
    b: tuple[Published, Published] | None = None
    change: Interval | None = None


def judge_trial(a: ArmCount, b: ArmCount) -> TrialResult:
    """Return what may be printed of two texts: rounded counts, and the interval that is made of these alone.

    Nothing where a count, or those who did not follow, are few: each count would give the others away.
    """
    if any(is_small(each.followed) or is_small(each.shown - each.followed) for each in (a, b)):
        return TrialResult(verdict=TrialVerdict.TOO_FEW)
    rounded = [(round_count(each.shown), round_count(each.followed)) for each in (a, b)]
    (shown_a, followed_a), (shown_b, followed_b) = rounded
    change = printed_difference(
        rounded_share(followed_a, shown_a),
        shown_a - MOST_OFF,
        rounded_share(followed_b, shown_b),
        shown_b - MOST_OFF,
    )
    verdict = VERDICTS[direction_of(low=change.low, high=change.high)]
    printed = [(Published(value=shown), Published(value=followed)) for shown, followed in rounded]
    return TrialResult(verdict=verdict, a=printed[0], b=printed[1], change=change)
