"""Blocks of rows that never change but for the marks of removed ones, and how they are searched."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from hashmatch.index.ids import IdColumn, Ids, pack_ids
from hashmatch.index.layout import (
    DISTANCE_MASK,
    DISTANCE_SHIFT,
    LARGEST_TABLE_DISTANCE,
    NO_LIMIT,
    QUERY_SHIFT,
    ROW_MASK,
    WORDS,
)
from hashmatch.index.permutation import BitPermutation, Rows
from hashmatch.index.tables import Found, Tables, fill_tables, probe_tables, scan_rows
from hashmatch.kernels import KERNELS
from hashmatch.older import Self

DELTA_ROWS = 4096  # up to so many rows brute force is about as quick as tables
BATCH_BY_WORD = 256  # from so many queries on it may pay to go through the tables one after the other,
WORK_BY_WORD = 1_000_000_000  # and it does where queries times rows are so many
QUERY_CHUNK = 1 << 13
NUMPY_QUERY_CHUNK = 64
SCAN, ONE_BY_ONE, BY_WORD = 0, 1, 2  # how kernels search
JOIN_ROOM = 1 << 16  # pairs of a join that are given at a time, but for buckets that are larger
ROW_BYTES = 32

Pairs: TypeAlias = npt.NDArray[np.uint64]
Cut: TypeAlias = npt.NDArray[np.bool_]


class RowPairs(NamedTuple):
    """Pairs of rows with their distance."""

    left: npt.NDArray[np.int64]
    right: npt.NDArray[np.int64]
    distances: npt.NDArray[np.uint16]


class Marks:
    """Which rows of a block are removed: a bit each."""

    __slots__ = ("bits", "count")

    def __init__(self, rows: int) -> None:
        self.bits = np.zeros(-(-rows // 8), np.uint8)
        self.count = 0

    def set(self, rows: npt.NDArray[np.int64]) -> None:
        """Mark rows that are not marked yet."""
        np.bitwise_or.at(self.bits, rows >> 3, (1 << (rows & 7)).astype(np.uint8))
        self.count += len(rows)

    def set_one(self, row: int) -> None:
        """Mark one row that is not marked yet."""
        self.bits[row >> 3] |= 1 << (row & 7)
        self.count += 1

    def is_set(self, row: int) -> bool:
        """Whether one row is marked."""
        return bool((int(self.bits[row >> 3]) >> (row & 7)) & 1)

    def are_set(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Whether each row is marked."""
        set_there: npt.NDArray[np.bool_] = ((self.bits[rows >> 3] >> (rows & 7)) & 1).astype(np.bool_)
        return set_there

    def live(self, rows: int) -> npt.NDArray[np.int64]:
        """The first rows without the marked ones."""
        return np.flatnonzero(np.unpackbits(self.bits, count=rows, bitorder="little") == 0)


