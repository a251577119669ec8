"""Every kind of compiled kernels gives the same answers, and no array leads one out of its memory."""

import json
import os
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pdqhash
import pytest
import skimage.data
from hashmatch.hashes import PdqHash
from hashmatch.index import BitPermutation, Index, segments
from hashmatch.index.layout import BUCKETS, NO_LIMIT, SKETCH_PADDING, WORDS
from hashmatch.kernels import KERNELS, SWITCH, load
from hashmatch.pdq_folding import COSINES, plan_axis
from hashmatch.pdq_pixels import EXACT_COSINES, hash_pixels, read_in_order
from index_oracle import as_pairs, brute, flip_words, random_rows, tables_from

WATCHED = """
import importlib.util, sys
import hashmatch, pytest
spec = importlib.util.spec_from_file_location("hashmatch._kernels", sys.argv[1])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
sys.modules["hashmatch._kernels"] = module
sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", "-n", "0", *sys.argv[2:]]))
"""
LEVELS = KERNELS.levels() if KERNELS is not None else []


@pytest.fixture(params=LEVELS)
def level(request: pytest.FixtureRequest) -> Iterator[str]:
    assert KERNELS is not None
    before = KERNELS.level()
    KERNELS.use(request.param)
    yield request.param
    KERNELS.use(before)


def test_there_are_compiled_kernels_and_a_portable_kind() -> None:
    assert LEVELS
    assert LEVELS[-1] in ("sse2", "neon", "portable")


@pytest.mark.parametrize("by_word", [False, True])
def test_every_kind_matches_as_brute_force_does(level: str, monkeypatch: pytest.MonkeyPatch, *, by_word: bool) -> None:
    if by_word:
        monkeypatch.setattr(segments, "BATCH_BY_WORD", 1)
        monkeypatch.setattr(segments, "WORK_BY_WORD", 1)
    rng = np.random.default_rng(3)
    order = BitPermutation.draw(5).order
    centres = random_rows(6, seed=3)
    patterns = [rng.multinomial(rng.integers(0, 36), rng.dirichlet([0.3] * 16)).tolist() for _ in range(400)]
    patterns += [[2] * number + [1] + [2] * (15 - number) for number in range(16)]  # found by one word alone
    near = [flip_words(centres[number % 6], pattern, order, rng) for number, pattern in enumerate(patterns)]
    rows = np.concatenate([centres, near, random_rows(700, seed=4)])
    oracle = dict(enumerate(row.tobytes() for row in rows))
    queries = np.concatenate([centres, rows[-3:], near[::90]])
    with tables_from(64):
        index = Index.build(None, rows, seed=5)
        index.remove([2, 40, len(rows) - 1])
        for gone in (2, 40, len(rows) - 1):
            del oracle[gone]
        for reach in (0, 7, 8, 15, 16, 24, 31, 32, 60, 256):
            for query, matches in zip(queries, index.query_batch(queries, reach, limit=None), strict=True):
                assert as_pairs(matches) == brute(oracle, query.tobytes(), reach)
        pairs = {(a, b) for batch in index.near_pairs(31) for a, b in zip(batch.left, batch.right, strict=True)}
    expected = {(one, other) for one, row in oracle.items() for other, _ in brute(oracle, row, 31) if one < other}
    assert pairs == expected


def test_every_kind_fills_the_same_tables(level: str) -> None:
    rows = np.concatenate([random_rows(5000), np.repeat(random_rows(1, seed=1), 300, axis=0)])
    order = BitPermutation.draw(1)
    assert np.array_equal(segments.permute(order, rows), order.apply(rows))
    tables = segments.build_tables(rows)
    segments_kernels, segments.KERNELS = segments.KERNELS, None
    try:
        plain = segments.build_tables(rows)
    finally:
        segments.KERNELS = segments_kernels
    for name in ("bounds", "sketches", "postings"):
        assert np.array_equal(getattr(tables, name), getattr(plain, name))


