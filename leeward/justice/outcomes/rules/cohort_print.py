"""What anybody may read of a cohort: one protection over both follow-ups, and at most two prints of each.

People are counted in parts of one another: whoever offends again in one year has done so in two, and the same kind is a
part of any kind. So counts are let in one after the other, those first that are printed first: people, one year, two
years, and any kind before the same kind. What was printed stays known, so a later count never hides an earlier one. A
count is printed if it is not small, if it differs from each printed count of which it is a part, or that is a part of
it, by more than the threshold, and if every count that is hidden keeps a range wider than that. Shares are made from
rounded counts alone.

A figure is printed when its follow-up is over, as an estimate, and again when it is final (decision 0031). What comes
in between moves nothing. A final figure that is corrected is printed as it is now, with the reason.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from leeward.foundation.protection.printed import PrintedNumber, percentage, ratio
from leeward.foundation.protection.tables import (
    SUPPRESSED,
    THRESHOLD,
    Published,
    Status,
    is_small,
    round_count,
)
from leeward.foundation.surveys.rules.estimates import sampled
from leeward.justice.outcomes.rules.reoffending import LEAST, CohortCounts, Standing, standing_of

PEOPLE, AGAIN, SAME = "people", "again", "same"
OFFENCES, SAME_OFFENCES = "offences", "same_offences"

type Cell = tuple[str, int]  # which count, over how many days


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
    """Rate and how often, with their ranges, of one cohort and one follow-up: of any offence, or of the same kind."""

    people: Published
    reoffenders: Published
    rate: PrintedNumber
    per_reoffender: PrintedNumber
    per_100: PrintedNumber


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
    counts = {cell: count for each in chosen for cell, count in _cells(each.counts).items()}
    printed = let_in(counts) if chosen and min(each.counts.people for each in chosen) >= LEAST else frozenset[Cell]()
    return tuple(_print(each, printed) for each in chosen)


def let_in(counts: Mapping[Cell, int]) -> frozenset[Cell]:
    """Return which counts are printed. `counts` are in the order in which they are let in."""
    printed: set[Cell] = set()
    for cell, count in counts.items():
        related = [each for each in printed if _is_part(each, cell) or _is_part(cell, each)]
        is_apart = all(abs(counts[each] - count) > THRESHOLD for each in related)
        needed = {OFFENCES: AGAIN, SAME_OFFENCES: SAME}.get(cell[0])
        has_people = needed is None or (needed, cell[1]) in printed
        hides_wide = not any(_is_part(each, cell) and each not in printed for each in counts) or count > THRESHOLD
        if not is_small(count) and is_apart and has_people and hides_wide:
            printed.add(cell)
    return frozenset(printed)


def _is_part(part: Cell, whole: Cell) -> bool:
    """Whether one count is of people or offences that are all in the other one."""
    (name, days), (of, most) = part, whole
    if part == whole or (days > most and of != PEOPLE):
        return False
    return of in {
        AGAIN: (PEOPLE, AGAIN),
        SAME: (PEOPLE, AGAIN, SAME),
        OFFENCES: (OFFENCES,),
        SAME_OFFENCES: (OFFENCES, SAME_OFFENCES),
    }.get(name, ())


def _cells(counts: CohortCounts) -> Mapping[Cell, int]:
    days = counts.follow_up
    return {
        (PEOPLE, days): counts.people,
        (AGAIN, days): counts.reoffenders,
        (SAME, days): counts.same_reoffenders,
        (OFFENCES, days): counts.reoffences,
        (SAME_OFFENCES, days): counts.same_reoffences,
    }


def _print(each: Accepted, printed: Collection[Cell]) -> Print:
    status = Status.FINAL if each.standing is Standing.FINAL else Status.ESTIMATE
    shown = {
        name: Published(value=round_count(count), status=status) if (name, days) in printed else SUPPRESSED
        for (name, days), count in _cells(each.counts).items()
    }
    return Print(
        source=each,
        any_kind=_line(shown[PEOPLE], shown[AGAIN], shown[OFFENCES]),
        same_kind=_line(shown[PEOPLE], shown[SAME], shown[SAME_OFFENCES]),
    )


def _line(people: Published, again: Published, offences: Published) -> Line:
    return Line(
        people=people,
        reoffenders=again,
        rate=percentage(again, people, causes=sampled(again, people)),
        per_reoffender=ratio(offences, again),
        per_100=ratio(offences, people, factor=100),
    )
