"""The join finds every two near entries once, as brute force does."""

from collections.abc import Iterator
from typing import TypeAlias
from unittest import mock

import numpy as np
import pytest
from hashmatch.errors import DistanceRangeError
from hashmatch.index import BitPermutation, Index, segments
from hypothesis import given, settings
from hypothesis import strategies as st
from index_oracle import arithmetic, flip_words, random_rows, tables_from

Pair: TypeAlias = tuple[int, int, int]


@pytest.fixture(params=["numpy", "by word"], autouse=True)
def form(request: pytest.FixtureRequest) -> Iterator[str]:
    with arithmetic(request.param):
        yield request.param


def pairs_of(index: Index, max_distance: int) -> list[Pair]:
    """All pairs as plain numbers; fails where one is given twice."""
    found: list[Pair] = []
    for batch in index.near_pairs(max_distance):
        found += zip(batch.left.tolist(), batch.right.tolist(), batch.distances.tolist(), strict=True)
    assert len({(left, right) for left, right, _ in found}) == len(found)
    return sorted(found)


def compare_all(entries: dict[int, bytes], max_distance: int) -> list[Pair]:
    """The oracle."""
    ids = np.array(sorted(entries), np.int64)
    rows = np.frombuffer(b"".join(entries[one] for one in ids.tolist()), np.uint8).reshape(-1, 32)
    distances = np.bitwise_count(rows[:, None] ^ rows[None]).sum(axis=2, dtype=np.int64)
    left, right = np.nonzero(np.triu(distances <= max_distance, 1))
    return sorted(zip(ids[left].tolist(), ids[right].tolist(), distances[left, right].tolist(), strict=True))


def near_rows(count: int, seed: int, *, order: np.ndarray) -> np.ndarray:
    """Rows of which many lie 0 to 40 bits from each other, the bits that differ spread over the words in any way."""
    rng = np.random.default_rng(seed)
    rows = random_rows(max(count // 4, 1), seed)
    copies = [rows]
    while sum(map(len, copies)) < count:
        one = rows[rng.integers(len(rows))]
        weights = rng.dirichlet(np.full(16, rng.choice([0.2, 5.0])))
        spread = np.minimum(rng.multinomial(rng.integers(0, 41), weights), 16)
        copies.append(flip_words(one, spread.tolist(), order, rng)[None])
    return np.concatenate(copies)[:count]


@pytest.mark.parametrize("size", [0, 1, 2, 7, 8, 9, 31, 32, 33, 64, 300])
@pytest.mark.parametrize("max_distance", [0, 1, 8, 15, 16, 17, 30, 31, 32, 40])
def test_every_size_and_distance_gives_what_brute_force_gives(size: int, max_distance: int) -> None:
    rows = near_rows(size, seed=size, order=BitPermutation.draw(1).order) if size else random_rows(0)
    with tables_from(8):
        index = Index.build(None, rows, seed=1)
    assert pairs_of(index, max_distance) == compare_all(dict(enumerate(row.tobytes() for row in rows)), max_distance)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 120), st.integers(0, 2**32)), min_size=1, max_size=5),
    st.sampled_from([0, 15, 16, 31]),
    st.data(),
)
def test_an_index_of_many_parts_with_removed_entries_gives_each_pair_once(
    steps: list[tuple[int, int]], max_distance: int, data: st.DataObject
) -> None:
    order, entries, start = BitPermutation.draw(1).order, dict[int, bytes](), 0
    with tables_from(16):
        index = Index.build(None, random_rows(0), seed=1)
        for count, seed in steps:
            # From the same seeds come the same rows: copies lie in several parts.
            rows = near_rows(count, seed % 3, order=order) if count else random_rows(0)
            ids = np.random.default_rng(seed).permutation(count) + start
            index.add(ids, rows)
            entries |= zip(ids.tolist(), (row.tobytes() for row in rows), strict=True)
            start += count
            gone = data.draw(st.lists(st.sampled_from(sorted(entries)), max_size=20, unique=True)) if entries else []
            index.remove(gone)
            for one in gone:
                del entries[one]
        assert pairs_of(index, max_distance) == compare_all(entries, max_distance)


@pytest.mark.parametrize("room", [1, 2, 50, 100_000])
@pytest.mark.parametrize("stretch", [31, 32])
def test_many_near_copies_come_in_batches(room: int, stretch: int, form: str) -> None:
    order = BitPermutation.draw(1).order
    rng = np.random.default_rng(4)
    one = random_rows(1)[0]
    spread = [rng.multinomial(rng.integers(0, stretch), np.full(16, 1 / 16)).tolist() for _ in range(200)]
    rows = np.concatenate([[flip_words(one, each, order, rng) for each in spread], np.repeat(one[None], 100, axis=0)])
    with tables_from(8), mock.patch.object(segments, "JOIN_ROOM", room):
        index = Index.build(None, rows, seed=1)
        batches = list(index.near_pairs(31))
        expected = compare_all(dict(enumerate(row.tobytes() for row in rows)), 31)
        assert pairs_of(index, 31) == expected
    assert len(expected) > 20_000
    if form == "by word":
        assert (len(batches) > 50) == (room < 1000)


def test_a_caller_may_stop_and_the_next_one_gets_everything() -> None:
    rows = np.repeat(random_rows(3), 100, axis=0)
    with tables_from(8):
        index = Index.build(None, rows, seed=1)
    for batch in index.near_pairs(0):
        assert len(batch.left)
        break
    assert len(pairs_of(index, 0)) == 3 * 100 * 99 // 2


def test_what_is_added_later_is_not_in_a_join_that_was_begun() -> None:
    index = Index.build([5, 9], np.repeat(random_rows(1), 2, axis=0))
    begun = index.near_pairs(0)
    index.add([1], random_rows(1))
    assert [(batch.left.tolist(), batch.right.tolist()) for batch in begun] == [([5], [9])]
    assert pairs_of(index, 0) == [(1, 5, 0), (1, 9, 0), (5, 9, 0)]


@pytest.mark.parametrize("distance", [-1, 257])
def test_a_distance_that_no_two_hashes_have_is_refused_at_once(distance: int) -> None:
    with pytest.raises(DistanceRangeError, match="0 to 256"):
        Index().near_pairs(distance)
