"""An entry of a locker, in the words of its person. Everything but that there is something may be left out."""

import hashlib
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum

from leeward.foundation.kept import Kept
from leeward.foundation.labels import Labelled, mark

LONGEST_WORDS = 10_000
# A change is a version, and all are kept; a page that is saved anew each minute would never end.
MOST_VERSIONS = 200


class EntryKind(Labelled):
    """What kind of thing happened."""

    THREAT = "threat", mark("A threat")
    DEMAND = "demand", mark("They want money, pictures or something else")
    MESSAGE = "message", mark("A message or a call")
    POST = "post", mark("Something put online")
    ACCOUNT = "account", mark("A false account, or somebody in mine")
    WATCHED = "watched", mark("I am followed or watched")
    IN_PERSON = "in_person", mark("Something that happened in person")
    OTHER = "other", mark("Something else")


@dataclass(frozen=True, kw_only=True)
class Entry(Kept):
    """What is written down of one thing that happened.

    `on` is the day, `at` hours and minutes, `about` when it was, roughly. `captured` and `device`: when and on what a
    picture of it was taken.
    """

    words: str = ""
    kind: EntryKind = EntryKind.OTHER
    on: date | None = None
    at: str = ""
    about: str = ""
    platform: str = ""
    handle: str = ""
    address: str = ""
    suspects: str = ""
    witnesses: str = ""
    told: str = ""
    effect: str = ""
    captured: str = ""
    device: str = ""

    @property
    def says_something(self) -> bool:
        """Whether there is anything to keep: a kind alone is nothing."""
        return any(getattr(self, each.name) for each in fields(self) if each.name != "kind")


class Writer(StrEnum):
    """Who wrote a version."""

    PERSON = "person"
    TYPIST = "typist"


@dataclass(frozen=True, kw_only=True)
class Written(Kept):
    """One version as it is sealed: the very text that was digested, when it was written and by whom.

    `salt` (64 hexadecimal digits) belongs to the commitment of this version.
    """

    text: str
    at: datetime
    writer: Writer
    salt: str

    @property
    def entry(self) -> Entry:
        """The entry that the text says."""
        return Entry.from_text(self.text)

    @property
    def digest(self) -> str:
        """SHA-256 of the text in UTF-8, in 64 hexadecimal digits."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def size(self) -> int:
        """Bytes of the text in UTF-8."""
        return len(self.text.encode())
