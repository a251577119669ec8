"""The words in which the desk's staff read what the rules only name."""

from datetime import datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import get_language_info, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.days import nation_zone, write_weekday
from leeward.foundation.editing.fields import Words
from leeward.foundation.outbox.rules.parcels import Trouble
from leeward.foundation.web.words import word
from leeward.industry.duties.rules import local_due
from leeward.victim.file.rules.story import Danger
from leeward.victim.removals.rules.decisions import Outcome
from leeward.victim.removals.rules.states import Step

NEAR = timedelta(days=6)
HOUR = 3_600
MINUTE = 60

# Only what is noted by people can have been noted wrongly; what was sent was sent.
CORRECTABLE = frozenset({Step.ACKNOWLEDGED, Step.FOUND_INCOMPLETE, Step.SEEN_UP, Step.SEEN_UNSURE})
ACTORS: dict[str, Words] = {
    "person": _("the person"),
    "typist": _("the person, by phone"),
    "staff": _("the desk"),
    "platform": _("the platform"),
    "system": _("by itself"),
    "operator": _("an operator"),
}
# What a sign of danger asks of whoever works on the report.
DANGERS: dict[Danger, Words] = {
    Danger.NOW: _("Ask first whether they are safe, in the way that they allow, and give them these numbers."),
    Danger.SPREADING: _("Send the notices before anything else."),
    Danger.CONTROLS: _("Whoever does it may read what arrives. Write here alone, and call only when they said."),
    Danger.ADDRESS: _("Ask whether they can stay somewhere else. The directory names places that take people in."),
    Danger.HONOUR: _("Speak to nobody of their family or community, and leave no message."),
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


def when(at: datetime, *, now: datetime) -> str:
    """A time as the nation's wall clocks show it: "Thursday 14:20", with the date where it is far."""
    due = local_due(at, nation_zone())
    is_near = abs(at - now) < NEAR
    day = date_format(due.at, "l", use_l10n=False) if is_near else write_weekday(due.at)
    zone = f" {due.at:%Z}" if due.is_repeated else ""
    return f"{day} {due.hour_minute}{zone}"


def answered(outcome: Outcome) -> str:
    """What a platform answered, as its own words: beside a state that says what was seen, both are true."""
    return gettext("They answered: %(outcome)s") % {"outcome": word(outcome)}


def language(code: str) -> str:
    """The name of a language in the reader's own; its code where it has none."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


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
