"""A visit: what the person's own sealed cookie carries from page to page, and for how long."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Annotated, Self
from urllib.parse import parse_qsl

from pydantic import PlainSerializer, PlainValidator

from leeward.foundation.audit.rules import Actor
from leeward.foundation.kept import Kept
from leeward.foundation.labels import Labelled, mark
from leeward.foundation.vault.errors import KeyMalformed
from leeward.foundation.vault.rules.grants import PrivateKey
from leeward.foundation.vault.rules.keys import read_private_key, write_private_key

IDLE_LIMIT = timedelta(minutes=15)
WHOLE_LIMIT = timedelta(hours=8)
# So long words that came after a visit was over wait for the code.
LATE_KEPT = timedelta(days=1)
# What a form brings besides words: its token, the code, what makes it count once, which state of an entry it showed.
NOT_WORDS = frozenset({"csrfmiddlewaretoken", "numbers", "once", "version", "seen", "continue"})
MOST_LATE = 100_000  # characters of one form
# The name in a holding of the pictures that she protects.
SUBMISSION = "submission"

# A key as it is written into a sealed text.
type WrittenKey = Annotated[PrivateKey, PlainValidator(read_private_key), PlainSerializer(write_private_key)]


class Notice(Labelled):
    """One thing to say at the top of the next page."""

    ADDED = "added", mark("The new pictures are in. Platforms get them when they next ask.")
    WITHDRAWN_ONE = (
        "withdrawn_one",
        mark("You took it back. You see below how it stands with each platform."),
    )
    WITHDRAWN_ALL = (
        "withdrawn_all",
        mark("You took everything back. You see below how it stands with each platform."),
    )
    RENEWED = "renewed", mark("Done. Your pictures are protected for the whole time again, from today.")
    CODE_CHANGED = (
        "code_changed",
        mark("Your new code is good from now on. The old one opens nothing any more."),
    )
    LATE_SAVED = "late_saved", mark("What you wrote before your pages closed is saved now.")
    SPARE_MADE = "spare_made", mark("Your spare code is good from now on. It opens the same as your code.")
    SPARE_ENDED = "spare_ended", mark("Done. The other code opens nothing any more.")


@dataclass(frozen=True, kw_only=True)
class Bearer(Kept):
    """Whoever came with a code: the code's look-up number (never its secret), her key, and what is kept under it.

    `holds`: the references of what is hers, by the names under which their holders keep them. `other`: the look-up
    number of her second code, the spare one or that to which it is spare; "" where there is none. `is_seen` says that a
    member of staff has seen the code, and `typist` who of them types for her in this visit; "" is she herself.
    """

    look_up: str
    key: WrittenKey
    holds: Mapping[str, uuid.UUID] = field(default_factory=dict)
    is_seen: bool = False
    typist: str = ""
    other: str = ""

    @property
    def codes(self) -> tuple[str, ...]:
        """The look-up numbers of every code that opens what is hers."""
        return (self.look_up, self.other) if self.other else (self.look_up,)

    @property
    def by(self) -> Actor:
        """Who acts with it."""
        return Actor.typist(self.typist) if self.typist else Actor.person()

    @property
    def needs_own_code(self) -> bool:
        """Whether she must choose a code that nobody else knows before anything opens to her."""
        return self.is_seen and not self.typist

    @property
    def submission(self) -> uuid.UUID | None:
        """The reference of her protected pictures; None where there are none."""
        return self.holds.get(SUBMISSION)

    def holding(self, name: str, reference: uuid.UUID) -> Self:
        """The same bearer with one thing more."""
        return replace(self, holds={**self.holds, name: reference})


@dataclass(frozen=True, kw_only=True)
class Visit(Kept):
    """One visit: nothing but an answer before a code is used, its bearer after.

    `everyone_adult`: she has said so of the pictures that she is about to choose or to tell of. `errand` is what she
    came for, in a word of the app that asked her; the portal only carries it. `typist` is the member of staff at whose
    browser it is, who types what she says on the phone; "" is she herself. `key` is drawn for each visit with a bearer:
    once the server has forgotten it, no copy of the cookie opens anything. `stays_until`: until when a page that loads
    itself anew keeps the visit from ending by idleness. `late`: the key of words that wait for the code in this
    browser.
    """

    started_at: datetime
    seen_at: datetime
    everyone_adult: bool = False
    bearer: Bearer | None = None
    notice: Notice | None = None
    errand: str = ""
    typist: str = ""
    key: str = ""
    stays_until: datetime | None = None
    late: str = ""

    def __repr__(self) -> str:
        return "Visit(…)"


@dataclass(frozen=True, kw_only=True)
class LateWords(Kept):
    """One form that was sent after its visit was over: its page, what was typed, when, and who typed for her."""

    path: str
    sent: str
    kept_at: datetime
    typist: str = ""

    def __repr__(self) -> str:
        return "LateWords(…)"

    @property
    def texts(self) -> tuple[str, ...]:
        """What was typed or chosen, in the form's order."""
        return tuple(value for name, value in parse_qsl(self.sent) if name not in NOT_WORDS and value.strip())


def begin_visit(*, now: datetime, bearer: Bearer | None = None, typist: str = "") -> Visit:
    """A visit that knows nothing yet, or only who types, or whose code has just been used."""
    return Visit(started_at=now, seen_at=now, bearer=bearer, typist=bearer.typist if bearer else typist)


def is_over(visit: Visit, *, now: datetime) -> bool:
    """Whether nothing happened for too long, or it lasted too long in all. A clock that ran backwards ends it too."""
    return not (
        timedelta() <= now - visit.seen_at <= IDLE_LIMIT and timedelta() <= now - visit.started_at <= WHOLE_LIMIT
    )


def is_late(visit: Visit, *, now: datetime) -> bool:
    """Whether it is over only because nothing happened for a while: what she was writing may wait for her code."""
    return now - visit.seen_at > IDLE_LIMIT and timedelta() <= now - visit.started_at <= WHOLE_LIMIT


def is_in_time(words: LateWords, *, now: datetime) -> bool:
    """Whether words that came late may still be saved."""
    return timedelta() <= now - words.kept_at <= LATE_KEPT


def touch(visit: Visit, *, now: datetime) -> Visit:
    """The same visit, seen just now."""
    return replace(visit, seen_at=now)


def read_visit(text: str) -> Visit | None:
    """Read what a visit wrote; None for a text of another release. Only sealed texts of ours get here."""
    try:
        return Visit.from_text(text)
    except (ValueError, KeyMalformed):
        return None
