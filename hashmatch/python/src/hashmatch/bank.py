"""The bank: one file that holds what a platform has drawn from the exchange, made by one writer, read by any number.

The file is a container of sorted arrays, which readers map into memory, and behind it a journal with the pages drawn
since. Each page is in the journal, whole and with its cursor, before the next one is asked for. Now and then, and
always before a withdrawal is acknowledged, the file is written anew without what was removed (decision 0073 says why).
"""

import contextlib
import hashlib
import json
import os
import secrets
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, NoReturn, TypeAlias

import numpy as np
import numpy.typing as npt

from hashmatch.columns import (
    INDEX_PREFIX,
    Block,
    Column,
    DetailTable,
    Numbering,
    complete_arrays,
    sort_rows,
)
from hashmatch.container import (
    PREAMBLE,
    Container,
    NamedArrays,
    delete_unfinished,
    map_container,
    open_for_reading,
    stream_container,
)
from hashmatch.entries import Entry, Tier
from hashmatch.errors import BankFileError
from hashmatch.hashes import HASH_TYPES, HashValue, PdqHash, parse_hash
from hashmatch.index import Index
from hashmatch.journal import encode_record, read_records
from hashmatch.locking import lock_for_writing
from hashmatch.older import Self
from hashmatch.readings import Asked, Reading, explain_nothing_near, read_asked
from hashmatch.rewriting import rewrite_arrays
from hashmatch.snapshot import UNKNOWN_QUALITY as UNKNOWN_QUALITY
from hashmatch.snapshot import family_name
from hashmatch.variants import CAREFUL_DISTANCE, DISTINCTIVE_QUALITY, MATCH_DISTANCE, MINIMUM_QUALITY

AnyArray: TypeAlias = npt.NDArray[Any]

KIND = "bank"
UNREAD_TIER = 255
UNNUMBERED_VARIANT = 255  # stands for every variant beyond the first 255 names
JOURNAL_RECORDS_BEFORE_REWRITE = 20_000
JOURNAL_RECORDS_AT_REST = 5_000  # a bank is opened in a third of a second with so many; reading them is what takes time


@dataclass(frozen=True, slots=True)
class BankMatch:
    """An entry that a hash matched, and at what distance (0 for exact hashes).

    `query_quality` is the quality of what was looked up, where it was told.
    """

    entry: Entry
    distance: int
    query_quality: int | None = None

    @property
    def needs_person(self) -> bool:
        """Whether chance matches are common enough at this distance and quality that a person should look first."""
        known = (self.entry.quality, self.query_quality)
        return self.distance >= CAREFUL_DISTANCE or any(
            quality is not None and quality < DISTINCTIVE_QUALITY for quality in known
        )


@dataclass(frozen=True, slots=True)
class MatchResult:
    """The answer to one look-up: its matches, and whether it could find changed copies at all.

    It is iterable and has a length, both of its matches. It is neither true nor false: no match is one thing, and a
    picture that could not be compared another.
    """

    compared: bool  # a PDQ hash of enough quality was looked up; if not, only exact copies could be found
    why: str | None  # the reason, where `compared` is false
    matches: tuple[BankMatch, ...]  # nearest first
    readings: tuple[Reading, ...]  # the hashes that were made of what was asked, those not compared among them

    def __iter__(self) -> Iterator[BankMatch]:
        return iter(self.matches)

    def __len__(self) -> int:
        return len(self.matches)

    def __bool__(self) -> NoReturn:
        raise TypeError(
            "A MatchResult is neither true nor false. Ask `.matches` whether anything matched, and `.compared` whether "
            "the picture could be compared at all."
        )


