"""A page that holds one of the locker's frames, on a server of its own that remembers what it was asked."""

import base64
import hashlib
import html
import json
import re
import secrets
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import FrameLocator, Page, expect

from leeward.foundation.vault.rules.files import compartment_binding
from leeward.foundation.vault.rules.grants import Compartment, GranteeKind
from leeward.foundation.vault.rules.keys import make_pair
from leeward.foundation.vault.rules.wraps import canonical_info, is_vouched, unwrap
from leeward.victim.locker.frames import BUILT, frame_document, frame_policy, load_frame
from leeward.victim.locker.rules.lwf1 import open_part, part_key

ITEM = uuid.UUID("5a0c7a44-6f0f-4a53-9d4d-0e7cb40c2f11")
BINDING = compartment_binding(file=ITEM, compartment=Compartment.EVIDENCE, generation=1)
HOST = """
window.said = [];
addEventListener("message", async ({ source, origin, data }) => {
  const frame = document.querySelector("iframe");
  if (data === "tried") window.tried = true;
  if (source !== frame.contentWindow || origin !== "null") return;
  window.said.push(data);
  const bring = async () => (await fetch("/curves.js")).arrayBuffer();
  if (data.type === "curves") frame.contentWindow.postMessage({ type: "curves", script: await bring() }, "*");
});
window.tell = (message) => document.querySelector("iframe").contentWindow.postMessage(message, "*");
window.bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
window.text = async (blob) => {
  let text = "";
  for (const byte of new Uint8Array(await blob.arrayBuffer())) text += String.fromCharCode(byte);
  return btoa(text);
};
"""


@dataclass(frozen=True, kw_only=True)
class Locked:
    """What the page got, opened with the person's own key."""

    kind: str
    original: dict[str, str] | None
    ending: str
    contents: dict[str, bytes]
    digests: dict[str, str]
    sizes: dict[str, int]


@dataclass
class Stand:
    """One page with a frame, and the server behind it."""

    page: Page
    name: str
    requests: list[str] = field(default_factory=list)
    origin: str = ""
    document: str = ""
    policy: str = ""
    curves: bytes = b""

    def __post_init__(self) -> None:
        frame = load_frame(self.name)
        self.document = frame_document(frame)
        self.policy = "; ".join(f"{name} {' '.join(sources)}" for name, sources in frame_policy(frame).items())
        self.curves = (BUILT / "curves.js").read_bytes()
        self.key = make_pair(secrets.token_bytes(32), kind=GranteeKind.VICTIM)

    @property
    def frame(self) -> FrameLocator:
        return self.page.frame_locator("iframe")

    def repin(self, script: Callable[[str], str], document: Callable[[str], str] = str) -> None:
        """Change the frame's script, or its document, and pin the new one; all else stays as it is."""
        before = load_frame(self.name).script_source
        head, _, rest = self.document.partition("<script>")
        old, _, tail = rest.partition("</script>")
        new = script(old)
        pin = "sha256-" + base64.b64encode(hashlib.sha256(new.encode()).digest()).decode()
        self.document = document(f"{head}<script>{new}</script>{tail}").replace(before, pin)
        self.policy = self.policy.replace(before, pin)

    def change_worker(self, change: Callable[[str], str]) -> None:
        """Change the text of the frame's worker."""

        def changed(script: str) -> str:
            line = re.search(r'^const WORKER_TEXT=(".*");$', script, re.MULTILINE)
            assert line
            text = json.dumps(change(json.loads(line[1])), ensure_ascii=False).replace("<", "\\u003c")
            return script.replace(line[0], f"const WORKER_TEXT={text};")

        self.repin(changed)

    def answer(self, path: str) -> tuple[str, bytes]:
        """The content type and body for a path."""
        if path == "/host.js":
            return "text/javascript", HOST.encode()
        if path == "/curves.js":
            return "text/javascript", self.curves
        held = html.escape(self.document)
        frame = f'<iframe sandbox="allow-scripts" title="File" width="900" height="1400" srcdoc="{held}"></iframe>'
        page = f'<!doctype html><title>Page</title><script src="/host.js"></script>{frame}'
        return "text/html; charset=utf-8", page.encode()

    def open(self) -> None:
        self.page.goto(self.origin)

    def begin(self, *, most: int = 50_000_000) -> None:
        """Load the page and tell the frame for whom it locks; it is ready then, or says why not."""
        self.open()
        self.frame.locator("#choosing").wait_for(state="attached")
        info = canonical_info(BINDING, grantee=self.key.grantee)
        told = [base64.b64encode(part).decode() for part in (self.key.grantee.public_key, info)]
        begin = "([key, info, most]) => tell({ type: 'begin', publicKey: bytes(key), info: bytes(info), most })"
        self.page.evaluate(begin, [*told, most])
        self.page.wait_for_function("() => said.some(({ type }) => type === 'state')")

    def choose(self, path: Path) -> None:
        self.frame.locator("#files").set_input_files(path)

    def answer_question(self, answer: str) -> None:
        """Answer whether an intimate part can be seen in a picture without a box, and wait for what comes then."""
        expect(self.frame.get_by_role("heading", name="Can an intimate part be seen?")).to_be_focused()
        self.frame.get_by_role("button", name=answer).click()

    def lock(self) -> Locked:
        """Say that nothing intimate is to be seen, where that is asked, lock the file, and open what the page got."""
        if (tick := self.frame.locator("#clean")).is_visible():
            tick.check()
        self.frame.get_by_role("button", name="Lock it and keep it").click()
        self.page.wait_for_function("() => said.some(({ type }) => type === 'locked')")
        read = """async () => {
          const { wrapped, vouched, parts, ...rest } = said.find(({ type }) => type === "locked");
          const told = async ({ sealed, ...part }) => ({ ...part, sealed: await text(sealed) });
          const grant = [await text(new Blob([wrapped])), await text(new Blob([vouched]))];
          return { ...rest, grant, parts: await Promise.all(parts.map(told)) };
        }"""
        found: dict[str, Any] = self.page.evaluate(read)
        wrapped, vouched = (base64.b64decode(each) for each in found["grant"])
        drawn = unwrap(wrapped, key=self.key, binding=BINDING)
        assert is_vouched(vouched, secret=drawn, grantee=self.key.grantee, binding=BINDING)
        assert set(found) == {"type", "kind", "original", "ending", "grant", "parts"}
        assert all(set(part) == {"name", "size", "sha256", "sealed"} for part in found["parts"])
        return Locked(
            kind=found["kind"],
            original=found["original"],
            ending=found["ending"],
            contents={
                part["name"]: open_part(base64.b64decode(part["sealed"]), key=part_key(drawn, part["name"]))
                for part in found["parts"]
            },
            digests={part["name"]: part["sha256"] for part in found["parts"]},
            sizes={part["name"]: part["size"] for part in found["parts"]},
        )


@contextmanager
def standing(page: Page, name: str) -> Iterator[Stand]:
    """A page with the frame of this name, and its server."""
    stand = Stand(page, name)

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            stand.requests.append(f"{self.path} {body.decode('latin1')}")
            content_type, content = stand.answer(self.path)
            self.send_response(200)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Content-Security-Policy", stand.policy)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_HEAD = answer  # noqa: N815  # the names are http.server's

        def log_message(self, *_: object) -> None:
            """`requests` is the log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    stand.origin = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield stand
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
