"""Reads the log: its keys, its newest checkpoint, its tiles, its leaves with their proofs, and how long leaves wait."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from leeward.foundation.notary.errors import LeafUnknown, TileUnknown
from leeward.foundation.notary.models import Checkpoint, Content, FullTile, Leaf, LogKey
from leeward.foundation.notary.rules import leaves
from leeward.foundation.notary.rules.notes import VerifierKey
from leeward.foundation.notary.rules.tiles import WIDTH, Tile, filled, write_bundle
from leeward.foundation.notary.rules.trees import Step, Tree, climb, hash_leaf


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A leaf of the log. `sequence` counts from 0 and is None while it waits for a checkpoint."""

    leaf: leaves.Leaf
    sequence: int | None
    entered_at: datetime
    sealed_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Head:
    """The newest checkpoint, as it was signed."""

    size: int
    root: bytes
    note: str
    signed_at: datetime


@dataclass(frozen=True, kw_only=True)
class Proof:
    """A leaf with the way from it to the root of the newest checkpoint."""

    entry: Entry
    head: Head
    leaf_hash: bytes
    steps: tuple[Step, ...]


def read_head() -> Head | None:
    """Return the newest checkpoint; None before the log was founded."""
    row = Checkpoint.objects.order_by("-size").first()
    return Head(size=row.size, root=bytes(row.root), note=row.note, signed_at=row.signed_at) if row else None


def log_keys() -> tuple[VerifierKey, ...]:
    """Return every key that the log ever signed with, the newest first."""
    return tuple(row.verifier for row in LogKey.objects.all())


def read_tile(tile: Tile) -> bytes:
    """Return a tile or bundle as it is served. Raises TileUnknown for what is not signed yet."""
    head = read_head()
    size = head.size if head else 0
    if tile.width > filled(size, tile.level or 0, tile.number):
        raise TileUnknown(tile.path)
    if tile.level is None:
        return write_bundle(_contents(tile.number, tile.width))
    return b"".join(read_hashes(tile.level, tile.number, tile.width))


def tree_of(size: int) -> Tree:
    """Return the tree over the first leaves, which must have their numbers."""
    return Tree(size, read_hashes)


def read_hashes(level: int, number: int, width: int) -> Sequence[bytes]:
    """Return the hashes of one tile."""
    if level == 0:
        return [hash_leaf(content) for content in _contents(number, width)]
    first = number * WIDTH
    rows = FullTile.objects.filter(level=level - 1, number__gte=first, number__lt=first + width).order_by("number")
    return [bytes(root) for root in rows.values_list("root", flat=True)]


def prove_leaf(sequence: int) -> Proof:
    """Return a leaf with its proof. Raises LeafUnknown."""
    row, head = Leaf.objects.filter(sequence=sequence).first(), read_head()
    if row is None or head is None or sequence >= head.size:
        raise LeafUnknown(str(sequence))
    hashed = hash_leaf(row.as_leaf().content)
    steps = climb(hashed, index=sequence, size=head.size, proof=tree_of(head.size).prove(sequence))
    return Proof(entry=_entry(row), head=head, leaf_hash=hashed, steps=tuple(steps))


def read_content(sequence: int) -> tuple[str, bytes]:
    """Return the media type and the bytes of what a leaf is about. Raises LeafUnknown."""
    row = Content.objects.filter(leaf__sequence=sequence).first()
    if row is None:
        raise LeafUnknown(str(sequence))
    return row.media_type, bytes(row.content)


def sealed_rows() -> QuerySet[Leaf]:
    """Return the leaves that have their numbers, as rows of a list."""
    return Leaf.objects.filter(sequence__isnull=False)


def waiting_rows() -> QuerySet[Leaf]:
    """Return the leaves that no checkpoint holds yet, the oldest first."""
    return Leaf.objects.filter(sequence__isnull=True).order_by("entered_at", "id")


def entries_of(rows: Iterable[Leaf]) -> tuple[Entry, ...]:
    """Return rows of a list as leaves."""
    return tuple(map(_entry, rows))


def find_entries(kind: str, name: str) -> tuple[Entry, ...]:
    """Return every leaf of one thing that was published, the first one first."""
    return entries_of(Leaf.objects.filter(kind=kind, name=name).order_by("entered_at", "id"))


def entries_with(sha256: str) -> tuple[Entry, ...]:
    """Return every leaf with this digest, the first one first."""
    return entries_of(Leaf.objects.filter(sha256=sha256).order_by("entered_at", "id"))


def _entry(row: Leaf) -> Entry:
    return Entry(leaf=row.as_leaf(), sequence=row.sequence, entered_at=row.entered_at, sealed_at=row.sealed_at)


def _contents(number: int, width: int) -> list[bytes]:
    first = number * WIDTH
    rows = Leaf.objects.filter(sequence__gte=first, sequence__lt=first + width).order_by("sequence")
    return [row.as_leaf().content for row in rows]
