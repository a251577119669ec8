"""What anybody may read of a cohort: one protection over both follow-ups, and at most two prints of each.

People are counted in parts of one another (whoever offends again in one year has done so in two; the same kind is a
part of any kind), so all of a cohort's counts are suppressed together, and shares are made from rounded counts alone.

A figure is printed when its follow-up is over, as an estimate, and again when it is final (decision 0031). What comes
in between moves nothing. A final figure that is corrected is printed as it is now, with the reason.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from leeward.foundation.protection.linked import WHOLE, Links, suppress_linked
from leeward.foundation.protection.tables import SUPPRESSED, Published, Status, percentage, ratio, round_count
from leeward.foundation.surveys.rules.estimates import Interval, wilson
from leeward.justice.outcomes.rules.reoffending import LEAST, CohortCounts, Standing, standing_of

PEOPLE = "people"
_AGAIN, _SAME, _OFFENCES, _SAME_OFFENCES = "again", "same", "offences", "same_offences"


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """One count of a cohort over one follow-up that was accepted, in the order in which that happened."""

    cohort: str
    counts: CohortCounts
    as_of: date
    waiting: int

    @property
    def standing(self) -> Standing:
        """How far it may still move."""
        return standing_of(self.counts, as_of=self.as_of, waiting=self.waiting)


@dataclass(frozen=True, kw_only=True)
class Line:
    """Rate, its interval and how often, of one cohort and one follow-up: of any offence, or of the same kind."""

    people: Published
    reoffenders: Published
    rate: float | None
    status: Status
    interval: Interval | None
    per_reoffender: float | None
    per_100: float | None


@dataclass(frozen=True, kw_only=True)
class Print:
    """What is printed of one follow-up. `source`: which accepted count it was made of."""

    source: Accepted
    any_kind: Line
    same_kind: Line

    @property
    def follow_up(self) -> int:
        """In days."""
        return self.source.counts.follow_up


def choose(accepted: Sequence[Accepted]) -> Accepted | None:
    """Return which count of one follow-up is printed: the newest final one, else the first estimate.

    None while the follow-up of all of them is not over.
    """
    finals = [each for each in accepted if each.standing is Standing.FINAL]
    estimates = [each for each in accepted if each.standing is Standing.ESTIMATE]
    return finals[-1] if finals else estimates[0] if estimates else None


def print_cohort(accepted: Iterable[Accepted]) -> tuple[Print, ...]:
    """Return what is printed of one quarter's cohort, by follow-up, from all that was ever accepted of it."""
    by_follow_up: dict[int, list[Accepted]] = {}
    for each in accepted:
        by_follow_up.setdefault(each.counts.follow_up, []).append(each)
    chosen = [found for _days, each in sorted(by_follow_up.items()) if (found := choose(each)) is not None]
    counts, links = _linked(chosen)
    suppressed = suppress_linked(counts, links)
    return tuple(_print(each, counts, suppressed) for each in chosen)


def _cells(each: Accepted) -> Mapping[str, int]:
    days, found = each.counts.follow_up, each.counts
    return {
        _name(PEOPLE, days): found.people,
        _name(_AGAIN, days): found.reoffenders,
        _name(_SAME, days): found.same_reoffenders,
        _name(_OFFENCES, days): found.reoffences,
        _name(_SAME_OFFENCES, days): found.same_reoffences,
    }


def _name(part: str, days: int) -> str:
    return f"{part}/{days}"


def _linked(chosen: Sequence[Accepted]) -> tuple[dict[tuple[str, str], int], Links]:
    """The counts of all follow-ups, and how they hang together."""
    counts: dict[tuple[str, str], int] = {}
    shares: list[tuple[str, str]] = []
    nested: list[tuple[str, str]] = []
    for each in chosen:
        days = each.counts.follow_up
        people, again, same, offences, same_offences = (
            _name(part, days) for part in (PEOPLE, _AGAIN, _SAME, _OFFENCES, _SAME_OFFENCES)
        )
        counts |= {(name, WHOLE): number for name, number in _cells(each).items()}
        shares += [(again, people), (same, people)]
        nested += [(same, again), (again, offences), (same, same_offences), (same_offences, offences)]
    for first, second in itertools.pairwise(chosen):
        # Counts of different files, which say different things of the same people, are not parts of each other.
        if first.cohort == second.cohort:
            nested += [
                (_name(part, first.counts.follow_up), _name(part, second.counts.follow_up))
                for part in (_AGAIN, _SAME, _OFFENCES, _SAME_OFFENCES)
            ]
    return counts, Links(shares=tuple(shares), nested=tuple(nested))


def _print(each: Accepted, counts: Mapping[tuple[str, str], int], suppressed: Iterable[tuple[str, str]]) -> Print:
    days = each.counts.follow_up
    status = Status.FINAL if each.standing is Standing.FINAL else Status.ESTIMATE
    hidden = set(suppressed)

    def shown(part: str) -> Published:
        cell = (_name(part, days), WHOLE)
        is_hidden = cell in hidden or each.counts.people < LEAST
        return SUPPRESSED if is_hidden else Published(value=round_count(counts[cell]), status=status)

    people = shown(PEOPLE)
    return Print(
        source=each,
        any_kind=_line(people, shown(_AGAIN), shown(_OFFENCES)),
        same_kind=_line(people, shown(_SAME), shown(_SAME_OFFENCES)),
    )


def _line(people: Published, again: Published, offences: Published) -> Line:
    rate, status = percentage(again, people)
    interval = None
    if rate is not None and people.value and again.value is not None:
        interval = wilson(min(again.value / people.value, 1.0), people.value)
    return Line(
        people=people,
        reoffenders=again,
        rate=rate,
        status=status,
        interval=interval,
        per_reoffender=ratio(offences, again)[0],
        per_100=ratio(offences, people, factor=100)[0],
    )
