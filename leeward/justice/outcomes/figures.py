"""What outcomes tell the nation's statistics: totals of printed years, who reports, and re-offending as it is printed.

A number is told only where the room's own pages print it: what is hidden there follows from nothing here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from leeward.foundation.days import local_day, whole_months
from leeward.foundation.protection.tables import TOTAL, Status
from leeward.justice.outcomes.queries.cohorts import PrintedLine, printed_cohorts
from leeward.justice.outcomes.queries.printings import PrintedYear, printed_years, read_year, true_total
from leeward.justice.outcomes.queries.years import expected_in
from leeward.justice.outcomes.rules.printing import Family
from leeward.justice.outcomes.rules.terms import Stage


@dataclass(frozen=True, kw_only=True)
class RecordedFigures:
    """Of the offences recorded in the newest year of which the follow-up is over: what became of them."""

    recorded: int
    charged: int
    no_support: int


@dataclass(frozen=True, kw_only=True)
class CourtFigures:
    """Of the persons whose case ended in court in the newest printed year: those convicted."""

    ended: int
    convicted: int


@dataclass(frozen=True, kw_only=True)
class ReportingFigures:
    """How many authorities are expected in the newest printed year, how many are in it, and how old it is."""

    expected: int
    reporting: int
    months_old: int


def recorded_figures() -> RecordedFigures | None:
    """What became of the offences recorded; None where no year is final, or a total of it is hidden."""
    for year in _years():
        if year.cells.get(Family.OF_RECORDED.value) and not year.is_estimate:
            found = _totals(year, Family.OF_RECORDED, TOTAL, Stage.CHARGED, Stage.NO_SUPPORT)
            return None if found is None else RecordedFigures(recorded=found[0], charged=found[1], no_support=found[2])
    return None


def court_figures() -> CourtFigures | None:
    """Who was convicted; None where no year is printed, or a total of it is hidden."""
    for year in _years():
        if year.cells.get(Family.RESULTS.value):
            found = _totals(year, Family.RESULTS, Stage.CONVICTED, Stage.ACQUITTED, Stage.DISCONTINUED)
            return None if found is None else CourtFigures(ended=sum(found), convicted=found[0])
    return None


def charges_given() -> int | None:
    """How many charges were brought in the newest printed year, whenever the offence was recorded."""
    for year in _years():
        if year.cells.get(Family.IN_PERIOD.value):
            found = _totals(year, Family.IN_PERIOD, Stage.CHARGED)
            return found[0] if found else None
    return None


def reporting_figures(*, today: date) -> ReportingFigures | None:
    """Who reports; None before anything was printed."""
    year = next(_years(), None)
    if year is None:
        return None
    return ReportingFigures(
        expected=expected_in(year.year),
        reporting=len(year.authorities),
        months_old=whole_months(date(year.year + 1, 1, 1), today),
    )


def _years() -> Iterator[PrintedYear]:
    return filter(None, map(read_year, printed_years()))


def _totals(year: PrintedYear, family: Family, *stages: str) -> list[int] | None:
    if any(year.cell(family, TOTAL, each).value is None for each in stages):
        return None
    return [true_total(year, family, each) for each in stages]


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
    return whole_months(printed, today)


def _lines() -> list[PrintedLine]:
    return [line for each in printed_cohorts() for line in each.lines]
