"""Proven re-offending of a cohort: who is in it, what counts, rate and frequency, and when a figure is final.

After the Ministry of Justice's measure (Definitions and Measurement, 2016; Guide to Proven Reoffending Statistics,
2017): quarterly cohorts, a follow-up of one year, and half a year more for the courts.

Cohort C: persons with an index event (conviction without custody, release, caution) in the quarter; i: the day of the
first one. An offence is a proven re-offence if i < its day <= i + F, and it was proven by i + F + W.

    rate            = persons with one or more / C      Wilson's interval
    per re-offender = re-offences / persons with one or more
    per 100         = 100 re-offences / C

The same for the same kind of offence: the offence's code is one of those of the person's index events of day i.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from leeward.foundation.labels import Labelled, mark
from leeward.foundation.protection.periods import Period
from leeward.foundation.protection.printed import Direction, direction_of
from leeward.foundation.surveys.rules.estimates import PEOPLE_LEAST, Interval, newcombe, wilson
from leeward.justice.outcomes.rules.cohort_rows import EventKind, Row

WAITING = 182
# Of fewer persons nothing is printed.
LEAST = PEOPLE_LEAST


class Standing(Labelled):
    """How far a figure may still move."""

    FINAL = "final", mark("Final"), "green"
    ESTIMATE = "estimate", mark("Estimate: it can still rise"), "yellow"
    EARLY = "early", mark("Too early: the follow-up is not over"), "grey"


@dataclass(frozen=True, kw_only=True, order=True)
class CohortMethod:
    """How a cohort is counted, in days. Two figures of different methods never stand in one line."""

    version: int
    follow_up: int = 365
    waiting: int = WAITING

    @property
    def follow_ups(self) -> tuple[int, int]:
        """One follow-up, and twice as long: after 12 and 24 months."""
        return self.follow_up, 2 * self.follow_up


@dataclass(frozen=True, kw_only=True)
class CohortCounts:
    """What was counted of one cohort over one follow-up, in days. `last_index_on`: of whom came into it last."""

    follow_up: int
    people: int
    reoffenders: int
    reoffences: int
    same_reoffenders: int
    same_reoffences: int
    last_index_on: date


@dataclass(frozen=True, kw_only=True)
class Rates:
    """A share of the cohort with its interval, and how often; `per_reoffender` is None where nobody did it again."""

    rate: float
    interval: Interval
    per_reoffender: float | None
    per_100: float


def count_cohort(rows: Iterable[Row], *, quarter: Period, follow_up: int, waiting: int = WAITING) -> CohortCounts:
    """Count a cohort. Index events outside the quarter make nobody a part of it; of nobody the last day is its end."""
    indexed: dict[str, list[Row]] = defaultdict(list)
    offences: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.event is EventKind.REOFFENCE:
            offences[row.person].append(row)
        elif quarter.start <= row.on < quarter.end:
            indexed[row.person].append(row)
    reoffenders = reoffences = same_reoffenders = same_reoffences = 0
    first_days: list[date] = []
    for person, events in indexed.items():
        first = min(event.on for event in events)
        codes = {event.offence_code for event in events if event.on == first}
        first_days.append(first)
        proven = [each for each in offences[person] if _counts(each, first, follow_up=follow_up, waiting=waiting)]
        same = sum(each.offence_code in codes for each in proven)
        reoffenders, reoffences = reoffenders + bool(proven), reoffences + len(proven)
        same_reoffenders, same_reoffences = same_reoffenders + bool(same), same_reoffences + same
    return CohortCounts(
        follow_up=follow_up,
        people=len(indexed),
        reoffenders=reoffenders,
        reoffences=reoffences,
        same_reoffenders=same_reoffenders,
        same_reoffences=same_reoffences,
        last_index_on=max(first_days, default=quarter.end),
    )


def _counts(offence: Row, first: date, *, follow_up: int, waiting: int) -> bool:
    """Whether an offence is a proven re-offence after an index on day `first`."""
    end = first + timedelta(days=follow_up)
    proven = offence.proven_on
    return first < offence.on <= end and proven is not None and proven <= end + timedelta(days=waiting)


def rates(counts: CohortCounts) -> Rates | None:
    """The figures of a cohort; None where it is too small to be told."""
    return _rates(counts.people, counts.reoffenders, counts.reoffences)


def same_kind_rates(counts: CohortCounts) -> Rates | None:
    """The same for offences of the same kind as the index."""
    return _rates(counts.people, counts.same_reoffenders, counts.same_reoffences)


def _rates(people: int, reoffenders: int, reoffences: int) -> Rates | None:
    if people < LEAST:
        return None
    rate = reoffenders / people
    return Rates(
        rate=rate,
        interval=wilson(rate, people),
        per_reoffender=reoffences / reoffenders if reoffenders else None,
        per_100=100 * reoffences / people,
    )


def final_from(last_index_on: date, *, follow_up: int, waiting: int = WAITING) -> date:
    """The first day as of which a figure is final."""
    return last_index_on + timedelta(days=follow_up + waiting)


def standing_of(counts: CohortCounts, *, as_of: date, waiting: int = WAITING) -> Standing:
    """How far a figure as of a day may still move. Nothing is told of a cohort whose follow-up is not over."""
    last = counts.last_index_on
    if as_of < last + timedelta(days=counts.follow_up):
        return Standing.EARLY
    is_final = as_of >= final_from(last, follow_up=counts.follow_up, waiting=waiting)
    return Standing.FINAL if is_final else Standing.ESTIMATE


class Why(Labelled):
    """Why two figures are not compared."""

    METHOD = "method", mark("They were counted by two methods: %(about)s.")
    FOLLOW_UP = "follow_up", mark("People were followed for different times: %(about)s days.")
    NOT_FINAL = "not_final", mark("The figure of %(about)s is not final: it can still rise.")
    FEW = "few", mark("The cohort of %(about)s has fewer than 30 people.")
    SAME = "same", mark("Choose two different quarters.")


class Part(Labelled):
    """What two methods can differ in, as a reader is told."""

    FOLLOW_UP = "follow_up", mark("how many days people are followed")
    WAITING = "waiting", mark("how many days the courts are given")


@dataclass(frozen=True, kw_only=True)
class Told:
    """One figure that somebody wants to compare, with all that it depends on."""

    name: str
    method: CohortMethod
    counts: CohortCounts
    as_of: date


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What may be said of two figures together. With `refused` nothing may; `changed`: part, before and after."""

    refused: tuple[tuple[Why, str], ...] = ()
    changed: tuple[tuple[Part, int, int], ...] = ()
    before: Rates | None = None
    after: Rates | None = None
    interval: Interval | None = None
    change: Direction | None = None


