"""The words in which the desk's staff read what the rules only name."""

from datetime import datetime, timedelta

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.days import nation_zone, write_weekday
from leeward.foundation.outbox.rules.parcels import Trouble
from leeward.industry.bank.rules import FeedbackValue
from leeward.industry.duties.rules import Element, local_due
from leeward.victim.removals.queries.reports import ReportView, RequestView
from leeward.victim.removals.rules.checks import CheckReason, Signal
from leeward.victim.removals.rules.decisions import Ground, Outcome, RefusalReason
from leeward.victim.removals.rules.ladder import RungReason
from leeward.victim.removals.rules.news import NewsState
from leeward.victim.removals.rules.notices import Family
from leeward.victim.removals.rules.reports import (
    Band,
    ContactWay,
    Danger,
    Harm,
    ItemKind,
    Made,
    Path,
    Reporter,
    ReportState,
    Shown,
    Source,
    Wish,
)
from leeward.victim.removals.rules.states import RequestState, Step

type Words = str | Promise

NEAR = timedelta(days=6)
HOUR = 3_600
MINUTE = 60

BANDS: dict[Band, Words] = {Band.RED: _("Red"), Band.AMBER: _("Amber"), Band.GREEN: _("Green")}
BAND_COLOURS = {Band.RED: "red", Band.AMBER: "orange", Band.GREEN: "green"}
BAND_HINTS: dict[Band, Words] = {
    Band.RED: _("Danger, blackmail, or who does it has her device. First notice within 4 hours."),
    Band.AMBER: _("It is online now. First notice within 1 working day."),
    Band.GREEN: _("A threat without signs of danger. First notice within 3 working days."),
}
STATES: dict[RequestState, Words] = {
    RequestState.PREPARED: _("Not sent yet"),
    RequestState.SENDING: _("On its way"),
    RequestState.SENT: _("Sent"),
    RequestState.ACKNOWLEDGED: _("They work on it"),
    RequestState.INCOMPLETE: _("They miss something"),
    RequestState.DECIDED: _("Answered"),
    RequestState.GONE: _("Gone, we looked"),
    RequestState.STILL_UP: _("Still up, against their word"),
    RequestState.APPEALED: _("Being looked at again"),
    RequestState.CLOSED: _("Closed"),
    RequestState.WITHDRAWN: _("Taken back by her"),
}
STATE_COLOURS = {
    RequestState.PREPARED: "yellow",
    RequestState.SENDING: "blue",
    RequestState.SENT: "blue",
    RequestState.ACKNOWLEDGED: "blue",
    RequestState.INCOMPLETE: "orange",
    RequestState.DECIDED: "teal",
    RequestState.GONE: "green",
    RequestState.STILL_UP: "red",
    RequestState.APPEALED: "purple",
    RequestState.CLOSED: "grey",
    RequestState.WITHDRAWN: "grey",
}
REPORT_STATES: dict[ReportState, Words] = {
    ReportState.DRAFT: _("Not filed"),
    ReportState.OPEN: _("Open"),
    ReportState.WATCHING: _("Closed; we keep looking"),
    ReportState.CLOSED: _("Closed"),
}
PATHS: dict[Path, Words] = {
    Path.ONLINE: _("It is online"),
    Path.THREAT: _("Somebody threatens"),
    Path.UNSURE: _("She is not sure"),
    Path.FOUND: _("Somebody found it"),
}
SOURCES: dict[Source, Words] = {
    Source.WEB: _("Web"),
    Source.PHONE: _("Phone"),
    Source.HANDOVER: _("Another hotline"),
}
STEPS: dict[Step, Words] = {
    Step.QUEUED: _("Notice made"),
    Step.UNSENT: _("Notice could not be delivered"),
    Step.RECALLED: _("Notice taken back before it left"),
    Step.SENT: _("Notice sent"),
    Step.ACKNOWLEDGED: _("They have begun"),
    Step.FOUND_INCOMPLETE: _("They named something missing"),
    Step.COMPLETED: _("What was missing was supplied"),
    Step.DECIDED_REMOVED: _("They say it is removed"),
    Step.DECIDED_KEPT: _("They keep it up, or part of it"),
    Step.SEEN_GONE: _("Seen: gone"),
    Step.SEEN_UP: _("Seen: still there"),
    Step.SEEN_UNSURE: _("Seen: not sure"),
    Step.APPEALED: _("Asked to look again"),
    Step.APPEAL_UPHELD: _("The answer stands"),
    Step.APPEAL_REVERSED: _("The answer was turned round"),
    Step.RESTORED: _("Lawful: it may come back"),
    Step.CAME_BACK: _("Seen: it is up again, and was asked for anew"),
    Step.ESCALATED: _("Next rung taken"),
    Step.CORRECTED: _("An earlier line was wrong"),
    Step.CLOSED: _("Closed"),
    Step.REOPENED: _("Taken up again"),
    Step.WITHDRAWN: _("Taken back by her"),
}
# Only what is noted by people can have been noted wrongly; what was sent was sent.
CORRECTABLE = frozenset({Step.ACKNOWLEDGED, Step.FOUND_INCOMPLETE, Step.COMPLETED, Step.SEEN_UP, Step.SEEN_UNSURE})
ACTORS: dict[str, Words] = {
    "person": _("she"),
    "typist": _("she, by phone"),
    "staff": _("the desk"),
    "platform": _("the platform"),
    "system": _("by itself"),
    "operator": _("an operator"),
}
OUTCOMES: dict[Outcome, Words] = {
    Outcome.REMOVED: _("Removed everywhere"),
    Outcome.REMOVED_HERE: _("Removed: this copy only"),
    Outcome.GEO_BLOCKED: _("Blocked in some countries"),
    Outcome.AGE_GATED: _("Put behind an age check"),
    Outcome.DEINDEXED: _("Taken out of the search"),
    Outcome.ACCOUNT_ACTION: _("Account acted on; it is still up"),
    Outcome.REFUSED: _("Refused"),
    Outcome.NOT_FOUND: _("They did not find it"),
    Outcome.ALREADY_GONE: _("Already gone"),
}
REFUSALS: dict[RefusalReason, Words] = {
    RefusalReason.NOT_INTIMATE: _("Not an intimate image, they say"),
    RefusalReason.NOT_DEPICTED: _("We do not act for the person shown, they say"),
    RefusalReason.CONSENTED: _("The person agreed, they say"),
    RefusalReason.PUBLIC_INTEREST: _("Public interest, they say"),
    RefusalReason.NOT_OURS: _("Not on their service, they say"),
    RefusalReason.OTHER: _("Another reason"),
}
GROUNDS: dict[Ground, Words] = {
    Ground.ILLEGAL: _("Illegal content"),
    Ground.INCOMPATIBLE: _("Against their own rules"),
}
SIGNALS: dict[Signal, Words] = {
    Signal.GONE: _("Gone"),
    Signal.UP: _("Still there"),
    Signal.UNSURE: _("Not for a machine to say"),
    Signal.TROUBLE: _("Could not look"),
}
CHECK_REASONS: dict[CheckReason, Words] = {
    CheckReason.STATUS: _("by the page's answer"),
    CheckReason.SAME_PAGE: _("the same page as before"),
    CheckReason.OTHER_PAGE: _("another page stands there now"),
    CheckReason.FIRST_LOOK: _("seen for the first time"),
    CheckReason.SIGN_IN: _("it asks to sign in"),
    CheckReason.CLOSED: _("it is closed to strangers"),
    CheckReason.MOVED: _("it leads somewhere else"),
    CheckReason.SAYS_GONE: _("its title says that it is gone"),
    CheckReason.SERVER: _("the server had trouble"),
    CheckReason.UNREACHABLE: _("nobody answered"),
    CheckReason.REFUSED_ADDRESS: _("an address that is never fetched"),
    CheckReason.ROBOTS: _("the site asks machines to stay away"),
    CheckReason.PERSON: _("a person looked"),
}
RUNG_REASONS: dict[RungReason, Words] = {
    RungReason.FIRST: _("Nothing was tried yet, and this comes first."),
    RungReason.BEST_HERE: _("This has worked clearly better at this very site."),
    RungReason.NEXT: _("This is the next one in the usual order."),
    RungReason.OVERDUE_TWICE: _("Nobody milder is left to write to."),
}
HARMS: dict[Harm, Words] = {
    Harm.SHARED: _("Shared"),
    Harm.THREATENED: _("Threatened"),
    Harm.SEXTORTION: _("Blackmail (sextortion)"),
    Harm.FILMED_SECRETLY: _("Filmed secretly"),
    Harm.MADE_BY_AI: _("Made by a computer"),
    Harm.STOLEN: _("Stolen"),
    Harm.CREATOR_CONTENT: _("Her work, spread without a licence"),
    Harm.DOXXING: _("Private data put online"),
    Harm.OUTING: _("Outed"),
    Harm.CULTURALLY_SENSITIVE: _("Intimate in her culture"),
    Harm.HARASSMENT: _("Harassed"),
    Harm.NOT_SURE: _("Not sure"),
}
REPORTERS: dict[Reporter, Words] = {
    Reporter.SELF: _("The person herself"),
    Reporter.AGENT: _("Somebody who acts for her"),
    Reporter.THIRD_PARTY: _("Somebody who saw it"),
    Reporter.NOT_SAID: _("Not said"),
}
SHOWN: dict[Shown, Words] = {
    Shown.NUDE: _("Nude"),
    Shown.SEXUAL: _("A sexual act"),
    Shown.UNDRESSED: _("Partly undressed"),
    Shown.CULTURAL: _("Intimate in her culture"),
    Shown.PRIVATE_DATA: _("Private data"),
    Shown.OTHER: _("Something else"),
}
MADE: dict[Made, Words] = {
    Made.I_SENT_IT: _("She sent it to somebody"),
    Made.TAKEN_WITH_YES: _("Taken with her yes"),
    Made.TAKEN_SECRETLY: _("Taken secretly"),
    Made.MADE_BY_AI: _("Made or changed by a computer"),
    Made.STOLEN: _("Stolen"),
    Made.MY_WORK: _("Her own work"),
    Made.UNKNOWN: _("Not known"),
}
WISHES: dict[Wish, Words] = {
    Wish.REMOVE: _("Remove it"),
    Wish.DEINDEX: _("Take it out of searches"),
    Wish.STOP_UPLOADER: _("Stop who uploads it"),
    Wish.KEEP_EVIDENCE: _("Keep evidence"),
    Wish.TALK: _("Somebody to talk to"),
    Wish.POLICE: _("Go to the police"),
    Wish.LAWYER: _("A lawyer"),
}
DANGERS: dict[Danger, Words] = {
    Danger.NOW: _("She is in danger now, or thinks of ending her life"),
    Danger.SPREADING: _("It is spreading right now"),
    Danger.CONTROLS: _("Who does it has her device, or lives with her"),
    Danger.ADDRESS: _("Her address or workplace stands beside it"),
    Danger.HONOUR: _("Family or community might hurt her"),
}
CONTACT_WAYS: dict[ContactWay, Words] = {
    ContactWay.NONE: _("Do not contact her"),
    ContactWay.EMAIL: _("By e-mail"),
    ContactWay.PHONE: _("By phone"),
}
# What a platform said of a hash at the exchange, by its own word there.
MATCH_ANSWERS: dict[str, Words] = {
    FeedbackValue.PENDING_REVIEW.value: _("waits there for somebody to look"),
    FeedbackValue.NOT_BLOCKED.value: _("was left up there"),
}
ITEM_KINDS: dict[ItemKind, Words] = {
    ItemKind.URL: _("Page"),
    ItemKind.ACCOUNT: _("Account"),
    ItemKind.MESSAGE: _("Message"),
    ItemKind.SEARCH_RESULT: _("Search result"),
    ItemKind.MATCH: _("Copy that the platform found itself"),
}
NOTICE_STATES: dict[str, Words] = {
    "queued": _("On its way"),
    "sent": _("Sent"),
    "failed": _("Not delivered"),
    "unsure": _("Nobody knows whether it arrived"),
    "recalled": _("Taken back before it left"),
}
NOTICE_COLOURS = {"queued": "blue", "sent": "green", "failed": "red", "unsure": "orange", "recalled": "grey"}
REVIEW_KINDS: dict[str, Words] = {
    "close": _("Close the report"),
    "erase": _("Erase the report for good"),
    "court": _("Go to court"),
    "block": _("Ask for an access block"),
}
REVIEW_STATES: dict[str, Words] = {"open": _("Waits"), "agreed": _("Agreed"), "refused": _("Refused")}
TROUBLES: dict[Trouble, Words] = {
    Trouble.NONE: _("Nothing went wrong"),
    Trouble.NO_SERVER: _("This installation names no mail server. An operator sets one."),
    Trouble.UNREACHABLE: _("Their server could not be reached. Try again later."),
    Trouble.INSECURE: _("Their server offers no safe connection. Use another channel."),
    Trouble.SIGN_IN_REFUSED: _("Our mail server refused our name. Tell an operator."),
    Trouble.SERVER_REFUSED: _("The mail server refused it."),
    Trouble.SENDER_REFUSED: _("Our address was refused. Tell an operator."),
    Trouble.RECIPIENT_REFUSED: _("Their address was refused. Look it up again on the platform's page."),
    Trouble.MESSAGE_REFUSED: _("The message was refused. Use another channel."),
    Trouble.BROKE_OFF: _("The connection broke."),
    Trouble.TOO_SLOW: _("Their server was too slow."),
    Trouble.NO_RESULT: _("It was handed over, and no answer came. Look in the desk's mailbox before sending again."),
    Trouble.ADDRESS_REFUSED: _("The webhook's address is one that is never fetched. Change the channel."),
    Trouble.ANSWERED_BADLY: _("Their webhook did not answer as it should."),
    Trouble.TOO_LATE: _("Its time had passed before it could leave."),
    Trouble.CONTENT_BROKEN: _("What was to be sent cannot be read any more. Make a new notice."),
}
# How to mend a notice that lacks an element.
MENDS: dict[Element, Words] = {
    Element.SIGNATURE: _("Sign in with your own name; the desk signs for her."),
    Element.IDENTIFICATION: _("Ask her what the picture shows, and note it in the report."),
    Element.LOCATION: _("Ask her for the exact address."),
    Element.EXACT_URLS: _("Ask her for the address of the item itself, not of the site."),
    Element.NON_CONSENT: _("Somebody else told us. Ask the person shown, or choose a law that does not ask for this."),
    Element.POLICY_CLAUSE: _("Write the platform's clause down on its page."),
    Element.EMAIL: _("The nation's file needs the desk's mail address."),
    Element.CONTACT: _("The nation's file needs the desk's mail address."),
    Element.COUNTRY: _("The nation's file needs the country's code."),
    Element.PRIOR_REPORT: _("This law wants an earlier report. Choose another law for the first notice."),
    Element.ORDER_REFERENCE: _("This law wants an order. Choose another law until there is one."),
    Element.LEGAL_BASIS: _("Write the provision down on the page of the law."),
}
MEND_OTHERWISE = _("Choose another law for this request, or ask her.")
FAMILIES: dict[Family, Words] = {
    Family.SHARING: _("Shared or taken"),
    Family.SYNTHETIC: _("Made by a computer"),
    Family.THREAT: _("Threat or blackmail"),
    Family.IDENTITY: _("Private data, impersonation, harassment"),
}
AGES: dict[int, Words] = {
    0: _("Less than 1 day"),
    1: _("1 day"),
    2: _("2 to 6 days"),
    7: _("7 to 29 days"),
    30: _("30 days or more"),
}


