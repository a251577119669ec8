"""What the tests of the index share: an oracle, ways to draw hashes, and a choice of the form that answers."""

import contextlib
from collections.abc import Iterator

import numpy as np
from hashmatch.index import Matches, segments

FORMS = ["numpy", "one by one", "by word"]


@contextlib.contextmanager
def tables_from(rows: int) -> Iterator[None]:
    """Let segments have tables from this size on, so that small tests reach every path."""
    before = segments.DELTA_ROWS
    segments.DELTA_ROWS = rows
    try:
        yield
    finally:
        segments.DELTA_ROWS = before


@contextlib.contextmanager
def arithmetic(form: str) -> Iterator[None]:
    """Let this form answer."""
    if form == "numpy":
        with without_kernels():
            yield
        return
    assert segments.KERNELS is not None
    before = segments.BATCH_BY_WORD, segments.WORK_BY_WORD
    segments.BATCH_BY_WORD, segments.WORK_BY_WORD = (1, 1) if form == "by word" else (1 << 40, 1)
    try:
        yield
    finally:
        segments.BATCH_BY_WORD, segments.WORK_BY_WORD = before


@contextlib.contextmanager
def without_kernels() -> Iterator[None]:
    """As where hashmatch was installed without a compiler."""
    before, segments.KERNELS = segments.KERNELS, None
    try:
        yield
    finally:
        segments.KERNELS = before


def random_rows(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, 32), dtype=np.uint8)


def brute(rows: dict[int, bytes], wanted: bytes, max_distance: int) -> list[tuple[int, int]]:
    """The oracle: every entry within the distance, nearest first."""
    number = int.from_bytes(wanted, "big")
    found = [(one, (int.from_bytes(row, "big") ^ number).bit_count()) for one, row in rows.items()]
    return sorted([pair for pair in found if pair[1] <= max_distance], key=lambda pair: (pair[1], pair[0]))


def as_pairs(matches: Matches) -> list[tuple[int, int]]:
    return [(match.id, match.distance) for match in matches]


def flip_words(row: np.ndarray, pattern: list[int], order: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Flip so many bits in each of the 16 words as the index with this bit order sees them."""
    bits = np.unpackbits(row)
    for word, count in enumerate(pattern):
        places = rng.choice(16, min(count, 16), replace=False) + 16 * word
        bits[order[places]] ^= 1
    return np.packbits(bits)
