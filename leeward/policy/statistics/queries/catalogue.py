"""Reads the catalogue of indicators."""

from leeward.policy.statistics.catalogue import INDICATORS
from leeward.policy.statistics.errors import IndicatorUnknown
from leeward.policy.statistics.records import Indicator


def all_indicators() -> tuple[Indicator, ...]:
    """Every indicator in the catalogue's order, those that are not computed here too."""
    return tuple(INDICATORS.values())


def find_indicator(indicator_id: str) -> Indicator:
    """One indicator by its id. Raises IndicatorUnknown."""
    try:
        return INDICATORS[indicator_id]
    except KeyError:
        raise IndicatorUnknown(indicator_id) from None
