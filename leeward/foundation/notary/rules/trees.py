"""The Merkle tree over the leaves: its root, and the proof that a leaf is in it (RFC 6962, section 2.1)."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from leeward.foundation.notary.rules.tiles import WIDTH, filled

type ReadTile = Callable[[int, int, int], Sequence[bytes]]

EMPTY_ROOT = hashlib.sha256().digest()


def hash_leaf(content: bytes) -> bytes:
    """Hash a leaf's bytes; the zero before them keeps leaves apart from nodes."""
    return hashlib.sha256(b"\x00" + content).digest()


def hash_node(left: bytes, right: bytes) -> bytes:
    """Hash two nodes into the one above them."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def hash_full(hashes: Sequence[bytes]) -> bytes:
    """Hash as many nodes of one level as a power of two into the one that stands above all of them."""
    nodes = list(hashes)
    while len(nodes) > 1:
        nodes = [hash_node(*nodes[at : at + 2]) for at in range(0, len(nodes), 2)]
    return nodes[0]


class Tree:
    """The tree over the first `size` leaves. `read` gives a tile of hashes by level, number and how much is filled.

    Each tile is read once; no question needs more than a few.
    """

    def __init__(self, size: int, read: ReadTile) -> None:
        self.size, self._read = size, read
        self._tiles: dict[tuple[int, int], Sequence[bytes]] = {}

    @property
    def root(self) -> bytes:
        """The hash over all leaves."""
        return self._over(0, self.size) if self.size else EMPTY_ROOT

    def prove(self, index: int) -> tuple[bytes, ...]:
        """The hashes beside the way from a leaf up to the root, the lowest first (the audit path)."""
        start, end, beside = 0, self.size, []
        while end - start > 1:
            middle = start + _split(end - start)
            if index < middle:
                beside.append(self._over(middle, end))
                end = middle
            else:
                beside.append(self._over(start, middle))
                start = middle
        return tuple(reversed(beside))

    def prove_growth(self, old: int) -> tuple[bytes, ...]:
        """The hashes that lead from the root of the first `old` leaves to this one (RFC 6962, section 2.1.2).

        Empty where there are none or all of them.
        """
        if not 0 <= old <= self.size:
            raise ValueError(f"A tree of {self.size} leaves has not grown out of one of {old}.")
        return tuple(self._growth(old, 0, self.size, is_whole=True)) if 0 < old < self.size else ()

    def _growth(self, old: int, start: int, end: int, *, is_whole: bool) -> Iterator[bytes]:
        """The proof below one node. `is_whole`: whoever checks has its hash already, so it is not told."""
        if end == old:
            if not is_whole:
                yield self._over(start, end)
            return
        middle = start + _split(end - start)
        if old <= middle:
            yield from self._growth(old, start, middle, is_whole=is_whole)
            yield self._over(middle, end)
        else:
            yield from self._growth(old, middle, end, is_whole=False)
            yield self._over(start, middle)

    def _over(self, start: int, end: int) -> bytes:
        """The hash over the leaves from `start` to before `end`."""
        level, width = 0, end - start
        while width % WIDTH == 0 and start % WIDTH == 0:
            level, width, start, end = level + 1, width // WIDTH, start // WIDTH, end // WIDTH
        if width == 1:
            number, place = divmod(start, WIDTH)
            return self._tile(level, number)[place]
        start, end = start * WIDTH**level, end * WIDTH**level
        middle = start + _split(end - start)
        return hash_node(self._over(start, middle), self._over(middle, end))

    def _tile(self, level: int, number: int) -> Sequence[bytes]:
        if (level, number) not in self._tiles:
            self._tiles[level, number] = self._read(level, number, filled(self.size, level, number))
        return self._tiles[level, number]


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of a proof: the hash beside, on which side it stands, and the node above both."""

    beside: bytes
    is_left: bool
    above: bytes


def climb(leaf: bytes, *, index: int, size: int, proof: Sequence[bytes]) -> Iterator[Step]:
    """Climb from a leaf's hash to the root, as RFC 9162 section 2.1.3.2 does; the last step's node is to be the root.

    Raises ValueError where the proof is too long or too short for this place.
    """
    here, place, last = leaf, index, size - 1
    for beside in proof:
        if last == 0:
            raise ValueError("The proof has more steps than the tree has levels.")
        is_left = bool(place & 1) or place == last
        if is_left:
            here = hash_node(beside, here)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            here = hash_node(here, beside)
        yield Step(beside=beside, is_left=is_left, above=here)
        place, last = place >> 1, last >> 1
    if last:
        raise ValueError("The proof ends below the root.")


@dataclass(frozen=True, kw_only=True)
class Root:
    """How many leaves a tree has, and the hash over them."""

    size: int
    root: bytes


def has_grown(old: Root, new: Root, *, proof: Sequence[bytes]) -> bool:
    """Whether a proof shows that a tree goes on from an earlier one, as RFC 9162 section 2.1.4.2 checks it."""
    if old.size == 0 or old.size >= new.size:
        return not proof and (old.size == 0 or old == new)
    hashes = [old.root, *proof] if old.size & (old.size - 1) == 0 else list(proof)
    if not hashes:
        return False
    place, last = old.size - 1, new.size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = hashes[0]
    for beside in hashes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = hash_node(beside, before), hash_node(beside, after)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            after = hash_node(after, beside)
        place, last = place >> 1, last >> 1
    return last == 0 and before == old.root and after == new.root


def _split(count: int) -> int:
    """The greatest power of two that is less than a count above one."""
    return 1 << ((count - 1).bit_length() - 1)
