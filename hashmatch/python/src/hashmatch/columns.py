"""The arrays of which a bank's file consists: columns for each hash type, the texts that entries share, the index."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from hashmatch.container import Container
from hashmatch.entries import Entry
from hashmatch.hashes import HashValue, PdqHash
from hashmatch.index import Index
from hashmatch.older import Self

AnyArray: TypeAlias = npt.NDArray[Any]

PREFIX_BYTES = 8
INDEX_PREFIX = "index."


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
        # Numbers of families, where a snapshot brought them; what came by page has its family's name among the details.
        self.family: npt.NDArray[np.uint64] | None = arrays.get(f"{name}.family")

    def __len__(self) -> int:
        return len(self.keys)

    def find(self, wanted: HashValue) -> int | None:
        """The row of a hash."""
        prefix = np.uint64(int.from_bytes(wanted.bytes[:PREFIX_BYTES], "big"))
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


def sort_rows(kind: type[HashValue], rows: "Block") -> dict[str, AnyArray]:
    """The arrays of one hash type, sorted by hash."""
    prefixes = prefixes_of(rows.keys)
    columns: dict[str, AnyArray] = {**rows._asdict(), "prefixes": prefixes}
    if not rows.family.any():
        del columns["family"]
    if (prefixes[1:] < prefixes[:-1]).any():
        order = np.argsort(prefixes, kind="stable")
        columns = {name: column[order] for name, column in columns.items()}
    return {f"{kind.TYPE_NAME}.{name}": column for name, column in columns.items()}


def prefixes_of(keys: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint64]:
    """The numbers by which hashes are sorted and found."""
    return np.ascontiguousarray(keys[:, :PREFIX_BYTES]).view(">u8").ravel().astype(np.uint64)


def complete_arrays(arrays: Mapping[str, AnyArray], details: Iterable[str]) -> dict[str, AnyArray]:
    """The arrays of all hash types, and with them the details' texts and the index."""
    index = Index.build(None, arrays[f"{PdqHash.TYPE_NAME}.keys"])
    return {**arrays, **dict(detail_arrays(details)), **dict(index_arrays(index))}


def detail_arrays(details: Iterable[str]) -> Iterator[tuple[str, AnyArray]]:
    """The arrays of the details' texts."""
    texts = [text.encode() for text in details]
    yield "details.text", np.frombuffer(b"".join(texts), np.uint8)
    yield "details.bounds", np.cumsum([0, *map(len, texts)], dtype=np.uint64)


def index_arrays(index: Index) -> Iterator[tuple[str, AnyArray]]:
    """The arrays of the index."""
    for name, array in index.to_arrays().items():
        yield INDEX_PREFIX + name, array


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


class Block(NamedTuple):
    """Rows of one hash type. `family` is 0 where a row has none, or has its name among the details."""

    keys: npt.NDArray[np.uint8]
    quality: npt.NDArray[np.uint8]
    variant: npt.NDArray[np.uint8]
    details: npt.NDArray[np.uint32]
    family: npt.NDArray[np.uint64]

    @classmethod
    def empty(cls, kind: type[HashValue]) -> Self:
        """No rows."""
        numbers = np.empty(0, np.uint8)
        return cls(
            np.empty((0, kind.LENGTH), np.uint8), numbers, numbers, numbers.astype(np.uint32), numbers.astype(np.uint64)
        )


def detail_text(entry: Entry) -> str:
    """The text under which what a family's members have in common is kept."""
    return json.dumps(entry.details(), separators=(",", ":"))
