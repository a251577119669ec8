"""An exact index of PDQ hashes: every entry within the asked distance is found, none beyond it.

The method is multi-index hashing with the stronger pigeonhole of Qin and Xiao ("pigeonring", 2018). The 256 bits are
16 words of 16 bits. If two hashes differ by at most T bits, then there is a word t such that the differences d of the
words satisfy d[t] <= T/16 and d[t] + d[t+1] <= 2T/16 (rounded down, words in a ring). For T up to 31 that means: word
t is the same or one bit off (17 places in table t), and a 16-bit copy of word t+1 kept beside each posting rejects
nearly all candidates before a row is touched. A random permutation of the bits, drawn once for each index, evens out
the tables.

New hashes are scanned by brute force until there are enough of them for a segment with tables of its own; small
segments merge into larger ones. Removed hashes are marked. Readers work on an immutable state and never wait for a
writer.
"""

import itertools
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from hashmatch.container import read_container, write_container
from hashmatch.errors import DistanceRangeError, IndexFileError, IndexIdError, InvalidHashError
from hashmatch.hashes import PdqHash
from hashmatch.variants import MATCH_DISTANCE

type Rows = npt.NDArray[np.uint8]
type Ids = npt.NDArray[np.int64]
type HashInput = npt.NDArray[np.uint8] | Sequence[PdqHash | bytes] | Sequence[PdqHash] | Sequence[bytes]

KIND = "index"
WORDS = 16
BUCKETS = 1 << 16
LARGEST_TABLE_DISTANCE = 31
LARGEST_DISTANCE = 256
DELTA_ROWS = 8192
MERGE_FACTOR = 4
QUERY_CHUNK = 64
SCAN_CHUNK = 1 << 16
PERMUTE_CHUNK = 1 << 13

# A word's own bucket and the 16 buckets one bit away.
NEIGHBOURS = np.array([0] + [1 << bit for bit in range(16)], np.int64)
NEXT_WORD = (np.arange(WORDS) + 1) % WORDS


class Match(NamedTuple):
    """One entry that was found."""

    id: int
    distance: int


@dataclass(frozen=True, slots=True)
class Matches:
    """The entries found for one query, nearest first; of equal distance, the lower id first."""

    ids: Ids
    distances: npt.NDArray[np.uint16]

    def __len__(self) -> int:
        return len(self.ids)

    def __iter__(self) -> Iterator[Match]:
        return map(Match, self.ids.tolist(), self.distances.tolist())

    def __getitem__(self, position: int) -> Match:
        return Match(int(self.ids[position]), int(self.distances[position]))


@dataclass(frozen=True, slots=True)
class BitPermutation:
    """A fixed order of the 256 bits, as a table from byte and place to the bits it sets."""

    order: npt.NDArray[np.uint8]
    table: Rows

    @classmethod
    def draw(cls, seed: int | None) -> Self:
        """A new random order."""
        return cls.from_order(np.random.default_rng(seed).permutation(256).astype(np.uint8))

    @classmethod
    def from_order(cls, order: npt.NDArray[np.uint8]) -> Self:
        """The order in which bit `order[i]` of a hash becomes bit `i`."""
        bits = np.zeros((32, 256, 256), np.uint8)
        values = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1)
        bits[order >> 3, :, np.arange(256)] = values[:, order & 7].T
        return cls(order, np.packbits(bits, axis=2))

    def apply(self, rows: Rows) -> Rows:
        """The permuted rows."""
        if len(rows) == 1:
            one: Rows = np.bitwise_or.reduce(self.table[np.arange(32), rows[0]], axis=0)
            return one[None]
        permuted = np.zeros((len(rows), 4), np.uint64)
        wide_table = self.table.view(np.uint64)
        for start in range(0, len(rows), PERMUTE_CHUNK):
            chunk = permuted[start : start + PERMUTE_CHUNK]
            for place in range(32):
                chunk |= wide_table[place].take(rows[start : start + PERMUTE_CHUNK, place], axis=0)
        return permuted.view(np.uint8)

    def revert(self, permuted: Rows) -> Rows:
        """The rows as they were before `apply`."""
        return BitPermutation.from_order(np.argsort(self.order).astype(np.uint8)).apply(permuted)


