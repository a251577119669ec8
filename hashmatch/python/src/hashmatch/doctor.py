"""`hashmatch doctor`: which form of the arithmetic is at work here, tried against the other."""

import json
import platform
import sys
import time

import click
import numpy as np

from hashmatch import __version__, kernels, pdq_order, pdq_pixels
from hashmatch.index import Index
from hashmatch.variants import MATCH_DISTANCE

SIZE = 20_000
SIDE = 200


def matches_exactly() -> tuple[bool, float]:
    """Whether the index finds what comparing every row finds, and the processor's microseconds for a query."""
    random = np.random.default_rng(1)
    rows = random.integers(0, 256, (SIZE, 32), np.uint8)
    asked = rows[:50].copy()
    asked[:, :8] ^= random.integers(0, 16, (50, 8), np.uint8)  # 16 bits off on average
    index = Index.build(None, rows)
    distances = np.bitwise_count(asked[:, None].view(np.uint64) ^ rows.view(np.uint64)).sum(axis=2, dtype=np.int64)
    started = time.thread_time()
    found = [{one.id for one in index.query(row)} for row in asked]
    seconds = time.thread_time() - started
    wanted = [set(np.flatnonzero(row <= MATCH_DISTANCE).tolist()) for row in distances]
    return found == wanted, seconds / len(asked) * 1e6


def hashes_exactly() -> bool:
    """Whether pixels have the hash that NumPy computes in Meta's order of operations."""
    pixels = np.random.default_rng(2).integers(0, 256, (SIDE, SIDE, 3), np.uint8)
    frequencies, gradients = pdq_order.transform(pdq_order.blur(pixels))
    hashed = pdq_pixels.hash_pixels(pixels)
    return hashed.hash == pdq_pixels.pack_bits(frequencies) and hashed.quality == pdq_pixels.scale_quality(gradients)


@click.command("doctor")
def doctor_command() -> None:
    """Say which form of the arithmetic is at work, and try it.

    `kernels` is the kind of compiled kernels (avx512, avx2, sse2, neon), or `numpy` where there are none: the same
    answers, more slowly. Exit code 1: an answer was wrong, do not use this installation.
    """
    is_matching, microseconds = matches_exactly()
    is_hashing = hashes_exactly()
    told = {
        "hashmatch": __version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "machine": platform.machine(),
        "kernels": kernels.name_form(),
        "possible": [*(kernels.KERNELS.levels() if kernels.KERNELS is not None else ()), kernels.NUMPY],
        "microseconds_a_query": round(microseconds, 1),
        "matches_exactly": is_matching,
        "hashes_exactly": is_hashing,
    }
    click.echo(json.dumps(told))
    sys.exit(0 if is_matching and is_hashing else 1)