@dataclass(frozen=True, slots=True)
class Facts:
    """What a bank knows about its exchange and how far it has drawn."""

    cursor: str = ""
    level: str | None = None
    complete: bool = False  # whether a sweep has ever reached the end of the feed
    confirmed: bool = False  # whether every withdrawal up to the cursor has been acknowledged
    signing_keys: tuple[tuple[str, str], ...] = ()  # pinned (id, base64 of the Ed25519 key)
    snapshot_keys: tuple[tuple[str, str], ...] = ()
    snapshot: tuple[str, int] = ("", 0)  # epoch and place of the snapshot with which the bank began
    family_key: str = ""  # makes names of the families' numbers that a snapshot brought

    def to_json(self) -> dict[str, Any]:
        """The facts as JSON values."""
        return {
            "cursor": self.cursor,
            "level": self.level,
            "complete": self.complete,
            "confirmed": self.confirmed,
            "signing_keys": [list(pair) for pair in self.signing_keys],
            "snapshot_keys": [list(pair) for pair in self.snapshot_keys],
            "snapshot": list(self.snapshot),
            "family_key": self.family_key,
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """The facts that `to_json` gave."""
        epoch, place = values.get("snapshot", ("", 0))
        return cls(
            cursor=values["cursor"],
            level=values["level"],
            complete=values["complete"],
            confirmed=values["confirmed"],
            signing_keys=tuple((str(one), str(two)) for one, two in values["signing_keys"]),
            snapshot_keys=tuple((str(one), str(two)) for one, two in values.get("snapshot_keys", ())),
            snapshot=(str(epoch), int(place)),
            family_key=str(values.get("family_key", "")),
        )


@dataclass(frozen=True, slots=True)
class Changes:
    """What one page or one step changes."""

    facts: Facts
    entries: tuple[Entry, ...] = ()
    removed: tuple[HashValue, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The journal's form."""
        return {
            "facts": self.facts.to_json(),
            "entries": [entry.to_wire() for entry in self.entries],
            "removed": [[one.TYPE_NAME, one.hex] for one in self.removed],
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """The changes that `to_json` gave."""
        return cls(
            facts=Facts.from_json(values["facts"]),
            entries=tuple(Entry.from_wire(record) for record in values["entries"]),
            removed=tuple(parse_hash(hash_type, text) for hash_type, text in values["removed"]),
        )


@dataclass(frozen=True, slots=True)
class Counts:
    """What changes did to a bank."""

    added: int = 0
    updated: int = 0
    removed: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.added + other.added, self.updated + other.updated, self.removed + other.removed)


@dataclass(frozen=True, slots=True)
class BankBatch:
    """What a bank has for many PDQ hashes, in columns: query `i` owns rows `bounds[i]` to `bounds[i + 1]`.

    The nearest come first. `quality` is 255 where it is not known, `variant` a place in `variant_names` (255 for one
    that has none), and `is_cut` says of each query whether there may be more than the limit let through.
    """

    bounds: npt.NDArray[np.int64]
    ids: npt.NDArray[np.int64]
    distances: npt.NDArray[np.uint16]
    hashes: npt.NDArray[np.uint8]  # 32 bytes a row
    quality: npt.NDArray[np.uint8]
    variant: npt.NDArray[np.uint8]
    is_verified: npt.NDArray[np.bool_]
    needs_person: npt.NDArray[np.bool_]
    is_cut: npt.NDArray[np.bool_]
    variant_names: tuple[str, ...]
    content: "Content"

    def __len__(self) -> int:
        return len(self.bounds) - 1

    def matches_of(self, number: int) -> list[BankMatch]:
        """The matches of one query with their whole entries; one that was removed meanwhile is left out."""
        rows = range(int(self.bounds[number]), int(self.bounds[number + 1]))
        found = [(self.content.entry_of(int(self.ids[row])), int(self.distances[row])) for row in rows]
        return [BankMatch(entry, distance) for entry, distance in found if entry is not None]


def nearness(match: BankMatch) -> tuple[int, str, bytes]:
    """The order of matches: nearest first, then by kind and value of the hash."""
    return match.distance, match.entry.hash.TYPE_NAME, match.entry.hash.bytes


class PdqColumns:
    """What can be picked for many PDQ hashes at once, by the numbers under which the index knows them.

    Numbers below `base` are rows of the mapped arrays, those above were given to what the journal added. Readers pick
    while the one writer adds: it fills a row before the index shows its number.
    """

    def __init__(self, column: Column | None, details: "DetailTable", variants: "Numbering") -> None:
        nothing = np.empty(0, np.uint8)
        self.base = 0 if column is None else len(column)
        self.variants = variants
        self.quality: npt.NDArray[np.uint8] = nothing if column is None else np.asarray(column.quality)
        self.variant: npt.NDArray[np.uint8] = nothing if column is None else np.asarray(column.variant)
        self.tier = np.full(self.base, UNREAD_TIER, np.uint8)
        self._keys: npt.NDArray[np.uint8] = np.empty((0, 32), np.uint8) if column is None else np.asarray(column.keys)
        self._added = np.empty((0, 32), np.uint8)
        self._places = np.empty(0, np.uint32) if column is None else np.asarray(column.details)
        self._details = details
        self._is_own = False

    def reserve(self, count: int) -> None:
        """Make room for numbers below `count`, and arrays that may be written."""
        if self._is_own and count <= len(self.quality):
            return
        room = self.base + max(count - self.base, 2 * len(self._added))
        added = np.zeros((room - self.base, 32), np.uint8)
        added[: len(self._added)] = self._added
        self._added = added
        self.quality, self.variant = extended(self.quality, room), extended(self.variant, room)
        self.tier = extended(self.tier, room)
        self._is_own = True

    def put(self, number: int, entry: Entry) -> None:
        """Write down what is known of an entry; its place must be reserved."""
        if number >= self.base:
            self._added[number - self.base] = np.frombuffer(entry.hash.bytes, np.uint8)
        self.quality[number] = UNKNOWN_QUALITY if entry.quality is None else entry.quality
        self.variant[number] = min(self.variants.number_of(entry.variant), UNNUMBERED_VARIANT)
        self.tier[number] = entry.tier is Tier.VERIFIED

    def hashes_of(self, numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.uint8]:
        """The hashes, 32 bytes a row."""
        is_added = numbers >= self.base
        if not is_added.any():
            mapped: npt.NDArray[np.uint8] = self._keys[numbers]
            return mapped
        hashes = np.empty((len(numbers), 32), np.uint8)
        hashes[~is_added] = self._keys[numbers[~is_added]]
        hashes[is_added] = self._added[numbers[is_added] - self.base]
        return hashes

    def are_verified(self, numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Which of the hashes are verified; what the mapped details say is read once and kept."""
        tiers = self.tier[numbers]
        unread = numbers[tiers == UNREAD_TIER]
        if len(unread):
            places, back = np.unique(self._places[unread], return_inverse=True)
            said = [json.loads(self._details[int(place)]).get("tier") == Tier.VERIFIED for place in places]
            self.tier[unread] = np.array(said, np.uint8)[back]
            tiers = self.tier[numbers]
        verified: npt.NDArray[np.bool_] = tiers == 1
        return verified


def extended(array: npt.NDArray[np.uint8], length: int) -> npt.NDArray[np.uint8]:
    """A longer copy of an array."""
    longer = np.zeros(length, array.dtype)
    longer[: len(array)] = array
    return longer


class Bank:
    """A bank file opened for reading. `refresh` takes in what a writer has added or replaced since."""

    def __init__(self, path: Path | str, *, verify: bool = True, mapped: bool = True) -> None:
        self.path = Path(path)
        self._verify = verify
        self._mapped = mapped
        self._refreshing = threading.Lock()
        self._load()

    @classmethod
    def open(cls, path: Path | str, *, verify: bool = True, mapped: bool = True) -> Self:
        """Open a bank that `sync` has written.

        Without `mapped` the file is read into memory: what was read stays good even if the file is overwritten.
        """
        return cls(path, verify=verify, mapped=mapped)

    def _load(self) -> None:
        """Read everything, and only then let it take the place of what was there: readers see one or the other."""
        with open_for_reading(self.path, error=BankFileError) as stream:
            edition = stream.read(PREAMBLE.size)
            stream.seek(0)
            container = map_container(
                stream, path=self.path, kind=KIND, error=BankFileError, verify=self._verify, mapped=self._mapped
            )
            content = Content(container)
            end = self._replay(stream, content, container.length)
        self._content, self._end, self._edition = content, end, edition

    def _replay(self, stream: BinaryIO, content: "Content", start: int) -> int:
        """Apply the journal from a place on; where it ends."""
        stream.seek(start)
        end = start
        for record in read_records(stream.read(), start=start, path=self.path):
            content.apply(Changes.from_json(record.payload))
            end = record.end
        return end

    def refresh(self) -> bool:
        """Take in what a writer did since; whether anything was new. Cheap if nothing was: one look at the file.

        A file that is missing or damaged raises, and what was read before stays in use.
        """
        with self._refreshing:
            with open_for_reading(self.path, error=BankFileError) as stream:
                size = os.fstat(stream.fileno()).st_size
                # Every rewrite has a preamble of its own; an inode's number would be used again.
                if stream.read(PREAMBLE.size) == self._edition and size >= self._end:
                    if size == self._end:
                        return False
                    with contextlib.suppress(BankFileError):
                        before, self._end = self._end, self._replay(stream, self._content, self._end)
                        return self._end > before
            # Another edition, or a writer took back what it could not make safe: start from the beginning.
            self._load()
            return True

    def __len__(self) -> int:
        return self._content.count

    @property
    def facts(self) -> Facts:
        """How far the bank has drawn, and from whom."""
        return self._content.facts

    @property
    def edition(self) -> str:
        """A name for the file as it was last written anew; pages drawn since do not change it."""
        return hashlib.sha256(self._edition).hexdigest()[:16]

    def get(self, wanted: HashValue) -> Entry | None:
        """The entry of this very hash."""
        return self._content.get(wanted)

    def entries(self) -> Iterator[Entry]:
        """All entries, in no particular order."""
        return self._content.entries()

    def match(
        self, *asked: Asked, max_distance: int = MATCH_DISTANCE, minimum_quality: int = MINIMUM_QUALITY
    ) -> MatchResult:
        """All entries that match any of what is asked about one file: PDQ within the distance, exact hashes at 0.

        Asked is a hash, what `hash_image` gives, or a path, of which all views or frames and the digests are looked up.
        Text of 32 or more hexadecimal digits and nothing else is a hash, and so are bytes: 32 are looked up as a PDQ
        hash and as a SHA-256, 16 as an MD5 of a picture and of a video. Other text is a path.

        Hashes whose quality is known and below `minimum_quality` are not compared, the bank's or those asked: they
        would match by chance. Nearest first; an entry that several hashes match is given once, at its nearest.

        Raises TypeError for anything else, InvalidHashError, and UnreadableFileError for a path.
        """
        readings: list[Reading] = []
        why: str | None = None
        for one in asked:
            if isinstance(one, HashValue):
                readings.append(Reading(one))
                continue
            more, problem = read_asked(one)
            readings += more
            why = why or problem
        compared = False
        nearest: dict[HashValue, BankMatch] = {}
        for reading in readings:
            wanted, quality = reading
            if quality is not None and quality < minimum_quality:
                continue
            compared = compared or isinstance(wanted, PdqHash)
            for found in self._content.match(wanted, quality, max_distance):
                known = nearest.get(found.entry.hash)
                weak = found.entry.quality is not None and found.entry.quality < minimum_quality
                if not weak and (known is None or found.distance < known.distance):
                    nearest[found.entry.hash] = found
        if not compared:
            why = why or explain_nothing_near(readings, minimum_quality)
        matches = tuple(sorted(nearest.values(), key=nearness)) if nearest else ()
        return MatchResult(compared, None if compared else why, matches, tuple(readings))

    def match_batch(
        self,
        rows: npt.NDArray[np.uint8],
        max_distance: int = MATCH_DISTANCE,
        limit: int | None = None,
        *,
        minimum_quality: int = MINIMUM_QUALITY,
    ) -> BankBatch:
        """For each of many PDQ hashes (uint8, 32 bytes a row) what `match` gives for it, without an object a match.

        At most `limit` matches a query are given, the nearest; hashes below `minimum_quality` do not count among them.
        """
        content, asked = self._content, limit
        while True:
            found = content.index.query_batch(rows, max_distance, limit=asked)
            quality = content.pdq.quality[found.ids]
            keep = quality >= minimum_quality  # an unknown quality is 255
            bounds = np.concatenate([np.zeros(1, np.int64), np.cumsum(keep)])[found.bounds]
            counts = np.diff(bounds)
            if limit is None or asked is None or not (found.is_cut & (counts < limit)).any():
                break
            asked *= 4  # hashes that do not count took the places of some that do
        if limit is not None and counts.max(initial=0) > limit:
            places = np.arange(bounds[-1]) - np.repeat(bounds[:-1], counts)
            keep[keep] = places < limit
            bounds = np.concatenate([np.zeros(1, np.int64), np.cumsum(np.minimum(counts, limit))])
        ids, distances, quality = found.ids[keep], found.distances[keep], quality[keep]
        return BankBatch(
            bounds=bounds,
            ids=ids,
            distances=distances,
            hashes=content.pdq.hashes_of(ids),
            quality=quality,
            variant=content.pdq.variant[ids],
            is_verified=content.pdq.are_verified(ids),
            needs_person=(distances >= CAREFUL_DISTANCE) | (quality < DISTINCTIVE_QUALITY),
            is_cut=found.is_cut if limit is None else found.is_cut | (counts > limit),
            variant_names=tuple(content.pdq.variants.names[:UNNUMBERED_VARIANT]),
            content=content,
        )


class Content:
    """A bank in memory: the mapped arrays, and over them what the journal changed."""

    def __init__(self, container: Container | None) -> None:
        self.columns = {} if container is None else {kind: Column(kind, container) for kind in HASH_TYPES.values()}
        self.variants: list[str] = [] if container is None else container.facts["variants"]
        self.facts = Facts() if container is None else Facts.from_json(container.facts["facts"])
        arrays: dict[str, AnyArray] = {} if container is None else container.arrays
        self.details = DetailTable(
            arrays.get("details.text", np.empty(0, np.uint8)), arrays.get("details.bounds", np.zeros(1, np.uint64))
        )
        self.mapped_index = {
            name.removeprefix(INDEX_PREFIX): array for name, array in arrays.items() if name.startswith(INDEX_PREFIX)
        }
        self.index = Index.from_arrays(self.mapped_index) if self.mapped_index else Index()
        self.changed: dict[HashValue, Entry | None] = {}
        self.new_ids: dict[HashValue, int] = {}
        self.pdq = PdqColumns(self.columns.get(PdqHash), self.details, Numbering(self.variants))
        self.next_id = self.pdq.base
        self.count = sum(len(column) for column in self.columns.values())

    def get(self, wanted: HashValue) -> Entry | None:
        """The entry of this very hash."""
        if wanted in self.changed:
            return self.changed[wanted]
        column = self.columns.get(type(wanted))
        row = None if column is None else column.find(wanted)
        return None if column is None or row is None else self.entry_at(column, row)

    def entry_at(self, column: Column, row: int) -> Entry:
        """The entry at a row of the mapped arrays."""
        record = json.loads(self.details[int(column.details[row])])
        record |= {"hash_type": column.kind.TYPE_NAME, "hash": column.keys[row].tobytes().hex()}
        record["variant"] = self.variants[int(column.variant[row])]
        if column.family is not None and column.family[row]:
            record["family"] = family_name(self.facts.family_key, int(column.family[row]))
        quality = int(column.quality[row])
        return Entry.from_wire(record if quality == UNKNOWN_QUALITY else record | {"quality": quality})

    def entries(self) -> Iterator[Entry]:
        """All entries."""
        for column in self.columns.values():
            for row in range(len(column)):
                if column.kind(column.keys[row].tobytes()) not in self.changed:
                    yield self.entry_at(column, row)
        yield from [entry for entry in list(self.changed.values()) if entry is not None]

    def match(self, wanted: HashValue, quality: int | None, max_distance: int) -> Iterator[BankMatch]:
        """Entries that one hash matches, and the quality that is known of it."""
        if not isinstance(wanted, PdqHash):
            entry = self.get(wanted)
            if entry is not None:
                yield BankMatch(entry, 0)
            return
        for found in self.index.query(wanted, max_distance, limit=None):
            entry = self.entry_of(found.id)
            if entry is not None:
                yield BankMatch(entry, found.distance, quality)

    def entry_of(self, number: int) -> Entry | None:
        """The entry that the index knows by this id; None if another thread has just removed it."""
        return self.get(PdqHash(self.pdq.hashes_of(np.array([number], np.int64)).tobytes()))

    def apply(self, changes: Changes) -> Counts:
        """Take in one page."""
        added, updated, removed = 0, 0, 0
        for gone in changes.removed:
            if self.get(gone) is not None:
                removed += 1
                self.forget(gone)
            self.changed[gone] = None
        fresh: list[PdqHash] = []
        for entry in changes.entries:
            if self.get(entry.hash) is None:
                added += 1
                if isinstance(entry.hash, PdqHash):
                    fresh.append(entry.hash)
            else:
                updated += 1
            self.changed[entry.hash] = entry
        self.remember(fresh, [entry for entry in changes.entries if isinstance(entry.hash, PdqHash)])
        self.count += added - removed
        self.facts = changes.facts
        return Counts(added, updated, removed)

    def remember(self, fresh: Sequence[PdqHash], told: Sequence[Entry]) -> None:
        """Put new hashes into the index, once the columns hold what was told of them and of known ones."""
        if not told:
            return
        ids = range(self.next_id, self.next_id + len(fresh))
        self.new_ids.update(zip(fresh, ids, strict=True))
        self.next_id += len(fresh)
        self.pdq.reserve(self.next_id)
        for entry in told:
            number = self.number_of(entry.hash)
            if number is not None:
                self.pdq.put(number, entry)
        self.index.add(ids, fresh)

    def number_of(self, one: HashValue) -> int | None:
        """The id by which the index knows a PDQ hash."""
        number = self.new_ids.get(one)
        return number if number is not None or not self.columns else self.columns[PdqHash].find(one)

    def forget(self, gone: HashValue) -> None:
        """Take a hash out of the index."""
        if not isinstance(gone, PdqHash):
            return
        number = self.number_of(gone)
        self.new_ids.pop(gone, None)
        if number is not None:
            self.index.remove([number])


class BankWriter:
    """The one writer of a bank file; use it as a context manager, which holds the lock."""

    def __init__(self, path: Path | str, *, verify: bool = True) -> None:
        self.path = Path(path)
        self._verify = verify
        self._stack = contextlib.ExitStack()
        self._content = Content(None)
        self._stream: BinaryIO
        self._end = 0
        self._journalled = 0
        self._removals = 0

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            try:
                stack.enter_context(lock_for_writing(self.path))
            except OSError as error:
                raise BankFileError(f"{self.path} cannot be written: {error.strerror}.") from error
            delete_unfinished(self.path)
            if not self.path.exists():
                self._write_container(Content(None))
            self._reopen(verify=self._verify)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.close()
        self._stack.close()

    def __len__(self) -> int:
        return self._content.count

    @property
    def facts(self) -> Facts:
        """How far the bank has drawn, and from whom."""
        return self._content.facts

    @property
    def is_in_place(self) -> bool:
        """Whether the file is still the one that this writer left; someone may have put another in its place."""
        try:
            found = self.path.stat()
        except OSError:
            return False
        known = os.fstat(self._stream.fileno())
        return (found.st_dev, found.st_ino, found.st_size) == (known.st_dev, known.st_ino, self._end)

    def get(self, wanted: HashValue) -> Entry | None:
        """The entry of this very hash."""
        return self._content.get(wanted)

    def apply(self, changes: Changes) -> Counts:
        """Write changes to the file and, once they are safe there, take them in.

        A removed hash that the bank does not hold is not written down: nothing would erase it.
        """
        changes = replace(changes, removed=tuple(one for one in changes.removed if self.get(one) is not None))
        record = encode_record(changes.to_json())
        try:
            self._stream.seek(self._end)
            self._stream.write(record)
            self._stream.flush()
            os.fsync(self._stream.fileno())
        except OSError as error:
            with contextlib.suppress(OSError):
                self._stream.truncate(self._end)
            raise BankFileError(
                f"{self.path} cannot be written: {error.strerror}. What was drawn before is safe; make room and go on."
            ) from error
        self._end += len(record)
        return self._take_in(changes)

    def _take_in(self, changes: Changes) -> Counts:
        """Apply what stands in the journal."""
        counts = self._content.apply(changes)
        self._journalled += len(changes.entries) + len(changes.removed)
        self._removals += counts.removed
        return counts

    def rewrite_if_due(self, *, at_rest: bool = False) -> None:
        """Rewrite the file if the journal has become long in comparison to what it follows.

        `at_rest`: nothing more is to come for now, and whoever opens the bank should not have to read the journal.
        """
        stored = sum(len(column) for column in self._content.columns.values())
        least, share = (JOURNAL_RECORDS_AT_REST, 200) if at_rest else (JOURNAL_RECORDS_BEFORE_REWRITE, 2)
        if self._journalled > max(least, stored // share):
            self.rewrite()

    def rewrite(self) -> None:
        """Write the file anew: journal taken in, removed hashes gone from the disk."""
        self._write_container(self._content)
        self._stream.close()
        self._reopen(verify=False)

    def erase_removed(self) -> None:
        """Make sure that no removed hash is left in the file: in the journal a removal only hides it."""
        if self._removals:
            self.rewrite()

    def adopt(self, fresh: Path) -> None:
        """Put another bank's file in the place of this one's and go on from there."""
        fresh.replace(self.path)
        self._stream.close()
        self._reopen(verify=self._verify)

    def begin_with(self, facts: Facts, arrays: NamedArrays, variants: Sequence[str]) -> None:
        """Put what a snapshot holds in the place of what is here."""
        write_arrays(self.path, facts, arrays, variants)
        self._stream.close()
        self._reopen(verify=False)

    def _write_container(self, content: Content) -> None:
        arrays, variants = rewrite_arrays(content)
        write_arrays(self.path, content.facts, arrays, variants)

    def _reopen(self, *, verify: bool) -> None:
        """Map the container, take in the journal, and cut off a record that a crash left unfinished.

        What this writer has just written from its memory is not read again to verify it.
        """
        try:
            self._stream = self.path.open("r+b", buffering=0)
        except OSError as error:
            raise BankFileError(f"{self.path} cannot be written: {error.strerror}.") from error
        try:
            container = map_container(self._stream, path=self.path, kind=KIND, error=BankFileError, verify=verify)
            self._content = Content(container)
            self._end, self._journalled, self._removals = container.length, 0, 0
            self._stream.seek(self._end)
            for record in read_records(self._stream.read(), start=self._end, path=self.path):
                self._take_in(Changes.from_json(record.payload))
                self._end = record.end
            self._stream.truncate(self._end)
        except BankFileError:
            self._stream.close()
            raise


def write_plain_bank(path: Path, hashes: npt.NDArray[np.uint8], *, quality: int = UNKNOWN_QUALITY) -> None:
    """Write a bank of PDQ hashes (uint8, 32 bytes a row, each once) of which nothing in particular is said.

    For measuring, and for tests of size: it takes no entry apart, so a million hashes take a second.
    """
    count = len(hashes)
    arrays: dict[str, AnyArray] = {}
    for kind in HASH_TYPES.values():
        rows = Block.empty(kind)
        if kind is PdqHash:
            plain = np.zeros(count, np.uint64)
            rows = Block(
                hashes, np.full(count, quality, np.uint8), plain.astype(np.uint8), plain.astype(np.uint32), plain
            )
        arrays |= sort_rows(kind, rows)
    detail = json.dumps({"tier": Tier.SUBMITTED.value}, separators=(",", ":"))
    write_arrays(path, Facts(), complete_arrays(arrays, [detail]).items(), ["upright"])


def write_arrays(path: Path, facts: Facts, arrays: NamedArrays, variants: Sequence[str]) -> None:
    """Put a bank of these arrays in the place of the one that is there. Raises BankFileError."""
    header = {"facts": facts.to_json(), "variants": list(variants), "edition": secrets.token_hex(16)}
    try:
        stream_container(path, kind=KIND, facts=header, arrays=arrays)
    except OSError as error:
        raise BankFileError(f"{path} cannot be written: {error.strerror}.") from error