@dataclass(frozen=True, slots=True)
class Tables:
    """For each of the 16 words: the rows in bucket order (`postings`), the next word of each, and the bucket bounds."""

    bounds: npt.NDArray[np.uint32]  # 16 x 65537
    sketches: npt.NDArray[np.uint16]  # 16 x rows
    postings: npt.NDArray[np.uint32]  # 16 x rows

    @classmethod
    def build(cls, rows: Rows) -> Self:
        """Sort the rows into the buckets of each word."""
        words = rows.view("<u2")
        count = len(rows)
        bounds = np.zeros((WORDS, BUCKETS + 1), np.uint32)
        sketches = np.empty((WORDS, count), np.uint16)
        postings = np.empty((WORDS, count), np.uint32)
        for word in range(WORDS):
            column = np.ascontiguousarray(words[:, word])
            order = np.argsort(column, kind="stable")
            postings[word] = order
            sketches[word] = words[:, (word + 1) % WORDS][order]
            np.cumsum(np.bincount(column, minlength=BUCKETS), out=bounds[word, 1:])
        return cls(bounds, sketches, postings)


@dataclass(frozen=True, slots=True)
class Segment:
    """A block of permuted rows that never changes; only the marks of removed rows do."""

    rows: Rows
    ids: Ids
    tables: Tables | None  # None where brute force is quicker
    removed: npt.NDArray[np.bool_]

    @classmethod
    def build(cls, ids: Ids, rows: Rows) -> Self:
        """A segment of permuted rows, with tables if they pay."""
        tables = Tables.build(rows) if len(rows) > DELTA_ROWS else None
        return cls(rows, ids, tables, np.zeros(len(rows), np.bool_))

    def live(self) -> tuple[Ids, Rows]:
        """The ids and rows that are not removed."""
        if not self.removed.any():
            return self.ids, self.rows
        keep = ~self.removed
        return self.ids[keep], self.rows[keep]

    def search(self, queries: Rows, max_distance: int) -> "Found":
        """All live rows within the distance of each permuted query."""
        if self.tables is None or max_distance > LARGEST_TABLE_DISTANCE:
            found = scan_rows(self.rows, queries, max_distance)
        else:
            found = probe_tables(self.tables, self.rows, queries, max_distance)
        alive = ~self.removed[found.rows]
        return Found(found.queries[alive], found.rows[alive], found.distances[alive])


class Found(NamedTuple):
    """Pairs of query and row with their distance, in no particular order."""

    queries: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int64]
    distances: npt.NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class State:
    """What a reader sees: the segments, largest first, and the first `delta_count` rows of the delta."""

    segments: tuple[Segment, ...]
    delta: Segment
    delta_count: int

    def parts(self) -> tuple[Segment, ...]:
        """All blocks that a query must search."""
        count = self.delta_count
        if count == 0:
            return self.segments
        delta = Segment(self.delta.rows[:count], self.delta.ids[:count], None, self.delta.removed[:count])
        return (*self.segments, delta)


@dataclass(slots=True)
class Places:
    """Where each id lies: sorted ids for every segment, and a dictionary for the delta."""

    sorted_ids: dict[int, tuple[Ids, npt.NDArray[np.int64] | None]] = field(default_factory=dict)
    delta: dict[int, int] = field(default_factory=dict)

    def find(self, segment: Segment, wanted: Ids) -> npt.NDArray[np.int64]:
        """The live row of each wanted id in the segment, or -1."""
        ids, order = self._sorted(segment)
        positions = np.minimum(np.searchsorted(ids, wanted), max(len(ids) - 1, 0))
        if not len(ids):
            return np.full(len(wanted), -1, np.int64)
        rows = positions if order is None else order[positions]
        return np.where((ids[positions] == wanted) & ~segment.removed[rows], rows, -1)

    def _sorted(self, segment: Segment) -> tuple[Ids, npt.NDArray[np.int64] | None]:
        known = self.sorted_ids.get(id(segment))
        if known is None:
            if np.all(segment.ids[1:] > segment.ids[:-1]):
                known = segment.ids, None
            else:
                order = np.argsort(segment.ids, kind="stable")
                known = segment.ids[order], order
            self.sorted_ids[id(segment)] = known
        return known

    def forget_all_but(self, segments: Iterable[Segment]) -> None:
        """Drop what belongs to segments that were merged away."""
        kept = {id(segment) for segment in segments}
        self.sorted_ids = {key: value for key, value in self.sorted_ids.items() if key in kept}


