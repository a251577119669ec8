"""Tiles: the log's hashes and leaves in pieces of 256, at addresses that never change (c2sp.org/tlog-tiles)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from leeward.foundation.notary.errors import NoteMalformed, TileUnknown

WIDTH = 256  # hashes in a full tile, and leaves in a full bundle
HASH_BYTES = 32
LENGTH_BYTES = 2  # before each leaf of a bundle
LEVELS = 6  # of 256 each: more leaves than numbers that a database keeps
ENTRIES = "entries"
PLACE = re.compile(r"((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One tile: `level` 0 has hashes of leaves, each next one hashes of the full tiles below; None has leaves.

    `width` is how many of its 256 places are filled.
    """

    level: int | None
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Where it is below the log's address, such as tile/0/x001/x234/067.p/8."""
        groups = [f"{self.number % 1000:03}"]
        rest = self.number // 1000
        while rest:
            groups.insert(0, f"x{rest % 1000:03}")
            rest //= 1000
        level = ENTRIES if self.level is None else str(self.level)
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{'/'.join(groups)}{partial}"


def read_place(level: str, place: str) -> Tile:
    """Read the two parts of a tile's address. Raises TileUnknown for what no tile's address is like."""
    found = PLACE.fullmatch(place)
    if not found or len(place) > WIDTH or (level != ENTRIES and level not in map(str, range(LEVELS))):
        raise TileUnknown(f"{level}/{place}")
    number = int(found[1].replace("x", "").replace("/", ""))
    tile = Tile(level=None if level == ENTRIES else int(level), number=number, width=int(found[2] or WIDTH))
    if tile.path != f"tile/{level}/{place}" or tile.width > WIDTH:
        raise TileUnknown(f"{level}/{place}")
    return tile


def filled(size: int, level: int, number: int) -> int:
    """How many places of a tile of hashes are filled in a log of so many leaves."""
    return min(WIDTH, max(0, (size >> 8 * level) - number * WIDTH))


def tiles_of(size: int) -> Iterator[Tile]:
    """Every tile of a log of so many leaves: the leaves, then the hashes from the lowest level on."""
    for level in (None, *range(LEVELS)):
        count = size >> 8 * (level or 0)
        for number in range(-(-count // WIDTH)):
            yield Tile(level=level, number=number, width=min(WIDTH, count - number * WIDTH))


def write_bundle(leaves: Sequence[bytes]) -> bytes:
    """Write leaves as a bundle: each behind its length in two bytes, the greater one first."""
    return b"".join(len(leaf).to_bytes(LENGTH_BYTES) + leaf for leaf in leaves)


def read_bundle(content: bytes, *, width: int) -> list[bytes]:
    """Read a bundle of so many leaves. Raises NoteMalformed."""
    leaves, at = [], 0
    while at < len(content):
        start = at + LENGTH_BYTES
        at = start + int.from_bytes(content[start - LENGTH_BYTES : start])
        leaves.append(content[start:at])
    if at != len(content) or len(leaves) != width:
        raise NoteMalformed(f"A bundle of {width} leaves was expected, and this is none.")
    return leaves


def read_hashes(content: bytes, *, width: int) -> list[bytes]:
    """Read a tile of so many hashes. Raises NoteMalformed."""
    if len(content) != width * HASH_BYTES:
        raise NoteMalformed(f"A tile of {width} hashes was expected, and this has {len(content)} bytes.")
    return [content[at : at + HASH_BYTES] for at in range(0, len(content), HASH_BYTES)]
