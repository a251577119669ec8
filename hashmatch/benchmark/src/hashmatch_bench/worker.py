"""What a measuring process does with one engine: load, build, be timed within a budget, answer, change."""

import importlib
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np

from hashmatch_bench.banks import Ids, Rows, make_hashes, map_bank
from hashmatch_bench.engines import KIND_BY_NAME, Engine
from hashmatch_bench.processes import measure_memory

THREADS = 2
WARM_CALLS = 20
WARM_SECONDS = 0.05
CHANGE_SEED = 77
MOST_CHANGES = 200
LEAST_BATCH = 8


@dataclass(frozen=True, slots=True)
class Loaded:
    """What an engine costs before it holds a single hash."""

    version: str
    seconds: float
    bytes: int


@dataclass(frozen=True, slots=True)
class Built:
    """A build: the second one in a process finds its memory and caches warm."""

    seconds: float
    bytes: int


@dataclass(frozen=True, slots=True)
class Calls:
    """One round of calls: queries a second over the whole round, the queries of one call, the seconds of each call."""

    rate: float
    queries_a_call: int
    seconds: Sequence[float]


@dataclass(frozen=True, slots=True)
class Changes:
    """Median seconds to add one hash and find it, and to remove one; None where an engine cannot."""

    add_and_find: float | None
    remove: float | None


@dataclass(frozen=True, slots=True)
class Join:
    """All rows of the bank as queries: seconds, and how many pairs were found, each row with itself among them."""

    seconds: float
    pairs: int


class EngineWorker:
    """One engine in its process."""

    def __init__(self, name: str) -> None:
        self._kind = KIND_BY_NAME[name]

    def load(self) -> Loaded | None:
        """Import and prepare the engine; None where it is not installed."""
        before, start = measure_memory(), time.perf_counter()
        try:
            self._engine: Engine = importlib.import_module(self._kind.module).Measured()
            told = version(self._kind.distribution)
        except (ImportError, PackageNotFoundError):
            return None
        self._engine.load()
        seconds = time.perf_counter() - start
        return Loaded(told, seconds, measure_memory() - before)

    def open_bank(self, path: Path, size: int, queries: Rows) -> None:
        """Map the bank, read it once so that no build pays for the disk, and keep the queries."""
        self._bank = map_bank(path, size)
        int(self._bank.max())
        self._queries = queries

    def build(self) -> Built:
        """Build from the bank."""
        before, start = measure_memory(), time.perf_counter()
        self._engine.build(self._bank)
        seconds = time.perf_counter() - start
        return Built(seconds, measure_memory() - before)

    def prepare(self, wanted: int, budget: float) -> int:
        """Cut the queries into single ones and batches of as many as are wanted, or can be answered in the budget."""
        self._singles = cycle([self._engine.prepare(one[None]) for one in self._queries])
        calls = self.time_singles(budget / 10)
        size = max(LEAST_BATCH, min(wanted, len(self._queries), int(calls.rate * budget)))
        starts = range(0, len(self._queries) - size + 1, size)
        parts = [self._queries[start : start + size] for start in starts]
        self._batches = cycle([self._engine.prepare(part) for part in parts])
        halves = [(part[: size // 2], part[size // 2 :]) for part in parts]
        self._halves = cycle([tuple(self._engine.prepare(half) for half in pair) for pair in halves])
        self._batch_size = size
        return size

    def time_singles(self, budget: float) -> Calls:
        """One query a call, until the seconds are used up."""
        return time_calls(lambda: self._engine.search(next(self._singles)), 1, budget)

    def time_batches(self, budget: float) -> Calls:
        """Many queries a call."""
        return time_calls(lambda: self._engine.search(next(self._batches)), self._batch_size, budget)

    def time_threads(self, budget: float) -> Calls:
        """The same batches, each divided between two threads."""
        with ThreadPoolExecutor(THREADS) as pool:
            return time_calls(lambda: list(pool.map(self._engine.search, next(self._halves))), self._batch_size, budget)

    def answer(self, queries: Rows, budget: float) -> list[Ids]:
        """Answers to these queries, one by one and in batches by turns, as far as the seconds suffice."""
        answers: list[Ids] = []
        start = time.perf_counter()
        sizes = cycle((1, 32))
        while len(answers) < len(queries) and (not answers or time.perf_counter() - start < budget):
            part = queries[len(answers) : len(answers) + next(sizes)]
            answers += self._engine.read(self._engine.search(self._engine.prepare(part)))
        return answers

    def change(self, budget: float) -> Changes:
        """Add hashes one by one and find each at once, then remove them again."""
        if not self._engine.can_add:
            return Changes(None, None)
        rows = make_hashes(MOST_CHANGES, seed=CHANGE_SEED)
        added: list[float] = []
        for number, row in enumerate(rows):
            added.append(self._add_one(len(self._bank) + number, row))
            if sum(added) > budget:
                break
        # The youngest first: where ids are places, all others keep theirs.
        removed = [self._remove_one(len(self._bank) + number) for number in reversed(range(len(added)))]
        known = [seconds for seconds in removed if seconds is not None]
        return Changes(float(np.median(added)), float(np.median(known)) if known else None)

    def _add_one(self, new_id: int, row: Rows) -> float:
        prepared = self._engine.prepare(row[None])
        start = time.perf_counter()
        self._engine.add(new_id, row)
        answer = self._engine.search(prepared)
        seconds = time.perf_counter() - start
        if new_id not in self._engine.read(answer)[0]:
            raise RuntimeError(f"{self._kind.name} does not find the hash that was just added.")
        return seconds

    def _remove_one(self, old_id: int) -> float | None:
        if not self._engine.can_remove:
            return None
        start = time.perf_counter()
        self._engine.remove(old_id)
        return time.perf_counter() - start

    def join(self) -> Join | None:
        """Ask for all pairs of near rows of the bank."""
        start = time.perf_counter()
        pairs = self._engine.join(self._bank)
        seconds = time.perf_counter() - start
        return None if pairs is None else Join(seconds, pairs)


def time_calls(call: Callable[[], Any], queries_a_call: int, budget: float) -> Calls:
    """Call again and again until the budget is used up, after a few calls that only warm the caches up.

    A first call that alone takes more than the budget counts: what is so slow does not get quicker by warm caches.
    """
    clock = time.perf_counter
    start = clock()
    call()
    first = clock() - start
    if first > budget:
        return Calls(queries_a_call / first, queries_a_call, [first])
    warm_until = start + min(WARM_SECONDS, budget / 4)
    for _ in range(WARM_CALLS):
        if clock() > warm_until:
            break
        call()
    seconds: list[float] = []
    start = before = clock()
    end = start + budget
    while before < end:
        call()
        after = clock()
        seconds.append(after - before)
        before = after
    return Calls(len(seconds) * queries_a_call / (before - start), queries_a_call, seconds)
