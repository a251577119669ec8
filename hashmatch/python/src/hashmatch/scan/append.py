"""Adds the hashes of Parquet files to an archive: shard by shard, so that memory stays bounded and a stop loses little.

Each shard that becomes full is safe on disk, and named by the archive together with how many rows of the source it
ends behind, before the next is begun. A second run over a source that was cut off goes on from there; over one that is
in the archive already it adds nothing.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow

from hashmatch.errors import ArchiveError, ScanSourceError
from hashmatch.scan.archive import (
    ARCHIVE_FILE,
    ROWS_PER_SHARD,
    ArchiveShard,
    Catalogue,
    Pending,
    ShardFacts,
    ShardRows,
    read_catalogue,
    sweep,
    write_catalogue,
    write_shard,
)
from hashmatch.scan.rows import HashBatch, as_text, read_batches
from hashmatch.scan.settings import Columns, Kind, Settings
from hashmatch.scan.sources import Opened, list_items, open_source
from hashmatch.variants import MINIMUM_QUALITY


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a source."""

    rows: int = 0
    bad: int = 0
    plain: int = 0  # of too low a quality to be looked for, and so left out
    is_known: bool = False  # it was in the archive already


class ShardFiller:
    """Gathers rows until a shard is full, and writes it."""

    def __init__(self, folder: Path, catalogue: Catalogue, pending: Pending, *, shard_rows: int) -> None:
        self.catalogue = catalogue
        self._pending = pending
        self._folder = folder
        self._shard_rows = shard_rows
        self._waiting: list[ShardRows] = []
        self._count = 0

    @property
    def next_row(self) -> int:
        """The number of the next row of the archive."""
        return self.catalogue.next_row + self._count

    def set_kind(self, kind: str) -> None:
        """Refuse ids of another kind than those that are there."""
        known = self.catalogue.id_kind
        if known not in (None, kind):
            raise ArchiveError(f"The ids of this archive are {known}, but those of the source are {kind}.")
        self.catalogue = replace(self.catalogue, id_kind=kind)

    def add(self, rows: ShardRows, taken: int) -> None:
        """Take in rows; with them `taken` more rows of the source are dealt with."""
        self._waiting.append(rows)
        self._count += len(rows)
        self._pending = replace(self._pending, rows=self._pending.rows + taken)
        if self._count >= self._shard_rows - self._begun_rows:
            self.write()

    @property
    def _begun_rows(self) -> int:
        """How many rows the last shard has, if it is not full."""
        last = self.catalogue.shards[-1].rows if self.catalogue.shards else self._shard_rows
        return last if last < self._shard_rows else 0

    def write(self) -> None:
        """Write what was gathered, filling up the last shard first."""
        if not self._count:
            return
        rows = ShardRows.join(self._waiting)
        shards = list(self.catalogue.shards)
        if self._begun_rows:
            rows = ShardRows.join([ArchiveShard.map(self._folder, shards.pop().name).live_rows(), rows])
        while len(rows):
            block, rows = rows.split(self._shard_rows)
            shards.append(ShardFacts(write_shard(self._folder, block), len(block)))
        self.catalogue = replace(self.catalogue, shards=tuple(shards), pending=self._pending, next_row=self.next_row)
        self._waiting, self._count = [], 0
        write_catalogue(self._folder, self.catalogue)


def add_source(
    folder: Path,
    source: str,
    columns: Columns,
    *,
    shard_rows: int = ROWS_PER_SHARD,
    on_rows: Callable[[int], object] = lambda _: None,
) -> Added:
    """Add all hashes of a Parquet file, folder or URL; the archive is made if there is none.

    Raises ArchiveError where another source was cut off before, or where the ids are of another kind than those of the
    archive; raises ScanSourceError where a file cannot be read. What was added before that stays.
    """
    folder.mkdir(parents=True, exist_ok=True)
    catalogue = read_catalogue(folder) if (folder / ARCHIVE_FILE).exists() else Catalogue()
    settings = Settings(source, Kind.HASHES, columns=columns)
    fingerprint = find_fingerprint(settings)
    if fingerprint in catalogue.added:
        return Added(is_known=True)
    pending = catalogue.pending or Pending(source, fingerprint, 0)
    if pending.fingerprint != fingerprint:
        raise ArchiveError(
            f"Of {pending.source} only the first {pending.rows} rows are in the archive. Add it again first, unchanged."
        )
    sweep(folder, catalogue)
    filler = ShardFiller(folder, catalogue, pending, shard_rows=shard_rows)
    added = bad = plain = 0
    for batch, skipped in skip_rows(settings, pending.rows):
        rows = to_shard_rows(batch, skipped, filler)
        total = len(batch.places) + len(batch.bad)
        filler.add(rows, total - skipped)
        added += len(rows)
        wrong = int(np.count_nonzero(batch.bad >= batch.first + skipped))
        bad += wrong
        plain += total - skipped - wrong - len(rows)
        on_rows(total - skipped)
    filler.write()
    done = replace(filler.catalogue, pending=None, added=(*filler.catalogue.added, fingerprint))
    write_catalogue(folder, done)
    sweep(folder, done)
    return Added(added, bad, plain)


def find_fingerprint(settings: Settings) -> str:
    """What tells one source from another: the names, places and counts of its row groups."""
    digest = hashlib.sha256(repr(settings.columns).encode())
    for item in list_items(settings):
        digest.update(repr((settings.source, *item)).encode())
    return digest.hexdigest()


def skip_rows(settings: Settings, taken: int) -> Iterator[tuple[HashBatch, int]]:
    """The batches of a source behind the rows that were taken, each with how many of its first rows to leave out."""
    opened: Opened = open_source(settings.source)
    left = taken
    for item in list_items(settings):
        if item.end == 0:
            raise ScanSourceError(f"{opened.name(item)} cannot be read as Parquet. Mend or move it, and add again.")
        if left >= item.size:
            left -= item.size
            continue
        for batch in read_batches(opened, item, settings.columns):
            total = len(batch.places) + len(batch.bad)
            if left < total:
                yield batch, left
            left = max(left - total, 0)


def to_shard_rows(batch: HashBatch, skipped: int, filler: ShardFiller) -> ShardRows:
    """The usable rows of a batch behind those to be left, with their ids, which must be of the archive's kind."""
    keep = (batch.places >= batch.first + skipped) & (batch.quality >= MINIMUM_QUALITY)  # 255: not known
    places = batch.places[keep]
    ids, kind = find_ids(batch, places, filler.next_row)
    filler.set_kind(kind)
    return ShardRows(batch.hashes[keep], batch.quality[keep], ids)


def find_ids(batch: HashBatch, places: Any, next_row: int) -> tuple[Any, str]:
    """The ids of some rows and their kind; without a column of ids they are the numbers of the archive's rows."""
    if batch.ids is None:
        return pyarrow.array(np.arange(next_row, next_row + len(places))), "rows"
    taken = batch.ids.take(pyarrow.array(places - batch.first))
    if pyarrow.types.is_integer(taken.type) and taken.type != pyarrow.uint64():
        if taken.null_count:
            raise ArchiveError("The source has rows without an id. Give each one, or leave the column out.")
        return taken.cast(pyarrow.int64()), "numbers"
    return pyarrow.array([as_text(one) for one in taken.to_pylist()], pyarrow.large_string()), "texts"
