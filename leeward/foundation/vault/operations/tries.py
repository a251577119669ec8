"""Limits how often a network may try, and how often it may try one code or name; each is counted atomically."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from leeward.foundation.counters import operations as counters
from leeward.foundation.counters.rules import CounterState, end_of_hour
from leeward.foundation.vault.errors import TooManyAtOnce, TooManyTries
from leeward.foundation.vault.rules.waits import (
    NETWORK_TRIES,
    TRIES_EVERYWHERE,
    TRIES_REMEMBERED,
    Tries,
    after_failure,
    end_of_window,
    is_resting,
    seconds_left,
    window_of,
)

NETWORK, TRIED, EVERYWHERE = "vault.network", "vault.tried", "vault.tried-everywhere"


def count_network_try(
    *, network: str, purpose: str, now: datetime, limit: int = NETWORK_TRIES, amount: int = 1
) -> None:
    """Count what a network (an address or block, never stored as such) tries. Raises TooManyTries above the limit.

    `amount` is how much the try weighs. Who is turned away adds nothing, so that a try given back lets the next one in.
    """
    counted = counters.add(
        kind=NETWORK,
        name=_in_window(network=network, purpose=purpose, now=now),
        amount=amount,
        limit=limit,
        ends_at=end_of_window(now),
        now=now,
    )
    if counted is None:
        raise TooManyTries(retry_after_seconds=seconds_left(now))


def forgive_network_try(*, network: str, purpose: str, now: datetime, amount: int = 1) -> None:
    """Take a counted try back after success: several people may share one address."""
    counters.take_back(kind=NETWORK, name=_in_window(network=network, purpose=purpose, now=now), amount=amount)


@contextmanager
def network_try(
    *, network: str, purpose: str, now: datetime, limit: int = NETWORK_TRIES, amount: int = 1
) -> Iterator[None]:
    """Count one try around what is tried; where all places for slow hashing are busy, it was none.

    Raises TooManyTries above the limit.
    """
    count_network_try(network=network, purpose=purpose, now=now, limit=limit, amount=amount)
    try:
        yield
    except TooManyAtOnce:
        forgive_network_try(network=network, purpose=purpose, now=now, amount=amount)
        raise


def count_try(*, what: str, network: str, worked: bool, now: datetime) -> bool:
    """Count a try with a code's number or a name as failed until it proves right. Returns whether it must fail.

    It must while this network rests with it, or where it was tried too often from everywhere; never where the sum was
    done for it (`worked`). What nobody has is counted like what somebody has, so that both cost the same.
    """
    ends = end_of_hour(now + TRIES_REMEMBERED)

    def one_more(standing: CounterState) -> CounterState:
        counted = after_failure(_tries(standing), now=now)
        return CounterState(amount=counted.failed, rests_until=counted.resting_until)

    before = counters.change(kind=TRIED, name=_by(network, what), ends_at=ends, now=now, by=one_more)
    is_over = counters.add(kind=EVERYWHERE, name=what, ends_at=ends, now=now, limit=TRIES_EVERYWHERE) is None
    return not worked and (is_over or is_resting(_tries(before), now=now))


def forgive_tries(*, what: str, network: str) -> None:
    """A try proved right: this network starts afresh."""
    counters.forget(kind=TRIED, name=_by(network, what))
    counters.take_back(kind=EVERYWHERE, name=what)


def _tries(standing: CounterState) -> Tries:
    return Tries(failed=standing.amount, resting_until=standing.rests_until)


def _by(network: str, what: str) -> str:
    return f"{network}|{what}"


def _in_window(*, network: str, purpose: str, now: datetime) -> str:
    return f"{purpose}|{window_of(now)}|{network}"
