"""The tree of an hour: commitments among random ones, so that nobody can tell how many there were.

Leaves and nodes are hashed as in the public log (RFC 6962, section 2.1). There are as many as a power of two, at least
64: an hour without a commitment has the same form as one with fifty.
"""

import random
import secrets
from collections.abc import Iterable, Sequence

from leeward.foundation.notary.rules.tiles import HASH_BYTES
from leeward.foundation.notary.rules.trees import climb, hash_full, hash_leaf, hash_node

LEAST, MOST = 64, 16_384


def mix(commitments: Iterable[bytes]) -> tuple[bytes, ...]:
    """Return the leaves of an hour: the commitments, at most 16,384, and random ones, in random order."""
    leaves = list(commitments)
    size = LEAST
    while size < len(leaves):
        size *= 2
    leaves += [secrets.token_bytes(HASH_BYTES) for _ in range(size - len(leaves))]
    random.SystemRandom().shuffle(leaves)
    return tuple(leaves)


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the hash over all leaves, which are as many as a power of two."""
    return hash_full([hash_leaf(each) for each in leaves])


def prove(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """Return the hashes beside the way from a leaf up to the root, the lowest first."""
    level, beside = [hash_leaf(each) for each in leaves], []
    while len(level) > 1:
        beside.append(level[index ^ 1])
        level = [hash_node(*level[at : at + 2]) for at in range(0, len(level), 2)]
        index //= 2
    return tuple(beside)


def is_in(leaf: bytes, *, index: int, beside: Sequence[bytes], root: bytes) -> bool:
    """Whether a proof leads from a leaf at this place to the root of a tree of as many levels."""
    size = 2 ** len(beside)
    if not beside or not 0 <= index < size:
        return False
    *_lower, last = climb(hash_leaf(leaf), index=index, size=size, proof=beside)
    return last.above == root
