"""The bank: one file that holds what a platform has drawn from the exchange, made by one writer, read by any number.

The file is a container of sorted arrays, which readers map into memory, and behind it a journal with the pages drawn
since. Each page is in the journal, whole and with its cursor, before the next one is asked for. Now and then, and
always before a withdrawal is acknowledged, the file is written anew without what was removed.
"""

import contextlib
import json
import os
import secrets
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

import numpy as np
import numpy.typing as npt

from hashmatch.container import PREAMBLE, Container, map_container, open_for_reading, write_container
from hashmatch.entries import Entry
from hashmatch.errors import BankFileError
from hashmatch.hashes import HASH_TYPES, HashValue, PdqHash, parse_hash
from hashmatch.index import Index
from hashmatch.journal import encode_record, read_records
from hashmatch.locking import lock_for_writing
from hashmatch.variants import CAREFUL_DISTANCE, DISTINCTIVE_QUALITY, MATCH_DISTANCE, MINIMUM_QUALITY

type AnyArray = npt.NDArray[Any]

KIND = "bank"
UNKNOWN_QUALITY = 255
PREFIX_BYTES = 8
INDEX_PREFIX = "index."
JOURNAL_RECORDS_BEFORE_REWRITE = 20_000


@dataclass(frozen=True, slots=True)
class BankMatch:
    """An entry that a hash matched, and at what distance (0 for exact hashes)."""

    entry: Entry
    distance: int

    @property
    def needs_person(self) -> bool:
        """Whether chance matches are common enough at this distance and quality that a person should look first."""
        quality = self.entry.quality
        return self.distance >= CAREFUL_DISTANCE or (quality is not None and quality < DISTINCTIVE_QUALITY)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a bank knows about its exchange and how far it has drawn."""

    cursor: str = ""
    level: str | None = None
    complete: bool = False  # whether a sweep has ever reached the end of the feed
    confirmed: bool = False  # whether every withdrawal up to the cursor has been acknowledged
    signing_keys: tuple[tuple[str, str], ...] = ()  # pinned (id, base64 of the Ed25519 key)

    def to_json(self) -> dict[str, Any]:
        """The facts as JSON values."""
        return {
            "cursor": self.cursor,
            "level": self.level,
            "complete": self.complete,
            "confirmed": self.confirmed,
            "signing_keys": [list(pair) for pair in self.signing_keys],
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """The facts that `to_json` gave."""
        keys = tuple((str(one), str(two)) for one, two in values["signing_keys"])
        return cls(values["cursor"], values["level"], values["complete"], values["confirmed"], keys)


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


class Column:
    """The entries of one hash type in the container: sorted hashes, and for each its quality, variant and details."""

    def __init__(self, kind: type[HashValue], container: Container) -> None:
        self.kind = kind
        arrays, name = container.arrays, kind.TYPE_NAME
        self.keys: npt.NDArray[np.uint8] = arrays[f"{name}.keys"]
        self.prefixes: npt.NDArray[np.uint64] = arrays[f"{name}.prefixes"]
        self.quality: npt.NDArray[np.uint8] = arrays[f"{name}.quality"]
        self.variant: npt.NDArray[np.uint8] = arrays[f"{name}.variant"]
        self.details: npt.NDArray[np.uint32] = arrays[f"{name}.details"]

    def __len__(self) -> int:
        return len(self.keys)

    def find(self, wanted: HashValue) -> int | None:
        """The row of a hash."""
        prefix = np.uint64(int.from_bytes(wanted.bytes[:PREFIX_BYTES]))
        row = int(np.searchsorted(self.prefixes, prefix))
        while row < len(self.keys) and self.prefixes[row] == prefix:
            if self.keys[row].tobytes() == wanted.bytes:
                return row
            row += 1
        return None


class DetailTable:
    """Texts that many entries share, each kept once."""

    def __init__(self, text: npt.NDArray[np.uint8], bounds: npt.NDArray[np.uint64]) -> None:
        self.text = text
        self.bounds = bounds

    def __getitem__(self, number: int) -> str:
        return self.text[int(self.bounds[number]) : int(self.bounds[number + 1])].tobytes().decode()


class Bank:
    """A bank file opened for reading. `refresh` takes in what a writer has added or replaced since."""

    def __init__(self, path: Path | str, *, verify: bool = True) -> None:
        self.path = Path(path)
        self._verify = verify
        self._refreshing = threading.Lock()
        self._load()

    @classmethod
    def open(cls, path: Path | str, *, verify: bool = True) -> Self:
        """Open a bank that `sync` has written."""
        return cls(path, verify=verify)

    def _load(self) -> None:
        with contextlib.ExitStack() as stack:
            stream = stack.enter_context(open_for_reading(self.path, error=BankFileError))
            container = map_container(stream, path=self.path, kind=KIND, error=BankFileError, verify=self._verify)
            self._content = Content(container)
            self._end = container.length
            self._replay(stream)
            stream.seek(0)
            self._edition = stream.read(PREAMBLE.size)

    def _replay(self, stream: BinaryIO) -> None:
        """Apply the journal from where it was last read."""
        stream.seek(self._end)
        for record in read_records(stream.read(), start=self._end, path=self.path):
            self._content.apply(Changes.from_json(record.payload))
            self._end = record.end

    def refresh(self) -> bool:
        """Take in what a writer did since; whether anything was new. Cheap if nothing was: one look at the file."""
        with self._refreshing, open_for_reading(self.path, error=BankFileError) as stream:
            # Every rewrite has a preamble of its own; an inode's number would be used again.
            if stream.read(PREAMBLE.size) == self._edition:
                before = self._end
                if os.fstat(stream.fileno()).st_size > before:
                    self._replay(stream)
                return self._end > before
        with self._refreshing:
            self._load()
        return True

    def __len__(self) -> int:
        return self._content.count

    @property
    def facts(self) -> Facts:
        """How far the bank has drawn, and from whom."""
        return self._content.facts

    def get(self, wanted: HashValue) -> Entry | None:
        """The entry of this very hash."""
        return self._content.get(wanted)

    def entries(self) -> Iterator[Entry]:
        """All entries, in no particular order."""
        return self._content.entries()

    def match(
        self, *hashes: HashValue, max_distance: int = MATCH_DISTANCE, minimum_quality: int = MINIMUM_QUALITY
    ) -> list[BankMatch]:
        """All entries that match any of the hashes of one file: PDQ within the distance, exact hashes at 0.

        Entries whose hash has a known quality below `minimum_quality` do not count: they would match by chance.
        Nearest first; an entry that several hashes match is given once, at its smallest distance.
        """
        nearest: dict[HashValue, BankMatch] = {}
        for wanted in hashes:
            for found in self._content.match(wanted, max_distance):
                known = nearest.get(found.entry.hash)
                weak = found.entry.quality is not None and found.entry.quality < minimum_quality
                if not weak and (known is None or found.distance < known.distance):
                    nearest[found.entry.hash] = found
        return sorted(nearest.values(), key=lambda one: (one.distance, one.entry.hash.TYPE_NAME, one.entry.hash.bytes))


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
        index_arrays = {
            name.removeprefix(INDEX_PREFIX): array for name, array in arrays.items() if name.startswith(INDEX_PREFIX)
        }
        self.index = Index.from_arrays(index_arrays) if index_arrays else Index()
        self.changed: dict[HashValue, Entry | None] = {}
        self.new_ids: dict[HashValue, int] = {}
        self.new_hashes: dict[int, HashValue] = {}
        self.next_id = len(self.columns[PdqHash]) if self.columns else 0
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
        quality = int(column.quality[row])
        return Entry.from_wire(record if quality == UNKNOWN_QUALITY else record | {"quality": quality})

    def entries(self) -> Iterator[Entry]:
        """All entries."""
        for column in self.columns.values():
            for row in range(len(column)):
                if column.kind(column.keys[row].tobytes()) not in self.changed:
                    yield self.entry_at(column, row)
        yield from [entry for entry in list(self.changed.values()) if entry is not None]

    def match(self, wanted: HashValue, max_distance: int) -> Iterator[BankMatch]:
        """Entries that one hash matches."""
        if not isinstance(wanted, PdqHash):
            entry = self.get(wanted)
            if entry is not None:
                yield BankMatch(entry, 0)
            return
        for found in self.index.query(wanted, max_distance):
            # A reader may meet an id whose entry another thread has just removed.
            entry = self.get(self.hash_of(found.id))
            if entry is not None:
                yield BankMatch(entry, found.distance)

    def hash_of(self, number: int) -> HashValue:
        """The hash that the index knows by this id."""
        known = self.new_hashes.get(number)
        return known if known is not None else PdqHash(self.columns[PdqHash].keys[number].tobytes())

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
        self.remember(fresh)
        self.count += added - removed
        self.facts = changes.facts
        return Counts(added, updated, removed)

    def remember(self, fresh: Sequence[PdqHash]) -> None:
        """Put new hashes into the index."""
        ids = range(self.next_id, self.next_id + len(fresh))
        self.new_ids.update(zip(fresh, ids, strict=True))
        self.new_hashes.update(zip(ids, fresh, strict=True))
        self.next_id += len(fresh)
        self.index.add(ids, fresh)

    def forget(self, gone: HashValue) -> None:
        """Take a hash out of the index."""
        if not isinstance(gone, PdqHash):
            return
        number = self.new_ids.pop(gone, None)
        if number is None:
            number = self.columns[PdqHash].find(gone)
        if number is not None:
            self.index.remove([number])
            self.new_hashes.pop(number, None)


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
            if not self.path.exists():
                self._write_container(Content(None))
            self._reopen()
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

    def get(self, wanted: HashValue) -> Entry | None:
        """The entry of this very hash."""
        return self._content.get(wanted)

    def apply(self, changes: Changes) -> Counts:
        """Write changes to the file and, once they are safe there, take them in."""
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

    def rewrite_if_due(self) -> None:
        """Rewrite the file if the journal has become long in comparison to what it follows."""
        stored = sum(len(column) for column in self._content.columns.values())
        if self._journalled > max(JOURNAL_RECORDS_BEFORE_REWRITE, stored // 2):
            self.rewrite()

    def rewrite(self) -> None:
        """Write the file anew: journal taken in, removed hashes gone from the disk."""
        self._write_container(self._content)
        self._stream.close()
        self._reopen()

    def erase_removed(self) -> None:
        """Make sure that no removed hash is left in the file: in the journal a removal only hides it."""
        if self._removals:
            self.rewrite()

    def adopt(self, fresh: Path) -> None:
        """Put another bank's file in the place of this one's and go on from there."""
        fresh.replace(self.path)
        self._stream.close()
        self._reopen()

    def _write_container(self, content: Content) -> None:
        arrays, variants = build_arrays(content)
        facts = {"facts": content.facts.to_json(), "variants": variants, "edition": secrets.token_hex(16)}
        try:
            write_container(self.path, kind=KIND, facts=facts, arrays=arrays)
        except OSError as error:
            raise BankFileError(f"{self.path} cannot be written: {error.strerror}.") from error

    def _reopen(self) -> None:
        """Map the container, take in the journal, and cut off a record that a crash left unfinished."""
        try:
            self._stream = self.path.open("r+b", buffering=0)
        except OSError as error:
            raise BankFileError(f"{self.path} cannot be written: {error.strerror}.") from error
        try:
            container = map_container(self._stream, path=self.path, kind=KIND, error=BankFileError, verify=self._verify)
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


def build_arrays(content: Content) -> tuple[dict[str, AnyArray], list[str]]:
    """The arrays of a container that holds all entries, and the names of the variants that they number."""
    variants = Numbering(content.variants)
    details = Numbering([])
    kept_details = DetailNumbers(content.details, details)
    arrays: dict[str, AnyArray] = {}
    for kind in HASH_TYPES.values():
        blocks = [kept_rows(content, kind, kept_details), changed_rows(content, kind, variants, details)]
        keys, quality, variant, detail = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
        prefixes = np.ascontiguousarray(keys[:, :PREFIX_BYTES]).view(">u8").ravel().astype(np.uint64)
        order = np.argsort(prefixes, kind="stable")
        name = kind.TYPE_NAME
        arrays[f"{name}.keys"], arrays[f"{name}.prefixes"] = keys[order], prefixes[order]
        arrays[f"{name}.quality"], arrays[f"{name}.variant"] = quality[order], variant[order]
        arrays[f"{name}.details"] = detail[order]
    texts = [text.encode() for text in details.names]
    arrays["details.text"] = np.frombuffer(b"".join(texts), np.uint8)
    arrays["details.bounds"] = np.cumsum([0, *map(len, texts)], dtype=np.uint64)
    index = Index.build(None, arrays[f"{PdqHash.TYPE_NAME}.keys"])
    arrays |= {INDEX_PREFIX + name: array for name, array in index.to_arrays().items()}
    return arrays, variants.names


class Numbering:
    """Numbers names in the order in which they come."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = list(names)
        self._numbers = {name: number for number, name in enumerate(self.names)}

    def number_of(self, name: str) -> int:
        """The number of a name, a new one if it is new."""
        number = self._numbers.setdefault(name, len(self.names))
        if number == len(self.names):
            self.names.append(name)
        return number