def when(at: datetime, *, now: datetime) -> str:
    """A time as the nation's wall clocks show it: "Thursday 14:20", with the date where it is far."""
    due = local_due(at, nation_zone())
    is_near = abs(at - now) < NEAR
    day = date_format(due.at, "l", use_l10n=False) if is_near else write_weekday(due.at)
    zone = f" {due.at:%Z}" if due.is_repeated else ""
    return f"{day} {due.hour_minute}{zone}"


def say_news(report: ReportView, *, now: datetime) -> str:
    """Whether a machine tells her that there is news, and when it last did."""
    if report.news is NewsState.OFF:
        return gettext("No: she looks by her code")
    if report.news is NewsState.STOPPED:
        return gettext("Stopped: she could not be reached there, and it is not tried again")
    if report.told_at is None:
        return gettext("Yes, none sent yet")
    return gettext("Yes, the last one %(when)s") % {"when": when(report.told_at, now=now)}


def span(length: timedelta) -> str:
    """How long: in days, hours or minutes, whichever says enough."""
    seconds = int(abs(length).total_seconds())
    hours = seconds // HOUR
    if hours >= 48:
        return ngettext("%(number)d day", "%(number)d days", hours // 24) % {"number": hours // 24}
    if hours:
        return ngettext("%(number)d hour", "%(number)d hours", hours) % {"number": hours}
    minutes = seconds // MINUTE
    return ngettext("%(number)d minute", "%(number)d minutes", minutes) % {"number": minutes}


def due_words(due_at: datetime | None, *, now: datetime) -> str:
    """When something is due, or since when it has been."""
    if due_at is None:
        return gettext("No clock runs")
    said = {"when": when(due_at, now=now), "span": span(due_at - now)}
    if due_at <= now:
        return gettext("Overdue since %(when)s (%(span)s)") % said
    return gettext("Due %(when)s (in %(span)s)") % said


def own_clock(request: RequestView, *, now: datetime) -> str:
    """The desk's own clock: from the report to the first notice."""
    if request.first_sent_at is not None:
        said = {"when": when(request.first_sent_at, now=now)}
        if request.first_sent_at <= request.own_due_at:
            return gettext("First notice sent %(when)s, in time") % said
        return gettext("First notice sent %(when)s, late") % said
    if request.state in (RequestState.CLOSED, RequestState.WITHDRAWN):
        return gettext("Nothing was sent")
    return due_words(request.own_due_at, now=now)


def law_clock(request: RequestView, *, now: datetime) -> str:
    """The law's clock: from the valid notice to the removal."""
    if request.law_stopped_at is not None:
        return gettext("Stopped %(when)s") % {"when": when(request.law_stopped_at, now=now)}
    if request.law_paused_at is not None:
        said = {"when": when(request.law_paused_at, now=now)}
        return gettext("Stands still since %(when)s: they miss something") % said
    if request.law_started_at is None:
        return gettext("Starts with the notice")
    if request.law_due_at is None:
        said = {"when": when(request.law_started_at, now=now)}
        return gettext("Runs since %(when)s; this law sets no fixed time") % said
    return due_words(request.law_due_at, now=now)
