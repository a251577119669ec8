"""The sums that a sender's device does while she reads: nothing for one person, dear for a flood.

What fills the bank is hashes, so the price of a sending follows from their number, and doubles with each share that its
network has used up: many people may stand behind one address, and to ask more of their devices shuts nobody out. Only
the last share is an end. All is counted in whole hashes.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from leeward.industry.bank.rules import NewPicture

# 49,000 rounds of SHA-256 for one picture, 1.3 million for the largest sending: under ten seconds of a phone.
HASHES_PER_SUM = 8
FIRST_BITS = 14
# A sending costs its code's slow hash too, so it counts as one picture at the least.
LEAST_HASHES = 21
# In ten minutes: each share is two largest sendings, or seventy pictures. Five of them are under 8 MB in the bank.
HASHES_PER_SHARE = 1_500
SHARES = 5
LARGEST_NUMBER = 2**40


@dataclass(frozen=True, kw_only=True)
class Price:
    """How many sums a sending costs, and with how many zero bits each must begin."""

    sums: int
    bits: int


def count_hashes(pictures: Sequence[NewPicture]) -> int:
    """How many hashes a sending counts for."""
    return max(LEAST_HASHES, sum(len(picture.hashes) for picture in pictures))


def price_of(*, hashes: int, share: int) -> Price:
    """Return the price of this many hashes from a network that is at its first, second … share (from 0)."""
    return Price(sums=-(-hashes // HASHES_PER_SUM), bits=FIRST_BITS + share)


def is_paid(*, challenge: str, proof: Sequence[int], price: Price) -> bool:
    """Whether SHA-256 of "challenge:place:number" begins with enough zero bits for each number of the proof."""
    return len(proof) == price.sums and all(
        0 <= number < LARGEST_NUMBER and _zero_bits(f"{challenge}:{place}:{number}") >= price.bits
        for place, number in enumerate(proof)
    )


def _zero_bits(text: str) -> int:
    digest = hashlib.sha256(text.encode()).digest()
    return 32 - int.from_bytes(digest[:4]).bit_length()
