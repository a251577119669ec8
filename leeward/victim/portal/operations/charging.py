"""Charges a sending by the number of its hashes and by what its network has just sent."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from leeward.foundation.vault.errors import TooManyAtOnce, TooManyTries
from leeward.foundation.vault.operations import count_network_try, forgive_network_try, network_try
from leeward.industry.bank.rules import NewPicture
from leeward.victim.portal.errors import WorkMissing
from leeward.victim.portal.rules.tokens import Token
from leeward.victim.portal.rules.work import HASHES_PER_SHARE, SHARES, Price, count_hashes, is_paid, price_of


@contextmanager
def charged(
    *, network: str, token: Token, proof: Sequence[int], pictures: Sequence[NewPicture], now: datetime
) -> Iterator[None]:
    """Let a sending through whose device has done enough for it.

    Raises WorkMissing, which says how much is enough, and TooManyTries where the network has used up every share.
    Nothing is counted then, nor where all places for slow hashing are busy.
    """
    hashes = count_hashes(pictures)
    _check_paid(token, proof, price_of(hashes=hashes, share=0))  # before anything is counted
    share = _count(network=network, hashes=hashes, now=now)
    try:
        _check_paid(token, proof, price_of(hashes=hashes, share=share))
        yield
    except (WorkMissing, TooManyAtOnce):
        forgive_network_try(network=network, purpose=_purpose(share), now=now, amount=hashes)
        raise


@contextmanager
def pasted(*, network: str, pictures: Sequence[NewPicture], now: datetime) -> Iterator[None]:
    """Let a pasted sending through. Its device does no work, so there is one share, and then patience.

    Raises TooManyTries.
    """
    with network_try(network=network, purpose="paste", now=now, limit=HASHES_PER_SHARE, amount=count_hashes(pictures)):
        yield


def _check_paid(token: Token, proof: Sequence[int], price: Price) -> None:
    if not is_paid(challenge=token.challenge, proof=proof, price=price):
        raise WorkMissing(sums=price.sums, bits=price.bits)


def _count(*, network: str, hashes: int, now: datetime) -> int:
    """Count the hashes to the first share with room for them, and return it. A small sending still fits where a large
    one does not, so what one sender uses up hardly touches the others. Raises TooManyTries.
    """
    for share in range(SHARES - 1):
        try:
            count_network_try(network=network, purpose=_purpose(share), now=now, limit=HASHES_PER_SHARE, amount=hashes)
        except TooManyTries:
            continue
        return share
    last = SHARES - 1
    count_network_try(network=network, purpose=_purpose(last), now=now, limit=HASHES_PER_SHARE, amount=hashes)
    return last


def _purpose(share: int) -> str:
    return f"send-{share}"
