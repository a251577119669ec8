"""The names of codes by which series are broken down."""

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.labels import Labelled
from leeward.foundation.lessons.catalogue import all_talks
from leeward.foundation.web.words import told, word
from leeward.justice.perpetrators.figures import ENDINGS, REFERRALS_APART
from leeward.justice.training.figures import ROLES
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


APART: Mapping[str, str | Promise] = {"source": _("Who referred"), "kind": _("Kind of programme")}


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
    if breakdown is Breakdown.EMPLOYER:
        _employer, _slash, role = code.partition("/")
        return f"{said}: {_said(ROLES, role)}" if role else said
    if breakdown is Breakdown.REFERRAL:
        name, _slash, which = code.partition("/")
        return f"{APART[name]}: {_said(REFERRALS_APART[name], which)}"
    if breakdown is Breakdown.ENDING:
        return _said(ENDINGS, code)
    if breakdown is Breakdown.TURN:
        return _turn(code) or said
    return said or code


def _said(values: Iterable[Labelled], code: str) -> str:
    """What a code is called; the code itself where it is known no longer."""
    return next((word(each) for each in values if each.value == code), code)


def _turn(code: str) -> str:
    """An answer of a talk in the reader's language; "" where the talk that is installed has it no longer."""
    slug, turn, saying = code.split("/")
    talk = all_talks().get(slug)
    found = talk.turn(turn) if talk else None
    answer = found.find(saying) if found else None
    return told(answer.words) if answer else ""