def test_every_kind_hashes_as_meta_does(level: str) -> None:
    photo = skimage.data.astronaut()
    rng = np.random.default_rng(6)
    pictures = [photo, photo[:300, :411], photo[5:70, 3:68], photo[:17, :129], photo[:, :, 1], photo[::-1, ::2]]
    pictures += [
        rng.integers(0, 256, (height, width, 3), np.uint8) for height, width in ((64, 64), (5, 700), (131, 90))
    ]
    pictures += [np.full((200, 300, 3), 77, np.uint8), (np.indices((150, 170)).sum(axis=0) % 256).astype(np.uint8)]
    for pixels in pictures:
        rgb = np.ascontiguousarray(pixels if pixels.ndim == 3 else np.repeat(pixels[:, :, None], 3, axis=2))
        bits, quality = pdqhash.compute(rgb)
        found = hash_pixels(pixels)
        assert (found.hash, found.quality) == (PdqHash(np.packbits(bits.astype(np.uint8)).tobytes()), quality)
        backwards, _ = pdqhash.compute_float(rgb)
        assert np.array_equal(read_in_order(pixels).frequencies, backwards[::-1].reshape(16, 16))


def make_block(count: int = 100, **changed: Any) -> list[Any]:
    """The arguments of a block of tables, some of them changed."""
    rows = random_rows(count).view(np.uint64)
    given = {
        "rows": rows,
        "used": count,
        "removed": np.zeros(-(-count // 8), np.uint8),
        "bounds": np.zeros(WORDS * (BUCKETS + 1), np.uint32),
        "sketches": np.zeros(WORDS * count + SKETCH_PADDING, np.uint16),
        "postings": np.zeros(WORDS * count, np.uint32),
    }
    return list((given | changed).values())


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("rows", np.zeros((100, 4), np.int64), TypeError),
        ("rows", np.zeros((100, 4), np.float64), TypeError),
        ("rows", np.zeros((200, 4), np.uint64)[::2], ValueError),
        ("rows", "rows", TypeError),
        ("rows", None, TypeError),
        ("used", 101, ValueError),
        ("used", -1, ValueError),
        ("used", 99, ValueError),
        ("used", 1 << 70, OverflowError),
        ("removed", np.zeros(12, np.uint8), ValueError),
        ("bounds", np.zeros(WORDS * BUCKETS, np.uint32), ValueError),
        ("bounds", np.zeros(WORDS * (BUCKETS + 1), np.int32), TypeError),
        ("sketches", np.zeros(WORDS * 100 + SKETCH_PADDING - 1, np.uint16), ValueError),
        ("postings", np.zeros(WORDS * 100 - 1, np.uint32), ValueError),
        ("postings", np.zeros(WORDS * 100, np.dtype(">u4")), TypeError),
    ],
)
def test_a_block_of_other_arrays_is_refused(name: str, value: Any, error: type[Exception]) -> None:
    assert KERNELS is not None
    with pytest.raises(error):
        KERNELS.Block(*make_block(**{name: value}))


def test_tables_that_point_outside_lead_nowhere(level: str) -> None:
    """Bounds, postings and sketches of noise, as a damaged file could hold them: answers are wrong, memory is safe."""
    assert KERNELS is not None
    rng = np.random.default_rng(8)
    table, queries = BitPermutation.from_order(np.arange(256, dtype=np.uint8)).table, random_rows(40, seed=9)
    for most in (200, 1 << 32):
        bounds = np.zeros(WORDS * (BUCKETS + 1), np.uint32)
        bounds[rng.integers(0, len(bounds), 1000)] = rng.integers(0, most, 1000, np.uint32)
        words = queries.view(np.uint16).astype(np.int64)
        bounds[words + np.arange(WORDS) * (BUCKETS + 1)] = rng.integers(0, most, words.shape, np.uint32)
        noise = {
            "bounds": bounds,
            "postings": rng.integers(0, most, WORDS * 100, np.uint32),
            "sketches": rng.integers(0, 4, WORDS * 100 + SKETCH_PADDING, np.uint16),
        }
        block = KERNELS.Block(*make_block(**noise))
        for way in (1, 2):
            block.search(table, queries, 31, NO_LIMIT, way)
        progress, pairs, distances = np.zeros(4, np.int64), np.empty(5000, np.uint64), np.empty(5000, np.uint16)
        while progress[0] < WORDS:
            stored = block.join(31, progress, pairs, distances)
            assert np.all(pairs[:stored] & np.uint64(0xFFFFFFFF) < 100)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ((31, 10, 1, 0), TypeError),
        ((32, 10, 1), ValueError),
        ((257, 10, 0), ValueError),
        ((-1, 10, 0), ValueError),
        ((31, -2, 1), ValueError),
        ((31, 10, 3), ValueError),
        ((31.5, 10, 1), TypeError),
    ],
)
def test_a_search_beyond_what_there_is_is_refused(arguments: tuple[Any, ...], error: type[Exception]) -> None:
    assert KERNELS is not None
    block, table = KERNELS.Block(*make_block()), BitPermutation.draw(0).table
    with pytest.raises(error):
        block.search(table, bytes(32), *arguments)
    for queries in (bytes(31), np.zeros((2, 16), np.uint16), np.zeros((2, 64), np.uint8)[:, ::2]):
        with pytest.raises((TypeError, ValueError)):
            block.search(table, queries, 31, 10, 1)
    with pytest.raises(ValueError, match="table"):
        block.search(table[:31], bytes(32), 31, 10, 1)
    without_tables = KERNELS.Block(*make_block()[:3])
    with pytest.raises(ValueError, match="way"):
        without_tables.search(table, bytes(32), 31, 10, 1)
    with pytest.raises(ValueError, match="joined"):
        without_tables.join(31, np.zeros(4, np.int64), np.empty(9, np.uint64), np.empty(9, np.uint16))


