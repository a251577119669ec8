"""A platform's own hashes as saved indexes of some millions each, so that a new hash is looked up in microseconds.

An archive is a folder. `archive.json` names its shards; each shard is one file with an index, ids and qualities, which
readers map into memory. Shards never change: adding rows adds shards, or writes the last one anew if it is not full,
and deleted rows are marked in a file of their own until `compact` writes their shards anew without them. Every change
becomes visible in one step, when `archive.json` or the file of marks is replaced.
"""

import hashlib
import json
import mmap
import os
import secrets
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow
import pyarrow.compute as compute

from hashmatch.container import AnyArray, Container, read_container, sync_folder, write_container
from hashmatch.errors import ArchiveError
from hashmatch.index import BitPermutation, Index
from hashmatch.older import Self
from hashmatch.scan.rows import UNKNOWN_QUALITY

ARCHIVE_FILE = "archive.json"
REMOVED_FILE = "removed"
SHARD_KIND, REMOVED_KIND = "archive-shard", "archive-removed"
VERSION = 1
INDEX_PREFIX = "index."
ROWS_PER_SHARD = 10_000_000
IDS_PER_STEP = 1 << 20
# Of a file that is not in memory a query reads some hundred places, each waited for; beyond one query for this many
# rows it is quicker to let the system read the file from one end to the other. Measured at 1 and 4 million rows, where
# in memory the tables were 10 to 400 times as quick as a scan of all rows, and on disk never much slower.
ROWS_FOR_ONE_QUERY = 200_000

Places: TypeAlias = npt.NDArray[np.int64]
Rows: TypeAlias = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class ShardFacts:
    """One shard: its file and how many rows it has."""

    name: str
    rows: int


@dataclass(frozen=True, slots=True)
class Pending:
    """A source of which only the first rows are in the archive yet."""

    source: str
    fingerprint: str
    rows: int  # of the source, bad ones among them


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What `archive.json` says."""

    id_kind: str | None = None  # rows, numbers or texts; None while the archive is empty
    next_row: int = 0
    shards: tuple[ShardFacts, ...] = ()
    added: tuple[str, ...] = ()  # fingerprints of the sources that are in the archive
    pending: Pending | None = None

    def to_json(self) -> dict[str, Any]:
        """The catalogue as JSON values."""
        return {"version": VERSION, **asdict(self)}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """The catalogue that `to_json` gave."""
        pending = values["pending"]
        return cls(
            id_kind=values["id_kind"],
            next_row=values["next_row"],
            shards=tuple(ShardFacts(**one) for one in values["shards"]),
            added=tuple(values["added"]),
            pending=None if pending is None else Pending(**pending),
        )


@dataclass(frozen=True, slots=True)
class ShardRows:
    """The rows of a shard before they are indexed: hashes, qualities (255: not known), and ids of one kind."""

    hashes: Rows
    quality: npt.NDArray[np.uint8]
    ids: Any  # an Arrow array of int64 or large_string

    def __len__(self) -> int:
        return len(self.hashes)

    @classmethod
    def join(cls, parts: Sequence["ShardRows"]) -> "ShardRows":
        """Several blocks as one."""
        return cls(
            np.concatenate([one.hashes for one in parts]),
            np.concatenate([one.quality for one in parts]),
            pyarrow.concat_arrays([one.ids for one in parts]),
        )

    def select(self, keep: npt.NDArray[np.bool_]) -> "ShardRows":
        """Some of the rows."""
        return ShardRows(self.hashes[keep], self.quality[keep], self.ids.filter(pyarrow.array(keep)))

    def split(self, count: int) -> tuple["ShardRows", "ShardRows"]:
        """The first rows and the rest."""
        first = ShardRows(self.hashes[:count], self.quality[:count], self.ids[:count])
        return first, ShardRows(self.hashes[count:], self.quality[count:], self.ids[count:])


class ArchiveShard:
    """A shard's file, mapped; rows that were removed are not found."""

    def __init__(self, container: Container, removed: Places, path: Path) -> None:
        self._arrays = container.arrays
        self._path = path
        self.removed = removed
        parts = (name for name in self._arrays if name.startswith(INDEX_PREFIX))
        self.index = Index.from_arrays({name.removeprefix(INDEX_PREFIX): self._arrays[name] for name in parts})
        self.row_count = len(self._arrays[f"{INDEX_PREFIX}rows"])
        self.live_count = self.row_count - len(removed)
        if len(removed):
            self.index.remove(removed)

    @classmethod
    def map(cls, folder: Path, name: str, *, verify: bool = False) -> Self:
        """Map a shard and take its marks. `verify` reads all of it once to compare its checksums."""
        path = folder / name
        container = read_container(path, kind=SHARD_KIND, error=ArchiveError, verify=verify)
        return cls(container, read_removed(folder).get(name, np.empty(0, np.int64)), path)

    def expect(self, queries: int) -> None:
        """Tell the system how the file will be read, so that a few queries do not draw all of it from the disk."""
        mapped = find_map(self._arrays[f"{INDEX_PREFIX}rows"])
        if mapped is not None and queries * ROWS_FOR_ONE_QUERY < self.row_count:
            mapped.madvise(mmap.MADV_RANDOM)

    @property
    def ids(self) -> Any:
        """All ids as an Arrow array on the mapped memory."""
        arrays = self._arrays
        if "id.numbers" in arrays:
            return pyarrow.array(np.asarray(arrays["id.numbers"]))
        bounds, text = (pyarrow.py_buffer(np.asarray(arrays[name])) for name in ("id.bounds", "id.text"))
        return pyarrow.LargeStringArray.from_buffers(self.row_count, bounds, text)

    def hashes_of(self, places: Places) -> Rows:
        """The hashes at some rows of the shard."""
        order = BitPermutation.from_order(np.asarray(self._arrays[f"{INDEX_PREFIX}permutation"]))
        return order.revert(np.asarray(self._arrays[f"{INDEX_PREFIX}rows"])[places])

    def describe(self, places: Places) -> list[tuple[str, str, int | None]]:
        """Id, hash in hexadecimal digits and quality of some rows."""
        ids = [str(one) for one in self.ids.take(pyarrow.array(places)).to_pylist()]
        hashes = [row.tobytes().hex() for row in self.hashes_of(places)]
        known = np.asarray(self._arrays["quality"])[places].tolist()
        return list(zip(ids, hashes, [None if one == UNKNOWN_QUALITY else one for one in known], strict=True))

    def live_rows(self) -> ShardRows:
        """Everything that is not removed."""
        keep = np.ones(self.row_count, np.bool_)
        keep[self.removed] = False
        return ShardRows(self.hashes_of(np.arange(self.row_count)), np.array(self._arrays["quality"]), self.ids).select(
            keep
        )


