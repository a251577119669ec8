"""Reads the log: its keys, its newest checkpoint, its tiles, its leaves with their proofs, and how long leaves wait."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet, Sum

from leeward.foundation.notary.errors import LeafUnknown, TileUnknown
from leeward.foundation.notary.models import Checkpoint, CheckpointToken, Content, Cosignature, FullTile, Leaf, LogKey
from leeward.foundation.notary.rules import leaves, notes
from leeward.foundation.notary.rules.days import earliest_day, is_proven
from leeward.foundation.notary.rules.notes import VerifierKey
from leeward.foundation.notary.rules.succession import KEY_KIND, KeyChange, Signed
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


@dataclass(frozen=True, kw_only=True)
class Days:
    """What stamped checkpoints prove of the days that leaves claim.

    `stamped_size`: leaves in the newest stamped checkpoint; `first_at`, `stamped_at`: times of the first and the newest
    one, None where there is none. `unproven`: leaves whose day nothing proves; `open_since`: the day that the first
    leaf claims which no stamped checkpoint holds yet, None where all are held.
    """

    stamped_size: int
    first_at: datetime | None
    stamped_at: datetime | None
    unproven: int
    open_since: date | None


@dataclass(frozen=True, kw_only=True)
class ProofOfDay:
    """When an authority first saw the log with a leaf, None for not yet, and whether that proves the leaf's day."""

    stamped_at: datetime | None
    is_proven: bool


def read_head() -> Head | None:
    """Return the newest checkpoint; None before the log was founded."""
    row = Checkpoint.objects.order_by("-size").first()
    return Head(size=row.size, root=bytes(row.root), note=row.note, signed_at=row.signed_at) if row else None


def log_keys() -> tuple[VerifierKey, ...]:
    """Return every key that the log ever signed with, the newest first."""
    return tuple(row.verifier for row in LogKey.objects.all())


def read_changes() -> tuple[Signed, ...]:
    """Return the changes of the log's keys that have their place in it, the first one first."""
    rows = Content.objects.filter(leaf__kind=KEY_KIND, leaf__sequence__isnull=False).order_by("leaf__sequence")
    found = (bytes(row.content) for row in rows)
    return tuple(Signed(change=KeyChange.read(content), note=content.decode()) for content in found)


def served_checkpoint() -> str:
    """Return the newest checkpoint with what witnesses have signed of it. Raises TileUnknown before there is one."""
    head = read_head()
    if head is None:
        raise TileUnknown("checkpoint")
    return head.note + "".join(Cosignature.objects.filter(checkpoint=head.size).values_list("line", flat=True))


def witnessed_size(witness: str) -> int:
    """Return the size of the largest checkpoint that a witness has cosigned; 0 where there is none."""
    rows = Cosignature.objects.filter(witness=witness).order_by("-checkpoint")
    return rows.values_list("checkpoint", flat=True).first() or 0


def last_stamped_at() -> datetime | None:
    """Return the time of the newest stamped checkpoint; None where no authority has stamped one."""
    return CheckpointToken.objects.order_by("-checkpoint").values_list("stamped_at", flat=True).first()


def unstamped_head() -> Head | None:
    """Return the newest checkpoint if it has no stamp yet and no leaf waits for its place; else None.

    A stamp is a bound for the days of later leaves, and one that waits may be of a day before.
    """
    head = read_head()
    if head is None or sealable_rows().exists() or CheckpointToken.objects.filter(checkpoint=head.size).exists():
        return None
    return head


def stamped_sizes() -> tuple[int, ...]:
    """Return the sizes of the checkpoints that an authority has stamped, the smallest first."""
    return tuple(CheckpointToken.objects.order_by("checkpoint").values_list("checkpoint", flat=True))


def read_token(size: int | None = None) -> bytes:
    """Return the token of a stamped checkpoint, of the newest one without a size. Raises TileUnknown."""
    rows = CheckpointToken.objects.order_by("-checkpoint")
    row = (rows if size is None else rows.filter(checkpoint=size)).first()
    if row is None:
        raise TileUnknown("checkpoint.tsr")
    return bytes(row.token)


def stamped_text(size: int) -> str:
    """Return the text of a stamped checkpoint, which its token is about. Raises TileUnknown."""
    row = Checkpoint.objects.filter(size=size, stamp__isnull=False).first()
    if row is None:
        raise TileUnknown(f"stamps/{size}.txt")
    return notes.read_note(row.note)[0]


def read_days() -> Days:
    """Return what is proven of the days that leaves claim."""
    rows = CheckpointToken.objects.order_by("checkpoint")
    first, last, head = rows.first(), rows.last(), read_head()
    size, stamped = head.size if head else 0, last.checkpoint_id if last else 0
    return Days(
        stamped_size=stamped,
        first_at=first.stamped_at if first else None,
        stamped_at=last.stamped_at if last else None,
        unproven=(rows.aggregate(all=Sum("unproven"))["all"] or 0) + size - stamped,
        open_since=Leaf.objects.filter(sequence=stamped).values_list("on", flat=True).first(),
    )


def read_proof_of_day(sequence: int) -> ProofOfDay:
    """Return what is proven of the day that a leaf claims. Raises LeafUnknown."""
    row = Leaf.objects.filter(sequence=sequence).first()
    if row is None:
        raise LeafUnknown(str(sequence))
    by = CheckpointToken.objects.filter(checkpoint__gt=sequence).order_by("checkpoint").first()
    stamped_at = by.stamped_at if by else None
    return ProofOfDay(stamped_at=stamped_at, is_proven=is_proven(row.on, by=stamped_at))


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


def sealable_rows() -> QuerySet[Leaf]:
    """Return the leaves that wait and may get a place: all but those that claim a day before the last stamp."""
    stamped_at = last_stamped_at()
    rows = waiting_rows()
    return rows.filter(on__gte=earliest_day(stamped_at)) if stamped_at else rows


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
