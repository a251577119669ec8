"""Platforms, hashes and a clock for the tests of the bank and the exchange."""

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from leeward.foundation.audit.rules import Actor
from leeward.industry.bank.operations import open_submission
from leeward.industry.bank.rules import AbuseKind, HashType, MediaKind, NewHash, NewPicture
from leeward.industry.exchange.operations import enrol_platform
from leeward.industry.platforms.rules import Partner

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
PERSON = Actor.person()


@dataclass(frozen=True)
class Keys:
    """A platform with its keys in clear."""

    partner: Partner
    fetch_key: str
    feedback_key: str
    submit_key: str
    subscription_key: str


@pytest.fixture
def enrol(transactional_or_not: None) -> Callable[[str], Keys]:
    def make(name: str) -> Keys:
        issued = enrol_platform(name=name, by=Actor.operator(), now=NOW).issued
        return Keys(issued.partner, issued.fetch_key, issued.feedback_key, issued.submit_key, issued.subscription_key)

    return make


@pytest.fixture
def transactional_or_not(request: pytest.FixtureRequest) -> None:
    """The kind of database that the test asked for, before anything is written to it."""
    transactional = {"live_server", "transactional_db"} & set(request.fixturenames)
    request.getfixturevalue("transactional_db" if transactional else "db")


@pytest.fixture
def alpha(enrol: Callable[[str], Keys]) -> Keys:
    return enrol("Alpha")


@pytest.fixture
def beta(enrol: Callable[[str], Keys]) -> Keys:
    return enrol("Beta")


def pdq(name: object) -> str:
    """A well-formed PDQ hash that nothing else has."""
    return hashlib.sha256(str(name).encode()).hexdigest()


def md5(name: object) -> str:
    return hashlib.md5(str(name).encode(), usedforsecurity=False).hexdigest()


def picture(name: object, *, variants: tuple[str, ...] = ("upright",), quality: int = 90) -> NewPicture:
    return NewPicture(
        kind=MediaKind.IMAGE,
        hashes=tuple(
            NewHash(hash_type=HashType.PDQ, value=pdq(f"{name}/{variant}"), variant=variant, quality=quality)
            for variant in variants
        ),
    )


def protect(*pictures: NewPicture, now: datetime = NOW) -> uuid.UUID:
    """Somebody protects these pictures; returns the reference of her submission."""
    reference = uuid.uuid4()
    open_submission(reference=reference, pictures=pictures, abuse_kind=AbuseKind.SHARED, by=PERSON, now=now)
    return reference
