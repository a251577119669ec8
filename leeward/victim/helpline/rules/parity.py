"""Whether people get what they ask for alike, whatever they wish and whatever was done to them.

Counts are added up, never rows of a person. A gap is the share of one group that got it less that of all others, with
Newcombe's interval, widened for the number of groups (Bonferroni) and by what rounding can have moved.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import NormalDist

from leeward.foundation.kept import Kept
from leeward.foundation.labels import Labelled, mark
from leeward.foundation.protection.printed import MOST_OFF, Direction, direction_of
from leeward.foundation.protection.tables import TOTAL, Key, Published, Table, protect, protect_list, round_count
from leeward.foundation.surveys.rules.estimates import Interval, printed_difference, rounded_share
from leeward.victim.file.rules.needs import Need
from leeward.victim.file.rules.paths import SupportPath
from leeward.victim.file.rules.story import Harm
from leeward.victim.helpline.rules.helps import HelpKind, Met

# So many people must have judged in a group, and so many among all others.
LEAST = 30
CERTAIN = 0.95
EVERYBODY = ""
PEOPLE = "people"
GROUP, OTHERS, GOT, NOT = "group", "others", "got", "not"

# Counts of those to whom no law answers, by harm.
LAW = "no_law"

type Group = Need | Harm | SupportPath
type Cell = tuple[str, str, str]  # a group, a kind of help or PEOPLE, and what was said
type Cells = Counter[Cell]


class Verdict(Labelled):
    """What a gap lets one say."""

    LESS = "less", mark("Less often"), "red"
    MORE = "more", mark("More often"), "green"
    UNSEEN = "unseen", mark("No visible difference"), "grey"


VERDICTS = {Direction.LESS: Verdict.LESS, Direction.MORE: Verdict.MORE, Direction.UNSEEN: Verdict.UNSEEN}


@dataclass(frozen=True, kw_only=True)
class Counted(Kept):
    """What a closed case adds: in which quarter (its first day), to which groups, and what was said of which help.

    It is kept sealed with the case, so that the same can be taken away again.
    """

    quarter: date
    needs: tuple[Need, ...] = ()
    harm: Harm = Harm.NOT_SURE
    paths: tuple[SupportPath, ...] = ()
    helps: tuple[tuple[HelpKind, Met], ...] = ()

    @property
    def cells(self) -> Cells:
        """The counts to which it adds one each."""
        harms = [] if self.harm is Harm.NOT_SURE else [self.harm]
        groups = dict.fromkeys((EVERYBODY, *self.needs, *harms, *self.paths))  # a harm and its path are one group
        found: Cells = Counter()
        if SupportPath.NOT_IN_LAW in self.paths:
            found[LAW, self.harm.value, ""] = 1
        for group in groups:
            found.update((group, kind.value, met.value) for kind, met in self.helps)
            if any(met is not Met.SKIPPED for _kind, met in self.helps):
                found[group, PEOPLE, ""] += 1
        return found


@dataclass(frozen=True, kw_only=True)
class Gap:
    """How often one group got what they asked for, beside all others, in per cent; `low` to `high`: the difference."""

    group: Group
    share: float
    others: float
    low: float
    high: float

    @property
    def verdict(self) -> Verdict:
        """What it lets one say."""
        return VERDICTS[direction_of(low=self.low, high=self.high)]


def find_gaps(cells: Mapping[Cell, int]) -> tuple[Sequence[Gap], Sequence[Group]]:
    """Return the gaps that may be printed, the widest first, and the groups of which too few have judged.

    Shares and intervals are made of protected counts. People, not things asked for, are what an interval counts: one
    person's are alike.
    """
    harms = (
        each for each in Harm if each is not Harm.NOT_SURE and each.value not in {path.value for path in SupportPath}
    )
    groups: list[Group] = [*Need, *harms, *SupportPath]
    known = {group: _shares(cells, group) for group in groups}
    shown = {group: found for group, found in known.items() if found is not None}
    gaps = []
    for group, (share, others) in shown.items():
        people = cells.get((group, PEOPLE, ""), 0)
        counted = [round_count(each) - MOST_OFF for each in (people, cells[EVERYBODY, PEOPLE, ""] - people)]
        interval = gap(share.range, counted[0], others.range, counted[1], groups=len(shown))
        low, high = math.floor(1_000 * interval.low) / 10, math.ceil(1_000 * interval.high) / 10
        gaps.append(Gap(group=group, share=share.percent, others=others.percent, low=low, high=high))
    gaps.sort(key=lambda each: each.share - each.others)
    return gaps, [group for group in groups if group not in shown]


def gaps_in_law(cells: Mapping[Cell, int]) -> Mapping[str, Published]:
    """Return of how many people no law covered what was done to them: by harm, and of all under TOTAL. Protected."""
    return protect_list({harm.value: cells.get((LAW, harm.value, ""), 0) for harm in Harm})


def gap(share: Interval, people: int, others: Interval, other_people: int, *, groups: int) -> Interval:
    """Return the interval of a share of one less another, as wide as so many looked at together need."""
    z = NormalDist().inv_cdf(1 - (1 - CERTAIN) / (2 * groups))
    return printed_difference(others, other_people, share, people, z=z)


@dataclass(frozen=True, kw_only=True)
class Share:
    """How often a group got what they asked for. `range`: where the share of one lies by rounding alone."""

    percent: float
    range: Interval


def _shares(cells: Mapping[Cell, int], group: Group) -> tuple[Share, Share] | None:
    """Return how often a group and all others got it; None where it is not printed."""
    people, everybody = (cells.get((each, PEOPLE, ""), 0) for each in (group, EVERYBODY))
    if people < LEAST or everybody - people < LEAST:
        return None
    got, said = _said(cells, group, (Met.YES,)), _said(cells, group, (Met.YES, Met.PARTLY, Met.NO))
    all_got, all_said = _said(cells, EVERYBODY, (Met.YES,)), _said(cells, EVERYBODY, (Met.YES, Met.PARTLY, Met.NO))
    counts: dict[Key, int] = {
        (GROUP, GOT): got,
        (GROUP, NOT): said - got,
        (OTHERS, GOT): all_got - got,
        (OTHERS, NOT): all_said - said - (all_got - got),
    }
    found = protect(Table(axes=((GROUP, OTHERS), (GOT, NOT)), counts=counts))
    share, others = (_rate(found[each, GOT], found[each, TOTAL]) for each in (GROUP, OTHERS))
    return None if share is None or others is None else (share, others)


def _rate(part: Published, whole: Published) -> Share | None:
    """Return a share with its range; what a page writes of it is no finer than that."""
    if not part.value or not whole.value:
        return None
    return Share(percent=round(100 * part.value / whole.value, 1), range=rounded_share(part.value, whole.value))


def _said(cells: Mapping[Cell, int], group: str, said: Iterable[Met]) -> int:
    return sum(cells.get((group, kind.value, met.value), 0) for kind in HelpKind for met in said)
