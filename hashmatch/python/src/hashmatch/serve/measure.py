"""How much of the library's speed is left behind HTTP: the same batches, asked of the index and of the service."""

import argparse
import contextlib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from hashmatch.bank import Bank, write_plain_bank
from hashmatch.errors import MatcherStartError
from hashmatch.index import Index
from hashmatch.serve.client import MatcherClient

Rows: TypeAlias = npt.NDArray[np.uint8]

SIZE, BATCH, ROUNDS = 1_000_000, 1000, 30
KNOWN_SHARE = 0.5  # of the queries are near a hash of the bank
CHANGED_BITS = 16
GOOD_QUALITY = 100


@dataclass(frozen=True, slots=True)
class ServiceFigures:
    """Queries a second, each the median of the rounds: of the index, of the bank's batch, and through HTTP."""

    library: float
    bank: float
    service: float

    @property
    def share(self) -> float:
        """How much of the library's throughput is left."""
        return self.service / self.library


def measure_service(size: int = SIZE, *, batch: int = BATCH, rounds: int = ROUNDS) -> tuple[float, float]:
    """Queries a second of the library's batch form and of the service's binary form, one connection, one thread."""
    figures = measure_all(size, batch=batch, rounds=rounds)
    return figures.library, figures.service


def measure_all(size: int = SIZE, *, batch: int = BATCH, rounds: int = ROUNDS) -> ServiceFigures:
    """Ask index, bank and service in turn, round by round, so that all meet the same disturbances."""
    random = np.random.default_rng(1)
    hashes = random.integers(0, 256, (size, 32), np.uint8)
    batches = [make_queries(random, hashes, batch) for _ in range(rounds)]
    index = Index.build(None, hashes)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "bank")
        write_plain_bank(path, hashes, quality=GOOD_QUALITY)
        bank = Bank.open(path, mapped=False)
        with running_service(path) as address, MatcherClient(address) as client:
            asked: tuple[Callable[[Rows], object], ...] = (index.query_batch, bank.match_batch, client.match_batch)
            seconds: list[list[float]] = [[time_once(one, queries) for one in asked] for queries in batches]
    library, through_bank, service = (batch / statistics.median(column) for column in zip(*seconds, strict=True))
    return ServiceFigures(library, through_bank, service)


def make_queries(random: np.random.Generator, hashes: Rows, count: int) -> Rows:
    """Some near hashes of the bank, the rest near none."""
    queries = random.integers(0, 256, (count, 32), np.uint8)
    known = int(count * KNOWN_SHARE)
    queries[:known] = hashes[random.integers(0, len(hashes), known)]
    for bit in random.integers(0, 256, CHANGED_BITS):
        queries[:known, bit // 8] ^= np.uint8(1 << (bit % 8))
    return queries


def time_once(function: Callable[[Rows], object], queries: Rows) -> float:
    """Seconds for one batch."""
    started = time.perf_counter()
    function(queries)
    return time.perf_counter() - started


@contextlib.contextmanager
def running_service(path: Path) -> Iterator[str]:
    """The service as a process of its own on a free port; gives its address."""
    command = [
        sys.executable,
        "-m",
        "hashmatch",
        "serve",
        "--bank",
        str(path),
        "--port",
        "0",
        "--workers-for-files",
        "1",
    ]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 - this interpreter
        try:
            assert process.stderr is not None  # noqa: S101 - for the type checker: it is a pipe
            told = process.stderr.readline()
            if "listening on " not in told:
                raise MatcherStartError(f"The service did not start: {told.strip()}")
            yield told.split("listening on ")[1].strip()
        finally:
            process.terminate()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=SIZE, help="hashes in the bank (default: %(default)s)")
    parser.add_argument("--batch", type=int, default=BATCH, help="hashes in a batch (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="batches (default: %(default)s)")
    arguments = parser.parse_args()
    figures = measure_all(arguments.size, batch=arguments.batch, rounds=arguments.rounds)
    print(f"index   {figures.library:12,.0f} queries a second")
    print(f"bank    {figures.bank:12,.0f} queries a second")
    print(f"service {figures.service:12,.0f} queries a second, {figures.share:.0%} of the index")


if __name__ == "__main__":
    main()
