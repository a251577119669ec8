"""The words in which the desk's staff read what the rules only name."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.days import due_words, span, when
from leeward.foundation.editing.fields import Words
from leeward.foundation.outbox.rules.parcels import Trouble
from leeward.foundation.web.words import language, word
from leeward.victim.removals.rules.decisions import Outcome
from leeward.victim.removals.rules.states import Step

# What the desk's templates call, besides the words below.
__all__ = ("ACTORS", "CORRECTABLE", "TROUBLES", "answered", "due_words", "language", "span", "when")

# Only what is noted by people can have been noted wrongly; what was sent was sent.
CORRECTABLE = frozenset({Step.ACKNOWLEDGED, Step.FOUND_INCOMPLETE, Step.SEEN_UP, Step.SEEN_UNSURE})
ACTORS: dict[str, Words] = {
    "person": _("the person"),
    "typist": _("the person, by phone"),
    "staff": _("the desk"),
    "platform": _("the platform"),
    "member": _("a member of the network"),
    "system": _("by itself"),
    "operator": _("an operator"),
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


def answered(outcome: Outcome) -> str:
    """What a platform answered, as its own words: beside a state that says what was seen, both are true."""
    return gettext("They answered: %(outcome)s") % {"outcome": word(outcome)}
