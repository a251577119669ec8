"""Makes the snapshots of the feed, signs them, and hands them out (docs/snapshot.md, decision 0039).

The worker makes them, since it alone has the key. Platforms share the blocks; a canary stands in a block of its own
platform's alone, where nothing tells it from the other rows.
"""

import base64
import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import transaction
from hashmatch.hashes import HASH_TYPES
from hashmatch.snapshot import (
    COLUMNS,
    LEVELS,
    PREAMBLE,
    UNKNOWN_QUALITY,
    Block,
    Header,
    bits_for,
    day_number,
    etag_of,
    first_bits,
    key_id,
    seal_header,
    sort_hashes,
    write_block,
)
from hashmatch.variants import VARIANTS, Level
from numpy.typing import NDArray

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, Subject
from leeward.industry.bank.operations import disclose_snapshot
from leeward.industry.bank.queries import ActiveEntry, active_entries, feed_end
from leeward.industry.bank.rules import HARM, VARIANT_LEVELS, FeedPlace, level_rank
from leeward.industry.exchange.errors import NoSnapshot, SnapshotKeyMissing
from leeward.industry.exchange.keys import key_path, make_key, open_key
from leeward.industry.exchange.models import Snapshot, SnapshotBlock, SnapshotKey
from leeward.industry.exchange.rules import (
    SNAPSHOT_DETAILS_MOST,
    SNAPSHOT_SERVED_FOR,
    ExchangeVerb,
    is_snapshot_due,
)
from leeward.industry.exchange.signing import SigningKey
from leeward.industry.exchange.tokens import family_key, family_number, make_cursor
from leeward.industry.platforms.queries import all_partners
from leeward.industry.platforms.rules import Partner

log = logging.getLogger("leeward.snapshots")

READ_AT_ONCE = 20_000
WRITTEN_AT_ONCE = 16

type Rows = dict[str, NDArray[Any]]


# --- keys -----------------------------------------------------------------------------------------------------------


def snapshot_keys() -> tuple[SigningKey, ...]:
    """The public halves, the newest first."""
    return tuple(
        SigningKey(id=key_id(bytes(row.public_key)), ed25519=base64.b64encode(bytes(row.public_key)).decode())
        for row in SnapshotKey.objects.all()
    )


def present_public_key() -> SigningKey | None:
    """The public half of the key that signs now; None before the founding."""
    return next(iter(snapshot_keys()), None)


def found_snapshots(*, by: Actor, now: datetime) -> bool:
    """Make the first key where there is none; whether it was made now. Safe to repeat."""
    return not SnapshotKey.objects.exists() and _announce(1, by=by, now=now)


def open_present_key() -> Ed25519PrivateKey:
    """The key that signs now. Raises SnapshotKeyMissing."""
    row = SnapshotKey.objects.first()
    if row is None:
        raise SnapshotKeyMissing(key_path(1))
    return open_key(row.generation, public=bytes(row.public_key))


def rotate_snapshot_key(*, by: Actor, now: datetime) -> SigningKey:
    """Announce a new key, which signs all snapshots from now on; platforms that have pinned another draw by page."""
    newest = SnapshotKey.objects.first()
    _announce(newest.generation + 1 if newest else 1, by=by, now=now)
    Snapshot.objects.all().delete()
    return snapshot_keys()[0]


def _announce(generation: int, *, by: Actor, now: datetime) -> bool:
    public = make_key(generation).public_key().public_bytes_raw()  # on the disk before it is announced
    with transaction.atomic():
        _row, made = SnapshotKey.objects.get_or_create(
            generation=generation, defaults={"public_key": public, "made_at": now}
        )
        if made:
            subject = Subject(kind="snapshots")
            record(verb=ExchangeVerb.SNAPSHOT_KEY_MADE, by=by, subject=subject, now=now, facts={"key": key_id(public)})
    return made


# --- making ---------------------------------------------------------------------------------------------------------


