"""What the index promises beyond right answers: limits, no waiting, forks, memory, nothing left of what was removed."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hashmatch.errors import DistanceRangeError
from hashmatch.index import DEFAULT_LIMIT, BitPermutation, Index, segments
from hashmatch.index.tables import Tables, fill_tables
from hashmatch.kernels import SWITCH
from index_oracle import FORMS, arithmetic, as_pairs, brute, flip_words, random_rows, tables_from

FUZZ_ROUNDS = 40
FORK_WHILE_BUSY = """
import os, threading, warnings
import numpy as np
from hashmatch.index import Index, segments
warnings.filterwarnings("ignore", category=DeprecationWarning)  # forking beside threads is what is tried here
rows = np.random.default_rng(0).integers(0, 256, (40_000, 32), dtype=np.uint8)
index = Index.build(None, rows[:20_000])
done = threading.Event()
def change():
    number = 20_000
    while not done.is_set() and number < len(rows):
        index.add([number], rows[number][None])
        number += 1
threading.Thread(target=change).start()
for _ in range(20):
    child = os.fork()
    if child == 0:
        index.add([10**9], rows[:1])
        found = {one.id for one in index.query(rows[0], 0)}
        index.remove([10**9])
        os._exit(0 if found == {0, 10**9} else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
done.set()
print("forked")
"""
WHICH_FORM = """
import numpy as np
from hashmatch.index import Index
from hashmatch.kernels import name_form
rows = np.random.default_rng(0).integers(0, 256, (20_000, 32), dtype=np.uint8)
index = Index.build(None, rows)
assert [one.id for one in index.query(rows[7_777], 31)] == [7_777]
print(name_form())
"""


def run(script: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("limit", [1, 10, 499, 500, 501, None])
def test_a_limit_keeps_the_nearest_and_says_so(form: str, limit: int | None) -> None:
    rng = np.random.default_rng(0)
    one, other = random_rows(2)
    near = [flip_words(one, rng.multinomial(rng.integers(0, 31), [1 / 16] * 16).tolist(), np.arange(256), rng)
            for _ in range(500)]  # fmt: skip
    rows = np.concatenate([near, other[None]])
    with arithmetic(form), tables_from(64):
        index = Index.build(None, rows)
        oracle = dict(enumerate(row.tobytes() for row in rows))
        for max_distance in (15, 31):
            expected = brute(oracle, one.tobytes(), max_distance)
            batch = index.query_batch(np.stack([one, other]), max_distance, limit=limit)
            for matches in (index.query(one, max_distance, limit=limit), batch[0]):
                kept = len(expected) if limit is None else min(limit, len(expected))
                assert [match.distance for match in matches] == [distance for _, distance in expected[:kept]]
                assert set(as_pairs(matches)) <= set(expected)
                assert len({match.id for match in matches}) == kept
                assert matches.is_cut == (kept < len(expected))
            assert as_pairs(batch[1]) == [(500, 0)]
            assert not batch[1].is_cut
            assert batch.queries().tolist() == [0] * len(batch[0]) + [1]


@pytest.mark.parametrize("form", FORMS)
def test_the_default_limit_is_said_when_it_is_met(form: str) -> None:
    one = random_rows(1)
    with arithmetic(form):
        index = Index.build(None, np.repeat(one, DEFAULT_LIMIT + 1, axis=0))
        assert index.query(one[0]).is_cut
        assert len(index.query(one[0])) == DEFAULT_LIMIT
        index.remove([3])
        assert not index.query(one[0]).is_cut
        assert [len(index.query(one[0])), len(index.query(one[0], limit=None))] == [DEFAULT_LIMIT, DEFAULT_LIMIT]


@pytest.mark.parametrize("limit", [0, -1])
def test_a_senseless_limit_is_refused(limit: int) -> None:
    with pytest.raises(DistanceRangeError, match="1 or more"):
        Index().query(b"x" * 32, limit=limit)


def test_a_batch_reads_like_a_list() -> None:
    rows = random_rows(5)
    batch = Index.build(None, rows).query_batch(rows)
    assert len(batch) == 5
    assert as_pairs(batch[-1]) == [(4, 0)]
    assert [as_pairs(one) for one in batch[1:3]] == [[(1, 0)], [(2, 0)]]
    with pytest.raises(IndexError):
        batch[5]
    assert len(Index().query_batch(rows[:0])) == 0


@pytest.mark.parametrize("form", FORMS)
def test_fuzz(form: str) -> None:
    """Banks full of near copies, differences as even or uneven as can be, every history: always as brute force says."""
    rng = np.random.default_rng(20)
    with arithmetic(form), tables_from(32):
        for round_number in range(FUZZ_ROUNDS):
            index = Index(permutation=BitPermutation.draw(round_number))
            order = BitPermutation.draw(round_number).order
            oracle: dict[int, bytes] = {}
            centres = random_rows(4, seed=round_number)
            for _ in range(rng.integers(1, 4)):
                ids = rng.choice(10_000, rng.integers(1, 120), replace=False) + 10_000 * rng.integers(1, 2**40)
                ids = ids[[int(one) not in oracle for one in ids]]
                rows = np.array([draw_near(centres, order, rng) for _ in ids], np.uint8).reshape(-1, 32)
                index.add(ids, rows)
                oracle.update(zip(ids.tolist(), (row.tobytes() for row in rows), strict=True))
                gone = rng.choice(sorted(oracle), rng.integers(0, len(oracle) // 2 + 1), replace=False)
                index.remove(gone)
                for one in gone.tolist():
                    del oracle[one]
            queries = np.array([draw_near(centres, order, rng) for _ in range(6)], np.uint8)
            reach = int(rng.integers(0, 32))
            for query, matches in zip(queries, index.query_batch(queries, reach), strict=True):
                assert as_pairs(matches) == brute(oracle, query.tobytes(), reach)


def draw_near(centres: np.ndarray, order: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A hash near one of the centres: its differences spread evenly, by chance, or into few words."""
    distance = int(rng.integers(0, 34))
    shares = [np.full(16, 1 / 16), rng.dirichlet([0.2] * 16), rng.dirichlet([1.0] * 16)][rng.integers(3)]
    pattern = np.minimum(rng.multinomial(distance, shares), 16)
    if rng.integers(4) == 0:
        pattern = np.full(16, 2)
        pattern[rng.integers(16)] = 1  # 31 bits, and only one word through which they can be found
    return flip_words(centres[rng.integers(len(centres))], pattern.tolist(), order, rng)


@pytest.mark.parametrize("count", [1, 33, 5000])
def test_both_forms_fill_the_same_tables(count: int) -> None:
    rows = np.concatenate([random_rows(count), np.repeat(random_rows(1, seed=1), 300, axis=0)])
    slow, quick = Tables.for_rows(len(rows)), Tables.for_rows(len(rows))
    fill_tables(slow, rows)
    assert segments.KERNELS is not None
    segments.KERNELS.fill_tables(rows.view(np.uint64), quick.bounds, quick.sketches, quick.postings)
    for name in ("bounds", "sketches", "postings"):
        assert np.array_equal(getattr(slow, name), getattr(quick, name))


def test_a_fork_beside_a_writer_leaves_both_in_order() -> None:
    assert run(FORK_WHILE_BUSY) == "forked"


def test_kernels_can_be_done_without() -> None:
    assert run(WHICH_FORM, **{SWITCH: "off"}) == "numpy"


def test_memory_is_132_bytes_a_hash_and_the_bounds() -> None:
    count = 100_000
    arrays = Index.build(None, random_rows(count)).to_arrays()
    assert sum(array.nbytes for array in arrays.values()) - arrays["bounds"].nbytes < 128.1 * count


def test_nothing_is_left_of_what_was_removed(tmp_path: Path) -> None:
    rows = random_rows(40)
    index = Index.build(None, rows, seed=1)
    index.save(tmp_path / "index")
    stored = [row.tobytes() for row in BitPermutation.draw(1).apply(rows)]
    assert all(row in (tmp_path / "index").read_bytes() for row in stored)
    index.remove([7])
    index.save(tmp_path / "index", keep_last=False)
    assert [one.name for one in tmp_path.iterdir()] == ["index"]
    assert stored[7] not in (tmp_path / "index").read_bytes()
    assert stored[8] in (tmp_path / "index").read_bytes()
