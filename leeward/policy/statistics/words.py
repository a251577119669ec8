"""The words in which people read what the rules only name."""

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.policy.statistics.rules.measures import OTHER
from leeward.policy.statistics.rules.recipes import Breakdown, Scope, Theme, Unit

UNITS: dict[Unit, str | Promise] = {
    Unit.PERCENT: _("per cent"),
    Unit.HOURS: _("hours"),
    Unit.RATIO: _("for each one"),
    Unit.COUNT: _("number"),
}
SCOPES: dict[Scope, str | Promise] = {
    Scope.REPORTS: _("Reports"),
    Scope.ITEMS: _("Items: one picture at one place"),
    Scope.PEOPLE: _("People"),
    Scope.PLATFORMS: _("Platforms"),
    Scope.SERVICES: _("Support services"),
    Scope.ORGANISATIONS: _("Organisations"),
    Scope.STAFF: _("Staff"),
    Scope.HASHES: _("Hashes"),
    Scope.OFFENCES: _("Offences"),
}
THEMES: dict[Theme, str | Promise] = {
    Theme.REMOVAL: _("Removal"),
    Theme.PLATFORMS: _("How platforms respond"),
    Theme.PREVENTION: _("The exchange of hashes"),
    Theme.SUPPORT: _("Support"),
    Theme.INDUSTRY: _("The national declaration"),
    Theme.JUSTICE: _("Criminal justice"),
    Theme.PREVALENCE: _("How common it is"),
    Theme.AWARENESS: _("What people know"),
}
# As in the ladder of the removal desk.
RUNGS: dict[str, str | Promise] = {
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
    """What a code is called: what was `said` when it was counted, or our own words for it."""
    if code == OTHER:
        return gettext("All other sites")
    if breakdown is Breakdown.RUNG:
        return str(RUNGS.get(code, code))
    return said or code
