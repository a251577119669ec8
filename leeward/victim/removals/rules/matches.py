"""What follows when a platform finds, by a hash of hers, a picture that she protects: one request at a time there."""

import hmac
import secrets
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Self

from leeward.foundation.kept import Kept
from leeward.industry.bank.rules import FeedbackValue, PictureMatch
from leeward.victim.removals.rules.notices.facts import ItemHash
from leeward.victim.removals.rules.states import RequestState

# The platform has met it and has not blocked it: a copy stands there, or waits for somebody there to look.
STANDING = frozenset({FeedbackValue.PENDING_REVIEW, FeedbackValue.NOT_BLOCKED})
# A request that is under way takes what is found meanwhile along; one that she took back asks for nothing again.
TAKES_MORE = frozenset(
    {
        RequestState.PREPARED,
        RequestState.SENDING,
        RequestState.SENT,
        RequestState.ACKNOWLEDGED,
        RequestState.INCOMPLETE,
        RequestState.STILL_UP,
        RequestState.APPEALED,
        RequestState.WITHDRAWN,
    }
)
# One upload can meet every variant of a picture, and every frame of a video; a notice needs but a few to be clear.
MOST_HASHES = 20
# How often a watch is looked at. The half of it is drawn anew each time, so that no clock tells one watch from another.
PAUSE = timedelta(hours=4)
SHORTEST = timedelta(seconds=10)
KEY_BYTES = 32


@dataclass(frozen=True, kw_only=True)
class PictureLink(Kept):
    """What joins a report to the pictures of the same person. It is written down sealed to the monitor alone.

    `key` makes the names by which matches are known again; nobody without it can tell which hash a name is of.
    """

    submission: uuid.UUID
    key: str = field(repr=False)

    @classmethod
    def to(cls, submission: uuid.UUID) -> Self:
        """A link to a submission, with a key of its own."""
        return cls(submission=submission, key=secrets.token_hex(KEY_BYTES))

    def name_place(self, match: PictureMatch) -> str:
        """A name for this hash at this platform, whatever it answers."""
        return self._name(f"about|{match.platform_id}|{match.entry}")

    def name_answer(self, match: PictureMatch) -> str:
        """A name for this very answer: a later one on the same hash has another."""
        return self._name(f"answer|{match.platform_id}|{match.entry}|{match.answer}|{match.since.isoformat()}")

    def _name(self, text: str) -> str:
        return hmac.digest(bytes.fromhex(self.key), text.encode(), sha256).hex()


@dataclass(frozen=True, kw_only=True)
class FoundHash(Kept, ItemHash):
    """One hash of hers that a platform met: what its notice says of it."""

    answer: str
    since: str

    @classmethod
    def of(cls, match: PictureMatch) -> Self:
        """What is said of a match."""
        return cls(
            hash_type=match.hash_type,
            value=match.value,
            answer=match.answer,
            since=match.since.isoformat(),
        )


@dataclass(frozen=True, kw_only=True)
class Sorted:
    """New matches at one platform: what its last request takes along, and what needs a request of its own."""

    taken_along: tuple[PictureMatch, ...] = ()
    to_ask: tuple[PictureMatch, ...] = ()


def sort_matches(
    new: Sequence[PictureMatch], *, last: RequestState | None, settled_at: datetime | None, room: int
) -> Sorted:
    """Decide about new matches. `last` and `settled_at` are those of the platform's last request about matches.

    What was met before that request was settled belonged to it. At most `room` are taken along.
    """
    if last is None:
        return Sorted(to_ask=tuple(new[:MOST_HASHES]))
    if last in TAKES_MORE:
        return Sorted(taken_along=tuple(new[: max(room, 0)]))
    later = [match for match in new if settled_at is not None and match.since > settled_at]
    earlier = [match for match in new if match not in later]
    return Sorted(taken_along=tuple(earlier[: max(room, 0)]), to_ask=tuple(later[:MOST_HASHES]))


def is_all_blocked(places: Collection[str], *, answers: dict[str, FeedbackValue]) -> bool:
    """Return whether a platform says of every hash of a request that it blocks it; silence about one counts as no."""
    told = [answers.get(place) for place in places]
    return bool(told) and all(answer is FeedbackValue.BLOCKED for answer in told)


def next_look(*, now: datetime, draw: float, pace: float) -> datetime:
    """Return when a watch is looked at next, at a moment drawn by `draw` (0 to 1), after a minimum pause."""
    return now + max(PAUSE * (0.5 + draw / 2) / pace, SHORTEST)
