"""Counts of the regimes that may be published, and how long each of a nation's own laws gives a platform."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from leeward.industry.duties.queries import active_regimes


@dataclass(frozen=True, kw_only=True)
class LegalLimit:
    """How many hours a law gives a platform."""

    law: str
    hours: float


def regimes_in_use(*, on: date) -> int:
    """Under how many regimes notices may be sent on this day."""
    return len(active_regimes(on=on))


def legal_limits(*, on: date, jurisdictions: Collection[str]) -> tuple[LegalLimit, ...]:
    """The limits of these jurisdictions' laws under which notices may be sent on this day, the shortest first.

    Jurisdictions are compared without regard to capitals. A law that sets no fixed time has no limit.
    """
    wanted = {each.casefold() for each in jurisdictions}
    found = [
        LegalLimit(law=regime.name, hours=regime.limit_hours)
        for regime in active_regimes(on=on)
        if regime.limit_hours is not None and regime.jurisdiction.casefold() in wanted
    ]
    return tuple(sorted(found, key=lambda limit: (limit.hours, limit.law)))