class Index:
    """An exact index of PDQ hashes under whole-number ids of the caller's choice (0 to 2^63 - 1, each used once).

    Queries may run in any number of threads while one thread adds and removes: a query sees the index as it was before
    or after a change. A removed entry is never found by a query that starts after `remove` returned.
    """

    def __init__(self, *, permutation: BitPermutation | None = None) -> None:
        self._permutation = permutation or BitPermutation.draw(None)
        self._lock = threading.Lock()
        self._places = Places()
        self._state = State((), new_delta(), 0)
        self._count = 0

    @classmethod
    def build(cls, ids: Ids | Sequence[int] | None, hashes: HashInput, *, seed: int | None = None) -> Self:
        """An index of these hashes; `ids` None numbers them from 0. `seed` fixes the bit order, for tests."""
        index = cls(permutation=BitPermutation.draw(seed))
        rows = as_rows(hashes)
        index.add(np.arange(len(rows), dtype=np.int64) if ids is None else ids, rows)
        return index

    def __len__(self) -> int:
        return self._count

    def __contains__(self, wanted: object) -> bool:
        if not isinstance(wanted, int):
            return False
        with self._lock:
            return bool(self._locate(np.array([wanted], np.int64))[0][0] >= 0)

    def add(self, ids: Ids | Sequence[int], hashes: HashInput) -> None:
        """Add hashes under new ids; they are found from the moment this returns."""
        new_ids, rows = as_ids(ids), self._permutation.apply(as_rows(hashes))
        if len(new_ids) != len(rows):
            raise IndexIdError(f"There are {len(new_ids)} ids for {len(rows)} hashes; each hash needs one id.")
        if has_repeats(new_ids):
            raise IndexIdError("An id is given twice; each id may be used once.")
        if len(new_ids) == 0:
            return
        with self._lock:
            taken = self._locate(new_ids)[0] >= 0
            if taken.any():
                raise IndexIdError(f"The id {new_ids[taken][0]} is in the index already; remove it first.")
            self._append(new_ids, rows)
            self._count += len(new_ids)

    def remove(self, ids: Ids | Sequence[int]) -> None:
        """Remove entries; they are not found any more from the moment this returns. Unknown ids change nothing."""
        wanted = as_ids(ids)
        if has_repeats(wanted):
            raise IndexIdError("An id is given twice; each entry can be removed once.")
        with self._lock:
            part_numbers, rows = self._locate(wanted)
            if (part_numbers < 0).any():
                raise IndexIdError(f"The id {wanted[part_numbers < 0][0]} is not in the index.")
            segments = self._state.segments
            for number, segment in enumerate(segments):
                segment.removed[rows[part_numbers == number]] = True
            in_delta = part_numbers == len(segments)
            self._state.delta.removed[rows[in_delta]] = True
            for gone in wanted[in_delta].tolist():
                del self._places.delta[gone]
            self._count -= len(wanted)
            self._shrink()

    def query(self, wanted: PdqHash | bytes | Rows, max_distance: int = MATCH_DISTANCE) -> Matches:
        """Every entry within `max_distance` bits of one hash: up to 31 by tables, beyond by a scan, always exact."""
        return self.query_batch(as_rows(wanted[None] if isinstance(wanted, np.ndarray) else [wanted]), max_distance)[0]

    def query_batch(self, wanted: HashInput, max_distance: int = MATCH_DISTANCE) -> list[Matches]:
        """Every entry within `max_distance` bits of each hash, in the order of the hashes."""
        if not 0 <= max_distance <= LARGEST_DISTANCE:
            raise DistanceRangeError(f"A distance is 0 to {LARGEST_DISTANCE} bits, not {max_distance}.")
        queries = self._permutation.apply(as_rows(wanted))
        parts = self._state.parts()
        results: list[Matches] = []
        for start in range(0, len(queries), QUERY_CHUNK):
            results += search_parts(parts, queries[start : start + QUERY_CHUNK], max_distance)
        return results

    def entries(self) -> tuple[Ids, Rows]:
        """All ids and hashes, in no particular order."""
        ids, rows = gather(self._state.parts())
        return ids, self._permutation.revert(rows)

    def save(self, path: Path | str) -> None:
        """Write the index to one file, in one step; `load` maps it into memory without building anything."""
        write_container(Path(path), kind=KIND, facts={}, arrays=self.to_arrays())

    @classmethod
    def load(cls, path: Path | str, *, verify: bool = True) -> Self:
        """Map a saved index; a damaged file is refused. `verify=False` trusts the arrays without reading them."""
        return cls.from_arrays(read_container(Path(path), kind=KIND, error=IndexFileError, verify=verify).arrays)

    def to_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """The whole index as arrays: one segment, removed entries left out."""
        with self._lock:
            parts = self._state.parts()
            ids, rows = gather(parts)
            whole = len(parts) == 1 and parts[0].rows is rows
            tables = parts[0].tables if whole else Segment.build(ids, rows).tables
        arrays: dict[str, npt.NDArray[Any]] = {"permutation": self._permutation.order, "ids": ids, "rows": rows}
        if tables is not None:
            arrays |= {"bounds": tables.bounds, "sketches": tables.sketches, "postings": tables.postings}
        return arrays

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> Self:
        """The index that `to_arrays` gave, on the same memory."""
        index = cls(permutation=BitPermutation.from_order(np.asarray(arrays["permutation"])))
        rows: Rows = np.asarray(arrays["rows"])
        if len(rows):
            tables = None
            if "postings" in arrays:
                tables = Tables(*(np.asarray(arrays[name]) for name in ("bounds", "sketches", "postings")))
            segment = Segment(rows, np.asarray(arrays["ids"]), tables, np.zeros(len(rows), np.bool_))
            index._state = State((segment,), new_delta(), 0)
            index._count = len(rows)
        return index

    def _locate(self, wanted: Ids) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """For each id the number of its block (the delta is the last one) and its row there, or -1."""
        numbers = np.full(len(wanted), -1, np.int64)
        rows = np.full(len(wanted), -1, np.int64)
        for number, segment in enumerate(self._state.segments):
            found = self._places.find(segment, wanted)
            numbers[found >= 0] = number
            rows = np.where(found >= 0, found, rows)
        if self._places.delta:
            for position, one in enumerate(wanted.tolist()):
                row = self._places.delta.get(one)
                if row is not None:
                    numbers[position], rows[position] = len(self._state.segments), row
        return numbers, rows

    def _append(self, ids: Ids, rows: Rows) -> None:
        """Put rows into the delta, or make a segment of the delta and them."""
        state = self._state
        count = state.delta_count
        if count + len(ids) <= DELTA_ROWS:
            # Readers of the present state look at the first `count` rows only, so the rest can be filled in place.
            state.delta.ids[count : count + len(ids)] = ids
            state.delta.rows[count : count + len(ids)] = rows
            self._places.delta.update(zip(ids.tolist(), range(count, count + len(ids)), strict=True))
            self._state = State(state.segments, state.delta, count + len(ids))
            return
        old_ids, old_rows = gather(state.parts()[len(state.segments) :])
        merged_ids, merged_rows = np.concatenate([old_ids, ids]), np.concatenate([old_rows, rows])
        segments = list(state.segments)
        while segments and len(segments[-1].rows) < MERGE_FACTOR * len(merged_rows):
            last_ids, last_rows = segments.pop().live()
            merged_ids, merged_rows = np.concatenate([last_ids, merged_ids]), np.concatenate([last_rows, merged_rows])
        segments.append(Segment.build(merged_ids, merged_rows))
        self._replace(tuple(segments))

    def _shrink(self) -> None:
        """Rebuild segments that are mostly removed rows, so that memory follows what is alive."""
        state = self._state
        mostly_gone = [2 * int(segment.removed.sum()) > len(segment.rows) for segment in state.segments]
        if not any(mostly_gone):
            return
        kept = [
            Segment.build(*segment.live()) if gone else segment
            for segment, gone in zip(state.segments, mostly_gone, strict=True)
            if not segment.removed.all()
        ]
        self._state = State(tuple(kept), state.delta, state.delta_count)
        self._places.forget_all_but(kept)

    def _replace(self, segments: tuple[Segment, ...]) -> None:
        self._state = State(segments, new_delta(), 0)
        self._places.delta.clear()
        self._places.forget_all_but(segments)


