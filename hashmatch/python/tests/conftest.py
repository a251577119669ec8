"""What the tests share: photos, random hashes, and a small exchange that follows the contract on a local port."""

import base64
import contextlib
import datetime
import hashlib
import http.server
import json
import threading
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pytest
import skimage.data
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hashmatch.hashes import PdqHash
from hashmatch.snapshot import (
    COLUMNS,
    LEVELS,
    PREAMBLE,
    UNKNOWN_QUALITY,
    Header,
    day_number,
    etag_of,
    key_id,
    seal_header,
    write_block,
)
from hashmatch.variants import VARIANTS, Level
from PIL import Image

FETCH, FEEDBACK, SUBMIT = "fetch-secret", "feedback-secret", "submit-secret"


def pytest_configure(config: pytest.Config) -> None:
    """Make the house's marks known when the library is tested by itself."""
    config.addinivalue_line("markers", "slow: takes more than a few seconds")


@pytest.fixture(scope="session")
def photo() -> np.ndarray:
    """A photograph as 8-bit RGB pixels, 451 x 300."""
    return np.ascontiguousarray(skimage.data.chelsea())


@pytest.fixture
def photo_file(tmp_path: Path, photo: np.ndarray) -> Path:
    """The photograph as a PNG file."""
    path = tmp_path / "photo.png"
    Image.fromarray(photo).save(path)
    return path


@pytest.fixture
def make_hash() -> Callable[[int], PdqHash]:
    """Different hashes for different numbers, far from each other."""
    return lambda number: PdqHash(hashlib.sha256(str(number).encode()).digest())


Handler: TypeAlias = Callable[[str, str, dict[str, str], dict[str, str], bytes], "Reply"]


