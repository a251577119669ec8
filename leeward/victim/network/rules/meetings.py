"""What a meeting on high risk decides to do for a person: which organisation does it, never a name, by which day."""

from dataclasses import dataclass
from datetime import date, timedelta

from leeward.foundation.labels import Labelled, mark
from leeward.victim.network.errors import MeetingActionRefused

# The owner of what the helpline itself is to do.
HELPLINE = "helpline"
MOST_ACTIONS = 30  # of one meeting
WORDS_LENGTH = 500
LONGEST = timedelta(days=366)


class ActionState(Labelled):
    """What became of it."""

    OPEN = "open", mark("To be done"), "blue"
    DONE = "done", mark("Done"), "green"
    NOT_DONE = "not_done", mark("Not done"), "red"


@dataclass(frozen=True, kw_only=True)
class MeetingAction:
    """One thing to be done. `owner`: a member's public id, or `HELPLINE`."""

    words: str
    owner: str
    due_on: date


def check_action(action: MeetingAction, *, today: date) -> None:
    """Raises MeetingActionRefused."""
    is_said = bool(action.words.strip()) and len(action.words) <= WORDS_LENGTH
    if not (is_said and today <= action.due_on <= today + LONGEST):
        raise MeetingActionRefused
