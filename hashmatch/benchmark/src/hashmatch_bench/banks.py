"""Banks of hashes to search, random or with the statistics of photos, and queries whose answers are known."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from hashmatch.variants import MATCH_DISTANCE

from hashmatch_bench.photos import Coefficients, hash_crops

type Rows = npt.NDArray[np.uint8]
type Ids = npt.NDArray[np.int64]

DISTANCES = MATCH_DISTANCE + 2  # 0 to 31, which must be found, and 32, which must not
BLEND_CHUNK = 50_000
BLENDED = 3
SCAN_CHUNK = 1 << 20
RANDOM, REALISTIC = "random", "realistic"


@dataclass(frozen=True, slots=True)
class Planted:
    """Queries made from rows of a bank: query i lies at exactly `distances[i]` bits from `rows[i]`."""

    queries: Rows
    rows: Ids
    distances: Ids


def make_hashes(count: int, *, seed: int) -> Rows:
    """Random hashes, uint8[count, 32]."""
    return np.random.default_rng(seed).integers(0, 256, (count, 32), dtype=np.uint8)


def blend_hashes(coefficients: Coefficients, count: int, *, seed: int) -> Rows:
    """Hashes of blends of three crops each, uint8[count, 32].

    PDQ is linear up to its median, so a blend of coefficients is the hash of a blend of pictures: the bits keep the
    dependences that real hashes have, and there are as many different ones as anybody needs.
    """
    rng = np.random.default_rng(seed)
    blocks = coefficients.blocks
    hashes = np.empty((count, 32), np.uint8)
    for start in range(0, count, BLEND_CHUNK):
        part = hashes[start : start + BLEND_CHUNK]
        blend = blocks[rng.integers(0, len(blocks), len(part))]
        for _ in range(BLENDED - 1):
            weights = rng.uniform(0.4, 1.0, (len(part), 1)).astype(np.float32)
            blend += blocks[rng.integers(0, len(blocks), len(part))] * weights
        medians = np.partition(blend, 127, axis=1)[:, 127:128]
        part[:] = np.packbits(blend > medians, axis=1)
    return hashes


def make_bank(kind: str, count: int, *, crops: int, seed: int) -> Rows:
    """A bank of the kind "random" or "realistic"; `crops` of each photo are the material of the realistic one."""
    if kind == RANDOM:
        return make_hashes(count, seed=seed)
    return blend_hashes(hash_crops(crops, seed=1), count, seed=seed)


def flip_bits(hashes: Rows, distances: Ids, *, seed: int) -> Rows:
    """A copy of the hashes in which hash i differs in exactly `distances[i]` bits, at random places."""
    rng = np.random.default_rng(seed)
    bits = np.unpackbits(hashes, axis=1)
    for line, distance in zip(bits, distances.tolist(), strict=True):
        line[rng.choice(256, distance, replace=False)] ^= 1
    return np.packbits(bits, axis=1)


def plant_queries(hashes: Rows, count: int, *, seed: int) -> Planted:
    """Queries at 0, 1, ... 32 bits, by turns, from known rows of a bank."""
    rows = np.random.default_rng(seed).integers(0, len(hashes), count)
    distances = np.arange(count) % DISTANCES
    return Planted(flip_bits(hashes[rows], distances, seed=seed + 1), rows, distances)


def mix_queries(hashes: Rows, fresh: Rows, *, planted_share: float, seed: int) -> Rows:
    """What is asked while the clock runs: fresh hashes, and among them some that have a neighbour in the bank."""
    rng = np.random.default_rng(seed)
    places = rng.choice(len(fresh), int(len(fresh) * planted_share), replace=False)
    queries = fresh.copy()
    queries[places] = plant_queries(hashes, len(places), seed=seed + 1).queries
    return queries


def measure_distances(hashes: Rows, query: Rows) -> npt.NDArray[np.uint16]:
    """The distance of each hash, uint8[N, 32], from one query, uint8[32]."""
    words, wanted = hashes.view(np.uint64), query.view(np.uint64)
    distances: npt.NDArray[np.uint16] = np.bitwise_count(words[:, 0] ^ wanted[0]).astype(np.uint16)
    for word in range(1, 4):
        distances += np.bitwise_count(words[:, word] ^ wanted[word])
    return distances


def scan_bank(hashes: Rows, query: Rows, max_distance: int) -> Ids:
    """The rows within the distance, by looking at every one of them: the truth that indexes are checked against."""
    found = [
        np.flatnonzero(measure_distances(hashes[start : start + SCAN_CHUNK], query) <= max_distance) + start
        for start in range(0, len(hashes), SCAN_CHUNK)
    ]
    return np.concatenate([np.empty(0, np.int64), *found])


def save_bank(path: Path, hashes: Rows) -> None:
    """Write a bank so that several processes can map one copy of it."""
    np.save(path, hashes)


def map_bank(path: Path, size: int) -> Rows:
    """The first `size` rows of a saved bank, mapped and not copied."""
    mapped: Rows = np.load(path, mmap_mode="r")[:size]
    return mapped.view(np.ndarray)