def new_delta() -> Segment:
    """An empty block for new rows."""
    rows, ids = np.empty((DELTA_ROWS, 32), np.uint8), np.empty(DELTA_ROWS, np.int64)
    return Segment(rows, ids, None, np.zeros(DELTA_ROWS, np.bool_))


def gather(parts: Sequence[Segment]) -> tuple[Ids, Rows]:
    """The live ids and permuted rows of several blocks, in their order."""
    if not parts:
        return np.empty(0, np.int64), np.empty((0, 32), np.uint8)
    if len(parts) == 1:
        return parts[0].live()
    pairs = [part.live() for part in parts]
    return np.concatenate([ids for ids, _ in pairs]), np.concatenate([rows for _, rows in pairs])


def as_ids(ids: Ids | Sequence[int]) -> Ids:
    """Ids as an array; refuse what is no whole number from 0."""
    array = np.asarray(ids)
    if array.size == 0:
        return np.empty(0, np.int64)
    if array.ndim != 1 or not np.issubdtype(array.dtype, np.integer) or int(array.min()) < 0:
        raise IndexIdError("Ids must be a flat list of whole numbers, 0 or more.")
    if int(array.max()) > np.iinfo(np.int64).max:
        raise IndexIdError("An id is larger than 2^63 - 1.")
    return array.astype(np.int64)