@pytest.mark.parametrize("progress", [[-1, 0, 0, 0], [17, 0, 0, 0], [0, BUCKETS, 0, 0], [0, 0, 17, 0], [0, 0, 0, 101]])
def test_a_join_goes_on_only_from_where_it_can_have_stopped(progress: list[int]) -> None:
    assert KERNELS is not None
    block = KERNELS.Block(*make_block())
    with pytest.raises(ValueError, match="going on"):
        block.join(31, np.array(progress, np.int64), np.empty(100, np.uint64), np.empty(100, np.uint16))


def test_a_join_without_room_for_a_bucket_is_refused() -> None:
    rows = np.repeat(random_rows(1), 50, axis=0)
    with tables_from(1):
        segment = segments.Segment.build(np.arange(50), rows)
    with pytest.raises(ValueError, match="room"):
        segment.block.join(31, np.zeros(4, np.int64), np.empty(49, np.uint64), np.empty(49, np.uint16))


def read_area(**changed: Any) -> None:
    """Hash 40 x 60 pixels, with some arguments changed."""
    assert KERNELS is not None
    down, across = plan_axis(40), plan_axis(60)
    given: dict[str, Any] = {
        "pixels": np.zeros((40, 180), np.uint8), "channels": 3, "left": 0, "top": 0, "width": 60,
        "row_starts": down.starts, "row_counts": down.counts, "multiples": down.multiples, "unit": down.unit,
        "column_starts": across.starts, "column_counts": across.counts, "weights": across.weights,
        "cosines": EXACT_COSINES, "slack": 0.004, "grid": np.empty((64, 64)), "frequencies": np.empty((16, 16)),
        "traits": np.empty(4), "packed": np.empty(32, np.uint8),
    }  # fmt: skip
    KERNELS.read_area(*(given | changed).values())


@pytest.mark.parametrize(
    "changed",
    [
        {"left": 1},
        {"top": 1},
        {"width": 61},
        {"width": 0},
        {"width": 59},
        {"channels": 2},
        {"channels": 4},
        {"pixels": np.zeros((39, 180), np.uint8)},
        {"pixels": np.zeros((40, 180), np.int8)},
        {"pixels": np.zeros((40, 360), np.uint8)[:, ::2]},
        {"pixels": np.zeros(40 * 180, np.uint8)},
        {"pixels": np.zeros((0, 180), np.uint8)},
        {"row_starts": plan_axis(41).starts},
        {"row_starts": -plan_axis(40).starts},
        {"row_starts": np.full(64, np.iinfo(np.int64).max)},
        {"row_counts": np.full(64, 40)},
        {"column_counts": np.full(64, -1)},
        {"column_starts": plan_axis(60).starts[:63]},
        {"multiples": plan_axis(40).multiples.astype(np.float64)},
        {"slack": float("nan")},
        {"unit": "one"},
        {"grid": np.empty((64, 63))},
        {"grid": np.empty((64, 64), np.float32)},
        {"packed": np.frombuffer(bytes(32), np.uint8)},
        {"traits": np.empty(3)},
    ],
)
def test_pixels_outside_the_picture_are_never_read(changed: dict[str, Any]) -> None:
    read_area()
    with pytest.raises((TypeError, ValueError)):
        read_area(**changed)


