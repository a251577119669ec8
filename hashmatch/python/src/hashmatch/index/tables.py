"""The NumPy form of the index's arithmetic: what the compiled kernels must equal, and what answers without them.

Rows and queries here are in the index's bit order, 32 bytes each. `tables` are flat: of word t the bounds start at
t * 65537, sketches and postings at t * rows.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hashmatch.index.layout import BUCKETS, SKETCH_PADDING, WORDS
from hashmatch.index.permutation import Rows
from hashmatch.older import Self

SCAN_CHUNK = 1 << 16

# A word's own bucket and the 16 buckets one bit away.
NEIGHBOURS = np.array([0] + [1 << bit for bit in range(16)], np.int64)
NEXT_WORD = (np.arange(WORDS) + 1) % WORDS


class Found(NamedTuple):
    """Pairs of query and row with their distance, in no particular order."""

    queries: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int64]
    distances: npt.NDArray[np.uint16]


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """For each of the 16 words: the rows in bucket order (`postings`), the next word of each, and the bucket bounds."""

    bounds: npt.NDArray[np.uint32]  # 16 x 65537
    sketches: npt.NDArray[np.uint16]  # 16 x rows, and padding
    postings: npt.NDArray[np.uint32]  # 16 x rows

    @classmethod
    def for_rows(cls, count: int) -> Self:
        """Room for the tables of so many rows, not filled yet."""
        return cls(
            bounds=np.zeros(WORDS * (BUCKETS + 1), np.uint32),
            sketches=np.zeros(WORDS * count + SKETCH_PADDING, np.uint16),
            postings=np.empty(WORDS * count, np.uint32),
        )


def fill_tables(tables: Tables, rows: Rows) -> None:
    """Sort the rows into the buckets of each word."""
    words = rows.view("<u2")
    count = len(rows)
    for word in range(WORDS):
        column = np.ascontiguousarray(words[:, word])
        order = np.argsort(column, kind="stable")
        place = slice(word * count, (word + 1) * count)
        tables.postings[place] = order
        tables.sketches[place] = words[:, (word + 1) % WORDS][order]
        start = word * (BUCKETS + 1)
        np.cumsum(np.bincount(column, minlength=BUCKETS), out=tables.bounds[start + 1 : start + BUCKETS + 1])


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
    table = np.arange(WORDS)[None, :, None]
    buckets = (words.astype(np.int64)[:, :, None] ^ neighbours) + table * (BUCKETS + 1)  # query, word, neighbour
    starts = tables.bounds[buckets].astype(np.int64)
    lengths = (tables.bounds[buckets + 1] - starts).ravel()
    starts += table * count
    ends = np.cumsum(lengths)
    total = int(ends[-1])
    postings = np.arange(total) + np.repeat(starts.ravel() - (ends - lengths), lengths)
    next_words = np.repeat(np.repeat(words[:, NEXT_WORD].ravel(), width), lengths)
    allowed = np.repeat(np.tile(spare, len(queries) * WORDS), lengths)
    passed = np.flatnonzero(np.bitwise_count(tables.sketches[postings] ^ next_words) <= allowed)
    owners = np.searchsorted(ends, passed, side="right") // (WORDS * width)
    # The same row can pass in several words: keep each pair of query and row once.
    pairs = np.unique(owners * count + tables.postings[postings[passed]])
    numbers, places = pairs // count, pairs % count
    distances = np.bitwise_count(rows.view("<u8")[places] ^ queries.view("<u8")[numbers]).sum(axis=1, dtype=np.uint16)
    near = distances <= max_distance
    return Found(numbers[near], places[near], distances[near])
