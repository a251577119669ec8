"""The words in which people read what the rules only name."""

from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leeward.foundation.days import write_day
from leeward.industry.declarations.rules.standing import Duty, DutyKind, Standing
from leeward.industry.declarations.rules.terms import (
    AnswerKind,
    AskedFor,
    AskerKind,
    AuthorityWay,
    HandedInState,
    LeavingKind,
    LinkTrouble,
    Measure,
    OrganisationKind,
    ProcessStep,
    RefusalNews,
    RequestState,
    Speaker,
    Stage,
    Verdict,
)

STANDINGS = {
    Standing.IN_GOOD_STANDING: gettext_lazy("In good standing"),
    Standing.DUE_SOON: gettext_lazy("Due soon"),
    Standing.LAPSED: gettext_lazy("Lapsed"),
    Standing.WITHDRAWN: gettext_lazy("Has left"),
}
STANDING_COLOURS = {
    Standing.IN_GOOD_STANDING: "green",
    Standing.DUE_SOON: "yellow",
    Standing.LAPSED: "red",
    Standing.WITHDRAWN: "grey",
}
KINDS = {
    OrganisationKind.PLATFORM: gettext_lazy("Platform"),
    OrganisationKind.MEDIA: gettext_lazy("Media"),
    OrganisationKind.TRADE_BODY: gettext_lazy("Trade body"),
    OrganisationKind.OTHER: gettext_lazy("Other organisation"),
}
STAGES = {
    Stage.APPLIED: gettext_lazy("Has applied"),
    Stage.VERIFIED: gettext_lazy("Authority verified"),
    Stage.SIGNED: gettext_lazy("Has signed"),
    Stage.REFUSED: gettext_lazy("Refused"),
}
WAYS = {
    AuthorityWay.CALLED_BACK: gettext_lazy("Called back on a number from a public register"),
    AuthorityWay.REGISTER: gettext_lazy("Named in the commercial register"),
    AuthorityWay.LETTER: gettext_lazy("Signed letter of its board"),
    AuthorityWay.IN_PERSON: gettext_lazy("In person, with proof"),
}
REFUSAL_NEWS = {
    RefusalNews.WRITE: gettext_lazy("Write to whoever applied, with the reason"),
    RefusalNews.SILENT: gettext_lazy("Write to nobody: it is junk, or not their address"),
}
HANDED_IN = {
    HandedInState.WAITING: gettext_lazy("Waits for review"),
    HandedInState.ACCEPTED: gettext_lazy("Accepted"),
    HandedInState.REJECTED: gettext_lazy("Not accepted"),
}
HANDED_IN_COLOURS = {
    HandedInState.WAITING: "yellow",
    HandedInState.ACCEPTED: "green",
    HandedInState.REJECTED: "red",
}
LEAVINGS = {
    LeavingKind.OWN: gettext_lazy("It withdrew"),
    LeavingKind.REMOVED: gettext_lazy("It was taken off the list"),
}
TROUBLES = {
    LinkTrouble.NONE: gettext_lazy("Can be read"),
    LinkTrouble.NO_ANSWER: gettext_lazy("No answer from the site"),
    LinkTrouble.NOT_FOUND: gettext_lazy("Not found on the site"),
    LinkTrouble.SERVER_ERROR: gettext_lazy("The site is broken"),
    LinkTrouble.INSECURE: gettext_lazy("The site cannot prove who it is"),
    LinkTrouble.REFUSED: gettext_lazy("The address is none that is fetched"),
    LinkTrouble.CLOSED: gettext_lazy("Closed to programs: checked by hand"),
}
VERDICTS = {
    Verdict.MET: gettext_lazy("Met"),
    Verdict.PARTLY: gettext_lazy("Partly met"),
    Verdict.NOT_MET: gettext_lazy("Not met"),
    Verdict.UNKNOWN: gettext_lazy("Not known"),
}
VERDICT_COLOURS = {
    Verdict.MET: "green",
    Verdict.PARTLY: "yellow",
    Verdict.NOT_MET: "red",
    Verdict.UNKNOWN: "grey",
}
STEPS = {
    ProcessStep.REPORT: gettext_lazy("Report: how a report comes in"),
    ProcessStep.DETECT: gettext_lazy("Detect: how known copies are found"),
    ProcessStep.INFORM: gettext_lazy("Inform: who is told what"),
    ProcessStep.TAKE_DOWN: gettext_lazy("Take down: how long it takes, and what is missed"),
}
ASKERS = {
    AskerKind.POLICE: gettext_lazy("Police"),
    AskerKind.PROSECUTION: gettext_lazy("Prosecution"),
    AskerKind.COURT: gettext_lazy("Court"),
    AskerKind.REGULATOR: gettext_lazy("Regulator"),
    AskerKind.SUPPORT_SERVICE: gettext_lazy("Support service"),
    AskerKind.RESEARCH: gettext_lazy("Research"),
}
ASKED_FOR = {
    AskedFor.ACCOUNT: gettext_lazy("Who is behind an account"),
    AskedFor.PRESERVATION: gettext_lazy("That evidence is kept"),
    AskedFor.DECISION: gettext_lazy("Why something was decided"),
    AskedFor.PROCESS: gettext_lazy("How its process works"),
    AskedFor.COUNTS: gettext_lazy("Counts"),
}
ANSWERS = {
    AnswerKind.ANSWERED: gettext_lazy("It answered"),
    AnswerKind.PARTLY: gettext_lazy("It answered in part"),
    AnswerKind.REFUSED: gettext_lazy("It refused"),
}
REQUEST_STATES = {
    RequestState.WAITING: gettext_lazy("Waits for its answer"),
    RequestState.OVERDUE: gettext_lazy("Overdue"),
    RequestState.ANSWERED: gettext_lazy("Answered"),
    RequestState.PARTLY: gettext_lazy("Answered in part"),
    RequestState.REFUSED: gettext_lazy("Refused"),
}
REQUEST_COLOURS = {
    RequestState.WAITING: "blue",
    RequestState.OVERDUE: "red",
    RequestState.ANSWERED: "green",
    RequestState.PARTLY: "yellow",
    RequestState.REFUSED: "orange",
}
MEASURES = {
    Measure.REPORTS_RECEIVED: gettext_lazy("Reports received"),
    Measure.ITEMS_REMOVED: gettext_lazy("Items removed"),
    Measure.REMOVED_BEFORE_REPORT: gettext_lazy("Of these, removed before anybody reported them"),
    Measure.MEDIAN_HOURS: gettext_lazy("Median hours to removal"),
    Measure.REFUSALS: gettext_lazy("Reports refused"),
    Measure.APPEALS: gettext_lazy("Appeals"),
    Measure.APPEALS_UPHELD: gettext_lazy("Appeals that changed the decision"),
    Measure.REQUESTS_RECEIVED: gettext_lazy("Requests by police and support services"),
    Measure.REQUESTS_ANSWERED: gettext_lazy("Of these, answered"),
}
SPEAKERS = {
    Speaker.REPORT: gettext_lazy("its published report"),
    Speaker.LEAD: gettext_lazy("whoever answers for image abuse there"),
    Speaker.SPOKESPERSON: gettext_lazy("its spokesperson"),
    Speaker.LEGAL: gettext_lazy("its legal department"),
    Speaker.MANAGEMENT: gettext_lazy("its management"),
    Speaker.UNKNOWN: gettext_lazy("by whom is not on record"),
}
DRAFT_PROBLEMS = {
    "missing": gettext_lazy("is missing"),
    "title": gettext_lazy("needs a title of at most 200 characters"),
    "text": gettext_lazy("needs a text of at most 20,000 characters"),
    "lead": gettext_lazy("has an introduction of more than 2,000 characters"),
    "promise": gettext_lazy("needs a promise of at most 2,000 characters"),
    "evidence": gettext_lazy("needs what shows it, at most 2,000 characters"),
    "code": gettext_lazy("has a code that cannot be kept: small letters, digits and single hyphens"),
    "days": gettext_lazy("has days or months beyond their limits"),
    "twice": gettext_lazy("has a code twice"),
    "too_many": gettext_lazy("has too many commitments"),
}


