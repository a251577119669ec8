"""The index itself: adding, removing, querying, saving."""

import itertools
import logging
import os
import threading
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from hashmatch.container import last_good, read_container, write_container
from hashmatch.errors import DistanceRangeError, IndexFileError, IndexIdError, InvalidHashError
from hashmatch.hashes import PdqHash
from hashmatch.index import segments as blocks
from hashmatch.index.ids import IdRange, Ids, pack_ids, read_ids
from hashmatch.index.layout import DISTANCE_MASK, DISTANCE_SHIFT, LARGEST_DISTANCE, NO_LIMIT, ROW_MASK
from hashmatch.index.matches import NO_MATCHES, BatchMatches, Matches, NearPairs
from hashmatch.index.permutation import BitPermutation, Rows
from hashmatch.index.segments import Cut, Marks, Pairs, Segment, build_tables, join_rows, permute, unpack_pairs
from hashmatch.index.tables import Tables
from hashmatch.older import Self
from hashmatch.readings import Asked, read_pictures
from hashmatch.variants import MATCH_DISTANCE

HashInput: TypeAlias = npt.NDArray[np.uint8] | Sequence[PdqHash | bytes] | Sequence[PdqHash] | Sequence[bytes]

LOG = logging.getLogger(__name__)

KIND = "index"
DEFAULT_LIMIT = 10_000
MERGE_FACTOR = 4
TABLE_ARRAYS = ("bounds", "sketches", "postings")


class DeltaIds:
    """The ids of the rows that have no tables yet."""

    is_ascending = False

    def __init__(self, capacity: int) -> None:
        self.values = np.empty(capacity, np.int64)
        self.rows: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self.values)

    def take(self, rows: npt.NDArray[np.int64]) -> Ids:
        """The ids of some rows."""
        return self.values[rows]

    def find(self, wanted: Ids) -> npt.NDArray[np.int64]:
        """The row of each wanted id, or -1; removed rows are not found."""
        return np.array([self.rows.get(one, -1) for one in wanted.tolist()], np.int64)

    def find_one(self, wanted: int) -> int:
        """The row of one id, or -1."""
        return self.rows.get(wanted, -1)

    def to_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """The delta is never saved as such."""
        return pack_ids(self.values).to_arrays()


@dataclass(frozen=True, slots=True, eq=False)
class Delta:
    """Room for new rows. Readers look at the first ones only, so the rest is filled in place."""

    rows: Rows
    ids: DeltaIds
    removed: Marks

    @classmethod
    def empty(cls) -> Self:
        """A block for new rows."""
        capacity = blocks.DELTA_ROWS
        return cls(np.empty((capacity, 32), np.uint8), DeltaIds(capacity), Marks(capacity))

    def first(self, count: int) -> Segment:
        """The first rows as a segment."""
        return Segment(self.rows, self.ids, None, self.removed, count)


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """What a reader sees: the segments with tables, largest first, and the delta's rows at that moment."""

    segments: tuple[Segment, ...]
    delta: Segment
    parts: tuple[Segment, ...] = field(init=False)  # all blocks that a query must search

    def __post_init__(self) -> None:
        parts = (*self.segments, self.delta) if self.delta.used else self.segments
        object.__setattr__(self, "parts", parts)


