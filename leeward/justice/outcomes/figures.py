"""What outcomes tell the statistics of re-offending: what its own page prints, protected there, and how old it is."""

from dataclasses import dataclass
from datetime import date

from leeward.foundation.days import local_day
from leeward.foundation.protection.tables import Status
from leeward.justice.outcomes.queries.cohorts import PrintedLine, printed_cohorts

MONTHS_A_YEAR = 12


@dataclass(frozen=True, kw_only=True)
class ReoffendingFigures:
    """Of the newest cohort whose figure is final: its people, and those who offended again, as both are printed."""

    months: int
    people: int
    reoffenders: int


def reoffending_figures() -> list[ReoffendingFigures]:
    """By how long people are followed; none where the newest final figure is hidden, or there is none."""
    newest: dict[int, PrintedLine] = {}
    for line in _lines():
        if line.print.any_kind.people.status is not Status.ESTIMATE:
            newest[line.months] = max(newest.get(line.months, line), line, key=lambda each: each.quarter)
    return [
        ReoffendingFigures(months=months, people=people.value, reoffenders=again.value)
        for months, line in sorted(newest.items())
        if (people := line.print.any_kind.people).value is not None
        and (again := line.print.any_kind.reoffenders).value is not None
    ]


def reoffending_age(*, today: date) -> int | None:
    """Whole months since a figure was last printed; None before the first."""
    printed = max((local_day(each.accepted_at) for each in _lines()), default=None)
    if printed is None:
        return None
    months = (today.year - printed.year) * MONTHS_A_YEAR + today.month - printed.month
    return max(0, months - (today.day < printed.day))


def _lines() -> list[PrintedLine]:
    return [line for each in printed_cohorts() for line in each.lines]
