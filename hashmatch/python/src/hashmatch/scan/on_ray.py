"""Workers on a Ray cluster: actors, each with the bank's arrays from the object store of its machine.

The bank is put into the object store once; Ray copies it to each machine once, and all actors there read the same
memory. Actors and not tasks, because a worker that has its bank and its kernels ready should stay; not Ray Data's
`map_batches`, because that restarts an actor for ever, so that one file which kills its reader would never end: here a
shard has three attempts and is then named. Ray hands back each shard's output as bytes, and the one process that keeps
the manifest writes them, so that machines need no common disk for results.
"""

import contextlib
import logging
import os
from collections.abc import Callable
from typing import Any

import numpy as np
import ray
from ray.exceptions import RayError

from hashmatch.container import Container
from hashmatch.errors import ScanEngineError
from hashmatch.scan.frozen import FrozenBank, Snapshot
from hashmatch.scan.ledger import Shard
from hashmatch.scan.pools import Outcome
from hashmatch.scan.settings import Settings
from hashmatch.scan.work import Scanner, ShardResult

SMALLEST_STORE = 96 << 20
SPARE_STORE = 64 << 20
LOOPBACK = "127.0.0.1"
RAY: Any = ray  # few of its functions have types


class ShardActor:
    """A worker."""

    def __init__(self, facts: dict[str, Any], arrays: dict[str, Any], settings: Settings) -> None:
        bank = FrozenBank(Container(facts=facts, arrays=arrays, length=0))
        self._scanner = Scanner(bank, settings)

    def scan(self, shard: Shard) -> ShardResult | str:
        """Everything about one shard, or why it cannot be done now."""
        return self._scanner.try_scan(shard)


class RayPool:
    """Actors of a cluster, or of an instance of Ray that is started here and ends with the scan."""

    def __init__(self, snapshot: Snapshot, settings: Settings, *, workers: int | None, address: str | None) -> None:
        self._is_ours = not RAY.is_initialized()
        if self._is_ours:
            connect(snapshot, workers=workers, address=address)
        count = workers or max(1, int(RAY.cluster_resources().get("CPU", 1)))
        # Ray copies large NumPy arrays of a dictionary without pickling them, and hands out views that are read-only.
        arrays = RAY.put({name: np.ascontiguousarray(array) for name, array in snapshot.arrays.items()})
        actor = RAY.remote(num_cpus=1, max_restarts=0)(ShardActor)
        self._start: Callable[[], Any] = lambda: actor.remote(snapshot.facts, arrays, settings)
        self._idle: list[Any] = [self._start() for _ in range(count)]
        self._under_way: dict[Any, tuple[Any, Shard]] = {}
        self._count = count

    @property
    def capacity(self) -> int:
        """One shard an actor."""
        return self._count

    def submit(self, shard: Shard) -> None:
        """Give the shard to an actor that has none."""
        actor = self._idle.pop()
        self._under_way[actor.scan.remote(shard)] = (actor, shard)

    def wait(self) -> list[Outcome]:
        """Results, and shards whose actor is gone."""
        ready, _ = RAY.wait(list(self._under_way), num_returns=1)
        return [self._receive(one) for one in ready]

    def _receive(self, ready: Any) -> Outcome:
        """The result of one call, or that its actor is gone."""
        actor, shard = self._under_way.pop(ready)
        try:
            result: ShardResult | str = RAY.get(ready)
        except RayError as error:
            RAY.kill(actor)
            self._idle.append(self._start())
            return Outcome(shard, None, f"the worker died ({type(error).__name__})")
        self._idle.append(actor)
        return Outcome.of(shard, result)

    def close(self) -> None:
        """End all actors, and Ray if it was started here."""
        for actor in [*self._idle, *(actor for actor, _ in self._under_way.values())]:
            with contextlib.suppress(RayError):
                RAY.kill(actor)
        self._idle, self._under_way = [], {}
        if self._is_ours:
            RAY.shutdown()


def connect(snapshot: Snapshot, *, workers: int | None, address: str | None) -> None:
    """Join a cluster; without an address start an instance of this machine that nobody else can reach."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # nothing is told to anybody
    quiet: dict[str, Any] = {"logging_level": logging.ERROR, "log_to_driver": False}
    try:
        if address is not None:
            RAY.init(address=address, **quiet)
            return
        size = sum(array.nbytes for array in snapshot.arrays.values())
        RAY.init(
            address="local",
            num_cpus=workers,
            include_dashboard=False,
            object_store_memory=max(SMALLEST_STORE, size * 5 // 4 + SPARE_STORE),
            _node_ip_address=LOOPBACK,
            **quiet,
        )
    except (ConnectionError, RayError, ValueError, RuntimeError) as error:
        raise ScanEngineError(f"Ray cannot be reached: {error}") from error
