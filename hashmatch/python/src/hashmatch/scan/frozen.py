"""The bank as it was when the scan began: written once, mapped by every worker, gone when the scan ends.

A bank that is followed changes while a long scan runs. All shards must be matched against the same entries, on every
machine, so the scan works on a copy that nobody adds to.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import numpy as np
import numpy.typing as npt

from hashmatch.bank import KIND, UNKNOWN_QUALITY, Bank, Changes, Content, Facts
from hashmatch.container import (
    MAGIC,
    PREAMBLE,
    ArrayParts,
    Container,
    map_container,
    open_for_reading,
    read_container,
    write_container,
)
from hashmatch.entries import Entry
from hashmatch.errors import BankFileError, InvalidHashError
from hashmatch.hashes import PdqHash
from hashmatch.journal import read_records
from hashmatch.rewriting import rewrite_arrays
from hashmatch.variants import MINIMUM_QUALITY

AnyArray: TypeAlias = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All entries of a bank at one moment. `edition` is another one as soon as anything in the bank is."""

    edition: str
    entries: int
    facts: dict[str, Any]
    arrays: dict[str, AnyArray]

    def write(self, path: Path) -> None:
        """Write the snapshot to a file that `FrozenBank.open` maps."""
        write_container(path, kind=KIND, facts=self.facts, arrays=self.arrays)


class FrozenBank(Bank):
    """A bank that never changes, on arrays that are in memory or mapped already."""

    def __init__(self, container: Container) -> None:
        self._content = Content(container)

    @classmethod
    def map(cls, path: Path) -> "FrozenBank":
        """Map a snapshot's file."""
        return cls(read_container(path, kind=KIND, error=BankFileError, verify=False))

    def refresh(self) -> bool:
        """Nothing is ever new."""
        return False

    def usable_hashes(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
        """Numbers and rows of the PDQ hashes whose quality, if it is known, is good enough to match by."""
        keys = np.asarray(self._content.columns[PdqHash].keys)
        numbers = np.flatnonzero(self._content.pdq.quality[: len(keys)] >= MINIMUM_QUALITY)  # 255: not known
        return numbers, keys[numbers]

    def hashes_of(self, numbers: npt.NDArray[np.int64]) -> list[str]:
        """The PDQ hashes in hexadecimal digits."""
        return [row.tobytes().hex() for row in self._content.pdq.hashes_of(numbers)]

    def describe(self, numbers: npt.NDArray[np.int64]) -> tuple[list[int | None], list[bool], list[str]]:
        """Quality, whether it is verified, and variant of each PDQ hash."""
        columns = self._content.pdq
        quality = [None if one == UNKNOWN_QUALITY else one for one in columns.quality[numbers].tolist()]
        names = columns.variants.names
        return quality, columns.are_verified(numbers).tolist(), [names[one] for one in columns.variant[numbers]]


def take_snapshot(path: Path) -> Snapshot:
    """The entries of a bank file, or of a text file with a PDQ hash in hexadecimal digits on each line."""
    with open_for_reading(path, error=BankFileError) as stream:
        is_bank = stream.read(len(MAGIC)) == MAGIC
        stream.seek(0)
        return read_bank(stream, path) if is_bank else read_lines(stream, path)


def gather(content: Content, edition: str) -> Snapshot:
    """The snapshot of a bank in memory."""
    made, variants = rewrite_arrays(content)
    arrays = {name: one.join() if isinstance(one, ArrayParts) else one for name, one in made}
    return Snapshot(edition, content.count, {"facts": content.facts.to_json(), "variants": variants}, arrays)


def read_bank(stream: BinaryIO, path: Path) -> Snapshot:
    """A bank with everything in its journal up to now."""
    preamble = stream.read(PREAMBLE.size)
    stream.seek(0)
    container = map_container(stream, path=path, kind=KIND, error=BankFileError)
    content = Content(container)
    stream.seek(container.length)
    journal = stream.read()
    end = container.length
    for record in read_records(journal, start=container.length, path=path):
        content.apply(Changes.from_json(record.payload))
        end = record.end
    edition = hashlib.sha256(preamble + journal[: end - container.length]).hexdigest()
    if end == container.length:  # nothing is to be taken in, and nothing to be built
        return Snapshot(edition, content.count, container.facts, container.arrays)
    return gather(content, edition)


def read_lines(stream: BinaryIO, path: Path) -> Snapshot:
    """The first word of each line as a hash; empty lines and those that start with `#` are left out."""
    text = stream.read()
    entries = {}
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.decode("utf-8", "replace").replace(",", " ").split()
        if not words or words[0].startswith("#"):
            continue
        try:
            entry = Entry(PdqHash.from_hex(words[0]))
        except InvalidHashError as error:
            raise BankFileError(f"{path} is neither a bank nor a list of PDQ hashes: line {number}: {error}") from error
        entries[entry.hash] = entry
    content = Content(None)
    content.apply(Changes(Facts(), tuple(entries.values())))
    return gather(content, hashlib.sha256(text).hexdigest())
