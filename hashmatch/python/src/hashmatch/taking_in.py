"""Makes a bank of a snapshot: its columns become the bank's, no row is taken apart, and none is in memory twice."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hashmatch.bank import BankWriter
from hashmatch.columns import Block, detail_arrays, detail_text, index_arrays, prefixes_of, sort_rows
from hashmatch.container import NamedArrays
from hashmatch.entries import Entry
from hashmatch.errors import InvalidEntryError, SnapshotError
from hashmatch.feed import read_head
from hashmatch.hashes import HASH_TYPES, HashValue, PdqHash
from hashmatch.index import Index
from hashmatch.snapshot import Columns, Header, day_of, read_block
from hashmatch.variants import Level

DETAIL_SHIFT = 16
ANY_HASH = {"hash_type": PdqHash.TYPE_NAME, "hash": "0" * 64}


def take_in_snapshot(path: Path, header: Header, bank: BankWriter, *, level: Level, pinned: Mapping[str, str]) -> None:
    """Put what a snapshot's file holds up to this level into a bank, in one step. Raises SnapshotError.

    Each block is compared with its digest as it is read; killed anywhere before the end, the bank is as it was.
    """
    facts = replace(
        bank.facts,
        cursor=header.cursor,
        level=level.value,
        complete=False,
        confirmed=False,
        snapshot_keys=tuple(sorted(pinned.items())),
        snapshot=(header.epoch, header.sequence),
        family_key=header.family_key,
    )
    bank.begin_with(facts, list_arrays(Source(path, header, level)), header.variants)


def list_arrays(source: "Source") -> NamedArrays:
    """The arrays of a bank, the index first: it needs most memory, and lets go of it before the next ones are made."""
    yield from index_arrays(Index.build_in_parts(source.count(PdqHash), source.read_hashes(PdqHash)))
    texts = Texts(source.header)
    for kind in HASH_TYPES.values():
        yield from sort_rows(kind, source.read_rows(kind, texts)).items()
    yield from detail_arrays(texts.texts)


class Source:
    """A snapshot's file, from which rows are read to the places where the bank has them."""

    def __init__(self, path: Path, header: Header, level: Level) -> None:
        self.header = header
        self._path = path
        self._blocks = header.up_to(level.value)
        self._places = {kind: self._find_places(kind) for kind in HASH_TYPES.values()}

    def count(self, kind: type[HashValue]) -> int:
        """How many rows of a type there are."""
        return sum(block.rows for block in self._blocks if block.hash_type == kind.TYPE_NAME)

    def read_hashes(self, kind: type[HashValue]) -> Iterator[tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint8]]]:
        """The hashes of each block, and before them their rows in the bank."""
        at = 0
        for columns in self._read(kind):
            yield self._places[kind][at : at + len(columns["hash"])], columns["hash"]
            at += len(columns["hash"])

    def read_rows(self, kind: type[HashValue], texts: "Texts") -> Block:
        """All rows of one type."""
        count = self.count(kind)
        rows = Block(
            np.empty((count, kind.LENGTH), np.uint8),
            np.empty(count, np.uint8),
            np.empty(count, np.uint8),
            np.empty(count, np.uint32),
            np.empty(count, np.uint64),
        )
        at = 0
        for columns in self._read(kind):
            places = self._places[kind][at : at + len(columns["hash"])]
            if (columns["variant"] >= len(self.header.variants)).any():
                raise SnapshotError("The snapshot names a variant that it does not list. Nothing of it was used.")
            rows.keys[places] = columns["hash"]
            rows.details[places] = texts.numbers_of(columns)
            for name in ("quality", "variant", "family"):
                getattr(rows, name)[places] = columns[name]
            at += len(places)
        return rows

    def _find_places(self, kind: type[HashValue]) -> npt.NDArray[np.uint32]:
        prefixes = [np.empty(0, np.uint64), *(prefixes_of(columns["hash"]) for columns in self._read(kind))]
        order = np.argsort(np.concatenate(prefixes), kind="stable")
        places = np.empty(len(order), np.uint32)
        places[order] = np.arange(len(order), dtype=np.uint32)
        return places

    def _read(self, kind: type[HashValue]) -> Iterator[Columns]:
        with self._path.open("rb") as stream:
            stream.seek(len(read_head(self._path)))
            for number, block in enumerate(self._blocks):
                if block.hash_type == kind.TYPE_NAME:
                    yield read_block(block, stream.read(block.length), number=number)
                else:
                    stream.seek(block.length, 1)


class Texts:
    """The details of entries as a bank keeps them: a text for each pair of a detail and a day that occurs."""

    def __init__(self, header: Header) -> None:
        self.details = header.details
        self.texts: list[str] = []
        self._numbers: dict[int, int] = {}

    def numbers_of(self, columns: Columns) -> npt.NDArray[np.uint32]:
        """The number of each row's text."""
        pairs = (columns["detail"].astype(np.uint32) << np.uint32(DETAIL_SHIFT)) | columns["expires"]
        different, places = np.unique(pairs, return_inverse=True)
        return np.array([self._number_of(int(pair)) for pair in different], np.uint32)[places]

    def _number_of(self, pair: int) -> int:
        if pair not in self._numbers:
            self._numbers[pair] = len(self.texts)
            self.texts.append(self._text_of(pair >> DETAIL_SHIFT, pair & 0xFFFF))
        return self._numbers[pair]

    def _text_of(self, detail: int, day: int) -> str:
        if detail >= len(self.details):
            raise SnapshotError("The snapshot names a detail that it does not list. Nothing of it was used.")
        try:
            entry = Entry.from_wire({**self.details[detail], **ANY_HASH, "expires_on": day_of(day).isoformat()})
        except InvalidEntryError as error:
            raise SnapshotError(f"The snapshot's details cannot be read: {error}") from error
        return detail_text(entry)
