"""What is done with one shard, the same on every engine: hash or read the items, match them, encode what was found."""

import contextlib
import itertools
import os
import shutil
import tempfile
import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeAlias

import numpy as np
import numpy.typing as npt
from fsspec.implementations.local import LocalFileSystem

from hashmatch.bank import BankBatch
from hashmatch.entries import Tier
from hashmatch.errors import HashmatchError, ScanSourceError
from hashmatch.files import FileHashes, hash_file
from hashmatch.hashes import PdqHash
from hashmatch.scan.archive import ArchiveShard
from hashmatch.scan.frozen import FrozenBank
from hashmatch.scan.ledger import Shard
from hashmatch.scan.results import ERROR_SCHEMA, MATCH_SCHEMA, ErrorRow, MatchRow, encode_rows
from hashmatch.scan.rows import UNKNOWN_QUALITY, HashBatch, read_batches
from hashmatch.scan.settings import Kind, Settings
from hashmatch.scan.sources import Item, Opened, open_source
from hashmatch.variants import CAREFUL_DISTANCE, DISTINCTIVE_QUALITY, MINIMUM_QUALITY

READ_AHEAD = 8  # files of a distant system that are fetched at once
COPY_BYTES = 1 << 20
LARGEST_IN_MEMORY = 64 << 20
QUERIES_PER_STEP = 1 << 16
HAS_MEMORY_FILES = hasattr(os, "memfd_create")

Owners: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ShardResult:
    """The output of a shard, ready to be written."""

    shard: int
    items: int
    plain: int
    matches: int
    errors: int
    seconds: float
    match_file: bytes
    error_file: bytes