def make_snapshots(*, now: datetime) -> int:
    """Make each platform's snapshot anew if enough has changed since the last ones; returns for how many platforms."""
    end, partners, made = feed_end(), all_partners(), _standing()
    is_due = is_snapshot_due(
        end=end,
        places=[place for place, _made_at in made.values()],
        lacks=any(partner.id not in made for partner in partners),
        made_at=min((made_at for _place, made_at in made.values()), default=None),
        now=now,
    )
    if not is_due:
        return 0
    key = open_present_key()
    drawing = Drawing.of_feed(end)
    if len(drawing.details) > SNAPSHOT_DETAILS_MOST:
        log.warning("no snapshot is made: entries differ in more ways than it has numbers for")
        return 0
    with transaction.atomic():
        keep_others_out()
        if _standing() != made:
            return 0
        _write(drawing, partners, key=key, end=end, now=now)
    return len(partners)


def keep_others_out() -> None:
    """In a transaction: wait until no other worker of this kind is in one; what was read before may be old by then."""
    SnapshotKey.objects.select_for_update().first()


def _standing() -> dict[int, tuple[FeedPlace, datetime]]:
    """Up to where each platform's snapshot goes, and when it was made."""
    rows = Snapshot.objects.defer("head")
    return {row.platform_id: (FeedPlace(epoch=row.epoch, sequence=row.sequence), row.made_at) for row in rows}


@transaction.atomic
def forget_snapshots(*, now: datetime) -> int:
    """Delete snapshots that are too old to be given, as where their worker does not run; returns how many.

    They may hold hashes that were withdrawn long ago.
    """
    gone, _ = Snapshot.objects.filter(made_at__lt=now - SNAPSHOT_SERVED_FOR).delete()
    if gone and not Snapshot.objects.exists():
        SnapshotBlock.objects.all().delete()
    return gone


@dataclass
class Part:
    """The rows of one level and type, sorted, and the blocks into which they are cut."""

    hash_type: str
    level: str
    rows: Rows
    bits: int
    blocks: dict[int, Block] = field(default_factory=dict)

    def cut(self) -> Iterator[tuple[int, Block, bytes]]:
        """Each block with its number and content."""
        numbers = first_bits(self.rows["hash"], self.bits)
        edges = np.flatnonzero(np.diff(numbers)) + 1
        starts = [0, *edges.tolist()] if len(numbers) else []
        for start, stop in zip(starts, [*edges.tolist(), len(numbers)], strict=False):
            yield int(numbers[start]), *self._write({name: rows[start:stop] for name, rows in self.rows.items()})

    def with_more(self, more: Rows) -> Iterator[tuple[int, Block, bytes]]:
        """The blocks that are others once some rows are added."""
        numbers, added = first_bits(self.rows["hash"], self.bits), first_bits(more["hash"], self.bits)
        for number in sorted({int(one) for one in added}):
            both = [
                {name: rows[numbers == number] for name, rows in self.rows.items()},
                {name: rows[added == number] for name, rows in more.items()},
            ]
            yield number, *self._write(sorted_rows(joined(both)))

    def _write(self, rows: Rows) -> tuple[Block, bytes]:
        return write_block(self.hash_type, self.level, rows["hash"], rows)


