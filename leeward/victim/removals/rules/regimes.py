"""Under which law a notice goes out, where nobody has chosen one."""

from collections.abc import Sequence

from leeward.industry.duties.rules import Regime, StartEvent

GENERIC = "generic"
# A regime's code begins with its country's, in the way that people write it; ISO 3166 writes this one otherwise.
WRITTEN_AS = {"UK": "GB"}


def choose_regime(regimes: Sequence[Regime], *, nation: str, platform: str) -> Regime | None:
    """Choose the nation's own law, else that of the platform's home, else the generic regime; None where there is none.

    `nation` and `platform` are ISO 3166 codes, or "" where unknown. Of several laws of one country the shortest clock
    counts, and one that sets a time before one that sets none.
    """
    for wanted in (nation, platform):
        fitting = [regime for regime in regimes if wanted and country_of(regime) == wanted and _needs_no_order(regime)]
        if fitting:
            return min(fitting, key=lambda regime: (regime.limit_hours is None, regime.limit_hours or 0.0))
    return next((regime for regime in regimes if regime.code == GENERIC), None)


def _needs_no_order(regime: Regime) -> bool:
    """A law whose clock starts with an authority's order is chosen by hand, once there is one."""
    return regime.start_event is not StartEvent.ORDER_SERVED


def country_of(regime: Regime) -> str:
    """Return the ISO 3166 code of the law's country; "" for the generic regime."""
    if regime.code == GENERIC:
        return ""
    prefix = regime.code.partition("-")[0].upper()
    return WRITTEN_AS.get(prefix, prefix)
