"""What kind of hashes a bank holds: how even its bits are, and how much they depend on each other."""

import numpy as np

from hashmatch_bench.banks import Rows
from hashmatch_bench.results import DataFacts

SAMPLE = 100_000
WORDS = 16
BUCKETS = 1 << WORDS


def describe_data(data: str, bank: Rows) -> DataFacts:
    """Statistics of the first 100,000 hashes."""
    sample = np.ascontiguousarray(bank[:SAMPLE])
    bits = np.unpackbits(sample, axis=1).astype(np.float32)
    means = bits.mean(axis=0)
    dependence = np.abs(np.corrcoef(bits, rowvar=False))[~np.eye(256, dtype=np.bool_)]
    return DataFacts(
        data=data,
        bit_mean_low=float(means.min()),
        bit_mean_high=float(means.max()),
        correlation_mean=float(dependence.mean()),
        correlation_most=float(dependence.max()),
        candidates=count_candidates(sample),
    )


def count_candidates(sample: Rows) -> float:
    """How many times more rows share a word, or all but one bit of it, with a row than among random hashes."""
    words = sample.view("<u2")
    places = np.arange(BUCKETS)
    neighbours = [0, *(1 << bit for bit in range(WORDS))]
    shared = 0.0
    for word in range(WORDS):
        counts = np.bincount(words[:, word], minlength=BUCKETS).astype(np.float64)
        shared += sum(float(counts @ counts[places ^ flip]) for flip in neighbours)
    # A row shares every word with itself; that is taken off on both sides.
    each = shared / len(sample) - WORDS
    expected = (len(sample) - 1) * WORDS * len(neighbours) / BUCKETS
    return each / expected
