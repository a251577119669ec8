"""A platform's right of reply: short words of its own beside its numbers, reviewed before they are published."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from leeward.foundation.labels import Labelled, mark
from leeward.policy.statistics.errors import WordsRefused

WORDS_MOST = 600
REASON_MOST = 400


class ReplyState(Labelled):
    """The state of a reply. At most one reply of a platform waits, and one is shown."""

    WAITING = "waiting", mark("To review"), "yellow"
    SHOWN = "shown", mark("Published"), "green"
    SENT_BACK = "sent_back", mark("Returned"), "orange"  # with a reason, which the platform reads
    ENDED = "ended", mark("Withdrawn or replaced"), "grey"  # by the platform


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What a platform says about its numbers. `reason` says why it was sent back."""

    reference: UUID
    platform: str
    words: str
    language: str
    state: ReplyState
    handed_in_at: datetime
    decided_at: datetime | None
    decided_by: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ShownReply:
    """A reply as everybody reads it."""

    words: str
    language: str
    said_on: datetime


def check_words(words: str, *, most: int = WORDS_MOST) -> str:
    """Return the words, stripped. Raises WordsRefused if there are none, or too many."""
    text = words.strip()
    if not text:
        raise WordsRefused("There are no words.")
    if len(text) > most:
        raise WordsRefused(f"At most {most} characters fit; these are {len(text)}.")
    return text
