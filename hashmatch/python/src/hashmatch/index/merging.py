"""A saved index with some rows gone and others added, made in one pass over its arrays and a table at a time.

What comes out is what `Index.build` would make of all the rows with the same order of bits. A row that is gone leaves
no trace: of an entry that is only blanked, the sixteen places where it stood in the tables still tell the whole hash.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from hashmatch.container import ArrayParts, NamedArrays
from hashmatch.errors import IndexFileError
from hashmatch.index.ids import IdRange
from hashmatch.index.layout import BUCKETS, SKETCH_PADDING, WORDS
from hashmatch.index.permutation import BitPermutation, Rows
from hashmatch.index.segments import DELTA_ROWS, permute

AnyArray: TypeAlias = npt.NDArray[Any]
Numbers: TypeAlias = npt.NDArray[np.int64]

ROWS_A_PART = 1 << 16
LEAST_SHARE = 8  # a pass pays where at most one row in so many changes; beyond, tables are built afresh more quickly


@dataclass(frozen=True, slots=True, eq=False)
class RowChanges:
    """Which rows of sorted columns go, and before which old row each added one comes; both in ascending order."""

    rows: int  # how many there were
    gone: Numbers
    places: Numbers

    @property
    def rows_after(self) -> int:
        """How many there are then."""
        return self.rows - len(self.gone) + len(self.places)

    @property
    def are_few(self) -> bool:
        """Whether one pass is quicker than to build everything afresh."""
        return (len(self.gone) + len(self.places)) * LEAST_SHARE <= self.rows

    def merge(self, old: AnyArray, added: AnyArray) -> ArrayParts:
        """One column with its changes, in parts."""
        return ArrayParts(self._merge(old, added))

    def _merge(self, old: AnyArray, added: AnyArray) -> Iterator[AnyArray]:
        for start in range(0, max(self.rows, 1), ROWS_A_PART):
            end = start + ROWS_A_PART
            is_last = end >= self.rows
            gone = self.gone[np.searchsorted(self.gone, start) : np.searchsorted(self.gone, end)] - start
            first = np.searchsorted(self.places, start)
            last = len(self.places) if is_last else np.searchsorted(self.places, end)
            places = self.places[first:last] - start
            kept = np.delete(old[start:end], gone, axis=0)
            places = places - np.searchsorted(gone, places)
            yield np.insert(kept, places, added[first:last], axis=0) if len(places) else kept

    def new_numbers(self) -> npt.NDArray[np.uint32]:
        """The new number of each old row; of one that goes, a number without a meaning."""
        steps = np.ones(self.rows + 1, np.uint32)
        steps[0] = 0
        np.subtract.at(steps, self.gone + 1, np.uint32(1))
        np.add.at(steps, self.places, np.uint32(1))
        return np.cumsum(steps, dtype=np.uint32)[: self.rows]

    def added_numbers(self) -> Numbers:
        """The new number of each added row."""
        return self.places - np.searchsorted(self.gone, self.places) + np.arange(len(self.places))


def can_merge(arrays: Mapping[str, AnyArray], changes: RowChanges) -> bool:
    """Whether a saved index can take these changes in one pass."""
    return "postings" in arrays and changes.are_few and changes.rows_after > DELTA_ROWS


def merge_index(arrays: Mapping[str, AnyArray], changes: RowChanges, hashes: Rows) -> NamedArrays:
    """The arrays of a saved index (as `Index.to_arrays` gives them, ids counting from 0) with its changes.

    `hashes` are the added ones, 32 bytes a row. Raises IndexFileError where the tables lack a row that goes.
    """
    order = np.asarray(arrays["permutation"])
    rows, added = arrays["rows"], permute(BitPermutation.from_order(order), hashes)
    yield "permutation", order
    yield "rows", changes.merge(rows, added)
    yield from IdRange(0, changes.rows_after).to_arrays().items()
    tables = TableMerge(arrays, changes, added)
    yield "postings", ArrayParts(tables.merge_postings())
    yield "bounds", np.concatenate(tables.bounds)
    yield "sketches", ArrayParts(tables.merge_sketches())


class TableMerge:
    """The changes of the sixteen tables: the postings first, which find the places where the sketches change too."""

    def __init__(self, arrays: Mapping[str, AnyArray], changes: RowChanges, added: Rows) -> None:
        self.bounds: list[npt.NDArray[np.uint32]] = []
        self._arrays = arrays
        self._changes = changes
        self._gone = np.ascontiguousarray(arrays["rows"][changes.gone]).view("<u2")
        self._added = added.view("<u2")
        self._dropped: list[Numbers] = []
        self._inserted: list[tuple[Numbers, Numbers]] = []  # places, and which of the added rows

    def merge_postings(self) -> Iterator[npt.NDArray[np.uint32]]:
        """The postings of each table."""
        new_numbers, numbers = self._changes.new_numbers(), self._changes.added_numbers()
        for word in range(WORDS):
            old = self._table("postings", word)
            bounds = self._arrays["bounds"][word * (BUCKETS + 1) : (word + 1) * (BUCKETS + 1)].astype(np.int64)
            gone, added = self._gone[:, word].astype(np.int64), self._added[:, word].astype(np.int64)
            owners, places = spread_buckets(bounds, gone)
            dropped = np.sort(places[old[places] == self._changes.gone[owners]])
            if len(dropped) != len(gone):
                raise IndexFileError("The index's tables do not fit its rows. Draw the bank afresh.")
            kept = new_numbers[np.delete(old, dropped)]
            bounds[1:] -= np.cumsum(np.bincount(gone, minlength=BUCKETS))
            owners, places = spread_buckets(bounds, added)
            before = np.bincount(owners[kept[places] < numbers[owners]], minlength=len(added))
            chosen = np.lexsort((numbers, added))
            inserted = (bounds[added] + before)[chosen]
            bounds[1:] += np.cumsum(np.bincount(added, minlength=BUCKETS))
            self.bounds.append(bounds.astype(np.uint32))
            self._dropped.append(dropped)
            self._inserted.append((inserted, chosen))
            yield np.insert(kept, inserted, numbers[chosen].astype(np.uint32)) if len(inserted) else kept

    def merge_sketches(self) -> Iterator[npt.NDArray[np.uint16]]:
        """The sketches of each table, and the padding; only after the postings."""
        for word, (inserted, chosen) in enumerate(self._inserted):
            kept = np.delete(self._table("sketches", word), self._dropped[word])
            following = self._added[:, (word + 1) % WORDS][chosen]
            yield np.insert(kept, inserted, following) if len(inserted) else kept
        yield np.zeros(SKETCH_PADDING, np.uint16)

    def _table(self, name: str, word: int) -> AnyArray:
        rows = self._changes.rows
        return self._arrays[name][word * rows : (word + 1) * rows]


def spread_buckets(bounds: Numbers, words: Numbers) -> tuple[Numbers, Numbers]:
    """All places of the buckets of these words, and for each place which of the words it is of."""
    starts, lengths = bounds[words], bounds[words + 1] - bounds[words]
    owners = np.repeat(np.arange(len(words)), lengths)
    ends = np.cumsum(lengths)
    return owners, np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - lengths - starts, lengths)
