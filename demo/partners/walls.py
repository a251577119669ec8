"""Two made-up sites whose people answer removal requests: "Lantern" at once, "Market Square" not before it has asked.

Both serve pages of plain words: there is no picture in them. Lantern is told by a signed webhook, reads its requests at
Leeward's door for machines and removes what it is asked to. Market Square looks there by itself, says that the first
notice lacks a signature, and removes the item once the desk has supplied it.
"""

import argparse
import base64
import html
import json
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PAUSE_SECONDS = 2.0
POSTS = range(1, 10)
TOLERANCE_SECONDS = 300
TIMEOUT_SECONDS = 10


class Leeward:
    """The removal desk's door, with one platform's keys."""

    def __init__(self, *, url: str, keys: Path) -> None:
        kept = json.loads(keys.read_text(encoding="utf-8"))
        self._url = url
        self._fetch, self._feedback = kept["fetch_key"], kept["feedback_key"]

    def open_requests(self) -> list[dict[str, Any]]:
        """What waits for an answer."""
        found: list[dict[str, Any]] = self._call("/api/v1/requests?limit=200", key=self._fetch)["requests"]
        return found

    def decide(self, request: str, outcome: str) -> None:
        """Answer one request."""
        self._call(f"/api/v1/requests/{request}/decision", key=self._feedback, body={"outcome": outcome})

    def say_missing(self, request: str, element: str) -> None:
        """Say what a notice lacks."""
        self._call(f"/api/v1/requests/{request}/missing", key=self._feedback, body={"element": element})

    def signing_keys(self) -> dict[str, Ed25519PublicKey]:
        """The keys that sign webhooks, by id."""
        found = self._call("/api/v1/signing-keys", key=self._fetch)["keys"]
        return {key["id"]: Ed25519PublicKey.from_public_bytes(base64.b64decode(key["ed25519"])) for key in found}

    def _call(self, path: str, *, key: str, body: dict[str, str] | None = None) -> dict[str, Any]:
        asked = urllib.request.Request(  # noqa: S310 - an address from our own command line
            f"{self._url}{path}",
            data=json.dumps(body).encode() if body is not None else None,
            headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(asked, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 - the same
            read: dict[str, Any] = json.load(answer)
            return read


@dataclass
class Wall:
    """One site: which of its posts are gone. Kept in a file, so that it outlives a restart."""

    name: str
    word: str
    home: Path
    host: str = ""  # its other address, of which nothing is served here
    gone: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        file = self.home / "wall.json"
        if file.exists():
            kept = json.loads(file.read_text(encoding="utf-8"))
            self.gone, self.asked = set(kept["gone"]), set(kept["asked"])

    def keep(self) -> None:
        """Write down what is gone and what was asked."""
        draft = self.home / "wall.draft"
        draft.write_text(json.dumps({"gone": sorted(self.gone), "asked": sorted(self.asked)}), encoding="utf-8")
        draft.replace(self.home / "wall.json")

    def post_of(self, url: str) -> str:
        """The post that an address is about; "" for none of this site's."""
        _, _, rest = urlsplit(url).path.partition(f"/{self.word}/")
        return rest if rest.isdigit() and int(rest) in POSTS else ""

    def note_asked(self, request: str) -> None:
        """Write down that something was missing in this one."""
        if request not in self.asked:
            self.asked.add(request)
            self.keep()

    def remove(self, url: str) -> str:
        """Take down what stands at an address of this site, and return how it went."""
        post = self.post_of(url)
        if post:
            self.gone.add(post)
            self.keep()
        return "removed" if post or (self.host and urlsplit(url).hostname == self.host) else "not_found"


def answer_at_once(wall: Wall, door: Leeward) -> None:
    """Lantern's way: remove whatever is asked for."""
    for request in door.open_requests():
        door.decide(request["id"], wall.remove(request["url"]))


def ask_first(wall: Wall, door: Leeward) -> None:
    """Market Square's way: say once that the signature is missing, and remove after that was supplied."""
    for request in door.open_requests():
        if request["state"] == "incomplete":
            wall.note_asked(request["id"])
        elif request["id"] in wall.asked:
            door.decide(request["id"], wall.remove(request["url"]))
        elif wall.post_of(request["url"]):  # what stands at its other address its people look at
            wall.note_asked(request["id"])
            door.say_missing(request["id"], "signature")


def is_genuine(headers: Any, body: bytes, *, keys: dict[str, Ed25519PublicKey], now: float) -> bool:
    """Whether a webhook was signed by Leeward a moment ago (see docs/webhooks.md)."""
    number, moment = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not moment.isdigit() or abs(now - int(moment)) > TOLERANCE_SECONDS:
        return False
    signed = f"{number}.{moment}.".encode() + body
    for part in headers.get("webhook-signature", "").split():
        version, _, signature = part.partition(",")
        for key in keys.values() if version == "v1a" else ():
            try:
                key.verify(base64.b64decode(signature), signed)
            except (InvalidSignature, ValueError):
                continue
            return True
    return False


class Pages(BaseHTTPRequestHandler):
    """Both sites' pages, and the webhook of the first."""

    walls: ClassVar[dict[str, Wall]] = {}
    keys: ClassVar[dict[str, Ed25519PublicKey]] = {}
    woken: ClassVar[threading.Event] = threading.Event()

    def do_GET(self) -> None:
        """A wall, a post, or a post that is gone."""
        _, word, *rest = [*self.path.split("?")[0].split("/"), "", ""]
        wall = self.walls.get(word)
        if wall is None:
            self._say(HTTPStatus.NOT_FOUND, "Nothing here", "<p>There is nothing here.</p>")
            return
        number = rest[0]
        if not number:
            links = "".join(
                f'<li><a href="/{word}/{post}">Post {post}</a>{" (removed)" if str(post) in wall.gone else ""}</li>'
                for post in POSTS
            )
            self._say(HTTPStatus.OK, wall.name, f"<ul>{links}</ul>")
        elif not number.isdigit() or int(number) not in POSTS or number in wall.gone:
            gone = number in wall.gone
            status = HTTPStatus.GONE if gone else HTTPStatus.NOT_FOUND
            self._say(status, "Removed" if gone else "Nothing here", "<p>This post is not here any more.</p>")
        else:
            self._say(HTTPStatus.OK, f"Post {number} on {wall.name}", "<p>Imagine a picture here. It is made up.</p>")

    def do_POST(self) -> None:
        """Lantern's webhook: look at the desk's door now, if Leeward has really written."""
        length = self.headers.get("Content-Length", "0")
        body = self.rfile.read(min(int(length), 100_000) if length.isdigit() else 0)
        genuine = self.path == "/lantern/hook" and is_genuine(self.headers, body, keys=self.keys, now=time.time())
        self.send_response(HTTPStatus.NO_CONTENT if genuine else HTTPStatus.FORBIDDEN)
        self.end_headers()
        if genuine:
            self.woken.set()

    def _say(self, status: HTTPStatus, title: str, content: str) -> None:
        page = (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1"></head>'
            f"<body><h1>{html.escape(title)}</h1>{content}</body></html>"
        ).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.send_header("Content-Security-Policy", "default-src 'none'")
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_args: object) -> None:
        """Keep no record of who came."""


def main() -> None:
    """Serve both sites and answer for both until told to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leeward", required=True, help="address of Leeward")
    parser.add_argument("--partners", required=True, type=Path, help="folder of the partners' keys and state")
    parser.add_argument("--port", required=True, type=int)
    options = parser.parse_args()
    walls = {
        word: Wall(name=name, word=word, home=options.partners / folder, host=host)
        for name, word, folder, host in SITES
    }
    doors = {
        word: Leeward(url=options.leeward, keys=options.partners / folder / "keys.json")
        for _, word, folder, _host in SITES
    }
    Pages.walls = walls
    server = ThreadingHTTPServer(("127.0.0.1", options.port), Pages)
    stopped = threading.Event()

    def stop(*_args: object) -> None:
        stopped.set()
        Pages.woken.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"Two walls are at http://127.0.0.1:{options.port}/", flush=True)
    while not stopped.is_set():
        try:
            Pages.keys = Pages.keys or doors["lantern"].signing_keys()
            if Pages.woken.is_set():
                Pages.woken.clear()
                answer_at_once(walls["lantern"], doors["lantern"])
            ask_first(walls["square"], doors["square"])
        except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
            print(f"Leeward did not answer: {error}", flush=True)
        Pages.woken.wait(PAUSE_SECONDS)
    server.shutdown()
    sys.exit(0)


SITES = (
    ("Lantern", "lantern", "sync", "lantern.example"),
    ("Market Square", "square", "square", "marketsquare.example"),
)

if __name__ == "__main__":
    main()
