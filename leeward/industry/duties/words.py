"""What staff read for the terms of a law, in every language."""

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import Words
from leeward.industry.duties.rules.regimes import MINUTES_AN_HOUR, Regime, RegimeDraft, RegimeState
from leeward.industry.duties.rules.terms import (
    Commencement,
    CopyScope,
    Element,
    Origin,
    PauseReason,
    RedressBody,
    StartEvent,
)

ELEMENTS: dict[Element, Words] = {
    Element.SIGNATURE: _("Signature of the depicted person or of who acts for her"),
    Element.IDENTIFICATION: _("Enough to tell which content is meant"),
    Element.LOCATION: _("Where the content is on the service"),
    Element.EXACT_URLS: _("Exact addresses of every item"),
    Element.ON_THE_SERVICE: _("Declaration that the content is on this service"),
    Element.NON_CONSENT: _("Statement that she did not agree to its being shared"),
    Element.GOOD_FAITH: _("Statement of good faith"),
    Element.ACCURACY: _("Statement that the notice is accurate"),
    Element.PENALTY_OF_PERJURY: _("Statement under penalty of perjury"),
    Element.REASONS_ILLEGAL: _("Reasons why the content is illegal"),
    Element.LEGAL_BASIS: _("The provision that the notice stands on"),
    Element.POLICY_CLAUSE: _("The platform's own rule that it breaks"),
    Element.CONTACT: _("A way to reach who sends the notice"),
    Element.EMAIL: _("E-mail address of who sends the notice"),
    Element.REPORTER_NAME: _("Name of who sends the notice, or of her agent"),
    Element.REPORTER_ROLE: _("Whether the depicted person sends it, or somebody for her"),
    Element.AUTHORITY_TO_ACT: _("Proof that the agent may act for her"),
    Element.COUNTRY: _("Country where she lives"),
    Element.PRIOR_REPORT: _("An earlier report to the platform"),
    Element.ORDER_REFERENCE: _("Reference of the order"),
    Element.DISCLOSURE_CHOICE: _("Whether the uploader may learn who complained"),
}
STARTS: dict[StartEvent, Words] = {
    StartEvent.SENT: _("When the notice was sent"),
    StartEvent.RECEIVED: _("When the platform received it"),
    StartEvent.MADE_VALID: _("When all that the law asks for was there"),
    StartEvent.ORDER_SERVED: _("When the order was served"),
}
PAUSES: dict[PauseReason, Words] = {
    PauseReason.MISSING_ELEMENT: _("While an element that the platform named is missing"),
    PauseReason.COUNTER_NOTICE: _("While the uploader may answer"),
    PauseReason.STAYED: _("While a court or authority stays the duty"),
}
COPIES: dict[CopyScope, Words] = {
    CopyScope.NONE: _("Only what the notice names"),
    CopyScope.KNOWN_IDENTICAL: _("Known identical copies too"),
    CopyScope.SAME_OR_SUBSTANTIALLY_SAME: _("The same or substantially the same content too"),
}
BODIES: dict[RedressBody, Words] = {
    RedressBody.PLATFORM: _("The platform itself"),
    RedressBody.OUT_OF_COURT: _("Out-of-court settlement"),
    RedressBody.REGULATOR: _("Regulator"),
    RedressBody.AUTHORITY: _("Other authority"),
    RedressBody.POLICE: _("Police"),
    RedressBody.COURT: _("Court"),
}
COMMENCEMENTS: dict[Commencement, Words] = {
    Commencement.IN_FORCE: _("In force"),
    Commencement.NOT_YET: _("Not yet in force; the day is known"),
    Commencement.NOT_VERIFIED: _("Nobody has verified that it is in force"),
}
STATE_TAGS: dict[RegimeState, Words] = {
    RegimeState.ACTIVE: _("In use"),
    RegimeState.OFF: _("Not in use"),
    RegimeState.OFF_NOT_VERIFIED: _("Not in use"),
    RegimeState.WAITING: _("Not yet in use"),
}
STATES: dict[RegimeState, Words] = {
    RegimeState.ACTIVE: _("Switched on"),
    RegimeState.OFF: _("Switched off"),
    RegimeState.OFF_NOT_VERIFIED: _("Switched off: commencement not verified"),
    RegimeState.WAITING: _("Switched on, but the law is not yet in force"),
}
STATE_COLOURS = {
    RegimeState.ACTIVE: "green",
    RegimeState.OFF: "grey",
    RegimeState.OFF_NOT_VERIFIED: "orange",
    RegimeState.WAITING: "blue",
}
ORIGINS: dict[Origin, Words] = {
    Origin.FILE: _("Ships with Leeward"),
    Origin.STAFF: _("Published here"),
}


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
        (str(BODIES[redress.body]), redress.name, _window(redress.within_days), redress.url or gettext("Not given"))
        for redress in draft.redress
    ]


def version_in_words(regime: Regime) -> str:
    """A version by its number and where it came from."""
    return gettext("Version %(number)d. %(origin)s.") % {
        "number": regime.version,
        "origin": ORIGINS[regime.origin],
    }


def _window(days: int | None) -> str:
    if days is None:
        return gettext("No known limit")
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}