def standing(state: Standing) -> dict[str, Any]:
    """A standing as a tag: its words and colour."""
    return {"text": STANDINGS[state], "colour": STANDING_COLOURS[state]}


def duty_in_words(duty: Duty | None) -> dict[str, Any]:
    """How one duty stands: a tag with its colour, and the day that matters."""
    if duty is None:
        return {"text": _("Not owed any more"), "colour": "grey", "when": ""}
    if duty.overdue_since is not None:
        return {
            "text": _("Overdue"),
            "colour": "red",
            "when": _("since %(day)s") % {"day": write_day(duty.overdue_since)},
        }
    if duty.due_on is None:
        return {"text": _("Shown"), "colour": "green", "when": ""}
    when = {"day": write_day(duty.due_on)}
    if duty.kind is DutyKind.RENEWAL:
        return {"text": _("To be signed"), "colour": "yellow", "when": _("by %(day)s") % when}
    if not duty.is_shown:
        return {"text": _("Not shown yet"), "colour": "grey", "when": _("due by %(day)s") % when}
    return {"text": _("Shown"), "colour": "green", "when": _("next due by %(day)s") % when}


def rhythm_in_words(*, first_due_days: int, every_months: int) -> str:
    """When a commitment's evidence is due."""
    if not every_months:
        return _("Shown once, within %(days)s days of signing") % {"days": first_due_days}
    return _("Shown within %(days)s days of signing, then every %(months)s months") % {
        "days": first_due_days,
        "months": every_months,
    }


def too_many() -> str:
    """What is said where more waits than may be handed in, or more was sent than one network may send."""
    return _("Too much waits for us at the moment. Please try again later.")


def number(value: Decimal) -> str:
    """A number as the reader's language writes it, with decimals only where it has some."""
    return number_format(value, decimal_pos=0 if value == value.to_integral_value() else 2, force_grouping=True)
