"""How long one code rests after wrong tries, and how often one network may try."""

from dataclasses import dataclass
from datetime import datetime, timedelta

FREE_TRIES = 5
LONGEST_WAIT = timedelta(minutes=60)
NETWORK_TRIES = 20
NETWORK_WINDOW = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class Tries:
    """Wrong tries with one look-up number so far, and until when it rests."""

    failed: int = 0
    resting_until: datetime | None = None


def is_resting(tries: Tries, *, now: datetime) -> bool:
    """Whether this look-up number opens nothing at the moment, whatever secret comes with it."""
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
    """How long to rest after this many wrong tries in a row; none before the fifth."""
    if failed < FREE_TRIES:
        return timedelta()
    doublings = min(failed - FREE_TRIES, 10)
    return min(timedelta(minutes=2**doublings), LONGEST_WAIT)


def window_of(now: datetime) -> int:
    """The number of the ten-minute window that `now` lies in."""
    return int(now.timestamp() // NETWORK_WINDOW.total_seconds())


def seconds_left(now: datetime) -> int:
    """Whole seconds until the next window begins, at least 1."""
    window = int(NETWORK_WINDOW.total_seconds())
    return max(1, window - int(now.timestamp()) % window)
