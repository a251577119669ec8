"""Many files hashed by worker processes, in order: a file that breaks, hangs or kills its decoder costs itself only.

Decoders are large pieces of C that read whatever strangers upload; a process of its own is what keeps their worst from
the batch. Each worker is watched by a clock of its own, outside Python, so that a decoder that never returns ends the
worker. When a worker is gone, the files that were under way are hashed again one by one: that shows whose fault it was.
"""

import faulthandler
import itertools
import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from types import TracebackType
from typing import Any

from hashmatch.errors import HashmatchError, WorkerLostError
from hashmatch.files import FileHashes, hash_file
from hashmatch.older import Self

FILE_SECONDS = 300.0
SECONDS_PER_MEGABYTE = 1.0  # more for long videos
FILES_PER_WORKER = 4  # under way or waiting, so that a slow file does not leave the others idle


@dataclass(frozen=True, slots=True)
class FileResult:
    """One file of a batch: its hashes, or the error that says why it has none."""

    path: Path
    hashes: FileHashes | None = None
    error: HashmatchError | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be done with each file; picklable."""

    with_family: bool = False
    seconds: float = FILE_SECONDS
    hash_one: Callable[..., FileHashes] = hash_file

    def do(self, path: Path) -> FileResult:
        """Hash one file; its named errors are its result."""
        try:
            return FileResult(path, self.hash_one(path, with_family=self.with_family))
        except HashmatchError as error:
            return FileResult(path, error=error)


def hash_files(
    paths: Iterable[Path],
    *,
    workers: int | None = None,
    with_family: bool = False,
    seconds: float = FILE_SECONDS,
    on_progress: Callable[[int], None] | None = None,
) -> Generator[FileResult, None, None]:
    """Hash files as `hashmatch.files.hash_file` does, and give the results in the order of the paths.

    `workers` is the number of processes: by default one for each core, never more than there are files at first; with
    1, everything is done in this process, where nothing protects the batch from a decoder that crashes or hangs.
    `seconds` is the most that a file may take, and a second more for each megabyte of it. `on_progress` is called
    with the number of results given so far. Paths are taken as they are needed, results given as soon as all before
    them are; close the iterator to stop. Raises WorkerLostError if no process can be started.
    """
    job = Job(with_family=with_family, seconds=seconds)
    for done, result in enumerate(run_job(paths, job, workers=workers), start=1):
        if on_progress is not None:
            on_progress(done)
        yield result


def run_job(paths: Iterable[Path], job: Job, *, workers: int | None) -> Generator[FileResult, None, None]:
    """The results of a job, in order."""
    queue = iter(paths)
    first = list(itertools.islice(queue, 2))
    count = count_cores() if workers is None else workers
    if count == 1 or len(first) < 2:
        yield from (job.do(path) for path in itertools.chain(first, queue))
        return
    with Crew(job, workers=count) as crew:
        yield from crew.run(itertools.chain(first, queue))


def count_cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class RecordingContext(ForkServerContext):
    """A way to start processes that remembers them, so that they can be ended when they do not end by themselves."""

    def __init__(self) -> None:
        super().__init__()
        self.started: list[ForkServerProcess] = []

    def Process(self, *arguments: Any, **options: Any) -> ForkServerProcess:  # type: ignore[override]  # noqa: N802
        """A new process."""
        process = ForkServerProcess(*arguments, **options)
        self.started.append(process)
        return process


@dataclass(slots=True, eq=False)
class Pending:
    """A file that is under way, or whose result waits for those before it."""

    path: Path
    future: Future[FileResult] | None = None
    result: FileResult | None = None


class Crew:
    """The worker processes of one batch; use it as a context."""

    def __init__(self, job: Job, *, workers: int) -> None:
        self._job = job
        self._workers = workers
        self._context = RecordingContext()
        # One process imports the library, and the workers are copies of it.
        self._context.set_forkserver_preload([__name__])
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._close(at_once=kind is not None)

    def run(self, paths: Iterator[Path]) -> Iterator[FileResult]:
        """The results, in order."""
        window: deque[Pending] = deque()
        for path in paths:
            window.append(self._begin(path))
            if len(window) >= self._workers * FILES_PER_WORKER:
                yield self._finish(window)
        while window:
            yield self._finish(window)

    def _begin(self, path: Path) -> Pending:
        """Give a file to the workers; if they are gone, it has no future, which is found out when it is its turn."""
        try:
            return Pending(path, self._submit(path, workers=self._workers))
        except BrokenProcessPool:
            return Pending(path)

    def _finish(self, window: deque[Pending]) -> FileResult:
        """The result of the first file; if a worker died, that of each file in the window is found on the way."""
        first = window[0]
        if first.future is not None:
            wait([first.future])
        if first.result is None and not collect(first):
            self._close(at_once=True)
            for one in window:
                if not collect(one):
                    one.result = self._hash_alone(one.path)
            self._close(at_once=False)
        window.popleft()
        assert first.result is not None  # noqa: S101 - for the type checker: collected or hashed alone
        return first.result

    def _hash_alone(self, path: Path) -> FileResult:
        """The result of a file that is the only one under way, so that what happens is its own doing."""
        began = time.monotonic()
        try:
            pending = Pending(path, self._submit(path, workers=1))
        except BrokenProcessPool:  # the worker died between two files
            self._close(at_once=True)
            pending = Pending(path, self._submit(path, workers=1))
        if pending.future is not None:
            wait([pending.future])
        if collect(pending) and pending.result is not None:
            return pending.result
        self._close(at_once=True)
        seconds = allowed_seconds(path, self._job.seconds)
        if time.monotonic() - began >= seconds:
            return FileResult(path, error=WorkerLostError(f"It could not be hashed within {seconds:.0f} s."))
        return FileResult(path, error=WorkerLostError("Its decoder crashed. The file is damaged, or made to do that."))

    def _submit(self, path: Path, *, workers: int) -> "Future[FileResult]":
        """Give a file to the pool, which is made if there is none."""
        if self._pool is None:
            self._pool = ProcessPoolExecutor(workers, mp_context=self._context, initializer=prepare_worker)
        try:
            return self._pool.submit(do_watched, self._job, path)
        except OSError as error:
            raise WorkerLostError(f"No process can be started: {error.strerror}. Use one worker.") from error

    def _close(self, *, at_once: bool) -> None:
        """End the workers: those that are at work too, if `at_once`."""
        if at_once:
            for process in self._context.started:
                process.kill()
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
        self._pool = None
        self._context.started.clear()


def collect(pending: Pending) -> bool:
    """Whether a file's result is there, or can be taken from its future; not if its worker was lost before."""
    if pending.result is not None:
        return True
    future = pending.future
    if future is None or future.cancelled() or not future.done():
        return False
    error = future.exception()
    if error is None:
        pending.result = future.result()
    elif not isinstance(error, BrokenProcessPool):
        named = error if isinstance(error, HashmatchError) else WorkerLostError(f"Its decoder failed: {error!r}.")
        pending.result = FileResult(pending.path, error=named)
    return pending.result is not None


def allowed_seconds(path: Path, seconds: float) -> float:
    """How long a file may take."""
    try:
        return seconds + path.stat().st_size / 1e6 * SECONDS_PER_MEGABYTE
    except OSError:
        return seconds


def prepare_worker() -> None:
    """In a worker: Ctrl-C is for the process that reads the results, and a worker does not outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_with_parent, name="end with parent", daemon=True).start()


def end_with_parent() -> None:
    """Wait for the end of the parent process, then end this one."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def do_watched(job: Job, path: Path) -> FileResult:
    """In a worker: do the job for one file, and end the process if that takes too long, even in the midst of C code."""
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        faulthandler.dump_traceback_later(allowed_seconds(path, job.seconds), exit=True, file=nowhere)
        try:
            return job.do(path)
        finally:
            faulthandler.cancel_dump_traceback_later()
