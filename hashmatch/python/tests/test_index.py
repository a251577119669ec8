"""The index finds what brute force finds, at every size, distance and history."""

import threading
from collections.abc import Iterator
from pathlib import Path

import hashmatch.container
import numpy as np
import pytest
from hashmatch.errors import DistanceRangeError, IndexFileError, IndexIdError, InvalidHashError
from hashmatch.hashes import PdqHash
from hashmatch.index import BitPermutation, Index
from how_often import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from index_oracle import FORMS, arithmetic, as_pairs, brute, flip_words, random_rows, tables_from

SIZES = [0, 1, 31, 32, 33]
DISTANCES = [0, 1, 7, 8, 15, 16, 17, 23, 24, 30, 31, 32, 40, 256]


@pytest.fixture(params=FORMS, autouse=True)
def form(request: pytest.FixtureRequest) -> Iterator[str]:
    """Every test runs on the NumPy form and on both compiled ways through the tables."""
    with arithmetic(request.param):
        yield request.param


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("table_rows", [8, 10_000])
def test_every_size_and_distance_gives_what_brute_force_gives(size: int, table_rows: int) -> None:
    rows = random_rows(size)
    rng = np.random.default_rng(size)
    with tables_from(table_rows):
        index = Index.build(None, rows, seed=1)
        oracle = dict(enumerate(row.tobytes() for row in rows))
        assert len(index) == size
        wanted = [*rows, *random_rows(3, seed=9)]
        wanted += [flip_words(row, [1] * distance, np.arange(256), rng) for row in rows[:8] for distance in (1, 15, 16)]
        for max_distance in DISTANCES:
            batch = index.query_batch(np.array(wanted), max_distance)
            for query, matches in zip(wanted, batch, strict=True):
                expected = brute(oracle, query.tobytes(), max_distance)
                assert as_pairs(matches) == expected
                assert as_pairs(index.query(query, max_distance)) == expected


@settings(max_examples=examples(150), deadline=None)
@given(
    st.lists(st.integers(0, 16), min_size=16, max_size=16),
    st.sampled_from(DISTANCES),
    st.integers(0, 2**32),
)
def test_differences_spread_over_the_words_in_any_way_are_found(
    pattern: list[int], max_distance: int, seed: int
) -> None:
    check_pattern(pattern, max_distance, seed)


@pytest.mark.parametrize("start", range(16))
@pytest.mark.parametrize("max_distance", [15, 16, 31, 32])
def test_the_tightest_patterns_are_found(start: int, max_distance: int) -> None:
    # As even as can be: only one word lies low enough to be looked up, wherever it is.
    base, extra = divmod(max_distance, 16)
    even = [base + 1] * extra + [base] * (16 - extra)
    for pattern in (np.roll(even, start).tolist(), np.roll([max_distance] + [0] * 15, start).tolist()):
        check_pattern(pattern, max_distance, seed=start)