def has_repeats(ids: Ids) -> bool:
    """Whether an id occurs twice."""
    if np.all(ids[1:] > ids[:-1]):
        return False
    return len(np.unique(ids)) != len(ids)


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


def search_parts(parts: Sequence[Segment], queries: Rows, max_distance: int) -> list[Matches]:
    """Search every block and sort what was found by query, distance and id."""
    found = [(part, part.search(queries, max_distance)) for part in parts]
    numbers = np.concatenate([np.empty(0, np.int64), *(one.queries for _, one in found)])
    ids = np.concatenate([np.empty(0, np.int64), *(part.ids[one.rows] for part, one in found)])
    distances = np.concatenate([np.empty(0, np.uint16), *(one.distances for _, one in found)])
    order = np.lexsort((ids, distances, numbers))
    numbers, ids, distances = numbers[order], ids[order], distances[order]
    bounds = np.searchsorted(numbers, np.arange(len(queries) + 1)).tolist()
    return [Matches(ids[start:end], distances[start:end]) for start, end in itertools.pairwise(bounds)]


def scan_rows(rows: Rows, queries: Rows, max_distance: int) -> Found:
    """Compare every row with every query."""
    numbers, places, distances = [], [], []
    wide_queries = queries.view("<u8")
    for start in range(0, len(rows), SCAN_CHUNK):
        wide = rows[start : start + SCAN_CHUNK].view("<u8")
        for number, query in enumerate(wide_queries):
            distance = np.bitwise_count(wide ^ query).sum(axis=1, dtype=np.uint16)
            near = np.flatnonzero(distance <= max_distance)
            if len(near):
                numbers.append(np.full(len(near), number, np.int64))
                places.append(near + start)
                distances.append(distance[near])
    if not numbers:
        return Found(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.uint16))
    return Found(np.concatenate(numbers), np.concatenate(places), np.concatenate(distances))


def probe_tables(tables: Tables, rows: Rows, queries: Rows, max_distance: int) -> Found:
    """Look up the buckets near each word, reject by the next word, and compare what is left in full."""
    neighbours = NEIGHBOURS[:1] if max_distance < WORDS else NEIGHBOURS
    # d[t] + d[t+1] <= 2T/16: a neighbour's one bit is spent already.
    spare = np.array([max_distance // 8] + [max_distance // 8 - 1] * (len(neighbours) - 1), np.uint8)
    count, width = len(rows), len(neighbours)
    words = queries.view("<u2")
    buckets = words.astype(np.int64)[:, :, None] ^ neighbours  # query, word, neighbour
    table = np.arange(WORDS)[None, :, None]
    starts = tables.bounds[table, buckets].astype(np.int64)
    lengths = (tables.bounds[table, buckets + 1] - starts).ravel()
    starts += table * count
    ends = np.cumsum(lengths)
    total = int(ends[-1])
    postings = np.arange(total) + np.repeat(starts.ravel() - (ends - lengths), lengths)
    next_words = np.repeat(np.repeat(words[:, NEXT_WORD].ravel(), width), lengths)
    allowed = np.repeat(np.tile(spare, len(queries) * WORDS), lengths)
    passed = np.flatnonzero(np.bitwise_count(tables.sketches.ravel()[postings] ^ next_words) <= allowed)
    owners = np.searchsorted(ends, passed, side="right") // (WORDS * width)
    # The same row can pass in several words: keep each pair of query and row once.
    pairs = np.unique(owners * count + tables.postings.ravel()[postings[passed]])
    numbers, places = pairs // count, pairs % count
    distances = np.bitwise_count(rows.view("<u8")[places] ^ queries.view("<u8")[numbers]).sum(axis=1, dtype=np.uint16)
    near = distances <= max_distance
    return Found(numbers[near], places[near], distances[near])
