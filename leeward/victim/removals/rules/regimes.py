"""Under which law a notice goes out, where nobody has chosen one."""

from collections.abc import Sequence

from leeward.industry.duties.rules import Regime

GENERIC = "generic"


def choose_regime(regimes: Sequence[Regime], *, nation: str, platform: str) -> Regime | None:
    """The nation's own law first, then that of the platform's home, then the one without a law; None for no regime.

    `nation` and `platform` are ISO 3166 codes, or "" where unknown; a union's code ("EU") counts for its members only
    where the nation says that it is one.
    """
    for wanted in (nation, platform):
        for regime in regimes:
            if wanted and regime.jurisdiction == wanted:
                return regime
    return next((regime for regime in regimes if regime.code == GENERIC), None)
