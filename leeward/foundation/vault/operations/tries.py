"""How often one network may try, counted in the cache alone."""

import hashlib
import hmac
from datetime import datetime

from django.conf import settings
from django.core.cache import cache

from leeward.foundation.vault.errors import TooManyTries
from leeward.foundation.vault.rules.waits import NETWORK_TRIES, NETWORK_WINDOW, seconds_left, window_of


def count_network_try(*, network: str, purpose: str, now: datetime, limit: int = NETWORK_TRIES) -> None:
    """Count one try of a network (an address or block, never stored as such). Raises TooManyTries above the limit."""
    key = _network_key(network=network, purpose=purpose, now=now)
    tries = int(cache.get(key, 0)) + 1
    if tries > limit:
        raise TooManyTries(retry_after_seconds=seconds_left(now))
    cache.set(key, tries, timeout=NETWORK_WINDOW.total_seconds())


def forgive_network_try(*, network: str, purpose: str, now: datetime) -> None:
    """Take a counted try back after success: several people may share one address."""
    key = _network_key(network=network, purpose=purpose, now=now)
    tries = int(cache.get(key, 0))
    if tries > 0:
        cache.set(key, tries - 1, timeout=NETWORK_WINDOW.total_seconds())


def blind_for_today(text: str, *, now: datetime) -> str:
    """A name for `text` that changes every day and means nothing without the server's key."""
    return hmac.new(settings.SECRET_KEY.encode(), f"{now.date()}|{text}".encode(), hashlib.sha256).hexdigest()[:32]


def _network_key(*, network: str, purpose: str, now: datetime) -> str:
    return f"vault:network:{purpose}:{window_of(now)}:{blind_for_today(network, now=now)}"
