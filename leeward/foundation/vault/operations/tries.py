"""How often one network may try, counted in the cache alone."""

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

from django.conf import settings
from django.core.cache import cache

from leeward.foundation.vault.errors import TooManyAtOnce, TooManyTries
from leeward.foundation.vault.rules.waits import NETWORK_TRIES, NETWORK_WINDOW, seconds_left, window_of


def count_network_try(*, network: str, purpose: str, now: datetime, limit: int = NETWORK_TRIES) -> None:
    """Count one try of a network (an address or block, never stored as such). Raises TooManyTries above the limit.

    Counting is one step of the cache: of tries at the same moment each has a number of its own.
    """
    key = _network_key(network=network, purpose=purpose, now=now)
    if _count_one(key) > limit:
        _take_one_back(key)  # who is turned away adds nothing, so that a try given back lets the next one in
        raise TooManyTries(retry_after_seconds=seconds_left(now))


def forgive_network_try(*, network: str, purpose: str, now: datetime) -> None:
    """Take a counted try back after success: several people may share one address."""
    _take_one_back(_network_key(network=network, purpose=purpose, now=now))


@contextmanager
def network_try(*, network: str, purpose: str, now: datetime, limit: int = NETWORK_TRIES) -> Iterator[None]:
    """Count one try around what is tried; where all places for slow hashing are busy, it was none.

    Raises TooManyTries above the limit.
    """
    count_network_try(network=network, purpose=purpose, now=now, limit=limit)
    try:
        yield
    except TooManyAtOnce:
        forgive_network_try(network=network, purpose=purpose, now=now)
        raise


def blind_for_today(text: str, *, now: datetime) -> str:
    """A name for `text` that changes every day and means nothing without the server's key."""
    return hmac.new(settings.SECRET_KEY.encode(), f"{now.date()}|{text}".encode(), hashlib.sha256).hexdigest()[:32]


def _network_key(*, network: str, purpose: str, now: datetime) -> str:
    return f"vault:network:{purpose}:{window_of(now)}:{blind_for_today(network, now=now)}"


def _count_one(key: str) -> int:
    """How many there are with this one. A counter outlives its window, so none ends while it is counted by."""
    kept_for = 2 * NETWORK_WINDOW.total_seconds()
    cache.add(key, 0, timeout=kept_for)
    try:
        return cache.incr(key)
    except ValueError:  # thrown out in this very moment to make room
        cache.add(key, 1, timeout=kept_for)
        return 1


def _take_one_back(key: str) -> None:
    with suppress(ValueError):  # thrown out meanwhile: nothing is counted any more
        cache.decr(key)
