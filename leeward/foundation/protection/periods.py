"""Weeks, months and quarters: their names, first days and ends, in UTC."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

DAYS_A_WEEK = 7
MONTHS_A_QUARTER = 3
MONTHS_A_YEAR = 12


class Frequency(StrEnum):
    """The length of a period."""

    WEEK = "week"  # ISO 8601: from Monday on
    MONTH = "month"
    QUARTER = "quarter"  # three months, the first from January on


@dataclass(frozen=True, kw_only=True, order=True)
class Period:
    """One week, month or quarter: the days from `start` to the one before `end`."""

    start: date
    step: Frequency

    @property
    def end(self) -> date:
        """The first day after it."""
        if self.step is Frequency.WEEK:
            return self.start + timedelta(days=DAYS_A_WEEK)
        months = MONTHS_A_QUARTER if self.step is Frequency.QUARTER else 1
        years, month = divmod(self.start.month - 1 + months, MONTHS_A_YEAR)
        return date(self.start.year + years, month + 1, 1)

    @property
    def name(self) -> str:
        """Its name in ISO 8601, 2026-W07 or 2026-02; a quarter's as in SDMX, 2026-Q1."""
        if self.step is Frequency.WEEK:
            year, week, _day = self.start.isocalendar()
            return f"{year}-W{week:02}"
        if self.step is Frequency.QUARTER:
            return f"{self.start.year}-Q{self.start.month // MONTHS_A_QUARTER + 1}"
        return f"{self.start:%Y-%m}"

    @property
    def following(self) -> "Period":
        """The period after it."""
        return Period(start=self.end, step=self.step)


def period_of(day: date, *, step: Frequency) -> Period:
    """Return the period in which a day lies."""
    if step is Frequency.WEEK:
        return Period(start=day - timedelta(days=day.weekday()), step=step)
    first = day.replace(day=1)
    if step is Frequency.QUARTER:
        first = first.replace(month=(day.month - 1) // MONTHS_A_QUARTER * MONTHS_A_QUARTER + 1)
    return Period(start=first, step=step)


def periods_between(first: Period, last: Period) -> Iterator[Period]:
    """Yield every period from the first to the last, both included."""
    period = first
    while period.start <= last.start:
        yield period
        period = period.following