class Index:
    """An exact index of PDQ hashes under whole-number ids of the caller's choice (0 to 2^63 - 1, each used once).

    Queries may run in any number of threads while others add and remove: a query sees the index as it was before or
    after a change. A removed entry is never found by a query that starts after `remove` returned. An index may be used
    in both processes after a fork; each has its own from then on.
    """

    def __init__(self, *, permutation: BitPermutation | None = None) -> None:
        self._order = permutation or BitPermutation.draw(None)
        self._lock = threading.Lock()
        self._delta = Delta.empty()
        self._state = State((), self._delta.first(0))
        self._count = 0
        self.recovered_from: str | None = None  # what was wrong with the file in whose place an older one was loaded
        LIVING.add(self)

    @classmethod
    def build(cls, ids: Ids | Sequence[int] | None, hashes: HashInput, *, seed: int | None = None) -> Self:
        """An index of these hashes; `ids` None numbers them from 0. `seed` fixes the bit order, for tests."""
        index = cls(permutation=BitPermutation.draw(seed))
        rows = as_rows(hashes)
        index.add(np.arange(len(rows), dtype=np.int64) if ids is None else ids, rows)
        return index

    @classmethod
    def build_in_parts(cls, count: int, parts: Iterable[tuple[npt.NDArray[np.uint32], Rows]]) -> Self:
        """An index of hashes that come in parts, each with its ids, 0 to `count` - 1: they are in memory only once."""
        index = cls()
        rows = blocks.make_rows(count)
        for ids, part in parts:
            rows[ids] = permute(index._order, as_rows(part))
        if count:
            segment = Segment(rows, IdRange(0, count), build_tables(rows), Marks(count), count)
            index._state = State((segment,), index._delta.first(0))
            index._count = count
        return index

    def __len__(self) -> int:
        return self._count

    def __contains__(self, wanted: object) -> bool:
        if not isinstance(wanted, int) or not 0 <= wanted <= np.iinfo(np.int64).max:
            return False
        with self._lock:
            return bool(self._locate(np.array([wanted], np.int64))[0][0] >= 0)

    def add(self, ids: Ids | Sequence[int], hashes: HashInput) -> None:
        """Add hashes (N x 32 bytes, or N values) under N new ids; they are found from the moment this returns.

        Raises IndexIdError, and changes nothing, where an id is taken, given twice or no whole number from 0.
        """
        new_ids, rows = as_ids(ids), as_rows(hashes)
        if len(new_ids) != len(rows):
            raise IndexIdError(f"There are {len(new_ids)} ids for {len(rows)} hashes; each hash needs one id.")
        if has_repeats(new_ids):
            raise IndexIdError("An id is given twice; each id may be used once.")
        if len(new_ids) == 0:
            return
        rows = permute(self._order, rows)
        with self._lock:
            if self._count:
                taken = self._locate(new_ids)[0] >= 0
                if np.count_nonzero(taken):
                    raise IndexIdError(f"The id {new_ids[taken][0]} is in the index already; remove it first.")
            self._append(new_ids, rows)
            self._count += len(new_ids)

    def remove(self, ids: Ids | Sequence[int]) -> None:
        """Remove entries; they are not found any more from the moment this returns.

        Raises IndexIdError, and changes nothing, where an id is unknown or given twice.
        """
        wanted = as_ids(ids)
        if has_repeats(wanted):
            raise IndexIdError("An id is given twice; each entry can be removed once.")
        with self._lock:
            numbers, rows = self._locate(wanted)
            if len(numbers) and numbers.min() < 0:
                raise IndexIdError(f"The id {wanted[numbers < 0][0]} is not in the index.")
            delta = len(self._state.segments)
            for number in set(numbers.tolist()):
                chosen = numbers == number
                self._marks_of(number).set(rows[chosen])
                if number == delta:
                    for gone in wanted[chosen].tolist():
                        del self._delta.ids.rows[gone]
            self._count -= len(wanted)
            self._shrink()

    def query(
        self,
        wanted: Asked | npt.NDArray[np.uint8],
        max_distance: int = MATCH_DISTANCE,
        *,
        limit: int | None = DEFAULT_LIMIT,
    ) -> Matches:
        """Every entry within `max_distance` bits of one hash: up to 31 by tables, beyond by a scan, always exact.

        `wanted` is a PDQ hash, what `hash_image` gives, 32 bytes, 64 hexadecimal digits, or the path of a file, whose
        views are all looked up. Whatever its quality, it is compared: an index knows none, `Bank.match` does.
        At most `limit` entries are given (None: all of them), the nearest, and `is_cut` says if there are more.

        Raises DistanceRangeError; TypeError for anything else, InvalidHashError for what is no PDQ hash, and for a
        path UnreadableFileError, or UnreadableImageError where there is no picture in the file.
        """
        row = as_row(wanted)
        capacity = as_limit(limit)
        if not 0 <= max_distance <= LARGEST_DISTANCE:
            raise distance_error(max_distance)
        if len(row) > 1:
            return join_queries(self.query_batch(row, max_distance, limit=limit), capacity)
        results = []
        for block in self._state.parts:
            found = block.search(self._order, row, max_distance, capacity)
            if len(found[0]):
                results.append((block, found))
        if not results:
            return NO_MATCHES
        if len(results) == 1:
            part, (pairs, cut) = results[0]
            if part.ids.is_ascending and cut is None and (capacity == NO_LIMIT or len(pairs) <= capacity):
                ids = part.ids.take((pairs & ROW).astype(np.int64))
                return Matches(ids, ((pairs >> SHIFT) & MASK).astype(np.uint16))
        return join_found(results, 1, capacity)[0]

    def query_batch(
        self, wanted: HashInput, max_distance: int = MATCH_DISTANCE, *, limit: int | None = DEFAULT_LIMIT
    ) -> BatchMatches:
        """Every entry within `max_distance` bits of each hash, in the order of the hashes; see `query`."""
        capacity = as_limit(limit)
        if not 0 <= max_distance <= LARGEST_DISTANCE:
            raise distance_error(max_distance)
        queries = as_rows(wanted)
        parts = self._state.parts
        batches = []
        for start in range(0, max(len(queries), 1), blocks.QUERY_CHUNK):
            chunk = queries[start : start + blocks.QUERY_CHUNK]
            found = [(part, part.search(self._order, chunk, max_distance, capacity)) for part in parts]
            batches.append(join_found([one for one in found if len(one[1][0])], len(chunk), capacity))
        return batches[0] if len(batches) == 1 else join_batches(batches)

    def near_pairs(self, max_distance: int = MATCH_DISTANCE) -> Iterator[NearPairs]:
        """Every two entries within `max_distance` bits of each other, each pair once, in no particular order.

        Comes in batches, so that a bank with very many near copies needs no more memory than another: a caller may
        stop at any time. Describes the index as it was when this was called; of entries removed since, pairs may be
        missing. About four times as quick as a query for each entry. Raises DistanceRangeError.
        """
        if not 0 <= max_distance <= LARGEST_DISTANCE:
            raise distance_error(max_distance)
        return self._join(self._state.parts, max_distance)

    def _join(self, parts: Sequence[Segment], reach: int) -> Iterator[NearPairs]:
        for number, part in enumerate(parts):
            for found in part.join(self._order, reach):
                if len(found.left):
                    yield order_pairs(part.ids.take(found.left), part.ids.take(found.right), found.distances)
            ids, rows = part.live()
            for other, start in itertools.product(parts[:number], range(0, len(ids), blocks.QUERY_CHUNK)):
                wanted = self._order.revert(rows[start : start + blocks.QUERY_CHUNK])
                across = unpack_pairs(other.search(self._order, wanted, reach, NO_LIMIT)[0])
                if len(across.rows):
                    yield order_pairs(ids[start + across.queries], other.ids.take(across.rows), across.distances)

    def entries(self) -> tuple[Ids, Rows]:
        """All ids and hashes, in no particular order."""
        ids, rows = gather(self._state.parts)
        return ids, self._order.revert(rows)

    def save(self, path: Path | str, *, keep_last: bool = True) -> None:
        """Write the index to one file, in one step; `load` maps it into memory without building anything.

        Removed entries are not in it. The file that was there before stays beside it (its name with `.last` behind),
        and is used if the new one is ever found damaged; `keep_last=False` erases it, and with it whatever it held.
        """
        write_container(Path(path), kind=KIND, facts={}, arrays=self.to_arrays(), keep_last=keep_last)

    @classmethod
    def load(cls, path: Path | str, *, verify: bool = True) -> Self:
        """Map a saved index. A file that is torn or damaged is named, and the last good one used in its place.

        Then `recovered_from` says what was wrong. Raises IndexFileError where there is no good file at all.
        `verify=False` trusts the arrays without reading them.
        """
        try:
            return cls._load(Path(path), verify=verify)
        except IndexFileError as error:
            older = last_good(Path(path))
            if not older.exists():
                raise
            LOG.warning("%s Using the one before it, %s, instead.", error, older)
            index = cls._load(older, verify=verify)
            index.recovered_from = str(error)
            return index

    @classmethod
    def _load(cls, path: Path, *, verify: bool) -> Self:
        return cls.from_arrays(read_container(path, kind=KIND, error=IndexFileError, verify=verify).arrays)

    def to_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """The whole index as arrays: one segment, removed entries left out."""
        with self._lock:
            parts = self._state.parts
            if len(parts) == 1 and parts[0].tables is not None and parts[0].removed.count == 0:
                whole = parts[0]
            else:
                whole = Segment.build(*gather(parts))
        arrays = {"permutation": self._order.order, "rows": whole.rows, **whole.ids.to_arrays()}
        if whole.tables is not None:
            arrays |= {name: getattr(whole.tables, name) for name in TABLE_ARRAYS}
        return arrays

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> Self:
        """The index that `to_arrays` gave, on the same memory."""
        index = cls(permutation=BitPermutation.from_order(np.asarray(arrays["permutation"])))
        rows: Rows = np.asarray(arrays["rows"])
        if len(rows):
            tables = Tables(*(np.asarray(arrays[name]) for name in TABLE_ARRAYS)) if "postings" in arrays else None
            segment = Segment(rows, read_ids(arrays), tables, Marks(len(rows)), len(rows))
            index._state = State((segment,), index._delta.first(0))
            index._count = len(rows)
        return index

    def _marks_of(self, number: int) -> Marks:
        segments = self._state.segments
        return self._delta.removed if number == len(segments) else segments[number].removed

    def _locate(self, wanted: Ids) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """For each id the number of its block (the delta is the last one) and its row there, or -1."""
        if len(wanted) == 1:
            number, row = self._locate_one(int(wanted[0]))
            return np.array([number]), np.array([row])
        rows = self._delta.ids.find(wanted)
        numbers = np.where(rows >= 0, len(self._state.segments), -1)
        for number, segment in enumerate(self._state.segments):
            found = segment.find(wanted)
            there = found >= 0
            if there.any():
                numbers[there] = number
                rows[there] = found[there]
        return numbers, rows

    def _locate_one(self, wanted: int) -> tuple[int, int]:
        """The number of one id's block and its row there, or -1 for both."""
        segments = self._state.segments
        row = self._delta.ids.find_one(wanted)
        if row >= 0:
            return len(segments), row
        for number, segment in enumerate(segments):
            row = segment.find_one(wanted)
            if row >= 0:
                return number, row
        return -1, -1

    def _append(self, ids: Ids, rows: Rows) -> None:
        """Put rows into the delta, or make a segment of the delta and them."""
        state, delta = self._state, self._delta
        count = state.delta.used
        end = count + len(ids)
        if end <= len(delta.rows):
            delta.ids.values[count:end] = ids
            delta.rows[count:end] = rows
            delta.ids.rows.update(zip(ids.tolist(), range(count, end), strict=True))
            self._state = State(state.segments, delta.first(end))
            return
        old_ids, old_rows = gather((state.delta,))
        merged_ids, merged_rows = np.concatenate([old_ids, ids]), join_rows([old_rows, rows])
        segments = list(state.segments)
        while segments and segments[-1].used < MERGE_FACTOR * len(merged_rows):
            last_ids, last_rows = segments.pop().live()
            merged_ids, merged_rows = np.concatenate([last_ids, merged_ids]), join_rows([last_rows, merged_rows])
        segments.append(Segment.build(merged_ids, merged_rows))
        self._delta = Delta.empty()
        self._state = State(tuple(segments), self._delta.first(0))

    def _shrink(self) -> None:
        """Rebuild segments that are mostly removed rows, so that memory follows what is alive."""
        segments = self._state.segments
        if not any(2 * segment.removed.count > segment.used for segment in segments):
            return
        kept = tuple(
            Segment.build(*segment.live()) if 2 * segment.removed.count > segment.used else segment
            for segment in segments
            if segment.removed.count < segment.used
        )
        self._state = State(kept, self._state.delta)


