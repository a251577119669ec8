"""Whether people get what they ask for alike, whatever they wish and whatever was done to them.

Counts are added up, never rows of a person. A gap is the share of one group that got it less that of all others, with
Newcombe's interval, widened for the number of groups (Bonferroni).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import NormalDist

from leeward.foundation.kept import Kept
from leeward.foundation.labels import Labelled, mark
from leeward.foundation.protection.tables import TOTAL, Key, Published, Table, protect, protect_list
from leeward.foundation.surveys.rules.estimates import Interval, newcombe, wilson
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
    UNSEEN = "unseen", mark("No difference can be seen"), "grey"


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
        if self.high < 0:
            return Verdict.LESS
        return Verdict.MORE if self.low > 0 else Verdict.UNSEEN


def find_gaps(cells: Mapping[Cell, int]) -> tuple[Sequence[Gap], Sequence[Group]]:
    """Return the gaps that may be printed, the widest first, and the groups of which too few have judged.

    Shares are made of protected counts. People, not things asked for, are what an interval counts: one person's are
    alike.
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
        interval = gap(share / 100, people, others / 100, cells[EVERYBODY, PEOPLE, ""] - people, groups=len(shown))
        low, high = (round(100 * each, 1) for each in (interval.low, interval.high))
        gaps.append(Gap(group=group, share=share, others=others, low=low, high=high))
    gaps.sort(key=lambda each: each.share - each.others)
    return gaps, [group for group in groups if group not in shown]


def gaps_in_law(cells: Mapping[Cell, int]) -> Mapping[str, Published]:
    """Return of how many people no law covered what was done to them: by harm, and of all under TOTAL. Protected."""
    return protect_list({harm.value: cells.get((LAW, harm.value, ""), 0) for harm in Harm})


def gap(share: float, people: int, others: float, other_people: int, *, groups: int) -> Interval:
    """Return the interval of a share of one less another, as wide as so many looked at together need."""
    z = NormalDist().inv_cdf(1 - (1 - CERTAIN) / (2 * groups))
    return newcombe(others, wilson(others, other_people, z=z), share, wilson(share, people, z=z))


def _shares(cells: Mapping[Cell, int], group: Group) -> tuple[float, float] | None:
    """In per cent, how often a group and all others got it; None where it is not printed."""
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


def _rate(part: Published, whole: Published) -> float | None:
    """Return a share in per cent, to reckon with; what a page writes of it is no finer than its interval."""
    return round(100 * part.value / whole.value, 1) if part.value and whole.value else None


def _said(cells: Mapping[Cell, int], group: str, said: Iterable[Met]) -> int:
    return sum(cells.get((group, kind.value, met.value), 0) for kind in HelpKind for met in said)
