"""Ways to ask a matcher service in tests: inside this process without a socket, and as a process of its own."""

import asyncio
import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DEADLINE = 60.0


@dataclass(frozen=True)
class Reply:
    """What the service answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class InProcess:
    """Calls an ASGI application on an event loop of its own. An exception that it lets through fails the test."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever)

    @contextlib.contextmanager
    def running(self) -> Iterator["InProcess"]:
        self._thread.start()
        started, ended = queue.Queue[str](), queue.Queue[str]()
        incoming: asyncio.Queue[dict[str, str]] = asyncio.Queue()

        async def send(message: dict[str, str]) -> None:
            (started if message["type"].startswith("lifespan.startup") else ended).put(message["type"])

        future = asyncio.run_coroutine_threadsafe(self.app({"type": "lifespan"}, incoming.get, send), self.loop)
        self.loop.call_soon_threadsafe(incoming.put_nowait, {"type": "lifespan.startup"})
        try:
            assert started.get(timeout=DEADLINE) == "lifespan.startup.complete"
            yield self
            self.loop.call_soon_threadsafe(incoming.put_nowait, {"type": "lifespan.shutdown"})
            assert ended.get(timeout=DEADLINE) == "lifespan.shutdown.complete"
            future.result(DEADLINE)
        finally:
            self.loop.call_soon_threadsafe(self.loop.stop)
            self._thread.join(DEADLINE)
            self.loop.close()

    def start(self, method: str, path: str, *, body: Any = b"", headers: dict[str, str] | None = None) -> Any:
        """Send a request and give the future of its reply; `body` is bytes, or pieces that may come late."""
        return asyncio.run_coroutine_threadsafe(self._call(method, path, body, headers or {}), self.loop)

    def ask(self, method: str, path: str, **options: Any) -> Reply:
        reply: Reply = self.start(method, path, **options).result(DEADLINE)
        return reply

    def post(self, body: Any, media_type: str | None = None, path: str = "/match", **headers: str) -> Reply:
        """POST to /match; what is not bytes goes as JSON."""
        if not isinstance(body, bytes):
            body, media_type = json.dumps(body).encode(), media_type or "application/json"
        kind = {} if media_type is None else {"content-type": media_type}
        return self.ask("POST", path, body=body, headers={**kind, **headers})

    async def _call(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Reply:
        where, _, parameters = path.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": where,
            "raw_path": where.encode(),
            "query_string": parameters.encode(),
            "root_path": "",
            "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 2),
        }
        pieces = pieces_of(body)
        told: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            async for piece in pieces:
                return {"type": "http.request", "body": piece, "more_body": True}
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            told.append(message)

        await self.app(scope, receive, send)
        headers_out = {name.decode().lower(): value.decode() for name, value in told[0]["headers"]}
        return Reply(told[0]["status"], headers_out, b"".join(one.get("body", b"") for one in told[1:]))


async def pieces_of(body: Any) -> AsyncIterator[bytes]:
    """A body in one piece, or as it comes."""
    if isinstance(body, bytes):
        yield body
    else:
        async for piece in body:
            yield piece


def wait_until(is_so: Callable[[], Any], *, what: str) -> Any:
    """Wait for a state, and fail if it never comes."""
    end = time.monotonic() + DEADLINE
    while not (found := is_so()):
        assert time.monotonic() < end, f"It did not come to be that {what}."
        threading.Event().wait(0.01)
    return found


class ServiceProcess:
    """`hashmatch serve` as a process."""

    def __init__(self, arguments: Sequence[str | Path]) -> None:
        command = [sys.executable, "-W", "error", "-m", "hashmatch", "serve", *map(str, arguments)]
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env={**os.environ, "NO_PROXY": "*"},
        )
        self.lines: list[str] = []
        self.address = ""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append(line)
            if "listening on " in line:
                self.address = line.split("listening on ")[1].strip()
                break
        self._reader = threading.Thread(target=lambda: self.lines.extend(self.process.stderr or ()))
        self._reader.start()

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and give the exit code."""
        self.process.send_signal(number)
        return self.join()

    def join(self) -> int:
        code = self.process.wait(DEADLINE)
        self._reader.join(DEADLINE)
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()
        return code

    @property
    def told(self) -> str:
        return "".join(self.lines)


@contextlib.contextmanager
def service_process(*arguments: str | Path) -> Iterator[ServiceProcess]:
    """A running service on a free port, ended whatever happens."""
    one = ServiceProcess([*arguments, "--port", "0"])
    try:
        yield one
    finally:
        if one.process.poll() is None:
            one.process.kill()
        one.join()