ROW, SHIFT, MASK = np.uint64(ROW_MASK), np.uint64(DISTANCE_SHIFT), np.uint64(DISTANCE_MASK)

# A fork copies locks as they are: nobody may be changing an index at that moment, or the copy could never be changed.
LIVING: "weakref.WeakSet[Index]" = weakref.WeakSet()
HELD: list[threading.Lock] = []


def hold_all() -> None:
    """Before a fork: wait for changes under way, and let none begin."""
    for index in list(LIVING):
        index._lock.acquire()  # noqa: SLF001 - this module's own class
        HELD.append(index._lock)  # noqa: SLF001


def release_all() -> None:
    """After a fork, in both processes."""
    while HELD:
        HELD.pop().release()


os.register_at_fork(before=hold_all, after_in_parent=release_all, after_in_child=release_all)


def gather(parts: Sequence[Segment]) -> tuple[Ids, Rows]:
    """The live ids and rows of several blocks, in their order."""
    if not parts:
        return np.empty(0, np.int64), np.empty((0, 32), np.uint8)
    pairs = [part.live() for part in parts]
    if len(pairs) == 1:
        return pairs[0]
    return np.concatenate([ids for ids, _ in pairs]), join_rows([rows for _, rows in pairs])


def order_pairs(one: Ids, other: Ids, distances: npt.NDArray[np.uint16]) -> NearPairs:
    """Pairs of ids with the lower one on the left."""
    return NearPairs(np.minimum(one, other), np.maximum(one, other), distances)


