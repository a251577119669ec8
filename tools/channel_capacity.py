"""Computes how many bytes a hostile hasher could hide in what may be sent, and prints the table of decision 0021.

    .venv/bin/python tools/channel_capacity.py

An upper bound: every word that the readers would take counts as one that the hider may choose, whether or not there is
a picture that gives it.
"""

from math import comb, log2

from hashmatch.variants import CROPS, MINIMUM_QUALITY, MOST_SENT_FRAMES, TURNS

from leeward.industry.bank.rules import DIGITS, HashType, MediaKind
from leeward.victim.portal.rules.likely import FEWEST_SET, MOST_OFF, MOST_SET, TRIMMED
from leeward.victim.portal.rules.payload import MOST_PICTURES, WAYS_OF_READING, WEIGHT

BITS = DIGITS[HashType.PDQ] * 4
DIGESTS = (DIGITS[HashType.MD5] + DIGITS[HashType.SHA256]) * 4
HALF = BITS // 2


def free_hash() -> float:
    """Bits in a hash that nothing but its number of set bits binds."""
    return log2(sum(comb(BITS, set_bits) for set_bits in range(FEWEST_SET, MOST_SET + 1)))


def bound_hash() -> float:
    """Bits in a hash that must also be near a known one, in which half of the bits are set."""
    words = 0
    for off in range(HALF + 1):
        for on in range(min(HALF, MOST_OFF - off) + 1):
            if FEWEST_SET <= HALF - off + on <= MOST_SET:
                words += comb(HALF, off) * comb(HALF, on)
    return log2(words)


def quality() -> float:
    """Bits in one quality."""
    return log2(100 - MINIMUM_QUALITY + 1)


def beside(kind: MediaKind) -> float:
    """Bits in what a picture brings beside its hashes: the two digests, how it was read, whether at a reduced size."""
    return DIGESTS + log2(len(WAYS_OF_READING[kind])) + 1


def of_picture() -> float:
    """Bits in one picture: its whole family, or which members of it are left out."""
    others = len(TURNS) + len(CROPS) - 1
    near = others - (TRIMMED in CROPS)
    family = 2 * free_hash() + near * bound_hash() + (others + 1) * quality()
    return beside(MediaKind.IMAGE) + family + others


def of_video() -> float:
    """Bits in one video; the order of its frames is in the hashes already."""
    return beside(MediaKind.VIDEO) + MOST_SENT_FRAMES * (free_hash() + quality()) + log2(MOST_SENT_FRAMES + 1)


def of_sending() -> float:
    """Bits in the fullest sending. That its pictures may stand in any order adds nothing: they differ already."""
    return max(MOST_PICTURES * of_picture(), MOST_PICTURES // WEIGHT[MediaKind.VIDEO] * of_video())


def table() -> str:
    """The table, as it stands in the decision."""
    rows = [
        ("one hash", free_hash() / 8),
        ("one hash that must be near another", bound_hash() / 8),
        ("one picture", of_picture() / 8),
        ("one video", of_video() / 8),
        ("one sending", of_sending() / 8),
    ]
    return "\n".join(
        ["| at most hidden in | bytes |", "| --- | ---: |", *(f"| {what} | {n:,.0f} |" for what, n in rows)]
    )


if __name__ == "__main__":
    print(table())
