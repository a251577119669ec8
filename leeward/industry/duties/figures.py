"""Counts of the regimes that may be published."""

from datetime import date

from leeward.industry.duties.queries import active_regimes


def regimes_in_use(*, on: date) -> int:
    """Under how many regimes notices may be sent on this day."""
    return len(active_regimes(on=on))