class Scanner:
    """Matches shards against a bank; each worker has one."""

    def __init__(self, bank: FrozenBank, settings: Settings) -> None:
        self._bank = bank
        self._settings = settings
        self._opened = open_source(settings.source)
        self._plain = 0  # pictures of the present shard with too little in them to be compared
        self._scan = {Kind.HASHES: self._scan_hashes, Kind.ARCHIVE: self._scan_archive}.get(
            settings.kind, self._scan_files
        )

    def try_scan(self, shard: Shard) -> ShardResult | str:
        """What `scan` gives, or why the shard as a whole cannot be done now."""
        try:
            return self.scan(shard)
        except HashmatchError as error:
            return str(error)

    def scan(self, shard: Shard) -> ShardResult:
        """Everything about one shard."""
        start = time.perf_counter()
        matches: list[MatchRow] = []
        errors: list[ErrorRow] = []
        self._plain = 0
        count = self._scan(shard.items, matches, errors)
        form = self._settings.format
        return ShardResult(
            shard=shard.number,
            items=count,
            plain=self._plain,
            matches=len(matches),
            errors=len(errors),
            seconds=time.perf_counter() - start,
            match_file=encode_rows(matches, MATCH_SCHEMA, form),
            error_file=encode_rows(errors, ERROR_SCHEMA, form),
        )

    def _scan_files(self, items: Sequence[Item], matches: list[MatchRow], errors: list[ErrorRow]) -> int:
        """Pictures and videos."""
        hashed: list[tuple[str, FileHashes]] = []
        opened = self._opened if self._settings.kind is Kind.FILES else None
        for item, path in fetch(opened, items):
            name = item_name(opened, item)
            if isinstance(path, HashmatchError):
                errors.append(ErrorRow(name, str(path)))
                continue
            try:
                hashes = hash_file(path)
            except HashmatchError as error:
                errors.append(ErrorRow(name, str(error)))
                continue
            troubles = (hashes.picture_error, hashes.video_error)
            errors += [ErrorRow(name, str(one)) for one in troubles if one is not None]
            errors += [] if hashes.note is None else [ErrorRow(name, hashes.note)]
            self._plain += hashes.pdq is not None and not hashes.is_compared
            hashed.append((name, hashes))
        found = self._match_exact(hashed) + self._match_pictures(hashed, errors)
        matches += [row for _, row in sorted(found, key=lambda one: (one[0], one[1].distance, one[1][1:]))]
        return len(items)

    def _match_exact(self, hashed: Sequence[tuple[str, FileHashes]]) -> list[tuple[int, MatchRow]]:
        """Matches by digest, each with the place of its file."""
        found = []
        for place, (name, hashes) in enumerate(hashed):
            for digest in hashes.to_match():
                for match in () if isinstance(digest, PdqHash) else self._bank.match(digest):
                    row = MatchRow(
                        source=name,
                        hash_type=digest.TYPE_NAME,
                        query=digest.hex,
                        quality=None if hashes.pdq is None else hashes.pdq.quality,
                        entry=match.entry.hash.hex,
                        distance=match.distance,
                        needs_person=match.needs_person,
                        tier=match.entry.tier.value,
                        variant=match.entry.variant,
                    )
                    found.append((place, row))
        return found

    def _match_pictures(
        self, hashed: Sequence[tuple[str, FileHashes]], errors: list[ErrorRow]
    ) -> list[tuple[int, MatchRow]]:
        """Matches by PDQ, each with the place of its file; an entry is given once, as the best frame matches it."""
        owners, values, quality = [], [], []
        for place, (_, hashes) in enumerate(hashed):
            pictures = (*(hashes.frames or ()), *hashes.others, hashes.pdq)
            known = {one.hash: one.quality for one in pictures if one is not None}
            for one in hashes.to_match():
                if isinstance(one, PdqHash):
                    owners.append(place)
                    values.append(one.bytes)
                    quality.append(known.get(one, UNKNOWN_QUALITY))
        rows = np.frombuffer(b"".join(values), np.uint8).reshape(-1, PdqHash.LENGTH)
        batch = self._bank.match_batch(rows, self._settings.distance, self._settings.limit)
        names = [hashed[place][0] for place in owners]
        found = to_match_rows(batch, rows, np.array(quality, np.uint8), names)
        errors += [self._cut(names[number]) for number in np.flatnonzero(batch.is_cut).tolist()]
        surest: dict[tuple[int, str], MatchRow] = {}
        for number, row in found:
            key = owners[number], row.entry
            if key not in surest or rank(row) < rank(surest[key]):
                surest[key] = row
        return [(place, row) for (place, _), row in surest.items()]

    def _scan_hashes(self, items: Sequence[Item], matches: list[MatchRow], errors: list[ErrorRow]) -> int:
        """Row groups of Parquet files; the count is of rows."""
        count = 0
        for item in items:
            name = self._opened.name(item)
            try:
                for batch in read_batches(self._opened, item, self._settings.columns):
                    count += len(batch.places) + len(batch.bad)
                    self._match_rows(batch, name, matches, errors)
            except ScanSourceError as error:
                errors.append(ErrorRow(name, str(error)))
        return count

    def _match_rows(self, batch: HashBatch, name: str, matches: list[MatchRow], errors: list[ErrorRow]) -> None:
        """The rows of one batch."""

        def names_of(places: list[int]) -> list[str]:
            return batch.ids_of(places) or [f"{name}#{place}" for place in places]

        errors += [ErrorRow(one, "This row holds no PDQ hash.") for one in names_of(batch.bad.tolist())]
        usable = batch.quality >= MINIMUM_QUALITY  # one that is not known is 255
        rows, places, quality = batch.hashes[usable], batch.places[usable], batch.quality[usable]
        self._plain += len(usable) - len(rows)
        found = self._bank.match_batch(rows, self._settings.distance, self._settings.limit)
        errors += [self._cut(one) for one in names_of(places[found.is_cut].tolist())]
        hits = np.flatnonzero(np.diff(found.bounds))
        names = dict(zip(hits.tolist(), names_of(places[hits].tolist()), strict=True))
        matches += [row for _, row in to_match_rows(found, rows, quality, names)]

    def _scan_archive(self, items: Sequence[Item], matches: list[MatchRow], errors: list[ErrorRow]) -> int:
        """Shards of an archive, which are asked for each hash of the bank; the count is of archived hashes."""
        count = 0
        numbers, wanted = self._bank.usable_hashes()
        for item in items:
            shard = ArchiveShard.map(Path(self._opened.root), item.path)
            shard.expect(len(wanted))
            count += shard.live_count
            for start in range(0, len(wanted), QUERIES_PER_STEP):
                rows = wanted[start : start + QUERIES_PER_STEP]
                found = shard.index.query_batch(rows, self._settings.distance, limit=self._settings.limit)
                errors += [self._cut(rows[one].tobytes().hex()) for one in np.flatnonzero(found.is_cut)]
                entries = found.queries()
                order = np.lexsort((entries, found.ids))
                matches += self._archived_rows(
                    shard, numbers[start + entries[order]], found.ids[order], found.distances[order]
                )
        return count

    def _archived_rows(
        self, shard: ArchiveShard, numbers: Owners, places: Owners, distances: npt.NDArray[np.uint16]
    ) -> list[MatchRow]:
        """The rows of what was found in one shard of an archive."""
        if not len(places):
            return []
        entry_quality, is_verified, variants = self._bank.describe(numbers)
        archived = shard.describe(places)
        entries = self._bank.hashes_of(numbers)
        return [
            MatchRow(
                source=name,
                hash_type=PdqHash.TYPE_NAME,
                query=query,
                quality=quality,
                entry=entry,
                distance=distance,
                needs_person=needs_person(distance, quality, entry_quality[place]),
                tier=(Tier.VERIFIED if is_verified[place] else Tier.SUBMITTED).value,
                variant=variants[place],
            )
            for place, (entry, distance, (name, query, quality)) in enumerate(
                zip(entries, distances.tolist(), archived, strict=True)
            )
        ]

    def _cut(self, name: str) -> ErrorRow:
        """The row that says that not all matches of an item are given."""
        return ErrorRow(name, f"More than {self._settings.limit} hashes match; only the nearest are given.")


