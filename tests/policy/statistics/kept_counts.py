"""Counts of a nation that were kept."""

from datetime import UTC, date, datetime
from typing import Any

from leeward.foundation.protection.periods import period_of
from leeward.policy.statistics.operations.gathering import take_in
from leeward.policy.statistics.operations.publishing import publish_figures
from leeward.policy.statistics.records import Frequency
from leeward.policy.statistics.rules.measures import BREAKDOWN_STEP, Measure, Measured

M = Measure


NOW = datetime(2026, 8, 15, 12, tzinfo=UTC)


MARCH, JULY = date(2026, 3, 1), date(2026, 7, 1)


def counts(start: date = MARCH, step: Frequency = Frequency.MONTH, **by_measure: Any) -> list[Measured]:
    """Measures by name: a number, or numbers by code, which are of the quarter, and whose sum is its whole."""
    made = []
    for name, said in by_measure.items():
        measure = M[name]
        if isinstance(said, dict):
            quarter = period_of(start, step=BREAKDOWN_STEP)
            here = {"measure": measure, "step": quarter.step, "start": quarter.start}
            made += [Measured(**here, count=count, code=code, label=code.upper()) for code, count in said.items()]
            made.append(Measured(**here, count=sum(said.values())))
            continue
        made.append(Measured(measure=measure, step=step, start=start, count=said))
    return made


def keep(*measured: Measured, reason: str = "", now: datetime = NOW) -> None:
    take_in(measured, source="before", reason=reason, now=now)
    publish_figures(now=now)