@dataclass
class Reply:
    """What a local server answers."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    cut_after: int | None = None  # close the connection after so many bytes of the body


def json_reply(values: Any, status: int = 200, **headers: str) -> Reply:
    """A reply of JSON."""
    return Reply(status, json.dumps(values).encode(), headers)


@contextlib.contextmanager
def serving(handle: Handler) -> Iterator[str]:
    """A server on 127.0.0.1 that answers by `handle`; gives its address."""

    class Requests(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            parts = urllib.parse.urlsplit(self.path)
            parameters = dict(urllib.parse.parse_qsl(parts.query))
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length", 0)))
            reply = handle(self.command, parts.path, parameters, headers, body)
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body if reply.cut_after is None else reply.body[: reply.cut_after])
            self.close_connection = self.close_connection or reply.cut_after is not None

        def __getattr__(self, name: str) -> Any:
            if name in ("do_GET", "do_POST"):
                return self.answer
            raise AttributeError(name)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(http.server.ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A client that goes away in the middle is part of some tests."""

    server = Server(("127.0.0.1", 0), Requests)
    # A client killed while it connects can leave nothing to accept: that must not block for ever.
    server.socket.settimeout(1)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Exchange:
    """A small exchange with the modern endpoint: a log of changes, signed pages, acknowledgements, feedback."""

    def __init__(self) -> None:
        self.url = ""
        self.log: list[tuple[str, dict[str, Any]]] = []
        self.requests: list[tuple[str, str, dict[str, str], dict[str, str]]] = []
        self.acknowledged: list[str] = []
        self.feedback: list[dict[str, Any]] = []
        self.submitted: list[dict[str, Any]] = []
        self.signing_id, self.signing_key = "key-1", Ed25519PrivateKey.generate()
        self.shown_keys: dict[str, Ed25519PrivateKey] = {self.signing_id: self.signing_key}
        self.faults: list[Callable[[Reply], Reply] | Reply] = []
        self.oldest_cursor = 0
        self.epoch = ""  # of another one, a cursor is told to begin again
        self.page_size = 1000
        self.snapshot = b""
        self.snapshot_key = Ed25519PrivateKey.generate()
        self.shown_snapshot_keys: list[Ed25519PrivateKey] = [self.snapshot_key]

    def add(self, one: PdqHash | Any, **more: Any) -> None:
        """Publish a hash, or change what is said about it."""
        record = {"hash_type": one.TYPE_NAME, "hash": one.hex, "tier": "submitted", "variant": "upright"}
        self.log.append(("entries", record | {"in_review": False, "feedback": []} | more))

    def withdraw(self, one: PdqHash | Any) -> None:
        """Withdraw a hash."""
        record = {"hash_type": one.TYPE_NAME, "hash": one.hex, "withdrawn_at": "2026-11-24T10:00:00Z"}
        self.log.append(("tombstones", record | {"acknowledge_by": "2026-11-27T10:00:00Z"}))

    def keys_json(self, **more: Any) -> dict[str, Any]:
        """What the operator gives to the platform."""
        keys = {"platform": "Test", "fetch_key": FETCH, "feedback_key": FEEDBACK, "submit_key": SUBMIT}
        return keys | {"subscription_key": "subscription-secret"} | more

    def public_key(self, key: Ed25519PrivateKey) -> str:
        """A key as the contract writes it."""
        return base64.b64encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()

    def handle(self, method: str, path: str, parameters: dict[str, str], headers: dict[str, str], body: bytes) -> Reply:
        """Answer one request, spoilt by the next fault if there is one."""
        self.requests.append((method, path, parameters, headers))
        is_fetch = method == "GET" and path.endswith(("/hashes", "/snapshot") if self.snapshot else "/hashes")
        fault = self.faults.pop(0) if self.faults and is_fetch else None
        if isinstance(fault, Reply):
            return fault
        reply = self.respond(method, path, parameters, headers, body)
        return reply if fault is None else fault(reply)

    def respond(
        self, method: str, path: str, parameters: dict[str, str], headers: dict[str, str], body: bytes
    ) -> Reply:
        """The right answer."""
        name = (method, path.removeprefix("/api/v1/"))
        if name == ("GET", "signing-keys"):
            listed = [{"id": one, "ed25519": self.public_key(key)} for one, key in self.shown_keys.items()]
            snapshots = [
                {"id": key_id(key.public_key().public_bytes_raw()), "ed25519": self.public_key(key)}
                for key in self.shown_snapshot_keys
            ]
            return json_reply({"keys": listed, "snapshot_keys": snapshots})
        needed = {("POST", "feedback"): FEEDBACK, ("POST", "hashes"): SUBMIT}.get(name, FETCH)
        if headers.get("authorization") != f"Bearer {needed}":
            return self.error(401, "unknown_key", "This key is not known.", "Use the key of this endpoint.")
        values = json.loads(body) if body else {}
        match name:
            case ("GET", "hashes"):
                return self.page(parameters, headers)
            case ("GET", "snapshot") if self.snapshot:
                return self.part_of_snapshot(parameters, headers)
            case ("GET", "status"):
                return json_reply({"platform": "Test", "suspended": False, "open_withdrawals": 0})
            case ("POST", "acknowledgements") if self.is_of_another_history(values["cursor"]):
                return self.error(410, "begin_again", "The exchange was restored.", "Start again without a cursor.")
            case ("POST", "acknowledgements"):
                self.acknowledged.append(values["cursor"])
                return json_reply({"acknowledged": 1, "open": 0})
            case ("POST", "feedback"):
                self.feedback += values["feedback"]
                return json_reply({"results": [self.judge(item) for item in values["feedback"]]})
            case ("POST", "hashes"):
                self.submitted += values["hashes"]
                results = [{"hash": one["hash"], "result": "recorded"} for one in values["hashes"]]
                return json_reply({"results": results})
        return self.error(404, "not_found", "There is no such endpoint.", "See the documentation.")

    def is_of_another_history(self, cursor: str) -> bool:
        """Whether a cursor was given before the exchange was restored."""
        return bool(cursor) and not cursor.startswith(f"{self.epoch}c")

    def judge(self, item: dict[str, Any]) -> dict[str, str]:
        """The result of one feedback item."""
        known = {record["hash"] for _, record in self.log}
        result = "recorded" if item["hash"] in known else "unknown_hash"
        return {"hash": item["hash"], "result": result, "message": ""}

    def page(self, parameters: dict[str, str], headers: dict[str, str]) -> Reply:
        """The changes behind a cursor, each key once with its latest state."""
        cursor = parameters.get("cursor", "")
        if self.is_of_another_history(cursor):
            return self.error(410, "begin_again", "The exchange was restored.", "Start again without a cursor.")
        start = int(cursor.rpartition("c")[2]) if cursor else 0
        if cursor and start < self.oldest_cursor:
            return self.error(400, "bad_cursor", "This cursor is not known.", "Start again without one.")
        end = min(start + min(self.page_size, int(parameters["limit"])), len(self.log))
        latest = {(record["hash_type"], record["hash"]): (kind, record) for kind, record in self.log[start:end]}
        listed: dict[str, list[dict[str, Any]]] = {"entries": [], "tombstones": []}
        for kind, record in latest.values():
            listed[kind].append(record)
        body = json.dumps({**listed, "cursor": f"{self.epoch}c{end}", "has_more": end < len(self.log)}).encode()
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if headers.get("if-none-match") == tag:
            return Reply(304, b"", {"ETag": tag})
        return Reply(200, body, {"ETag": tag, "Leeward-Signature": self.sign(body)})

    def make_snapshot(self, *, made_at: datetime.datetime | None = None, place: int | None = None) -> None:
        """Make a snapshot of what is active now, as the exchange does, one row a block."""
        latest = {(record["hash_type"], record["hash"]): (kind, record) for kind, record in self.log}
        levels = {variant: level.value for level in reversed(Level) for variant in level.variants}
        records = [record for kind, record in latest.values() if kind == "entries"]
        records.sort(key=lambda record: (LEVELS.index(levels[record["variant"]]), record["hash"]))
        blocks, bodies, details = [], [], []
        for record in records:
            details.append({name: record[name] for name in ("tier", "in_review", "feedback")})
            values = {
                "family": [int(record.get("family_number", 0))],
                "expires": [day_number(datetime.date.fromisoformat(record.get("expires_on", "2028-01-01")))],
                "detail": [len(details) - 1],
                "quality": [record.get("quality", UNKNOWN_QUALITY)],
                "variant": [VARIANTS.index(record["variant"])],
            }
            columns = {name: np.array(values[name], kind) for name, kind in COLUMNS}
            row = np.frombuffer(bytes.fromhex(record["hash"]), np.uint8)[None]
            block, body = write_block(record["hash_type"], levels[record["variant"]], row, columns)
            blocks.append(block)
            bodies.append(body)
        header = Header(
            epoch=self.epoch,
            sequence=len(self.log) if place is None else place,
            made_at=made_at or datetime.datetime.now(datetime.timezone.utc),
            cursor=f"{self.epoch}c{len(self.log)}",
            family_key="ab" * 32,
            variants=VARIANTS,
            details=tuple(details),
            blocks=tuple(blocks),
        )
        self.snapshot = seal_header(header, self.snapshot_key) + b"".join(bodies)

    def part_of_snapshot(self, parameters: dict[str, str], headers: dict[str, str]) -> Reply:
        """The snapshot, or the range of it that is asked for."""
        length = PREAMBLE.size + int(PREAMBLE.unpack(self.snapshot[: PREAMBLE.size])[2])
        header = Header.from_bytes(self.snapshot[PREAMBLE.size : length])
        whole = self.snapshot[: length + sum(block.length for block in header.up_to(parameters["variants"]))]
        tag = etag_of(self.snapshot[:length])
        if headers.get("if-none-match") == tag:
            return Reply(304, b"", {"ETag": tag})
        if "range" in headers and headers.get("if-range", tag) == tag:
            start = int(headers["range"].removeprefix("bytes=").removesuffix("-"))
            return Reply(206, whole[start:], {"ETag": tag, "Content-Range": f"bytes {start}-/{len(whole)}"})
        return Reply(200, whole, {"ETag": tag})

    def sign(self, body: bytes) -> str:
        """The signature header of a page."""
        return f"keyid={self.signing_id}, ed25519={base64.b64encode(self.signing_key.sign(body)).decode()}"

    def error(self, status: int, code: str, message: str, how: str) -> Reply:
        """An error as the contract writes it."""
        return json_reply({"error": {"code": code, "message": message, "how": how}}, status)


@pytest.fixture
def exchange() -> Iterator[Exchange]:
    """A running exchange without hashes."""
    one = Exchange()
    with serving(one.handle) as url:
        one.url = url
        yield one


@pytest.fixture
def serve() -> Callable[[Handler], contextlib.AbstractContextManager[str]]:
    """Starts a server that answers by a function."""
    return serving


@pytest.fixture
def reply() -> type[Reply]:
    """The class of what a local server answers."""
    return Reply