def check_pattern(pattern: list[int], max_distance: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = random_rows(200, seed=3)
    with tables_from(8):
        index = Index.build(None, rows, seed=5)
    order = BitPermutation.draw(5).order
    query = flip_words(rows[17], pattern, order, rng)
    assert as_pairs(index.query(query, max_distance)) == brute(
        dict(enumerate(row.tobytes() for row in rows)), query.tobytes(), max_distance
    )


def test_many_copies_and_near_copies_are_all_found() -> None:
    rng = np.random.default_rng(0)
    one = random_rows(1)[0]
    rows = np.array(
        [
            flip_words(one, rng.multinomial(rng.integers(0, 40), [1 / 16] * 16).tolist(), np.arange(256), rng)
            for _ in range(3000)
        ]
    )
    rows = np.concatenate([rows, np.repeat(one[None], 500, axis=0)])
    with tables_from(8):
        index = Index.build(None, rows)
    for max_distance in (0, 15, 31):
        expected = brute(dict(enumerate(row.tobytes() for row in rows)), one.tobytes(), max_distance)
        assert len(expected) >= 500
        assert as_pairs(index.query(one, max_distance)) == expected


def test_a_large_index_finds_every_planted_neighbour_and_nothing_more() -> None:
    rows = random_rows(60_000)
    index = Index.build(None, rows)
    rng = np.random.default_rng(4)
    planted = rng.integers(0, len(rows), 300)
    wanted = []
    for number, row in enumerate(planted):
        bits = np.unpackbits(rows[row])
        bits[rng.choice(256, number % 34, replace=False)] ^= 1
        wanted.append(np.packbits(bits))
    for number, matches in enumerate(index.query_batch(np.array(wanted), 31)):
        expected = [(int(planted[number]), number % 34)] if number % 34 <= 31 else []
        assert as_pairs(matches) == expected


@given(st.integers(0, 2**32), st.lists(st.binary(min_size=32, max_size=32), max_size=5))
@settings(max_examples=25, deadline=None)
def test_the_bit_order_is_a_permutation_that_can_be_undone(seed: int, hashes: list[bytes]) -> None:
    permutation = BitPermutation.draw(seed)
    rows = np.frombuffer(b"".join(hashes), np.uint8).reshape(-1, 32)
    permuted = permutation.apply(rows)
    assert np.array_equal(permutation.revert(permuted), rows)
    assert np.array_equal(np.unpackbits(permuted, axis=1), np.unpackbits(rows, axis=1)[:, permutation.order])


def test_ids_are_kept_whatever_they_are() -> None:
    rows = random_rows(4)
    ids = [2**63 - 1, 0, 77, 5]
    index = Index.build(ids, rows)
    assert [index.query(row)[0].id for row in rows] == ids
    assert 77 in index
    assert 78 not in index
    assert "77" not in index


def test_hashes_come_as_values_bytes_or_arrays() -> None:
    rows = random_rows(2)
    values = [PdqHash(row.tobytes()) for row in rows]
    for form in (rows, values, [row.tobytes() for row in rows]):
        index = Index.build(None, form)
        for one in (values[1], values[1].bytes, rows[1]):
            assert as_pairs(index.query(one, 0)) == [(1, 0)]


@pytest.mark.parametrize("table_rows", [2, 100])
def test_refused_changes_change_nothing(table_rows: int) -> None:
    rows = random_rows(8)
    with tables_from(table_rows):
        index = Index.build([1, 2, 3, 4], rows[:4])
        for ids, hashes in ([4, 5], rows[4:6]), ([5, 5], rows[4:6]), ([5], rows[4:6]), ([-1, 5], rows[4:6]):
            with pytest.raises(IndexIdError):
                index.add(ids, hashes)
        with pytest.raises(IndexIdError, match="larger than"):
            index.add([2**63], rows[:1])
        with pytest.raises(IndexIdError, match="whole numbers"):
            index.add([1.5], rows[:1])  # type: ignore[list-item]
        for ids in ([9], [1, 9], [2, 2]):
            with pytest.raises(IndexIdError):
                index.remove(ids)
        assert len(index) == 4
        assert as_pairs(index.query(rows[1], 0)) == [(2, 0)]


@pytest.mark.parametrize("max_distance", [-1, 257])
def test_a_senseless_distance_is_refused(max_distance: int) -> None:
    with pytest.raises(DistanceRangeError, match="0 to 256"):
        Index().query(b"x" * 32, max_distance)


@pytest.mark.parametrize("hashes", [np.zeros((2, 31), np.uint8), np.zeros((2, 32)), np.zeros(32, np.uint8)])
def test_arrays_of_another_form_are_refused(hashes: np.ndarray) -> None:
    with pytest.raises(InvalidHashError, match="32 a row"):
        Index.build(None, hashes)


def test_no_row_lies_across_two_lines_of_memory(tmp_path: Path) -> None:
    """A line is 64 bytes and a row 32: else half of all reads of rows would be two."""

    def check(index: Index) -> None:
        segments = index._state.segments
        assert segments
        assert all(segment.rows.ctypes.data % 32 == 0 for segment in segments)

    index = Index.build(None, random_rows(20_000))
    check(index)
    for start in range(20_000, 60_000, 5000):
        index.add(np.arange(start, start + 5000), random_rows(5000, seed=start))
    check(index)
    index.remove(np.arange(0, 60_000, 3))
    index.remove(np.arange(1, 60_000, 3))
    check(index)
    index.save(tmp_path / "index")
    check(Index.load(tmp_path / "index"))


def test_buckets_larger_than_what_is_fetched_ahead_are_read_to_the_end() -> None:
    rows = random_rows(6000, seed=4)
    rows[:5000, :30] = rows[0, :30]  # the 16 bits that differ leave some words alone, whatever the order of bits
    rng = np.random.default_rng(6)
    with tables_from(8):
        index = Index.build(None, rows, seed=1)
        oracle = dict(enumerate(row.tobytes() for row in rows))
        for flipped in (0, 10, 20, 22, 24, 26, 30):
            bits = np.unpackbits(rows[flipped])
            bits[rng.choice(240, flipped, replace=False)] ^= 1
            query = np.packbits(bits)
            expected = brute(oracle, query.tobytes(), 31)
            assert as_pairs(index.query(query, 31)) == expected
            assert as_pairs(index.query_batch(query[None], 31)[0]) == expected


def test_memory_follows_what_is_alive() -> None:
    rows = random_rows(3000)
    with tables_from(8):
        index = Index.build(None, rows)
        index.remove(range(2500))
        ids, kept = index.entries()
        assert sorted(ids.tolist()) == list(range(2500, 3000))
        assert np.array_equal(kept[np.argsort(ids)], rows[2500:])
        assert sum(len(segment.rows) for segment in index._state.segments) == 500
        index.remove(range(2500, 3000))
        assert index._state.segments == ()
        assert as_pairs(index.query(rows[0], 256)) == []


def test_readers_never_miss_what_stays_while_a_writer_works() -> None:
    stays, comes = random_rows(300, seed=1), random_rows(300, seed=2)
    failures: list[str] = []
    done = threading.Event()
    with tables_from(16):
        index = Index.build(None, stays)

        def read() -> None:
            number = 0
            while not done.is_set():
                number = (number + 1) % len(stays)
                if as_pairs(index.query(stays[number], 8)) != [(number, 0)]:
                    failures.append(f"missed {number}")

        threads = [threading.Thread(target=read) for _ in range(2)]
        for thread in threads:
            thread.start()
        for number, row in enumerate(comes):
            index.add([1000 + number], row[None])
            if as_pairs(index.query(row, 0)) != [(1000 + number, 0)]:
                failures.append(f"did not find {number} at once")
            if number % 2:
                index.remove([1000 + number - 1])
                if as_pairs(index.query(comes[number - 1], 0)) != []:
                    failures.append(f"still found {number - 1}")
        done.set()
        for thread in threads:
            thread.join()
    assert failures == []


@pytest.mark.parametrize("size", [0, 1, 33, 9000])
def test_a_saved_index_is_mapped_and_finds_the_same(tmp_path: Path, size: int) -> None:
    rows = random_rows(size)
    index = Index.build(range(7, 7 + size), rows)
    index.save(tmp_path / "index")
    loaded = Index.load(tmp_path / "index")
    assert len(loaded) == size
    wanted = np.concatenate([rows[:50], random_rows(5, seed=8)])
    for ours, theirs in zip(loaded.query_batch(wanted), index.query_batch(wanted), strict=True):
        assert as_pairs(ours) == as_pairs(theirs)
    if size:
        assert not loaded._state.segments[0].rows.flags.owndata
        assert not loaded._state.segments[0].rows.flags.writeable
        loaded.remove([7])
        loaded.add([3], rows[:1])
        assert as_pairs(loaded.query(rows[0], 0)) == [(3, 0)]


def test_a_torn_file_is_named_wherever_it_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "index"
    Index.build(None, random_rows(40)).save(path)
    whole = path.read_bytes()
    for length in [0, 1, 7, 8, 30, 47, 48, 49, 100, 500, len(whole) // 2, len(whole) - 1]:
        path.write_bytes(whole[:length])
        with pytest.raises(IndexFileError, match=r"cut short|damaged"):
            Index.load(path)


@settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.floats(0, 1, exclude_max=True), st.integers(1, 255))
def test_a_changed_byte_is_named_or_makes_no_difference(tmp_path: Path, place: float, change: int) -> None:
    path = tmp_path / "index"
    rows = random_rows(40)
    Index.build(None, rows, seed=1).save(path)
    data = bytearray(path.read_bytes())
    data[int(place * len(data))] ^= change
    path.write_bytes(data)
    try:
        loaded = Index.load(path)
    except IndexFileError as error:
        complaint = str(error)
    else:
        # Only the filling between two arrays may change unseen.
        complaint = ""
        assert [as_pairs(matches) for matches in loaded.query_batch(rows)] == [[(one, 0)] for one in range(40)]
    assert complaint == "" or str(path) in complaint


def test_a_file_of_another_version_or_kind_is_named(tmp_path: Path) -> None:
    path = tmp_path / "index"
    Index.build(None, random_rows(3)).save(path)
    data = bytearray(path.read_bytes())
    data[8] = 9
    path.write_bytes(data)
    with pytest.raises(IndexFileError, match="version 9"):
        Index.load(path)
    hashmatch.container.write_container(path, kind="other", facts={}, arrays={})
    with pytest.raises(IndexFileError, match="kind 'other'"):
        Index.load(path)
    with pytest.raises(IndexFileError, match="There is no file"):
        Index.load(tmp_path / "absent")
    with pytest.raises(IndexFileError, match="cannot be read"):
        Index.load(tmp_path)


def test_a_failed_save_leaves_the_old_file_and_no_rubbish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "index"
    Index.build(None, random_rows(3)).save(path)
    before = path.read_bytes()

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(hashmatch.container.os, "fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        Index.build(None, random_rows(5)).save(path)
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["index"]
