"""Whatever is measured has a process of its own and is asked over a pipe, so that none disturbs another's memory.

Only one process works at a time. All are told to use one thread before they start.
"""

import contextlib
import ctypes
import gc
import importlib
import multiprocessing
import os
import signal
from collections.abc import Iterator, Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENCV_FOR_THREADS_NUM": "1",
}
STOP_SECONDS = 10
STATUS = Path("/proc/self/status")
MEMORY = Path("/proc/meminfo")
KIBI = 1024


class ProcessLostError(RuntimeError):
    """A measuring process ended before it answered: it failed (what it printed says why) or ran out of memory."""


class Process:
    """A worker, given as "module:Class", in a process of its own; `ask` calls one of its methods."""

    def __init__(self, worker: str, *arguments: Any, environment: Mapping[str, str] | None = None) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=answer_calls, args=(theirs, worker, arguments), daemon=True)
        with settings({**ONE_THREAD, **(environment or {})}):
            self._process.start()
        theirs.close()

    def ask(self, method: str, *arguments: Any) -> Any:
        """The answer of a method; ProcessLostError where the process is gone."""
        try:
            self._pipe.send((method, arguments))
            return self._pipe.recv()
        except (EOFError, BrokenPipeError, ConnectionResetError) as error:
            raise ProcessLostError(f"The process ended while it was asked to {method}.") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pipe.close()
        self._process.terminate()
        self._process.join(STOP_SECONDS)


@contextlib.contextmanager
def settings(values: Mapping[str, str]) -> Iterator[None]:
    """Environment variables for the processes that start meanwhile."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def answer_calls(pipe: Connection, worker: str, arguments: tuple[Any, ...]) -> None:
    """What such a process does: make the worker, then answer until the pipe is closed. Stopping is the parent's."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    module, name = worker.split(":")
    made = getattr(importlib.import_module(module), name)(*arguments)
    while True:
        try:
            method, values = pipe.recv()
        except EOFError:
            return
        pipe.send(getattr(made, method)(*values))


def measure_memory() -> int:
    """Bytes of this process in memory that no file stands behind, after everything that is free was given back."""
    gc.collect()
    with contextlib.suppress(AttributeError, OSError):  # only glibc has it
        ctypes.CDLL(None).malloc_trim(0)
    return read_kibibytes(STATUS, "RssAnon") or 0


def read_available_memory() -> int | None:
    """Bytes that can be had without swapping; None where the system does not tell."""
    return read_kibibytes(MEMORY, "MemAvailable")


def read_total_memory() -> int | None:
    """Bytes of memory that the machine has; None where the system does not tell."""
    return read_kibibytes(MEMORY, "MemTotal")


def read_kibibytes(path: Path, wanted: str) -> int | None:
    """One line of the kernel's tables, in bytes; None where there is no such table."""
    if not path.exists():
        return None
    for line in path.read_text(encoding="ascii").splitlines():
        name, _, value = line.partition(":")
        if name == wanted:
            return int(value.split()[0]) * KIBI
    return None
