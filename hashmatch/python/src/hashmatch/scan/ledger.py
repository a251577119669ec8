"""What is to be done and what is done, as lines of JSON that are safe on disk before anybody acts on them."""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from hashmatch.container import sync_folder
from hashmatch.errors import ScanOutputError
from hashmatch.older import Self
from hashmatch.scan.settings import Settings
from hashmatch.scan.sources import Item, list_items, make_groups


@dataclass(frozen=True, slots=True)
class Shard:
    """A numbered part of the work."""

    number: int
    items: tuple[Item, ...]

    def to_json(self) -> dict[str, Any]:
        """The plan's form; an item that is just a path is written as one."""
        items = [item.path if item == Item(item.path) else list(item) for item in self.items]
        return {"shard": self.number, "items": items}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """The shard that `to_json` gave."""
        items = (Item(one) if isinstance(one, str) else Item(*one) for one in values["items"])
        return cls(int(values["shard"]), tuple(items))


@dataclass(frozen=True, slots=True)
class PartFile:
    """One file of a shard's output: enough to know whether it is whole."""

    path: str  # within the output folder
    size: int  # bytes
    sha256: str

    @classmethod
    def of(cls, path: str, content: bytes) -> Self:
        """The description of a file that holds `content`."""
        return cls(path, len(content), hashlib.sha256(content).hexdigest())

    def is_whole(self, folder: Path) -> bool:
        """Whether the file is there as it was written."""
        try:
            content = (folder / self.path).read_bytes()
        except OSError:
            return False
        return PartFile.of(self.path, content) == self


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a shard."""

    shard: int
    items: int
    plain: int  # of them had too little in them to be compared by PDQ
    matches: int
    errors: int
    seconds: float  # of one worker
    files: tuple[PartFile, ...]

    def to_json(self) -> dict[str, Any]:
        """The manifest's form."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """The receipt that `to_json` gave."""
        return cls(**{**values, "files": tuple(PartFile(**one) for one in values["files"])})


class LineLog:
    """A file of JSON lines to which lines are added, each whole or not there at all."""

    def __init__(self, path: Path) -> None:
        self.path = path
        is_new = not path.exists()
        self._stream = path.open("a+b")
        self._end = find_whole_end(self._stream.fileno())
        self._stream.truncate(self._end)
        if is_new:
            sync_folder(path.parent)

    def read(self) -> Iterator[dict[str, Any]]:
        """The lines that were there when the log was opened, one at a time."""
        with self.path.open("rb") as stream:
            while stream.tell() < self._end:
                try:
                    record = json.loads(stream.readline())
                except ValueError as error:
                    raise ScanOutputError(
                        f"{self.path} is damaged before byte {stream.tell()}. Delete the output folder and scan anew."
                    ) from error
                yield record

    def append(self, record: Mapping[str, Any]) -> None:
        """Add a line; when this returns it is on disk."""
        self._stream.write(json.dumps(record, separators=(",", ":")).encode() + b"\n")
        self._stream.flush()
        os.fsync(self._stream.fileno())

    def close(self) -> None:
        """Close the file."""
        self._stream.close()


def find_whole_end(descriptor: int, block: int = 1 << 16) -> int:
    """Where the last whole line ends: a crash can leave a torn one behind it."""
    end = os.fstat(descriptor).st_size
    while end:
        start = max(0, end - block)
        found = os.pread(descriptor, end - start, start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def plan_shards(log: LineLog, settings: Settings) -> Iterator[Shard]:
    """All shards of a scan in order: those of the log first, then what the source still has.

    A shard is in the log before it is given, so its number always means the same items, whatever becomes of the source.
    """
    number, last = 0, None
    for record in log.read():
        if "shards" in record:  # the last line: everything is planned
            return
        shard = Shard.from_json(record)
        number, last = shard.number + 1, shard.items[-1]
        yield shard
    for group in make_groups(list_items(settings, after=last), settings.items_per_shard):
        shard = Shard(number, group)
        log.append(shard.to_json())
        number += 1
        yield shard
    log.append({"shards": number})
