"""What a programme for people who did harm tells the worker of whom they harmed: one way, under a random token."""

import re

from leeward.foundation.labels import Labelled, mark
from leeward.victim.helpline.errors import TokenMistyped

TOKEN = re.compile(r"[0-9A-Z]{16,64}")


class SignalKind(Labelled):
    """What a programme can tell."""

    STARTED = "started", mark("They have started the programme"), "blue"
    MISSED_TWO = "missed_two", mark("They have missed two meetings"), "yellow"
    STOPPED = "stopped", mark("They have stopped"), "yellow"
    COMPLETED = "completed", mark("They have completed it"), "green"
    RISK_RAISED = "risk_raised", mark("The risk is higher now"), "red"
    TRIED_CONTACT = "tried_contact", mark("They have tried to reach the person"), "red"
    PLEASE_TALK = "please_talk", mark("The programme asks for a talk"), "yellow"
    MISTAKE = "mistake", mark("The programme says that its last signal was a mistake"), "yellow"


# What stands first, however late something else is.
URGENT = frozenset({SignalKind.RISK_RAISED, SignalKind.TRIED_CONTACT})


class ListenerAsked(Labelled):
    """Why the helpline listens."""

    PERSON = "person", mark("The person wants to be told")
    LIAISON = "liaison", mark("Nobody asked; we stand by them and tell them nothing unless they ask")


def read_token(typed: str) -> str:
    """A token as tokens are compared, however it was typed. Raises TokenMistyped."""
    token = re.sub(r"[\s\-–]", "", typed).upper()
    if not TOKEN.fullmatch(token):
        raise TokenMistyped
    return token