ROW_SHIFT, ROWS_ONLY = np.uint64(32), np.uint64(ROW_MASK)
NO_PAIRS: Pairs = np.empty(0, np.uint64)


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """A block of rows in the index's bit order, of which the first `used` count."""

    rows: Rows
    ids: IdColumn
    tables: Tables | None  # None where brute force is quicker
    removed: Marks
    used: int
    block: Any = field(init=False)  # as the kernels take it; None where there are none

    def __post_init__(self) -> None:
        block = None
        if KERNELS is not None:
            tables = self.tables
            arrays = () if tables is None else (tables.bounds, tables.sketches, tables.postings)
            block = KERNELS.Block(self.rows.view(np.uint64), self.used, self.removed.bits, *arrays)
        object.__setattr__(self, "block", block)

    @classmethod
    def build(cls, ids: Ids, rows: Rows) -> Self:
        """A segment of rows, with tables if they pay."""
        tables = build_tables(rows) if len(rows) > DELTA_ROWS else None
        return cls(rows, pack_ids(ids), tables, Marks(len(rows)), len(rows))

    def live(self) -> tuple[Ids, Rows]:
        """The ids and rows that are not removed."""
        if self.removed.count == 0:
            return self.ids.take(np.arange(self.used)), self.rows[: self.used]
        rows = self.removed.live(self.used)
        return self.ids.take(rows), np.take(self.rows, rows, axis=0, out=make_rows(len(rows)), mode="clip")

    def find(self, wanted: Ids) -> npt.NDArray[np.int64]:
        """The live row of each wanted id, or -1."""
        rows = self.ids.find(wanted)
        if self.removed.count:
            rows[(rows >= 0) & self.removed.are_set(np.maximum(rows, 0))] = -1
        return rows

    def find_one(self, wanted: int) -> int:
        """The live row of one id, or -1."""
        row = self.ids.find_one(wanted)
        return -1 if row >= 0 and self.removed.count and self.removed.is_set(row) else row

    def search(self, order: BitPermutation, queries: Rows, reach: int, limit: int) -> tuple[Pairs, Cut | None]:
        """All live rows within `reach` bits of each query, as sorted pairs, and which queries have more than `limit`.

        `queries` have their own bit order. A query may keep a few more pairs than `limit`, never fewer of the nearest.
        None in place of the second: no query has.
        """
        if KERNELS is None or self.block is None:
            return self._search_slowly(order.apply(queries), reach)
        if self.tables is None or reach > LARGEST_TABLE_DISTANCE:
            way = SCAN
        else:
            asked = len(queries)
            way = BY_WORD if asked >= BATCH_BY_WORD and asked * self.used >= WORK_BY_WORD else ONE_BY_ONE
        found = self.block.search(order.table, queries, reach, limit, way)
        if found is None:
            return NO_PAIRS, None
        found, left_out = found if isinstance(found, tuple) else (found, None)
        pairs = np.frombuffer(found, np.uint64)
        if len(pairs) > 1:
            pairs.sort()
        return pairs, None if left_out is None else np.frombuffer(left_out, np.uint32) > 0

    def join(self, order: BitPermutation, reach: int) -> Iterator[RowPairs]:
        """All pairs of live rows within `reach` bits of each other, each pair once, in no particular order."""
        if self.tables is None or reach > LARGEST_TABLE_DISTANCE or KERNELS is None or self.block is None:
            rows = self.removed.live(self.used)
            for start in range(0, len(rows), QUERY_CHUNK):
                chunk = rows[start : start + QUERY_CHUNK]
                found = unpack_pairs(self.search(order, order.revert(self.rows[chunk]), reach, NO_LIMIT)[0])
                once = chunk[found.queries] < found.rows
                yield RowPairs(chunk[found.queries[once]], found.rows[once], found.distances[once])
            return
        tables = self.tables
        bounds = tables.bounds.reshape(WORDS, -1)
        room = max(JOIN_ROOM, *(int(np.diff(one).max()) for one in bounds))
        pairs, distances = np.empty(room, np.uint64), np.empty(room, np.uint16)
        progress = np.zeros(4, np.int64)
        while progress[0] < WORDS:
            stored: int = self.block.join(reach, progress, pairs, distances)
            left, right = pairs[:stored] >> ROW_SHIFT, pairs[:stored] & ROWS_ONLY
            yield RowPairs(left.astype(np.int64), right.astype(np.int64), distances[:stored].copy())

    def _search_slowly(self, queries: Rows, reach: int) -> tuple[Pairs, Cut | None]:
        """The same with NumPy, for queries in the index's bit order."""
        parts = [self._find_slowly(queries, start, reach) for start in range(0, len(queries), NUMPY_QUERY_CHUNK)]
        pairs = np.concatenate([np.empty(0, np.uint64), *parts])
        pairs.sort()
        return pairs, None

    def _find_slowly(self, queries: Rows, start: int, reach: int) -> Pairs:
        rows, chunk = self.rows[: self.used], queries[start : start + NUMPY_QUERY_CHUNK]
        if self.tables is None or reach > LARGEST_TABLE_DISTANCE:
            found = scan_rows(rows, chunk, reach)
        else:
            found = probe_tables(self.tables, rows, chunk, reach)
        alive = ~self.removed.are_set(found.rows)
        return pack_pairs(Found(found.queries[alive] + start, found.rows[alive], found.distances[alive]))


def build_tables(rows: Rows) -> Tables:
    """The tables of a block."""
    tables = Tables.for_rows(len(rows))
    if KERNELS is None:
        fill_tables(tables, rows)
    else:
        KERNELS.fill_tables(rows.view(np.uint64), tables.bounds, tables.sketches, tables.postings)
    return tables


def permute(order: BitPermutation, rows: Rows) -> Rows:
    """Rows in the index's bit order."""
    if KERNELS is None:
        return order.apply(rows)
    ordered = np.empty((len(rows), 4), np.uint64)
    KERNELS.permute(order.table, rows, ordered)
    return ordered.view(np.uint8)


def make_rows(count: int) -> Rows:
    """Room for so many rows, none of which lies across two lines of memory."""
    memory = np.empty((count + 1) * ROW_BYTES, np.uint8)
    start = -memory.ctypes.data % ROW_BYTES
    return memory[start : start + count * ROW_BYTES].reshape(count, ROW_BYTES)


def join_rows(parts: Sequence[Rows]) -> Rows:
    """The rows of several blocks one after the other, laid as `make_rows` does."""
    rows = make_rows(sum(len(part) for part in parts))
    return np.concatenate(parts, out=rows)


def pack_pairs(found: Found) -> Pairs:
    """Pairs as single numbers that sort by query, distance and row."""
    pairs = found.queries.astype(np.uint64) << np.uint64(QUERY_SHIFT)
    pairs |= found.distances.astype(np.uint64) << np.uint64(DISTANCE_SHIFT)
    pairs |= found.rows.astype(np.uint64)
    return pairs


def unpack_pairs(pairs: Pairs) -> Found:
    """What `pack_pairs` packed."""
    return Found(
        queries=(pairs >> np.uint64(QUERY_SHIFT)).astype(np.int64),
        rows=(pairs & np.uint64(ROW_MASK)).astype(np.int64),
        distances=((pairs >> np.uint64(DISTANCE_SHIFT)) & np.uint64(DISTANCE_MASK)).astype(np.uint16),
    )