PartFound: TypeAlias = tuple[Segment, tuple[Pairs, Cut | None]]


def join_found(results: Sequence[PartFound], asked: int, limit: int) -> BatchMatches:
    """What the blocks gave for `asked` queries, sorted by query, distance and id."""
    is_cut = np.zeros(asked, np.bool_)
    for _, (_, cut) in results:
        if cut is not None:
            is_cut |= cut
    found = [(part.ids, unpack_pairs(pairs)) for part, (pairs, _) in results]
    numbers = np.concatenate([np.empty(0, np.int64), *(one.queries for _, one in found)])
    ids = np.concatenate([np.empty(0, np.int64), *(column.take(one.rows) for column, one in found)])
    distances = np.concatenate([np.empty(0, np.uint16), *(one.distances for _, one in found)])
    if len(found) > 1 or not all(column.is_ascending for column, _ in found):
        order = np.lexsort((ids, distances, numbers))
        numbers, ids, distances = numbers[order], ids[order], distances[order]
    bounds = np.searchsorted(numbers, np.arange(asked + 1))
    batch = BatchMatches(bounds, ids, distances, is_cut)
    return batch if limit == NO_LIMIT else cut_batch(batch, limit)


def join_queries(batch: BatchMatches, limit: int) -> Matches:
    """The matches of all queries of a batch as those of one: each entry once, at its smallest distance."""
    order = np.lexsort((batch.ids, batch.distances))
    _, first = np.unique(batch.ids[order], return_index=True)
    kept = order[np.sort(first)]
    is_cut = bool(batch.is_cut.any()) or len(kept) > limit != NO_LIMIT
    kept = kept if limit == NO_LIMIT else kept[:limit]
    return Matches(batch.ids[kept], batch.distances[kept], is_cut)