def changed_parts(before: CohortMethod, after: CohortMethod) -> tuple[tuple[Part, int, int], ...]:
    """In which days two methods differ."""
    pairs = ((part, getattr(before, part.value), getattr(after, part.value)) for part in Part)
    return tuple((part, old, new) for part, old, new in pairs if old != new)


def compare(before: Told, after: Told) -> Comparison:
    """Whether two figures may be compared, and if so, by how much the rate changed (Newcombe's interval)."""
    refused = list(_why_not(before, after))
    first, second = rates(before.counts), rates(after.counts)
    if refused or first is None or second is None:
        return Comparison(refused=tuple(refused), changed=changed_parts(before.method, after.method))
    interval = newcombe(first.rate, first.interval, second.rate, second.interval)
    change = direction_of(low=interval.low, high=interval.high)
    return Comparison(before=first, after=second, interval=interval, change=change)


def _why_not(before: Told, after: Told) -> Iterator[tuple[Why, str]]:
    if before.name == after.name:
        yield Why.SAME, ""
    if before.method != after.method:
        yield Why.METHOD, f"{before.method.version} / {after.method.version}"
    if before.counts.follow_up != after.counts.follow_up:
        yield Why.FOLLOW_UP, f"{before.counts.follow_up} / {after.counts.follow_up}"
    for each in dict.fromkeys((before, after)):
        if standing_of(each.counts, as_of=each.as_of, waiting=each.method.waiting) is not Standing.FINAL:
            yield Why.NOT_FINAL, each.name
        if each.counts.people < LEAST:
            yield Why.FEW, each.name
