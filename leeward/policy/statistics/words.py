"""The names of codes by which series are broken down."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.policy.statistics.rules.measures import CARRIERS, NOT_CARRIERS, OTHER
from leeward.policy.statistics.rules.recipes import Breakdown

RUNG_GROUPS: Mapping[str, str | Promise] = {
    CARRIERS: _("Those who carry the site: hosting and delivery networks, registrars"),
    NOT_CARRIERS: _("Others: search engines, payment, advertising, regulators, courts"),
}


HELPS: Mapping[str, str | Promise] = {
    "law": _("Know the law"),
    "removal": _("Have it removed"),
    "protect": _("Protect and prevent"),
    "emotional": _("Somebody to talk to"),
    "police": _("Police and courts"),
    "referral": _("Another service"),
}


ORDERS: Mapping[str, str | Promise] = {
    "online": _("About content online"),
    "devices": _("About devices and copies"),
    "both": _("About content, devices and copies"),
    "stay_away": _("To stay away"),
}


def code_label(breakdown: Breakdown, code: str, *, said: str) -> str:
    """Return the name of a code: the one `said` when it was counted, or ours."""
    if code == OTHER:
        return gettext("All other sites")
    if breakdown is Breakdown.RUNG:
        return str(RUNG_GROUPS.get(code, code))
    if breakdown is Breakdown.HELP:
        return str(HELPS.get(code, code))
    if breakdown is Breakdown.ORDER:
        return str(ORDERS.get(code, code))
    return said or code
