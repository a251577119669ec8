"""A bounded set of processes that hash files from memory; one that hangs or dies is replaced and costs one request."""

import asyncio
import contextlib
import json
import logging
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import anyio

from hashmatch.digests import FileDigests
from hashmatch.errors import RequestRefusedError, UnreadableImageError, UnreadableVideoError, WorkerLostError
from hashmatch.files import FileHashes
from hashmatch.hashes import Md5Hash, PdqHash, Sha256Hash
from hashmatch.older import Self
from hashmatch.pdq import QualifiedHash
from hashmatch.serve.hasher import FILE_HEAD, REPLY_HEAD
from hashmatch.serve.settings import Settings
from hashmatch.video import VideoFrame

logger = logging.getLogger(__name__)

WORKER = (sys.executable, "-m", "hashmatch.serve.hasher")
START_SECONDS = 60.0
SEND_PIECE = 1 << 18
RETRY_AFTER_SECONDS = 1


class Worker:
    """One process and its pipes."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None  # noqa: S101 - for the type checker: both are pipes
        assert process.stdout is not None  # noqa: S101
        self.process = process
        self._input, self._output = process.stdin, process.stdout

    @classmethod
    async def start(cls, command: tuple[str, ...]) -> Self:
        """Start a process and wait until it is ready."""
        pipe, quiet = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        # A session of its own: an interrupt typed at the terminal is for the service, which ends its workers itself.
        process = await asyncio.create_subprocess_exec(
            *command, stdin=pipe, stdout=pipe, stderr=quiet, start_new_session=True
        )
        worker = cls(process)
        try:
            with anyio.fail_after(START_SECONDS):
                await worker.receive()
        except TimeoutError as error:
            await worker.end()
            raise WorkerLostError from error
        return worker

    async def send(self, content: bytes | bytearray, *, seconds: float) -> None:
        """Give it a file, piece by piece, so that the event loop goes on meanwhile."""
        try:
            self._input.write(FILE_HEAD.pack(len(content), seconds))
            with memoryview(content) as whole:
                for start in range(0, len(content), SEND_PIECE):
                    self._input.write(bytes(whole[start : start + SEND_PIECE]))
                    await self._input.drain()
            await self._input.drain()
        except OSError as error:
            raise WorkerLostError from error

    async def receive(self) -> dict[str, Any]:
        """Its next reply."""
        try:
            head = await self._output.readexactly(REPLY_HEAD.size)
            reply: dict[str, Any] = json.loads(await self._output.readexactly(REPLY_HEAD.unpack(head)[0]))
        except (OSError, EOFError) as error:
            raise WorkerLostError from error
        return reply

    async def end(self) -> None:
        """End the process."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()
        self._input.close()


class WorkerPool:
    """The workers, of which each hashes one file at a time."""

    def __init__(
        self,
        settings: Settings,
        *,
        command: tuple[str, ...] = WORKER,
        on_lost: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._settings = settings
        self._command = command
        self._on_lost = on_lost
        self._idle: asyncio.Queue[Worker | None] = asyncio.Queue()
        self._workers: set[Worker] = set()
        self.admitted = 0

    @property
    def waiting(self) -> int:
        """How many files wait for a worker or still arrive."""
        return max(self.admitted - self._settings.file_workers, 0)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The pool at work; all processes are ended at the end."""
        try:
            for _ in range(self._settings.file_workers):
                self._idle.put_nowait(await self._start())
            yield
        finally:
            await asyncio.gather(*(worker.end() for worker in self._workers))

    @contextlib.contextmanager
    def admit(self) -> Iterator[None]:
        """A place in the queue for one file, taken before its body is read: so many bodies are in memory at most."""
        if self.admitted >= self._settings.file_workers + self._settings.waiting_files:
            raise too_busy()
        self.admitted += 1
        try:
            yield
        finally:
            self.admitted -= 1

    async def hash(self, content: bytes | bytearray) -> FileHashes:
        """Hash one file. Whatever its decoder does, its digests are known at the end, or the request is refused."""
        worker = await self._idle.get()
        digests: dict[str, Any] = {}
        pixels: dict[str, Any] = {}
        healthy = False
        try:
            worker = worker or await self._start()
            with anyio.fail_after(self._settings.file_seconds):
                await worker.send(content, seconds=self._settings.file_seconds)
                digests = await worker.receive()
                pixels = await worker.receive()
            healthy = True
        except TimeoutError:
            self._on_lost("too slow")
            pixels = {"picture_error": f"The file could not be decoded within {self._settings.file_seconds:g} s."}
        except WorkerLostError:
            self._on_lost("died")
            pixels = {"picture_error": "The decoder failed on this file."}
        finally:
            if worker is not None and not healthy:
                self._workers.discard(worker)
                await worker.end()
            self._idle.put_nowait(worker if healthy else None)
        if not digests:
            raise no_digests()
        return read_hashes(digests, pixels)

    async def _start(self) -> Worker:
        worker = await Worker.start(self._command)
        self._workers.add(worker)
        return worker


def read_hashes(digests: dict[str, Any], pixels: dict[str, Any]) -> FileHashes:
    """What a worker replied, as values."""
    both = FileDigests(Md5Hash.from_hex(digests["md5"]), Sha256Hash.from_hex(digests["sha256"]))
    video_error = pixels.get("video_error")
    if "frames" in pixels:
        frames = (
            VideoFrame(number, seconds, PdqHash.from_hex(text), quality)
            for number, seconds, text, quality in pixels["frames"]
        )
        error = None if video_error is None else UnreadableVideoError(video_error)
        return FileHashes(both, frames=tuple(frames), video_error=error)
    if "picture_error" in pixels:
        return FileHashes(both, picture_error=UnreadableImageError(pixels["picture_error"]))
    pdq, *others = (QualifiedHash(PdqHash.from_hex(text), quality) for text, quality in pixels["pictures"])
    return FileHashes(both, pdq, others=tuple(others), note=pixels["note"])


def too_busy() -> RequestRefusedError:
    """The error for one request too many."""
    return RequestRefusedError(
        "Too many requests are waiting already.",
        status=503,
        code="busy",
        how="Send it again in a moment; run with more workers if this happens often.",
        headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
    )


def no_digests() -> RequestRefusedError:
    """The error for a file of which nothing at all is known."""
    return RequestRefusedError(
        "The file could not be hashed.",
        status=503,
        code="worker_lost",
        how="Send it again in a moment.",
        headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
    )