def cut_batch(batch: BatchMatches, limit: int) -> BatchMatches:
    """Leave each query no more than `limit` matches."""
    lengths = np.diff(batch.bounds)
    too_many = lengths > limit
    if not too_many.any():
        return batch
    places = np.arange(len(batch.ids)) - np.repeat(batch.bounds[:-1], lengths)
    keep = places < limit
    bounds = np.concatenate([[0], np.cumsum(np.minimum(lengths, limit))])
    return BatchMatches(bounds, batch.ids[keep], batch.distances[keep], batch.is_cut | too_many)


def join_batches(batches: Sequence[BatchMatches]) -> BatchMatches:
    """Batches one after the other."""
    starts = itertools.accumulate((len(one.ids) for one in batches), initial=0)
    bounds = [one.bounds[:-1] + start for one, start in zip(batches, starts, strict=False)]
    total = sum(len(one.ids) for one in batches)
    return BatchMatches(
        bounds=np.concatenate([*bounds, [total]]),
        ids=np.concatenate([one.ids for one in batches]),
        distances=np.concatenate([one.distances for one in batches]),
        is_cut=np.concatenate([one.is_cut for one in batches]),
    )


def distance_error(max_distance: int) -> DistanceRangeError:
    """The error for a distance that no two hashes can have."""
    return DistanceRangeError(f"A distance is 0 to {LARGEST_DISTANCE} bits, not {max_distance}.")