def find_map(array: Any) -> mmap.mmap | None:
    """The memory map on which an array lies."""
    base = array
    while base is not None and not isinstance(base, mmap.mmap):
        base = base.obj if isinstance(base, memoryview) else getattr(base, "base", None)
    return base


def write_shard(folder: Path, rows: ShardRows) -> str:
    """Index rows and write them as a shard's file; its name, which no catalogue has yet."""
    name = f"shard-{secrets.token_hex(8)}"
    index = Index.build(None, rows.hashes)
    arrays: dict[str, AnyArray] = {INDEX_PREFIX + part: one for part, one in index.to_arrays().items()}
    arrays["quality"] = rows.quality
    if pyarrow.types.is_integer(rows.ids.type):
        arrays["id.numbers"] = rows.ids.to_numpy(zero_copy_only=False)
    else:
        _, bounds, text = rows.ids.buffers()
        places = np.frombuffer(bounds, np.int64)[rows.ids.offset :][: len(rows) + 1]
        arrays["id.text"] = np.frombuffer(text or b"", np.uint8)[places[0] : places[-1]]
        arrays["id.bounds"] = places - places[0]
    try:
        write_container(folder / name, kind=SHARD_KIND, facts={}, arrays=arrays)
    except OSError as error:
        raise ArchiveError(f"{folder} cannot be written: {error.strerror}. What was added before is safe.") from error
    return name


def read_catalogue(folder: Path) -> Catalogue:
    """What an archive holds."""
    path = folder / ARCHIVE_FILE
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        if values["version"] != VERSION:
            raise ArchiveError(
                f"{folder} is an archive of version {values['version']}; this hashmatch reads {VERSION}."
            )
        return Catalogue.from_json(values)
    except FileNotFoundError as error:
        raise ArchiveError(f"{folder} is no archive: it has no {ARCHIVE_FILE}.") from error
    except OSError as error:
        raise ArchiveError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ArchiveError(f"{path} is damaged. Take it from a backup, or make the archive anew.") from error


