"""Rules for waiting after wrong tries, and for how often one network may try at all.

Waits are per network, so that nobody else can keep a code or a name closed; and whoever does a small sum for each try
is not made to wait. What keeps a secret safe is its length and the slow hash, not the waits (decision 0022).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

FREE_TRIES = 5
LONGEST_WAIT = timedelta(minutes=60)
# Wrong tries with one code or name from everywhere, in a day. A person with a bad copy makes a handful; more than this
# comes from many networks at once, and then a try that did no sum is as if it rested.
TRIES_EVERYWHERE = 200
TRIES_REMEMBERED = timedelta(days=1)
NETWORK_TRIES = 20
# With the sum done for each: a whole town may share one address of a phone company, and its flood another one's.
NETWORK_TRIES_WITH_WORK = 200
NETWORK_WINDOW = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class Tries:
    """Wrong tries of one network with one code or name so far, and until when it rests."""

    failed: int = 0
    resting_until: datetime | None = None


def is_resting(tries: Tries, *, now: datetime) -> bool:
    """Whether nothing opens to this network at the moment, whatever secret comes, unless it did its sum."""
    return tries.resting_until is not None and now < tries.resting_until


def after_failure(tries: Tries, *, now: datetime) -> Tries:
    """Count one more wrong try: the fifth rests 1 minute, the next 2, 4 … 60. While it rests, nothing changes."""
    if is_resting(tries, now=now):
        return tries
    failed = tries.failed + 1
    if failed < FREE_TRIES:
        return Tries(failed=failed)
    return Tries(failed=failed, resting_until=now + wait_after(failed=failed))


def wait_after(*, failed: int) -> timedelta:
    """Return how long to wait after this many wrong tries in a row; nothing before the fifth."""
    if failed < FREE_TRIES:
        return timedelta()
    doublings = min(failed - FREE_TRIES, 10)
    return min(timedelta(minutes=2**doublings), LONGEST_WAIT)


def window_of(now: datetime) -> int:
    """The number of the ten-minute window that `now` lies in."""
    return int(now.timestamp() // NETWORK_WINDOW.total_seconds())


def end_of_window(now: datetime) -> datetime:
    """When the ten-minute window that `now` lies in is over."""
    return datetime.fromtimestamp((window_of(now) + 1) * NETWORK_WINDOW.total_seconds(), tz=UTC)


def seconds_left(now: datetime) -> int:
    """Whole seconds until the next window begins, at least 1."""
    window = int(NETWORK_WINDOW.total_seconds())
    return max(1, window - int(now.timestamp()) % window)
