"""Words of the pages: sections, what is counted, and the lines under each chart."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext

from leeward.foundation.days import write_day
from leeward.foundation.protection.tables import ROUNDING_BASE, THRESHOLD
from leeward.foundation.web.words import hint_of
from leeward.policy.statistics.records import Indicator


def scope_of(indicators: Sequence[Indicator], *, published_at: datetime | None) -> tuple[str, ...]:
    """Return the lines under a chart: what is counted, in which periods, from where, and as of when."""
    lines = _once(hint_of(indicator.scope) for indicator in indicators)
    lines += _once(_ended(indicator.period_words) for indicator in indicators if indicator.period_words)
    lines += [
        gettext("Source: %(source)s") % {"source": source}
        for source in _once(_ended(indicator.source) for indicator in indicators)
    ]
    if published_at is not None:
        lines.append(gettext("As printed on %(day)s.") % {"day": write_day(published_at)})
    return tuple(lines)


def protection_words() -> str:
    """Say how numbers about people are protected."""
    return gettext(
        "Numbers about people are rounded to the nearest %(base)d. Fewer than %(threshold)d are never shown, nor is "
        "anything that would give them away."
    ) % {"base": ROUNDING_BASE, "threshold": THRESHOLD}


def _ended(text: str | Promise) -> str:
    """Add the full stop that the catalogue leaves out."""
    said = str(text)
    return said if said.endswith((".", "!", "?", "؟", "。")) else f"{said}."


def _once(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))
