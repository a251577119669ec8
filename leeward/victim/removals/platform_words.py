"""The words in which a platform's people read what the rules only name."""

from datetime import datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.days import due_words, when
from leeward.foundation.editing.fields import Words
from leeward.foundation.outbox.rules.parcels import Stage, Trouble
from leeward.victim.removals.queries.platforms import Asked
from leeward.victim.removals.rules.decisions import Ground, Outcome, RefusalReason
from leeward.victim.removals.rules.states import RequestState

STATES: dict[RequestState, tuple[Words, str]] = {
    RequestState.PREPARED: (_("Not sent yet"), "grey"),
    RequestState.SENDING: (_("New"), "blue"),
    RequestState.SENT: (_("New"), "blue"),
    RequestState.ACKNOWLEDGED: (_("In work"), "teal"),
    RequestState.INCOMPLETE: (_("Awaits the desk"), "orange"),
    RequestState.DECIDED: (_("Answered"), "green"),
    RequestState.GONE: (_("Gone, checked by the desk"), "green"),
    RequestState.STILL_UP: (_("Still up, against your answer"), "red"),
    RequestState.APPEALED: (_("To review again"), "purple"),
    RequestState.CLOSED: (_("Closed"), "grey"),
    RequestState.WITHDRAWN: (_("Withdrawn"), "grey"),
}
# In these nothing more is asked of a platform unless something new happens.
AT_REST = frozenset(
    {RequestState.DECIDED, RequestState.GONE, RequestState.CLOSED, RequestState.WITHDRAWN, RequestState.PREPARED}
)
OUTCOMES: dict[Outcome, Words] = {
    Outcome.REMOVED: _("Removed everywhere on our service"),
    Outcome.REMOVED_HERE: _("Removed: this copy only"),
    Outcome.ALREADY_GONE: _("It was gone already"),
    Outcome.NOT_FOUND: _("We do not find it"),
    Outcome.DEINDEXED: _("Taken out of our search results"),
    Outcome.GEO_BLOCKED: _("Blocked in some countries"),
    Outcome.AGE_GATED: _("Put behind an age check"),
    Outcome.ACCOUNT_ACTION: _("Action on the account; the item is not removed"),
    Outcome.REFUSED: _("Refused: it stays up"),
}
OUTCOME_HINTS: dict[Outcome, Words] = {
    Outcome.REMOVED: _("This item and every copy that you know of."),
    Outcome.NOT_FOUND: _("Nothing stands at the address, and you do not know whether anything ever did."),
    Outcome.GEO_BLOCKED: _("You will be asked for the facts."),
    Outcome.AGE_GATED: _("You will be asked for the facts."),
    Outcome.ACCOUNT_ACTION: _("You will be asked for the facts."),
    Outcome.REFUSED: _("You will be asked for a reason and the facts."),
}
REFUSALS: dict[RefusalReason, Words] = {
    RefusalReason.NOT_INTIMATE: _("It is not an intimate image"),
    RefusalReason.NOT_DEPICTED: _("Who asks does not act for the person shown"),
    RefusalReason.CONSENTED: _("The person agreed to it being published here"),
    RefusalReason.PUBLIC_INTEREST: _("The public interest weighs more"),
    RefusalReason.NOT_OURS: _("It is not on our service"),
    RefusalReason.OTHER: _("Another reason"),
}
GROUNDS: dict[Ground, Words] = {
    Ground.ILLEGAL: _("It is illegal"),
    Ground.INCOMPATIBLE: _("It breaks our own rules"),
}
STAGES: dict[Stage, tuple[Words, str]] = {
    Stage.WAITING: (_("Awaits its next try"), "yellow"),
    Stage.SENDING: (_("Being sent now"), "blue"),
    Stage.SENT: (_("Taken by your address"), "green"),
    Stage.FAILED: (_("Given up"), "red"),
    Stage.UNSURE: (_("Delivery unknown"), "orange"),
    Stage.RECALLED: (_("Withdrawn before sending"), "grey"),
}
TROUBLES: dict[Trouble, Words] = {
    Trouble.NONE: _("None"),
    Trouble.UNREACHABLE: _("Your address could not be reached"),
    Trouble.INSECURE: _("Your address has no certificate that holds"),
    Trouble.BROKE_OFF: _("The connection broke"),
    Trouble.TOO_SLOW: _("Your address was too slow"),
    Trouble.NO_RESULT: _("Your address took it and did not answer"),
    Trouble.ADDRESS_REFUSED: _("Your address is one that we never call. Give the desk another one."),
    Trouble.ANSWERED_BADLY: _("Your address did not answer with a status from 200 to 299"),
}
OTHER_TROUBLE: Words = _("Trouble on our side")


def clock(asked: Asked, *, now: datetime) -> str:
    """How a request's clock stands, in words."""
    if asked.state in AT_REST or asked.law_stopped_at is not None:
        return gettext("No deadline")
    if asked.is_paused:
        return gettext("The clock stands still until the desk has supplied what is missing")
    if asked.law_due_at is None:
        return gettext("The law sets no fixed time: answer without delay")
    return due_words(asked.law_due_at, now=now)


def is_overdue(asked: Asked, *, now: datetime) -> bool:
    """Whether the law's time is over and nothing has stopped its clock."""
    return asked.state not in AT_REST and asked.is_overdue(now)


def claim(asked: Asked, *, names: dict[str, str], me: str, now: datetime) -> str:
    """Who works on a request, and until when the claim holds; "" where nobody does."""
    if not asked.claimed_by or asked.claimed_until is None or asked.claimed_until <= now:
        return ""
    said = {"until": when(asked.claimed_until, now=now), "name": names.get(asked.claimed_by) or gettext("a colleague")}
    if asked.claimed_by == me:
        return gettext("Yours until %(until)s") % said
    return gettext("Taken by %(name)s until %(until)s") % said
