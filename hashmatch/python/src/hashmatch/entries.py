"""What a bank holds about one hash, in the words of the exchange's feed, read strictly and written back the same."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hashmatch.errors import InvalidEntryError, InvalidHashError
from hashmatch.hashes import HashValue, parse_hash
from hashmatch.older import Self, StrEnum


class Tier(StrEnum):
    """How far a hash may be trusted: a platform may only queue a submitted one, and may act on a verified one."""

    SUBMITTED = "submitted"
    VERIFIED = "verified"


class FeedbackValue(StrEnum):
    """What a platform can say about a hash; the last two also say that it has removed a withdrawn one."""

    UNKNOWN = "Unknown"
    NONE = "None"
    QUALITY_UNKNOWN = "QualityUnknown"
    PENDING_REVIEW = "PendingReview"
    BLOCKED = "Blocked"
    NOT_BLOCKED = "NotBlocked"
    WITHDRAWN = "Withdrawn"
    DELETED = "Deleted"


@dataclass(frozen=True, slots=True)
class SourcedFeedback:
    """What another platform said about a hash."""

    source: str
    value: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One hash of the bank with what the exchange says about it."""

    hash: HashValue
    tier: Tier = Tier.SUBMITTED
    variant: str = "upright"
    quality: int | None = None
    family: str | None = None
    harm: str | None = None
    jurisdiction: str | None = None
    expires_on: datetime.date | None = None
    in_review: bool = False
    feedback: tuple[SourcedFeedback, ...] = ()

    @classmethod
    def from_wire(cls, record: object) -> Self:
        """Read an entry of a page; keys that are not known are left out, wrong ones are refused."""
        if not isinstance(record, Mapping):
            raise InvalidEntryError("An entry is not an object.")
        return cls(
            hash=read_hash(record),
            tier=read_tier(record),
            variant=read_variant(record),
            quality=read_quality(record),
            family=read_text(record, "family"),
            harm=read_text(record, "harm"),
            jurisdiction=read_text(record, "jurisdiction"),
            expires_on=read_date(record, "expires_on"),
            in_review=read_flag(record, "in_review"),
            feedback=read_feedback(record),
        )

    def to_wire(self) -> dict[str, Any]:
        """The entry as it stands in a page; what is not known is left out."""
        record: dict[str, Any] = {"hash_type": self.hash.TYPE_NAME, "hash": self.hash.hex, "variant": self.variant}
        if self.quality is not None:
            record["quality"] = self.quality
        return record | self.details()

    def details(self) -> dict[str, Any]:
        """What the members of a family mostly have in common."""
        record: dict[str, Any] = {"tier": self.tier.value}
        known = {"family": self.family, "harm": self.harm, "jurisdiction": self.jurisdiction}
        record |= {name: value for name, value in known.items() if value is not None}
        if self.expires_on is not None:
            record["expires_on"] = self.expires_on.isoformat()
        if self.in_review:
            record["in_review"] = True
        if self.feedback:
            record["feedback"] = [{"source": one.source, "value": one.value} for one in self.feedback]
        return record


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A withdrawn hash: it must be removed, and the removal acknowledged."""

    hash: HashValue

    @classmethod
    def from_wire(cls, record: object) -> Self:
        """Read a tombstone of a page."""
        if not isinstance(record, Mapping):
            raise InvalidEntryError("A tombstone is not an object.")
        return cls(read_hash(record))


def read_hash(record: Mapping[str, Any]) -> HashValue:
    """The hash of an entry or tombstone."""
    hash_type, text = record.get("hash_type"), record.get("hash")
    if not isinstance(hash_type, str) or not isinstance(text, str):
        raise InvalidEntryError("An entry lacks its hash_type or hash.")
    try:
        return parse_hash(hash_type, text)
    except InvalidHashError as error:
        raise InvalidEntryError(str(error)) from error


def read_tier(record: Mapping[str, Any]) -> Tier:
    """The tier; an unknown one is taken as the lower, which never lets a platform act by itself."""
    return Tier.VERIFIED if record.get("tier") == Tier.VERIFIED else Tier.SUBMITTED


def read_variant(record: Mapping[str, Any]) -> str:
    """The variant, `upright` where none is given; a name new to this client is kept, for its hash must match."""
    return read_text(record, "variant") or "upright"


def read_quality(record: Mapping[str, Any]) -> int | None:
    """The quality, 0 to 100, or None where it is not known."""
    quality = record.get("quality")
    if quality is None:
        return None
    if type(quality) is not int or not 0 <= quality <= 100:
        raise InvalidEntryError(f"An entry has the quality {quality!r}; it is 0 to 100.")
    return quality


def read_text(record: Mapping[str, Any], name: str) -> str | None:
    """A text field, or None where it is left out."""
    value = record.get(name)
    if value is not None and not isinstance(value, str):
        raise InvalidEntryError(f"An entry's {name} is not text.")
    return value


def read_date(record: Mapping[str, Any], name: str) -> datetime.date | None:
    """A date field, or None where it is left out."""
    text = read_text(record, name)
    if text is None:
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise InvalidEntryError(f"An entry's {name} is not a date (YYYY-MM-DD).") from error


def read_flag(record: Mapping[str, Any], name: str) -> bool:
    """A true or false field, false where it is left out."""
    value = record.get(name, False)
    if not isinstance(value, bool):
        raise InvalidEntryError(f"An entry's {name} is neither true nor false.")
    return value


def read_feedback(record: Mapping[str, Any]) -> tuple[SourcedFeedback, ...]:
    """What other platforms said."""
    listed = record.get("feedback")
    if listed is None:
        return ()
    if not isinstance(listed, list):
        raise InvalidEntryError("An entry's feedback is not a list.")
    feedback = []
    for item in listed:
        if not isinstance(item, Mapping):
            raise InvalidEntryError("An entry's feedback has an item that is not an object.")
        feedback.append(SourcedFeedback(read_text(item, "source") or "", read_text(item, "value") or ""))
    return tuple(feedback)