def rank(row: MatchRow) -> tuple[bool, int]:
    """What makes one match of an entry better than another: that nobody needs to look, then nearness."""
    return row.needs_person, row.distance


def needs_person(distance: int, quality: int | None, entry_quality: int | None) -> bool:
    """Whether a match may be chance: far apart, or of a picture or entry with little in it."""
    plain = any(one is not None and one < DISTINCTIVE_QUALITY for one in (quality, entry_quality))
    return distance >= CAREFUL_DISTANCE or plain


def to_match_rows(
    batch: BankBatch, rows: npt.NDArray[np.uint8], quality: npt.NDArray[np.uint8], names: Sequence[str] | dict[int, str]
) -> list[tuple[int, MatchRow]]:
    """Each match of a batch with the number of its query."""
    queries = np.repeat(np.arange(len(batch)), np.diff(batch.bounds)).tolist()
    found = []
    for place, query in enumerate(queries):
        known = int(quality[query])
        row = MatchRow(
            source=names[query],
            hash_type=PdqHash.TYPE_NAME,
            query=rows[query].tobytes().hex(),
            quality=None if known == UNKNOWN_QUALITY else known,
            entry=batch.hashes[place].tobytes().hex(),
            distance=int(batch.distances[place]),
            needs_person=bool(batch.needs_person[place]) or known < DISTINCTIVE_QUALITY,
            tier=(Tier.VERIFIED if batch.is_verified[place] else Tier.SUBMITTED).value,
            variant=batch.variant_names[batch.variant[place]],
        )
        found.append((query, row))
    return found


def item_name(opened: Opened | None, item: Item) -> str:
    """What the results call an item; without `opened` it is a name from a list."""
    if opened is not None:
        return opened.name(item)
    return item.path.encode("utf-8", "backslashreplace").decode()


def fetch(opened: Opened | None, items: Sequence[Item]) -> Iterator[tuple[Item, Path | HashmatchError]]:
    """Each item with a path of this machine under which it can be read, or with the reason why it cannot.

    What lies on another machine is held in memory, not on this machine's disk, unless it is very large; some items
    ahead are fetched while one is worked on.
    """
    with contextlib.ExitStack() as stack:
        waiting: deque[tuple[Item, Future[IO[bytes]] | Path | HashmatchError]] = deque()
        threads = stack.enter_context(ThreadPoolExecutor(READ_AHEAD))
        rest = iter(items)

        def start(count: int) -> None:
            for item in itertools.islice(rest, count):
                waiting.append((item, start_fetching(opened, item, threads)))

        start(READ_AHEAD)
        while waiting:
            item, coming = waiting.popleft()
            if not isinstance(coming, Future):
                yield item, coming
            else:
                yield from read_fetched(item, coming)
            start(1)


def start_fetching(
    opened: Opened | None, item: Item, threads: ThreadPoolExecutor
) -> "Future[IO[bytes]] | Path | HashmatchError":
    """A local path at once; anything else is fetched by a thread."""
    try:
        one = opened if opened is not None else open_source(item.path)
    except ScanSourceError as error:
        return error
    where = one.locate(item) if opened is not None else one.root
    if isinstance(one.system, LocalFileSystem):
        return Path(where)
    return threads.submit(download, one, where)


def read_fetched(item: Item, coming: "Future[IO[bytes]]") -> Iterator[tuple[Item, Path | HashmatchError]]:
    """Wait for what a thread fetches and let it go once it was used."""
    try:
        stream = coming.result()
    except OSError as error:
        yield item, ScanSourceError(f"The file cannot be read: {error.strerror or error}.")
        return
    with stream:
        yield item, Path(f"/proc/self/fd/{stream.fileno()}" if HAS_MEMORY_FILES else stream.name)


def download(opened: Opened, where: str) -> IO[bytes]:
    """A file's content, in memory where it is not too large."""
    with opened.system.open(where, "rb") as source:
        stream = open_private_file(int(getattr(source, "size", None) or 0))
        shutil.copyfileobj(source, stream, COPY_BYTES)
    stream.flush()
    return stream


def open_private_file(size: int) -> IO[bytes]:
    """A file that nobody else can find; on Linux, if it is not large, one that no disk ever sees."""
    if not HAS_MEMORY_FILES:
        return tempfile.NamedTemporaryFile("w+b")
    if size > LARGEST_IN_MEMORY:
        return tempfile.TemporaryFile("w+b")
    return os.fdopen(os.memfd_create("hashmatch"), "w+b")
