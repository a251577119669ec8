"""The words in which the desk's staff read what the rules only name."""

from datetime import datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.days import nation_zone, write_weekday
from leeward.foundation.editing.fields import Words
from leeward.foundation.outbox.rules.parcels import Trouble
from leeward.industry.bank.rules import FeedbackValue
from leeward.industry.duties.rules import Element, local_due
from leeward.victim.removals.queries.reports import ReportView, RequestView
from leeward.victim.removals.rules.news import NewsState
from leeward.victim.removals.rules.states import ENDED, Step

NEAR = timedelta(days=6)
HOUR = 3_600
MINUTE = 60

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
# What a platform said of a hash at the exchange, by its own word there.
MATCH_ANSWERS: dict[str, Words] = {
    FeedbackValue.PENDING_REVIEW: _("waits there for somebody to look"),
    FeedbackValue.NOT_BLOCKED: _("was left up there"),
}
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
    """Say how the desk's own clock stands: from the report to the first notice."""
    if request.first_sent_at is not None:
        said = {"when": when(request.first_sent_at, now=now)}
        if request.first_sent_at <= request.own_due_at:
            return gettext("First notice sent %(when)s, in time") % said
        return gettext("First notice sent %(when)s, late") % said
    if request.state in ENDED:
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