class DetailNumbers:
    """New numbers for the details of rows that are kept."""

    def __init__(self, table: DetailTable, numbering: Numbering) -> None:
        self._table = table
        self._numbering = numbering

    def renumber(self, old: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
        """The new number of each old one."""
        used, places = np.unique(old, return_inverse=True)
        new = np.array([self._numbering.number_of(self._table[int(number)]) for number in used], np.uint32)
        return new[places]


type Block = tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8], npt.NDArray[np.uint8], npt.NDArray[np.uint32]]


def kept_rows(content: Content, kind: type[HashValue], details: DetailNumbers) -> Block:
    """Keys, quality, variant and details of the mapped rows that the journal did not change."""
    column = content.columns.get(kind)
    if column is None:
        return np.empty((0, kind.LENGTH), np.uint8), *empty_numbers()
    keep = np.ones(len(column), np.bool_)
    rows = [column.find(one) for one in content.changed if type(one) is kind]
    keep[[row for row in rows if row is not None]] = False
    return column.keys[keep], column.quality[keep], column.variant[keep], details.renumber(column.details[keep])


def changed_rows(content: Content, kind: type[HashValue], variants: Numbering, details: Numbering) -> Block:
    """Keys, quality, variant and details of the entries that the journal brought."""
    entries = [entry for entry in content.changed.values() if entry is not None and type(entry.hash) is kind]
    if not entries:
        return np.empty((0, kind.LENGTH), np.uint8), *empty_numbers()
    keys = np.frombuffer(b"".join(entry.hash.bytes for entry in entries), np.uint8).reshape(-1, kind.LENGTH)
    quality = [UNKNOWN_QUALITY if entry.quality is None else entry.quality for entry in entries]
    variant = [variants.number_of(entry.variant) for entry in entries]
    detail = [details.number_of(json.dumps(entry.details(), separators=(",", ":"))) for entry in entries]
    return keys, np.array(quality, np.uint8), np.array(variant, np.uint8), np.array(detail, np.uint32)


def empty_numbers() -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8], npt.NDArray[np.uint32]]:
    """No quality, no variant, no details."""
    return np.empty(0, np.uint8), np.empty(0, np.uint8), np.empty(0, np.uint32)
