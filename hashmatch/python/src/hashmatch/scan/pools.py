"""Workers of this machine, and the one rule for all engines: a shard that is lost with its worker is tried again."""

import multiprocessing
import signal
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Protocol

from hashmatch.older import Self
from hashmatch.scan.frozen import FrozenBank
from hashmatch.scan.ledger import Shard
from hashmatch.scan.settings import Settings
from hashmatch.scan.work import Scanner, ShardResult

MOST_ATTEMPTS = 3
SECONDS_TO_END = 5


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a shard: its result, or the reason why there is none."""

    shard: Shard
    result: ShardResult | None
    reason: str = ""

    @classmethod
    def of(cls, shard: Shard, result: ShardResult | str) -> Self:
        """The outcome of a worker's answer."""
        return cls(shard, None, result) if isinstance(result, str) else cls(shard, result)


class Pool(Protocol):
    """Workers that take one shard each."""

    @property
    def capacity(self) -> int:
        """How many shards may be under way."""

    def submit(self, shard: Shard) -> None:
        """Start on a shard; there must be room."""

    def wait(self) -> list[Outcome]:
        """What has ended since, at least one; only if something is under way."""

    def close(self) -> None:
        """End all workers, whatever they do."""


def run_shards(pool: Pool, shards: Iterable[Shard]) -> Iterator[Outcome]:
    """One outcome for each shard, in the order in which they end.

    A shard that fails, or whose worker dies, is tried again, three times in all: one that kills its worker must not do
    so for ever. Then its outcome has a reason in place of a result.
    """
    coming, again = iter(shards), deque[Shard]()
    attempts: Counter[int] = Counter()
    under_way = 0
    while True:
        while under_way < pool.capacity:
            shard = again.popleft() if again else next(coming, None)
            if shard is None:
                break
            pool.submit(shard)
            under_way += 1
        if not under_way:
            return
        for outcome in pool.wait():
            under_way -= 1
            attempts[outcome.shard.number] += 1
            if outcome.result is None and attempts[outcome.shard.number] < MOST_ATTEMPTS:
                again.append(outcome.shard)
                continue
            del attempts[outcome.shard.number]
            yield outcome


class OwnProcess:
    """A pool without workers: everything is done by this process."""

    capacity = 1

    def __init__(self, bank: FrozenBank, settings: Settings) -> None:
        self._scanner = Scanner(bank, settings)
        self._waiting: list[Shard] = []

    def submit(self, shard: Shard) -> None:
        """Put the shard aside for `wait`."""
        self._waiting.append(shard)

    def wait(self) -> list[Outcome]:
        """Do what was put aside."""
        waiting, self._waiting = self._waiting, []
        return [Outcome.of(shard, self._scanner.try_scan(shard)) for shard in waiting]

    def close(self) -> None:
        """Nothing to end."""


class WorkerProcess:
    """One worker process and the shard it is at."""

    def __init__(self, start: Callable[[Connection], multiprocessing.process.BaseProcess]) -> None:
        self.connection, theirs = multiprocessing.Pipe()
        self.process = start(theirs)
        self.process.start()
        theirs.close()  # so that the end of the process is seen at this end
        self.shard: Shard | None = None

    def end(self) -> None:
        """End the process, whatever it does."""
        self.connection.close()
        self.process.kill()
        self.process.join(SECONDS_TO_END)
        self.process.close()


class ProcessPool:
    """Worker processes of this machine, which all map the same bank file; a dead one is replaced."""

    def __init__(self, bank_file: Path, settings: Settings, *, workers: int) -> None:
        # A fork would copy locks that other threads hold.
        context = multiprocessing.get_context("spawn")

        def start(connection: Connection) -> multiprocessing.process.BaseProcess:
            return context.Process(target=serve, args=(connection, bank_file, settings), daemon=True)

        self._start = start
        self._workers = [WorkerProcess(start) for _ in range(workers)]

    @property
    def capacity(self) -> int:
        """One shard a worker."""
        return len(self._workers)

    def submit(self, shard: Shard) -> None:
        """Give the shard to a worker that has none; one that died while it had none is replaced."""
        place = next(place for place, worker in enumerate(self._workers) if worker.shard is None)
        worker = self._workers[place]
        try:
            worker.connection.send(shard)
        except OSError:
            worker = self._replace(place)
            worker.connection.send(shard)
        worker.shard = shard

    def wait(self) -> list[Outcome]:
        """Results, and shards whose worker is gone."""
        places = {id(worker.connection): place for place, worker in enumerate(self._workers) if worker.shard}
        ready = wait([self._workers[place].connection for place in places.values()])
        return [self._receive(places[id(one)]) for one in ready]

    def _receive(self, place: int) -> Outcome:
        """What a worker has sent, or that it is gone."""
        worker = self._workers[place]
        shard = worker.shard
        if shard is None:
            raise AssertionError("only workers with a shard are waited for")
        try:
            result = worker.connection.recv()
        except (EOFError, OSError):
            worker.process.join(SECONDS_TO_END)
            code = worker.process.exitcode
            self._replace(place)
            return Outcome(shard, None, f"the worker died ({describe_exit(code)})")
        worker.shard = None
        return Outcome.of(shard, result)

    def _replace(self, place: int) -> WorkerProcess:
        """A new worker in the place of a dead one."""
        self._workers[place].end()
        self._workers[place] = WorkerProcess(self._start)
        return self._workers[place]

    def close(self) -> None:
        """End all workers."""
        for worker in self._workers:
            worker.end()
        self._workers = []


def describe_exit(code: int | None) -> str:
    """How a process ended."""
    if code is None:
        return "it does not end"
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def serve(connection: Connection, bank_file: Path, settings: Settings) -> None:
    """A worker's life: do shards until nobody is at the other end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the first process's to answer
    scanner = Scanner(FrozenBank.map(bank_file), settings)
    while True:
        try:
            shard = connection.recv()
        except EOFError:
            return
        result = scanner.try_scan(shard)
        try:
            connection.send(result)
        except BrokenPipeError:
            return
