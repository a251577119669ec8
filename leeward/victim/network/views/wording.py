"""Where a referral stands, in a sentence, to the person and to staff. Days are named, nothing counts down."""

from django.utils.translation import gettext as _

from leeward.foundation.days import write_weekday
from leeward.foundation.labels import Labelled
from leeward.foundation.outbox.rules.parcels import Stage
from leeward.foundation.web.words import word
from leeward.victim.network.operations.reading import ReadTurn
from leeward.victim.network.queries.referrals import ReferralLine, TurnLine
from leeward.victim.network.rules.turns import (
    MAILBOX_CORRECTED,
    UNREAD,
    DeclineReason,
    DoneAs,
    FailedAs,
    ReferralState,
    TurnState,
)


def stand_words(line: ReferralLine) -> str:
    """Say to the person where it stands, and whose turn it is."""
    turn = line.open_turn
    if turn is not None:
        return _turn_words(turn, line)
    return _override_words(line) if line.is_override else _whole_words(line)


def next_words(line: ReferralLine) -> str:
    """Say who does what next once nobody whom it names can help."""
    if line.is_owed:
        return _("It is the helpline’s turn to talk with you about what to do next.")
    if line.is_helped:
        return _("You and the helpline can decide what to do next.")
    return _("The helpline does not work on this now. Write to the helpline if you want somebody else to be asked.")


def name_receivers(line: ReferralLine) -> str:
    """Whom it names, in the person's order."""
    return " → ".join(turn.name for turn in line.turns)


def why_words(turn: TurnLine) -> str:
    """Why a turn ended, as its receiver said it; "" where a clock or a person ended it."""
    kinds: dict[TurnState, type[Labelled]] = {
        TurnState.DECLINED: DeclineReason,
        TurnState.DONE: DoneAs,
        TurnState.FAILED: FailedAs,
    }
    if turn.state is TurnState.PASSED_OVER and turn.code == "mail":
        return _("The mail with the link could not be delivered")
    if turn.state is TurnState.PASSED_OVER and turn.code == MAILBOX_CORRECTED:
        return _("Their mailbox was corrected, and the link that was mailed before ended")
    if turn.state is TurnState.PASSED_OVER and turn.code == UNREAD:
        return _("Nobody there could open it when their turn came")
    kind = kinds.get(turn.state)
    return word(kind(turn.code)) if kind and turn.code else ""


def mail_words(turn: ReadTurn) -> str:
    """Where the mail about a turn is; "" where none is on its way. Nothing is said to have arrived."""
    said = {
        Stage.WAITING: _("Waiting to be sent"),
        Stage.SENDING: _("Waiting to be sent"),
        Stage.SENT: _("Taken by their mail server"),
        Stage.UNSURE: _("It may have arrived"),
        Stage.FAILED: _("It could not be delivered"),
    }
    return said.get(turn.mail, "") if turn.mail else ""


def _whole_words(line: ReferralLine) -> str:
    if line.state is ReferralState.DRAFTED:
        return _("It is waiting for your yes. Nothing is passed on before that.")
    if line.state is ReferralState.HELPED:
        return _("They say that it is done. Nobody else is asked.")
    if line.state is ReferralState.RETURNED:
        return " ".join([_("It came back from everybody you named."), next_words(line)])
    if line.state is ReferralState.WITHDRAWN:
        return _("You took it back. Nobody else is asked.") if line.agreed_at else _("You said no. Nobody is asked.")
    return _("The next one is asked now. You do not need to do anything.")


def _override_words(line: ReferralLine) -> str:
    if line.state is ReferralState.RETURNED:
        return " ".join([_("Nobody we asked could help."), next_words(line)])
    if line.state is ReferralState.WITHDRAWN:
        return _("The helpline took it back. Nobody else is asked.")
    return _whole_words(line)


def _turn_words(turn: TurnLine, line: ReferralLine) -> str:
    told = {"name": turn.name, "day": write_weekday(turn.due_at) if turn.due_at else ""}
    away = "" if turn.has_reader else _("Nobody at %(name)s can read this right now.")
    return " ".join(filter(None, [_turn_text(turn, line), away])) % told


def _turn_text(turn: TurnLine, line: ReferralLine) -> str:
    if turn.state is TurnState.OFFERED:
        return _offered_text(line)
    if turn.state is TurnState.ASKED:
        if line.is_read:
            return _("%(name)s has a question. You or the helpline can answer it.")
        return _("%(name)s has a question. You can answer it.")
    if turn.state is TurnState.WAITING:
        return _("%(name)s says that they have begun, and that they wait for something.")
    if turn.state is TurnState.STARTED:
        return _("%(name)s says that they have begun.")
    return (
        _late_text(line) if turn.is_late else _("%(name)s says that they will help. They have until %(day)s to begin.")
    )


def _offered_text(line: ReferralLine) -> str:
    if line.next_reads:
        return _(
            "It is the turn of %(name)s. They have until %(day)s to answer. If they do not, the next one is asked."
        )
    if line.goes_on:
        return _(
            "It is the turn of %(name)s. They have until %(day)s to answer. "
            "Nobody who comes next can read it right now."
        )
    if line.is_helped:
        return _(
            "It is the turn of %(name)s. They have until %(day)s to answer. Nobody else is on the list: if they "
            "cannot help, it is the helpline’s turn to talk with you about what to do next."
        )
    return _(
        "It is the turn of %(name)s. They have until %(day)s to answer. Nobody else is on the list. The "
        "helpline does not work on this now. Write to the helpline if you want somebody else to be asked."
    )


def _late_text(line: ReferralLine) -> str:
    """Say what can be done where a service said that it will help, and did not begin in time."""
    if not line.goes_on:
        return _(
            "%(name)s said that they will help, and had until %(day)s to begin. Nobody else is on the list. Ask "
            "the helpline what to do next."
        )
    if line.is_read:
        return _(
            "%(name)s said that they will help, and had until %(day)s to begin. The helpline can ask the next one."
        )
    return _(
        "%(name)s said that they will help, and had until %(day)s to begin. The helpline cannot ask the next "
        "one, since you stopped it. You can stop this too."
    )