def test_the_other_kernels_refuse_what_does_not_fit() -> None:
    assert KERNELS is not None
    axis, grid = plan_axis(40), np.empty((64, 64))
    rows, tables = random_rows(10).view(np.uint64), make_block(10)[3:]
    refused: list[tuple[Any, ...]] = [
        (KERNELS.permute, BitPermutation.draw(0).table, random_rows(10), np.empty((9, 4), np.uint64)),
        (KERNELS.fill_tables, np.repeat(rows, 2, axis=0), *tables),
        (KERNELS.fill_tables, rows, tables[0], tables[1][:-1], tables[2]),
        (KERNELS.sum_columns, np.empty((64, 39)), axis.starts, axis.counts, axis.weights, grid),
        (KERNELS.sum_columns, np.empty((63, 40)), axis.starts, axis.counts, axis.weights, grid),
        (KERNELS.sum_rows, np.zeros((40, 40), np.uint8), 1, 0, 0, 40, axis.starts, axis.counts, axis.multiples,
         axis.unit, np.empty((64, 41))),
        (KERNELS.read_grid, grid, EXACT_COSINES[:15], 0.1, np.empty((16, 16)), np.empty(4), np.empty(32, np.uint8)),
        (KERNELS.find_traits, grid, np.empty((16, 15)), 0.1, np.empty(4), np.empty(32, np.uint8)),
        (KERNELS.read_in_order, np.zeros((9, 20), np.uint8), 3, COSINES, np.empty((64, 64), np.float32),
         np.empty((16, 16), np.float32)),
        (KERNELS.use, "another"),
    ]  # fmt: skip
    for kernel, *arguments in refused:
        with pytest.raises((TypeError, ValueError)):
            kernel(*arguments)
    odd = np.array([[np.nan, np.inf, -np.inf, 1e300]]).repeat(1024, axis=0).reshape(64, 64)
    KERNELS.read_grid(odd, EXACT_COSINES, 0.1, np.empty((16, 16)), np.empty(4), np.empty(32, np.uint8))


@pytest.mark.deep
def test_the_memory_of_kernels_is_watched(tmp_path: Path) -> None:
    """These tests once more, with kernels whose every access and every sum gcc checks."""
    module = tmp_path / "_kernels.abi3.so"
    checks = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    flags = ["-shared", "-fPIC", "-O1", "-std=c11", "-ffp-contract=off", "-DPy_LIMITED_API=0x030A0000"]
    source = Path(__file__).parents[1] / "kernels" / "module.c"
    subprocess.run(["gcc", *flags, *checks, f"-I{sysconfig.get_paths()['include']}", source, "-o", module], check=True)
    libraries = [
        subprocess.check_output(["gcc", f"-print-file-name={name}"], text=True).strip()
        for name in ("libasan.so", "libubsan.so")
    ]
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, str(module), __file__, "-k", "not watched and not doctor"],
        env={**os.environ, "LD_PRELOAD": " ".join(libraries), "ASAN_OPTIONS": "detect_leaks=0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_search_lets_other_threads_work() -> None:
    """The lock of Python is free while a kernel scans: the main thread counts on."""
    index = Index.build(None, random_rows(200_000))
    done = threading.Event()

    def search() -> None:
        index.query_batch(random_rows(300, seed=2), 100)
        done.set()

    thread = threading.Thread(target=search)
    thread.start()
    counted = 0
    while not done.is_set():
        counted += 1
    thread.join()
    assert counted > 1000


def test_a_kind_is_chosen_by_name_and_a_missing_one_refused() -> None:
    assert KERNELS is not None
    before = KERNELS.level()
    try:
        module = load(LEVELS[-1])
        assert module is not None
        assert module.level() == LEVELS[-1]
        assert load("off") is None
        with pytest.raises(ValueError, match="no kernels named 'mmx'"):
            load("mmx")
    finally:
        KERNELS.use(before)


def test_without_the_compiled_module_numpy_answers_and_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "hashmatch._kernels", None)
    assert load("") is None
    assert "no compiled kernels" in caplog.text


@pytest.mark.parametrize("wanted", ["", "off"])
def test_the_doctor_says_what_is_at_work_and_tries_it(wanted: str) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "hashmatch", "doctor"],
        env={**os.environ, SWITCH: wanted},
        capture_output=True,
        text=True,
        check=True,
    )
    said = json.loads(told.stdout)
    assert said["kernels"] == ("numpy" if wanted else LEVELS[0])
    assert said["matches_exactly"]
    assert said["hashes_exactly"]
    assert said["possible"][-1] == "numpy"


def test_the_front_door_has_what_platforms_need() -> None:
    import hashmatch
    from hashmatch import Bank, hash_image

    assert (Bank.__module__, hash_image.__module__) == ("hashmatch.bank", "hashmatch.pdq")
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        hashmatch.Nothing  # noqa: B018
