"""A platform as other apps see it, what its keys look like, and how long two generations of them overlap."""

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from hashmatch.variants import Level

from leeward.foundation.labels import Labelled, mark
from leeward.industry.platforms.errors import PlatformNameRefused

NAME_LENGTH = 60
KEY_BYTES = 32
KEYS_OVERLAP = timedelta(days=7)
# Families of pictures without the frames of videos: what a client of the StopNCII protocol has room for.
LEVEL_DEFAULT = Level.CROPPED


class Endpoint(Labelled):
    """What a key is for. The subscription key goes with each of the others on the StopNCII endpoint."""

    FETCH = "fetch", mark("Fetch")
    FEEDBACK = "feedback", mark("Feedback")
    SUBMIT = "submit", mark("Submit")
    SUBSCRIPTION = "subscription", mark("Subscription")


@dataclass(frozen=True, kw_only=True)
class Partner:
    """A platform as other apps see it. `level` says which variants its StopNCII feed carries."""

    id: int
    public_id: uuid.UUID
    name: str
    contact: str
    level: Level
    created_at: datetime
    suspended_at: datetime | None
    suspended_reason: str
    # False for a site that the desk has only met in a report: nobody has named it yet, and it draws no hashes.
    is_listed: bool = True
    # It checks uploads blind, and is never given the list.
    without_list: bool = False
    # The language in which it reads notices, and the law of its home; "" where the desk does not know.
    language: str = ""
    jurisdiction: str = ""

    @property
    def is_suspended(self) -> bool:
        """Whether the feed is closed to it for now."""
        return self.suspended_at is not None


@dataclass(frozen=True, kw_only=True)
class PresentedKey:
    """A key that was shown to us and is in force: whose it is and what it is for."""

    partner: Partner
    endpoint: Endpoint
    # When it first opened the platform's requests; None before.
    used_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class IssuedKeys:
    """A platform's fresh keys in clear; this is the only time that anyone sees them."""

    partner: Partner
    fetch_key: str
    feedback_key: str
    submit_key: str
    subscription_key: str


@dataclass(frozen=True, kw_only=True)
class KeyAge:
    """One key as staff see it: never the key itself."""

    endpoint: Endpoint
    created_at: datetime
    retires_at: datetime | None


def check_name(name: str) -> str:
    """The name without outer spaces. Raises PlatformNameRefused unless it can be shown to people as it is."""
    stripped = name.strip()
    if not stripped or len(stripped) > NAME_LENGTH or not stripped.isprintable():
        raise PlatformNameRefused(f"A platform's name has 1 to {NAME_LENGTH} printable characters.")
    return stripped


def site_name(host: str) -> str:
    """What a platform is called that is known by its host alone; a long host is shortened and told apart by digest."""
    if len(host) <= NAME_LENGTH:
        return host
    return f"{host[: NAME_LENGTH - 10]}…-{hashlib.sha256(host.encode()).hexdigest()[:8]}"


def team_name(public_id: uuid.UUID) -> str:
    """The vault's name for a platform's own team, which opens the requests that go to it."""
    return f"platform:{public_id}"


def new_key() -> str:
    """A fresh key: URL-safe text without commas, with 256 random bits."""
    return secrets.token_urlsafe(KEY_BYTES)


def key_digest(key: str) -> str:
    """How a key is kept. A random key needs no slow hash; looking its digest up leaks nothing about the key by time."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
