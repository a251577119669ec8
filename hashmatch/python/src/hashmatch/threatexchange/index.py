"""`PdqRingIndex`: the `threatexchange` package's index interface over `hashmatch.index`."""

import io
from array import array
from collections.abc import Iterable, MutableSequence, Sequence
from typing import Any, BinaryIO, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
from threatexchange.signal_type.index import (
    IndexMatchUntyped,
    SignalSimilarityInfoWithIntDistance,
    SignalTypeIndex,
)

from hashmatch.hashes import PdqHash
from hashmatch.index import Index
from hashmatch.older import Self
from hashmatch.threatexchange.metadata import extend_entries, pack_entries, unpack_entries
from hashmatch.threatexchange.stored import (
    check_index,
    envelope,
    open_envelope,
    payload_pieces,
    read_payload,
)
from hashmatch.variants import MATCH_DISTANCE

T = TypeVar("T")
PdqMatch: TypeAlias = IndexMatchUntyped[SignalSimilarityInfoWithIntDistance, T]
Rows: TypeAlias = npt.NDArray[np.uint8]

HEX_DIGITS = 2 * PdqHash.LENGTH


class PdqRingIndex(SignalTypeIndex[T]):
    """PDQ hashes as hexadecimal text, each with an entry; the stand-in for the package's `PDQIndex`.

    Every entry within 31 bits is found, as by the package's own, but nearest first, and of equal distance the one that
    was added first. One hash may stand with several entries. Queries may run while one thread adds or removes.

    Beyond the interface there is `remove`: what is removed is not found any more from that moment, and is not in what
    `serialize` writes.
    """

    def __init__(self, entries: Iterable[tuple[str, T]] = ()) -> None:
        super().__init__()
        self._index = Index()
        self._entries: MutableSequence[Any] = array("q")  # by the index's id
        self.add_all(entries)

    @classmethod
    def get_match_threshold(cls) -> int:
        """The most bits in which a match may differ."""
        return MATCH_DISTANCE

    def __len__(self) -> int:
        return len(self._index)

    def query(self, query: str) -> Sequence[PdqMatch[T]]:
        """All entries within the threshold of a hash. The empty text, given for pictures too plain, matches nothing."""
        if not query:
            return []
        found = self._index.query(read_hash(query), self.get_match_threshold(), limit=None)
        if len(found) == 0:
            return []
        entries = self._entries
        return [
            IndexMatchUntyped(SignalSimilarityInfoWithIntDistance(distance), entries[number])
            for number, distance in zip(found.ids.tolist(), found.distances.tolist(), strict=True)
        ]

    def add(self, signal_str: str, entry: T) -> None:
        """Add one hash with what it stands for; a hash that is there already gets one more entry."""
        self.add_all(((signal_str, entry),))

    def add_all(self, entries: Iterable[tuple[str, T]]) -> None:
        """Add many at once, which is far quicker; a text that is no hash is refused by InvalidHashError before any."""
        pairs = list(entries)
        rows = read_rows([text for text, _ in pairs])
        first = len(self._entries)
        self._entries = extend_entries(self._entries, [entry for _, entry in pairs])
        self._index.add(np.arange(first, first + len(pairs), dtype=np.int64), rows)

    def remove(self, signal_str: str) -> int:
        """Take out every entry of this very hash; how many there were."""
        return self._remove(self._numbers_of(signal_str))

    def remove_entry(self, signal_str: str, entry: T) -> int:
        """Take out this entry of this very hash, and leave its others; how many there were."""
        return self._remove([number for number in self._numbers_of(signal_str) if self._entries[number] == entry])

    def _numbers_of(self, signal_str: str) -> list[int]:
        numbers: list[int] = self._index.query(read_hash(signal_str), 0, limit=None).ids.tolist()
        return numbers

    def _remove(self, numbers: list[int]) -> int:
        self._index.remove(numbers)
        if not isinstance(self._entries, array):
            for number in numbers:
                self._entries[number] = None
        return len(numbers)

    def serialize(self, fout: BinaryIO) -> None:
        """Write the index to a stream: checksummed arrays that `pickle.load` takes for a pickle, as HMA asks of all."""
        for piece in envelope(type(self), self._to_arrays()):
            fout.write(piece)

    @classmethod
    def deserialize(cls, fin: BinaryIO) -> Self:
        """The index that `serialize` wrote. Nothing is unpickled; a damaged file raises StoredIndexError."""
        # The file is read, not mapped: `tx` truncates it in place when it builds anew.
        return cls.from_payload(open_envelope(cls, fin))

    @classmethod
    def from_payload(cls, payload: bytes | memoryview) -> Self:
        """The index of an envelope's payload, on the same memory."""
        arrays = read_payload(payload)
        check_index(arrays)
        index = cls()
        index._index = Index.from_arrays(arrays)
        index._entries = unpack_entries(arrays, count=len(index._index))
        return index

    def __reduce__(self) -> tuple[Any, ...]:
        """Copying and pickling use the stored form too."""
        stream = io.BytesIO()
        for piece in payload_pieces(self._to_arrays()):
            stream.write(piece)
        return type(self).from_payload, (stream.getvalue(),)

    def dispose(self) -> None:
        """Let go of everything; the index is empty afterwards."""
        self._index, self._entries = Index(), array("q")

    def _to_arrays(self) -> dict[str, Any]:
        if len(self._index) == len(self._entries):
            return {**self._index.to_arrays(), **pack_entries(self._entries)}
        index, entries = without_gaps(self._index, self._entries)
        return {**index.to_arrays(), **pack_entries(entries)}


def without_gaps(index: Index, entries: Sequence[Any]) -> tuple[Index, Sequence[Any]]:
    """The same numbered anew, so that nothing is left of what was removed."""
    numbers, rows = index.entries()
    order = np.argsort(numbers)
    kept = [entries[number] for number in numbers[order].tolist()]
    fresh = Index.build(None, np.ascontiguousarray(rows[order]))
    return fresh, array("q", kept) if isinstance(entries, array) else kept


def read_hash(text: str) -> bytes:
    """The 32 bytes of one hash, without making a value of it where there is nothing to complain of."""
    try:
        raw = bytes.fromhex(text)
    except ValueError:
        raw = b""
    # White space is passed over by `fromhex`, and then the lengths tell.
    return raw if len(raw) == PdqHash.LENGTH and len(text) == HEX_DIGITS else PdqHash.from_hex(text).bytes


def read_rows(texts: Sequence[str]) -> Rows:
    """Hashes from hexadecimal text, 32 bytes a row; the first that is none is named by InvalidHashError."""
    if all(len(text) == HEX_DIGITS for text in texts):
        try:
            joined = bytes.fromhex("".join(texts))
        except ValueError:
            joined = b""
        # White space is passed over by `fromhex`, and then the length tells.
        if len(joined) == PdqHash.LENGTH * len(texts):
            return np.frombuffer(joined, np.uint8).reshape(-1, PdqHash.LENGTH)
    return np.frombuffer(b"".join(PdqHash.from_hex(text).bytes for text in texts), np.uint8).reshape(-1, PdqHash.LENGTH)