@dataclass
class Drawing:
    """What all platforms' snapshots have in common, and the canaries of each."""

    details: dict[tuple[str, bool, tuple[tuple[str, str], ...]], int]
    parts: list[Part]
    canaries: dict[int, dict[tuple[str, str], Rows]]

    @classmethod
    def of_feed(cls, end: FeedPlace) -> "Drawing":
        """Read the whole feed, a part at a time; nobody waits for it."""
        gathered = Gathered()
        after = 0
        while after < end.sequence:
            entries, after = active_entries(after=after, through=end.sequence, limit=READ_AT_ONCE)
            gathered.take(entries)
        groups = gathered.finish()
        shared = groups.pop(None, {})
        kinds = [(level, hash_type) for level in LEVELS for hash_type in HASH_TYPES]
        known = {kind for group in (shared, *groups.values()) for kind in group}
        parts = []
        for level, hash_type in kinds:
            if (level, hash_type) in known:
                rows = sorted_rows(shared.get((level, hash_type)) or gathered.no_rows(hash_type))
                parts.append(Part(hash_type, level, rows, bits_for(len(rows["hash"]))))
        canaries = {platform: group for platform, group in groups.items() if platform is not None}
        return cls(gathered.details, parts, canaries)

    def told_details(self) -> tuple[dict[str, object], ...]:
        """What the numbers of the column `detail` stand for."""
        return tuple(
            {
                "tier": tier,
                "harm": HARM,
                "jurisdiction": settings.LEEWARD_JURISDICTION,
                "in_review": in_review,
                "feedback": [{"source": source, "value": value} for source, value in answers],
            }
            for tier, in_review, answers in self.details
        )


class Gathered:
    """Rows as they come from the bank, by whom they are for (None: everybody), level and type."""

    def __init__(self) -> None:
        self.details: dict[tuple[str, bool, tuple[tuple[str, str], ...]], int] = {}
        self._pieces: dict[int | None, dict[tuple[str, str], list[Rows]]] = defaultdict(lambda: defaultdict(list))

    def take(self, entries: Sequence[ActiveEntry]) -> None:
        """Take these entries in."""
        groups: dict[tuple[int | None, str, str], list[ActiveEntry]] = defaultdict(list)
        for entry in entries:
            level = LEVELS[VARIANT_LEVELS[entry.variant]]
            groups[entry.canary_for, level, entry.hash_type].append(entry)
        for (platform, level, hash_type), members in groups.items():
            self._pieces[platform][level, hash_type].append(self._rows(hash_type, members))

    def finish(self) -> dict[int | None, dict[tuple[str, str], Rows]]:
        """All rows of each group."""
        return {
            platform: {kind: joined(pieces) for kind, pieces in kinds.items()}
            for platform, kinds in self._pieces.items()
        }

    def no_rows(self, hash_type: str) -> Rows:
        """The columns of a type without a row."""
        return self._rows(hash_type, [])

    def _rows(self, hash_type: str, entries: Sequence[ActiveEntry]) -> Rows:
        details = self.details
        columns = {
            "family": [family_number(entry.family) for entry in entries],
            "expires": [day_number(entry.expires_on) for entry in entries],
            "detail": [
                details.setdefault((entry.tier, entry.in_review, entry.answers), len(details)) for entry in entries
            ],
            "quality": [UNKNOWN_QUALITY if entry.quality is None else entry.quality for entry in entries],
            "variant": [VARIANTS.index(entry.variant) for entry in entries],
        }
        hashes = np.frombuffer(bytes.fromhex("".join(entry.value for entry in entries)), np.uint8)
        wide = {"detail": "<u4"}  # until it is known that the numbers fit
        rows = {name: np.array(columns[name], wide.get(name, kind)) for name, kind in COLUMNS}
        return {"hash": hashes.reshape(-1, HASH_TYPES[hash_type].LENGTH), **rows}


def joined(pieces: Sequence[Rows]) -> Rows:
    """The rows of several pieces, one after the other."""
    return {name: np.concatenate([one[name] for one in pieces]) for name in pieces[0]}


def sorted_rows(rows: Rows) -> Rows:
    """Rows in the order of their hashes."""
    order = sort_hashes(rows["hash"])
    return {name: column[order] for name, column in rows.items()}


