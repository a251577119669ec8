"""What a stranger checks of a log: everything that it serves agrees with what it signed, and with what was kept of it.

All leaves are read and the tree over them is built anew, so that a log that passes holds each of its leaves, and the
first leaves of it are those that a checkpoint of an earlier day was about.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from leeward.foundation.notary.errors import LeafRefused, LogMismatch
from leeward.foundation.notary.rules.leaves import Leaf, read_leaf
from leeward.foundation.notary.rules.notes import Checkpoint, VerifierKey, read_checkpoint
from leeward.foundation.notary.rules.tiles import WIDTH, Tile, read_bundle, read_hashes, tiles_of
from leeward.foundation.notary.rules.trees import Tree, hash_full, hash_leaf

type Fetch = Callable[[str], bytes]


@dataclass(frozen=True, kw_only=True)
class Verified:
    """A log that was checked: its newest checkpoint as it was signed, and all of its leaves in their order."""

    note: str
    checkpoint: Checkpoint
    leaves: tuple[Leaf, ...]


def verify_log(fetch: Fetch, *, keys: Sequence[VerifierKey], kept: str = "") -> Verified:
    """Check a whole log. `fetch` gives what is at a path below its address; `kept` is a checkpoint of an earlier day.

    Raises LogMismatch, whose words name the first thing that does not agree.
    """
    note = _text(fetch("checkpoint"))
    checkpoint = read_checkpoint(note, keys)
    levels: dict[int, list[bytes]] = {}
    leaves: list[Leaf] = []
    for tile in tiles_of(checkpoint.size):
        content = fetch(tile.path)
        if tile.level is None:
            for leaf in read_bundle(content, width=tile.width):
                leaves.append(_leaf(leaf, number=len(leaves)))
                levels.setdefault(0, []).append(hash_leaf(leaf))
        else:
            _check_tile(tile, content, levels)
    root = _root(levels, checkpoint.size)
    if root != checkpoint.root:
        raise LogMismatch(
            f"The {checkpoint.size} leaves do not give the root that the checkpoint names: a leaf was changed, moved "
            "or put in since it was signed."
        )
    if kept:
        _check_kept(read_checkpoint(kept, keys), checkpoint, levels)
    return Verified(note=note, checkpoint=checkpoint, leaves=tuple(leaves))


def _check_tile(tile: Tile, content: bytes, levels: dict[int, list[bytes]]) -> None:
    """Compare a tile of hashes with the leaves, and make of a full one its hash in the level above."""
    level, at = tile.level or 0, tile.number * WIDTH
    own = levels[level][at : at + tile.width]
    for number, (served, made) in enumerate(zip(read_hashes(content, width=tile.width), own, strict=True)):
        if served != made:
            what = f"leaf {at + number}" if level == 0 else f"hash {at + number} of level {level}"
            raise LogMismatch(f"In {tile.path}, {what} is another one than the leaves give.")
    if tile.width == WIDTH:
        levels.setdefault(level + 1, []).append(hash_full(own))


def _check_kept(kept: Checkpoint, now: Checkpoint, levels: dict[int, list[bytes]]) -> None:
    if kept.origin != now.origin:
        raise LogMismatch(
            f"The checkpoint that you kept is of another log, {kept.origin!r}; this one is {now.origin!r}."
        )
    if kept.size > now.size:
        raise LogMismatch(
            f"The log has {now.size} leaves and had {kept.size} when you kept its checkpoint: leaves were taken away."
        )
    if _root(levels, kept.size) != kept.root:
        raise LogMismatch(
            f"The first {kept.size} leaves are not those of the checkpoint that you kept: the log was written anew."
        )


def _root(levels: dict[int, list[bytes]], size: int) -> bytes:
    return Tree(size, lambda level, number, width: levels[level][number * WIDTH : number * WIDTH + width]).root


def _leaf(content: bytes, *, number: int) -> Leaf:
    try:
        return read_leaf(content)
    except LeafRefused as error:
        raise LogMismatch(f"Leaf {number} cannot be read. {error}") from error


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise LogMismatch("The checkpoint is not text.") from error