def write_catalogue(folder: Path, catalogue: Catalogue) -> None:
    """Replace `archive.json` in one step."""
    write_in_one_step(folder / ARCHIVE_FILE, (json.dumps(catalogue.to_json(), indent=1) + "\n").encode())


def write_in_one_step(path: Path, content: bytes) -> None:
    """Replace a file, safely on disk, so that a reader sees the old one or the new one, whole."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".new")
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    Path(temporary).replace(path)
    sync_folder(path.parent)


def read_removed(folder: Path) -> dict[str, Places]:
    """For each shard the rows that were removed, in ascending order."""
    path = folder / REMOVED_FILE
    if not path.exists():
        return {}
    container = read_container(path, kind=REMOVED_KIND, error=ArchiveError)
    return {name: np.asarray(places) for name, places in container.arrays.items()}


def write_removed(folder: Path, removed: Mapping[str, Places]) -> None:
    """Replace the file of marks in one step."""
    write_container(folder / REMOVED_FILE, kind=REMOVED_KIND, facts={}, arrays=removed)


def find_edition(folder: Path) -> str:
    """A text that is another one as soon as anything in the archive is."""
    digest = hashlib.sha256(json.dumps(read_catalogue(folder).to_json()).encode())
    for name, places in sorted(read_removed(folder).items()):
        digest.update(name.encode() + places.tobytes())
    return digest.hexdigest()


def remove_ids(folder: Path, ids: Sequence[str]) -> int:
    """Mark all rows with these ids as removed; how many that were. They are found no more from now on."""
    catalogue = read_catalogue(folder)
    if catalogue.id_kind == "texts":
        wanted = pyarrow.array(ids, pyarrow.large_string())
    else:
        wanted = pyarrow.array([int(one) for one in ids if one.isdecimal()], pyarrow.int64())
    removed = {name: places for name, places in read_removed(folder).items() if name in names_of(catalogue)}
    count = 0
    for facts in catalogue.shards:
        found = find_ids(ArchiveShard.map(folder, facts.name), wanted)
        known = removed.get(facts.name, np.empty(0, np.int64))
        merged = np.union1d(known, found)
        count += len(merged) - len(known)
        if len(merged):
            removed[facts.name] = merged
    if count:
        write_removed(folder, removed)
    return count


def find_ids(shard: ArchiveShard, wanted: Any) -> Places:
    """The rows of a shard that have one of these ids."""
    ids = shard.ids
    found = [
        np.flatnonzero(compute.is_in(ids[start : start + IDS_PER_STEP], wanted).to_numpy(zero_copy_only=False)) + start
        for start in range(0, len(ids), IDS_PER_STEP)
    ]
    return np.concatenate([np.empty(0, np.int64), *found])


def names_of(catalogue: Catalogue) -> set[str]:
    """The files of all shards."""
    return {one.name for one in catalogue.shards}


def compact(folder: Path) -> int:
    """Write the shards that have removed rows anew without them, so that nothing of these rows is left; how many."""
    catalogue, removed = read_catalogue(folder), read_removed(folder)
    written = 0
    for facts in [one for one in catalogue.shards if len(removed.get(one.name, ()))]:
        rows = ArchiveShard.map(folder, facts.name).live_rows()
        fresh = [replace(facts, name=write_shard(folder, rows), rows=len(rows))] if len(rows) else []
        place = catalogue.shards.index(facts)
        shards = (*catalogue.shards[:place], *fresh, *catalogue.shards[place + 1 :])
        catalogue = replace(catalogue, shards=shards)
        write_catalogue(folder, catalogue)
        written += 1
    sweep(folder, catalogue)
    return written


def sweep(folder: Path, catalogue: Catalogue) -> None:
    """Delete what no catalogue names any more: shards that were written anew, and what a crash left."""
    kept = names_of(catalogue)
    removed = read_removed(folder)
    if removed.keys() - kept:
        write_removed(folder, {name: places for name, places in removed.items() if name in kept})
    for path in list(list_leftovers(folder)):
        if path.name not in kept:
            path.unlink()


def list_leftovers(folder: Path) -> Iterator[Path]:
    """Files of shards, and files that were being written."""
    yield from folder.glob("shard-*")
    yield from folder.glob(".*.new")


def check_archive(folder: Path) -> int:
    """Read every byte and compare it with its checksum; how many rows can be found. Raises ArchiveError."""
    return sum(ArchiveShard.map(folder, facts.name, verify=True).live_count for facts in read_catalogue(folder).shards)
