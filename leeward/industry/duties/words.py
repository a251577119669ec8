"""What staff read for the terms of a law, in every language."""

from django.utils.translation import gettext, ngettext

from leeward.foundation.web.words import word
from leeward.industry.duties.rules.regimes import MINUTES_AN_HOUR, Regime, RegimeDraft


def limit_in_words(draft: RegimeDraft) -> str:
    """The clock's limit as people say it."""
    if draft.limit_hours is None:
        return gettext("No fixed time")
    if draft.limit_hours.is_integer():
        hours = int(draft.limit_hours)
        return ngettext("%(hours)d hour", "%(hours)d hours", hours) % {"hours": hours}
    minutes = round(draft.limit_hours * MINUTES_AN_HOUR)
    return ngettext("%(minutes)d minute", "%(minutes)d minutes", minutes) % {"minutes": minutes}


def redress_in_words(draft: RegimeDraft) -> list[tuple[str, str, str, str]]:
    """Who hears a complaint: the kind of body, its name, its window, its address."""
    return [
        (word(redress.body), redress.name, _window(redress.within_days), redress.url or gettext("Not given"))
        for redress in draft.redress
    ]


def version_in_words(regime: Regime) -> str:
    """A version by its number and where it came from."""
    return gettext("Version %(number)d. %(origin)s.") % {
        "number": regime.version,
        "origin": word(regime.origin),
    }


def _window(days: int | None) -> str:
    if days is None:
        return gettext("No known limit")
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}
