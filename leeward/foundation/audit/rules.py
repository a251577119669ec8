"""Lines of the audit trail: what may stand in them, and how each is chained to the one before."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Self

from leeward.foundation.audit.errors import FactRefused

FIRST_PREVIOUS_HASH = "0" * 64
FACT_LENGTH = 500
FACT_COUNT = 20
NAME_LENGTH = 32
# The lines of what she does are sealed together once their hour is over, and what was begun within it is committed.
SEALED_AFTER = timedelta(hours=1, minutes=5)
HOUR, EPOCH = timedelta(hours=1), datetime(1970, 1, 1, tzinfo=UTC)
# A run of hexadecimal digits this long is a picture's hash or a key; neither belongs in a record that is never erased.
HASH_LIKE = re.compile(r"(?<![0-9a-fA-F])[0-9a-fA-F]{32,}(?![0-9a-fA-F])")

type Fact = str | int | bool | None


class ActorKind(StrEnum):
    """Who can act. A person who uses the portal is never told apart from another."""

    PERSON = "person"
    TYPIST = "typist"  # a member of staff who types what a person says, on their behalf
    STAFF = "staff"
    PLATFORM = "platform"
    MEMBER = "member"  # a member of the support network, by a link that was mailed to it or by its own program
    OPERATOR = "operator"
    SYSTEM = "system"


# Whose acts are one person's own: the trail tells the hour of them and no more.
HERS = frozenset({ActorKind.PERSON, ActorKind.TYPIST})


def to_the_hour(at: datetime, *, hour: timedelta = HOUR) -> datetime:
    """The hour in which this lies: all that is kept of when a person did something. A demonstration's is shorter."""
    return at - (at - EPOCH) % hour


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who did something: a kind, and an id that means something only inside this installation. Never a name."""

    kind: ActorKind
    id: str = ""

    def __post_init__(self) -> None:
        if self.kind is ActorKind.PERSON and self.id:
            raise ValueError("A person is never identified in the audit trail: leave the id empty.")

    def clock(self, now: datetime, *, hour: timedelta = HOUR) -> datetime:
        """The time that is noted of what they do now: of a person's own acts the hour, of all others the moment."""
        return to_the_hour(now, hour=hour) if self.kind in HERS else now

    @classmethod
    def person(cls) -> Self:
        """Someone who uses the portal; the trail does not say who."""
        return cls(kind=ActorKind.PERSON)

    @classmethod
    def typist(cls, reference: str) -> Self:
        """A member of staff who types for a person on the phone; the trail says who types, never for whom."""
        return cls(kind=ActorKind.TYPIST, id=reference)

    @classmethod
    def operator(cls) -> Self:
        """Someone at the machine's command line."""
        return cls(kind=ActorKind.OPERATOR)

    @classmethod
    def system(cls) -> Self:
        """A sweep that acts when its time has come."""
        return cls(kind=ActorKind.SYSTEM)


def who(by: Actor) -> str:
    """Who did it, as a row keeps it: a reference, or a kind where there is none."""
    return by.id or by.kind.value


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What something was done to: a kind of thing, and its random reference (never a database id, never a hash)."""

    kind: str
    reference: str = ""

    def named_in(self, line: int) -> str:  # noqa: ARG002  # what is no person's is named alike in all lines
        """Return what stands in the line for this key: the reference itself."""
        return self.reference


@dataclass(frozen=True, kw_only=True)
class PersonsSubject(Subject):
    """Something that is one person's: each line names it anew, by a digest that only its random reference makes.

    Who has the reference finds all its lines; once the row that holds it is erased, nobody can say of any two lines
    that they were about the same.
    """

    def named_in(self, line: int) -> str:
        """The digest for the line of this key."""
        return hmac.digest(self.reference.encode(), str(line).encode(), "sha256").hex()[:NAME_LENGTH]


@dataclass(frozen=True, kw_only=True)
class TrailLine:
    """One line of the trail as it is hashed."""

    at: datetime
    verb: str
    by: Actor
    subject: Subject
    facts: str


NO_FACTS: Mapping[str, Fact] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class NewEvent:
    """One line that is to be written."""

    verb: StrEnum
    by: Actor
    subject: Subject
    now: datetime
    facts: Mapping[str, Fact] = NO_FACTS

    @property
    def at(self) -> datetime:
        """The time that the line tells."""
        return self.by.clock(self.now)


def canonical_facts(facts: Mapping[str, Fact]) -> str:
    """Return the canonical JSON text of these facts: sorted, without spaces, in ASCII.

    Raises FactRefused for anything that could carry content: long text, a hash, a nested value.
    """
    if len(facts) > FACT_COUNT:
        raise FactRefused(
            f"A line of the trail holds at most {FACT_COUNT} facts, not {len(facts)}. Record counts instead."
        )
    for name, value in facts.items():
        _check_fact(name, value)
    return json.dumps(dict(facts), sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def chain_hash(*, previous_hash: str, sequence: int, line: TrailLine) -> str:
    """SHA-256 over the line before, this line's place and everything that it says."""
    content = json.dumps(
        [
            previous_hash,
            sequence,
            line.at.astimezone(UTC).isoformat(timespec="microseconds"),
            line.verb,
            line.by.kind,
            line.by.id,
            line.subject.kind,
            line.subject.reference,
            line.facts,
        ],
        separators=(",", ":"),
        ensure_ascii=True,
    )
    return hashlib.sha256(content.encode("ascii")).hexdigest()


def _check_fact(name: str, value: object) -> None:
    if value is not None and not isinstance(value, (str, int, bool)):
        raise FactRefused(f"The fact {name!r} is a {type(value).__name__}. Use a text, a whole number, yes or no.")
    if isinstance(value, str) and len(value) > FACT_LENGTH:
        raise FactRefused(f"The fact {name!r} is longer than {FACT_LENGTH} characters. Shorten it.")
    if isinstance(value, str) and HASH_LIKE.search(value):
        raise FactRefused(f"The fact {name!r} holds a hash or a key. Name the entry's reference instead.")
