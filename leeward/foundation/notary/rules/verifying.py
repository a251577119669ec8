"""What a stranger checks of a log: everything that it serves agrees with what it signed, and with what was kept of it.

All leaves are read and the tree over them is built anew, so that a log that passes holds each of its leaves, and the
first leaves of it are those that a checkpoint of an earlier day was about.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from leeward.foundation.notary.errors import LeafRefused, LogMismatch, SignatureRefused
from leeward.foundation.notary.rules.leaves import Leaf, digest_of, read_leaf
from leeward.foundation.notary.rules.notes import (
    Checkpoint,
    VerifierKey,
    find_signers,
    keep_signatures,
    read_checkpoint,
    read_unsigned,
)
from leeward.foundation.notary.rules.succession import KEY_KIND, KeyChange, Signed, ends_of, follow_keys
from leeward.foundation.notary.rules.tiles import WIDTH, Tile, read_bundle, read_hashes, tiles_of
from leeward.foundation.notary.rules.trees import Tree, hash_full, hash_leaf

type Fetch = Callable[[str], bytes]


@dataclass(frozen=True, kw_only=True)
class Verified:
    """A log that was checked: its newest checkpoint, and all of its leaves in their order.

    `note`: the checkpoint with the signatures of `keys` alone, which are believed for it. `ends`: every key that the
    log's changes of keys name, and those that were trusted, with the largest size for which each counts.
    """

    note: str
    served: str
    checkpoint: Checkpoint
    leaves: tuple[Leaf, ...]
    keys: tuple[VerifierKey, ...]
    ends: Mapping[VerifierKey, int | None]
    levels: Mapping[int, list[bytes]] = field(repr=False)

    def root_at(self, size: int) -> bytes:
        """The root over the first leaves."""
        return _root(self.levels, size)

    def checkpoint_at(self, size: int) -> Checkpoint:
        """What the log says of itself with so many leaves."""
        return Checkpoint(origin=self.checkpoint.origin, size=size, root=self.root_at(size))


def verify_log(fetch: Fetch, *, keys: Sequence[VerifierKey], kept: str = "") -> Verified:
    """Check a whole log. `fetch` gives what is at a path below its address.

    `keys` are trusted; a later key counts where one of them, or one that follows on it, has signed for it in the log.
    `kept` is a checkpoint of an earlier day, which the log must go on from. Raises LogMismatch, whose words name the
    first thing that does not agree.
    """
    served = _text(fetch("checkpoint"))
    checkpoint = read_checkpoint(served, _candidates(served, keys, fetch))
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
    changes = _read_changes(leaves, fetch, origin=checkpoint.origin)
    believed = _check_keys(served, changes, trusted=keys)
    if kept:
        _check_kept(read_unsigned(kept), checkpoint, levels)
    return Verified(
        note=keep_signatures(served, believed),
        served=served,
        checkpoint=checkpoint,
        leaves=tuple(leaves),
        keys=believed,
        ends={**dict.fromkeys(keys), **ends_of(changes)},
        levels=levels,
    )


def read_keys(content: bytes) -> tuple[VerifierKey, ...]:
    """Read the keys that a log serves, one on a line. Raises NoteMalformed."""
    return tuple(VerifierKey.read(line) for line in _text(content).split())


def compare_with(other: str, found: Verified) -> Checkpoint:
    """Check that a log is the one whose checkpoint somebody else kept, and return that checkpoint.

    Raises SignatureRefused where the log's keys have not signed what they kept, and LogMismatch where they have: then
    the log shows different people different leaves.
    """
    size = read_unsigned(other).size
    believed = [key for key, end in found.ends.items() if end is None or size <= end]
    theirs = read_checkpoint(other, believed)
    ours = found.checkpoint
    if theirs.size > ours.size:
        raise LogMismatch(
            f"They were shown {theirs.size} leaves, and this log has {ours.size}: leaves were taken away, or were "
            "shown to them alone. Keep both checkpoints: the log's key has signed them."
        )
    if found.root_at(theirs.size) != theirs.root:
        raise LogMismatch(
            f"The log has two futures: the first {theirs.size} leaves are not those that they were shown. Keep both "
            "checkpoints: the log's key has signed them, and this proves it."
        )
    return theirs


def check_content(leaf: Leaf, content: bytes, *, number: int) -> None:
    """Compare the bytes that a log hands out for a leaf with the leaf's digest. Raises LogMismatch."""
    if digest_of(content) != leaf.sha256:
        raise LogMismatch(
            f"The bytes at leaves/{number}/content are not those that leaf {number} is about ({leaf.kind} {leaf.name})."
        )


def _candidates(note: str, trusted: Sequence[VerifierKey], fetch: Fetch) -> Sequence[VerifierKey]:
    """The keys that may have signed: those that are trusted, or else what the log serves, to be checked later."""
    return trusted if find_signers(note, trusted) else (*trusted, *read_keys(fetch("key")))


def _read_changes(leaves: Sequence[Leaf], fetch: Fetch, *, origin: str) -> Sequence[Signed]:
    """Read each change of keys that stands in the log at its own place."""
    changes = []
    for number, leaf in enumerate(leaves):
        if leaf.kind != KEY_KIND:
            continue
        content = fetch(f"leaves/{number}/content")
        check_content(leaf, content, number=number)
        change = KeyChange.read(content)
        if (change.origin, change.number) != (origin, number):
            raise LogMismatch(f"Leaf {number} is a change of keys that was signed for another place.")
        changes.append(Signed(change=change, note=content.decode()))
    return changes


def _check_keys(note: str, changes: Sequence[Signed], *, trusted: Sequence[VerifierKey]) -> tuple[VerifierKey, ...]:
    """Return the keys to believe now that have signed the checkpoint. Raises SignatureRefused where none has."""
    believed = follow_keys(changes, trusted=trusted)
    origin = read_unsigned(note).origin
    signers = tuple(key for key in find_signers(note, believed) if key.name == origin)
    if signers:
        return signers
    ended = [
        f"{key.short} (it ended with {size} leaves)" for key, size in ends_of(changes).items()
        if size is not None and key in trusted
    ]  # fmt: skip
    names = ", ".join(ended or [key.short for key in trusted])
    raise SignatureRefused(
        f"The checkpoint is not signed by {names or 'any key that is known'}, nor by a key that it has signed for in "
        "the log. If the log lost its key, learn the new one from elsewhere than the log, and give it with --key."
    )


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


def _root(levels: Mapping[int, list[bytes]], size: int) -> bytes:
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