def _write(
    drawing: Drawing, partners: Sequence[Partner], *, key: Ed25519PrivateKey, end: FeedPlace, now: datetime
) -> None:
    """Put the blocks and heads in the place of the older ones."""
    kept = Keeper()
    for part in drawing.parts:
        for number, block, content in part.cut():
            part.blocks[number] = kept.keep(block, content)
    details, named = drawing.told_details(), set()
    for partner in partners:
        blocks = []
        for part in drawing.parts:
            own = drawing.canaries.get(partner.id, {}).get((part.level, part.hash_type))
            changed = {} if own is None else {n: kept.keep(block, text) for n, block, text in part.with_more(own)}
            mine = part.blocks | changed
            blocks += [mine[number] for number in sorted(mine)]
        named |= {block.sha256 for block in blocks}
        header = Header(
            epoch=end.epoch,
            sequence=end.sequence,
            made_at=now,
            cursor=make_cursor(partner, end),
            family_key=family_key(partner),
            variants=VARIANTS,
            details=details,
            blocks=tuple(blocks),
        )
        values = {"epoch": end.epoch, "sequence": end.sequence, "made_at": now, "head": seal_header(header, key)}
        Snapshot.objects.update_or_create(platform_id=partner.id, defaults=values)
    kept.flush()
    Snapshot.objects.exclude(platform__in=[partner.id for partner in partners]).delete()
    for name in set(SnapshotBlock.objects.values_list("pk", flat=True)) - named:
        SnapshotBlock.objects.filter(pk=name).delete()


class Keeper:
    """Writes blocks, each once, some at a time."""

    def __init__(self) -> None:
        self._known = set(SnapshotBlock.objects.values_list("pk", flat=True))
        self._waiting: list[SnapshotBlock] = []

    def keep(self, block: Block, content: bytes) -> Block:
        """Keep a block, and return it."""
        if block.sha256 not in self._known:
            self._waiting.append(SnapshotBlock(sha256=block.sha256, content=content))
            if len(self._waiting) >= WRITTEN_AT_ONCE:
                self.flush()
        self._known.add(block.sha256)
        return block

    def flush(self) -> None:
        """Write what waits."""
        SnapshotBlock.objects.bulk_create(self._waiting)
        self._waiting = []


# --- handing out ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Served:
    """A platform's snapshot up to a level, as it goes out."""

    head: bytes
    header: Header
    blocks: tuple[Block, ...]

    @property
    def etag(self) -> str:
        """Its name."""
        return etag_of(self.head)

    @property
    def length(self) -> int:
        """Its bytes."""
        return len(self.head) + sum(block.length for block in self.blocks)

    def read(self, start: int, stop: int) -> Iterator[bytes]:
        """The bytes from one place up to another. It ends early where the snapshot was made anew meanwhile."""
        place = 0
        for name, length in ((None, len(self.head)), *((block.sha256, block.length) for block in self.blocks)):
            low, high = max(start - place, 0), min(stop - place, length)
            if low < high:
                content = self.head if name is None else _content(name)
                if content is None:
                    return
                yield content[low:high]
            place += length


def find_snapshot(partner: Partner, *, level: Level, now: datetime) -> Served:
    """The snapshot of a platform. Raises NoSnapshot where there is none that may be used."""
    row, end = Snapshot.objects.filter(platform=partner.id).first(), feed_end()
    place = FeedPlace(epoch=row.epoch, sequence=row.sequence) if row else FeedPlace(sequence=-1)
    if row is None or not place.is_known_to(end) or now - row.made_at > SNAPSHOT_SERVED_FOR:
        raise NoSnapshot("There is no snapshot of the feed at present.", how="Draw by page, without a cursor.")
    head = bytes(row.head)
    header = Header.from_bytes(head[PREAMBLE.size :])
    return Served(head, header, header.up_to(level.value))


def note_snapshot(partner: Partner, served: Served, *, level: Level, is_begun: bool, now: datetime) -> None:
    """Write down that a platform is given a snapshot, before the first byte leaves; a part that goes on counts once."""
    count = sum(block.rows for block in served.blocks) if is_begun else 0
    disclose_snapshot(partner=partner, through=served.header.sequence, level=level_rank(level), count=count, now=now)


def _content(name: str) -> bytes | None:
    found = SnapshotBlock.objects.filter(pk=name).values_list("content", flat=True).first()
    return None if found is None else bytes(found)
