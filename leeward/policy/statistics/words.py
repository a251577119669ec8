"""The names of codes by which series are broken down."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.policy.statistics.rules.measures import OTHER
from leeward.policy.statistics.rules.recipes import Breakdown

# As in the ladder of the removal desk.
RUNGS: Mapping[str, str | Promise] = {
    "platform": _("The platform itself"),
    "trusted_flagger": _("Its line for trusted flaggers"),
    "host": _("Hosting provider"),
    "cdn": _("Content delivery network"),
    "registrar": _("Domain registrar"),
    "search": _("Search engine"),
    "payment": _("Payment provider"),
    "advertising": _("Advertising provider"),
    "regulator": _("Regulator"),
    "court": _("Court"),
    "access_block": _("Access provider, to block it"),
}


def code_label(breakdown: Breakdown, code: str, *, said: str) -> str:
    """Return the name of a code: the one `said` when it was counted, or ours."""
    if code == OTHER:
        return gettext("All other sites")
    if breakdown is Breakdown.RUNG:
        return str(RUNGS.get(code, code))
    return said or code