def as_limit(limit: int | None) -> int:
    """A limit as the kernels take it."""
    if limit is None:
        return NO_LIMIT
    if limit < 1:
        raise DistanceRangeError(f"A limit is 1 or more matches, or None for all, not {limit}.")
    return limit


def as_ids(ids: Ids | Sequence[int]) -> Ids:
    """Ids as an array; refuse what is no whole number from 0."""
    array = np.asarray(ids)
    if array.size == 0:
        return np.empty(0, np.int64)
    if array.shape == (1,) and array.dtype == np.int64 and array[0] >= 0:
        return array
    if array.ndim != 1 or array.dtype.kind not in "iu" or array.min() < 0:
        raise IndexIdError("Ids must be a flat list of whole numbers, 0 or more.")
    if int(array.max()) > np.iinfo(np.int64).max:
        raise IndexIdError("An id is larger than 2^63 - 1.")
    return array.astype(np.int64)


def has_repeats(ids: Ids) -> bool:
    """Whether an id occurs twice."""
    if len(ids) < 2 or np.all(ids[1:] > ids[:-1]):
        return False
    return len(np.unique(ids)) != len(ids)


def as_row(wanted: Asked | npt.NDArray[np.uint8]) -> Rows:
    """What is asked as an array: one row, or as many as a file has views."""
    if isinstance(wanted, np.ndarray):
        if wanted.dtype == np.uint8 and wanted.shape in ((32,), (1, 32)):
            return (wanted if wanted.flags.c_contiguous else np.ascontiguousarray(wanted)).reshape(1, 32)
        raise InvalidHashError(f"A hash must be 32 bytes (uint8), not {wanted.dtype} of shape {wanted.shape}.")
    if isinstance(wanted, PdqHash):
        return np.frombuffer(wanted.bytes, np.uint8).reshape(1, 32)
    if isinstance(wanted, bytes):
        return np.frombuffer(PdqHash.from_bytes(wanted).bytes, np.uint8).reshape(1, 32)
    return as_rows(read_pictures(wanted))


def as_rows(hashes: HashInput) -> Rows:
    """Hashes as an array of 32 bytes a row."""
    if isinstance(hashes, np.ndarray):
        if hashes.dtype != np.uint8 or hashes.ndim != 2 or hashes.shape[1] != 32:
            raise InvalidHashError(
                f"Hashes must be an array of bytes (uint8), 32 a row, not {hashes.dtype} of shape {hashes.shape}."
            )
        return np.ascontiguousarray(hashes)
    joined = b"".join(one.bytes if isinstance(one, PdqHash) else PdqHash.from_bytes(one).bytes for one in hashes)
    return np.frombuffer(joined, np.uint8).reshape(-1, 32)
