"""What the browser tests share: the built frame on a page with the real policy, a server that remembers, photos."""

import base64
import fcntl
import hashlib
import html
import io
import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hashmatch.pdq import decode_image, hash_family
from PIL import Image
from playwright.sync_api import Browser, FrameLocator, Page, Playwright
from skimage import data

ROOT = Path(__file__).parents[3]
BROWSER = ROOT / "hashmatch" / "browser"
DIST = BROWSER / "dist"
PAGES = Path(__file__).parent / "pages"
# Chromium without a window around each page, which costs half: the same engine. `make deep` drives the whole one, as
# the tests of what leaves it do each time (test_browser_packets.py).
WHOLE = "/usr/bin/chromium"
CHROMIUM = WHOLE if os.environ.get("LEEWARD_DEEP") == "1" else shutil.which("chromium-headless-shell") or WHOLE
MUXER = ROOT / "node_modules" / "mediabunny" / "dist" / "bundles" / "mediabunny.mjs"
VIDEO_RATE = 10  # frames a second, of which the hasher takes five: each more is encoded and decoded for nothing
type Pixels = npt.NDArray[np.uint8]

TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".wasm": "application/wasm"}


def read_manifest(folder: Path = DIST) -> dict[str, Any]:
    return json.loads((folder / "manifest.json").read_text())


def page_policy(*, script: str, style: str) -> str:
    """The header of the page that holds the frame, as hashing.md words it."""
    return (
        f"default-src 'none'; script-src 'self' '{script}' 'wasm-unsafe-eval'; style-src 'self' '{style}'; "
        "img-src 'self' blob:; media-src blob:; connect-src 'self'; worker-src blob:; frame-src 'none'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
    )


def frame_document(*, direction: str = "ltr", words: dict[str, str] | None = None, folder: Path = DIST) -> str:
    """frame.html with its placeholders filled, as the server's template does it."""
    words = words or json.loads((folder / "words.json").read_text())
    document = (folder / "frame.html").read_text()
    language = "ar" if direction == "rtl" else "en"
    document = document.replace("__LANG__", language).replace("__DIR__", direction)
    return document.replace("__WORDS__", html.escape(json.dumps(words)))


def host_document(frame: str, *, direction: str = "ltr") -> str:
    return (
        f'<!doctype html><html lang="en" dir="{direction}"><head><title>Page</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="stylesheet" href="/host.css"></head><body><main><h1>Choose</h1>'
        '<iframe id="hasher" title="Choose pictures" sandbox="allow-scripts" '
        f'srcdoc="{html.escape(frame)}"></iframe></main>'
        '<script type="module" src="/host.js"></script></body></html>'
    )


@dataclass
class Site:
    """A server on this machine that remembers every request it got, with its body."""

    origin: str = ""
    policy: str = ""
    document: str = ""
    script: str = ""
    folder: Path = DIST
    requests: list[tuple[str, str, bytes]] = field(default_factory=list)
    handler: type[BaseHTTPRequestHandler] = BaseHTTPRequestHandler

    def put(self, folder: Path) -> None:
        """Serve this build of the hasher, with its own hashes in the policy."""
        manifest = read_manifest(folder)
        self.folder = folder
        self.policy = page_policy(script=manifest["frame_script_csp"], style=manifest["frame_style_csp"])
        self.document = host_document(frame_document(folder=folder))

    def answer(self, path: str) -> tuple[str, bytes] | None:
        """The content type and body for a path."""
        match path:
            case "/":
                return "text/html; charset=utf-8", self.document.encode()
            case "/host.js":
                return "text/javascript", self.script.encode()
            case "/host.css":
                return "text/css", b"body{margin:0 10px;font-family:sans-serif}iframe{width:100%;border:0}"
        file = self.folder / path.removeprefix("/dist/") if path.startswith("/dist/") else BROWSER / path.lstrip("/")
        if path.startswith(("/src/", "/dist/")) and ".." not in path and file.is_file():
            return TYPES.get(file.suffix, "application/octet-stream"), file.read_bytes()
        return None

    @property
    def paths(self) -> list[str]:
        return [path for _, path, _ in self.requests]


def is_out_of_date() -> bool:
    """Whether a source changed after the last build."""
    manifest = DIST / "manifest.json"
    sources = [*(BROWSER / "src").rglob("*"), ROOT / "tools" / "build_hasher.mjs", ROOT / "package-lock.json"]
    return not manifest.exists() or manifest.stat().st_mtime < max(path.stat().st_mtime for path in sources)


@pytest.fixture(scope="session")
def built() -> dict[str, Any]:
    """The manifest of a build of the sources as they are now."""
    # One worker builds, and only what is out of date: another may be reading the files already.
    (ROOT / "build").mkdir(exist_ok=True)
    with (ROOT / "build" / "hasher.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_out_of_date():
            subprocess.run(["node", "tools/build_hasher.mjs"], cwd=ROOT, check=True, capture_output=True)
    return read_manifest()


@pytest.fixture
def site(built: dict[str, Any]) -> Iterator[Site]:
    site = Site(script=(PAGES / "host.js").read_text())
    site.put(DIST)

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            site.requests.append((self.command, self.path, body))
            found = site.answer(self.path.partition("?")[0])
            self.send_response(200 if found else 404)
            content_type, content = found or ("text/plain", b"")
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Content-Security-Policy", site.policy)
            self.send_header("Referrer-Policy", "no-referrer")
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_HEAD = answer  # noqa: N815 the names are http.server's

        def log_message(self, *arguments: object) -> None:
            """Keep the test's output clean; `requests` is the log."""

    site.handler = Handler
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.origin = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield site
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def words(built: dict[str, Any]) -> dict[str, str]:
    """Every text that the frame can show, in English."""
    return json.loads((DIST / "words.json").read_text())


@pytest.fixture
def frame_page(built: dict[str, Any]) -> Callable[..., str]:
    """The page with a frame in the given direction and words."""
    return lambda direction="ltr", words=None: host_document(
        frame_document(direction=direction, words=words), direction=direction
    )


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
    yield browser
    browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1000, "height": 900})
    page = context.new_page()
    yield page
    context.close()


# Thirty files take some five seconds of a core, and a busy machine gives this test a sixth of one.
HASHING_MILLISECONDS = 90_000


@dataclass
class Desk:
    """What a person does with the hasher, and what the page gets from it."""

    page: Page
    site: Site

    @property
    def frame(self) -> FrameLocator:
        return self.page.frame_locator("#hasher")

    def open(self) -> None:
        """Load the page, and wait until all that any file may need is there."""
        self.page.goto(self.site.origin)
        self.frame.locator("input[type=file]:enabled").wait_for(state="attached")

    def choose(self, *files: Path) -> None:
        self.frame.locator("input[type=file]").set_input_files(files)

    def settle(self) -> None:
        """Until the page has all that the frame has told it so far: messages come in order, and this is the last."""
        self.page.evaluate(
            """() => { window.settled = new Promise((done) => addEventListener("message", function last({ data }) {
                if (data?.type === "settled") { removeEventListener("message", last); done(); } })); }"""
        )
        self.page.frames[1].evaluate("() => parent.postMessage({ type: 'settled' }, '*')")
        self.page.evaluate("() => window.settled")

    def wait(self) -> dict[str, int]:
        """Until nothing is left to do; the last state that the page was told."""
        self.settle()  # an "All done" from before the files that were just chosen does not count
        over = "() => ['ready', 'choosing'].includes(window.states.at(-1)?.phase)"
        self.page.wait_for_function(over, timeout=HASHING_MILLISECONDS)
        self.frame.get_by_role("status").filter(has_text="All done").wait_for()
        return self.page.evaluate("() => window.states.at(-1)")

    def pictures(self) -> list[dict[str, Any]]:
        """What the page was last told of: what the frame shows already may still be on its way to the page."""
        self.settle()
        return self.page.evaluate("() => window.changes.at(-1)")

    def hash(self, *files: Path) -> list[dict[str, Any]]:
        """Choose files and answer what the page got."""
        self.choose(*files)
        self.wait()
        return self.pictures()

    def texts(self) -> list[str]:
        return self.frame.locator("li .state").all_inner_texts()


@pytest.fixture
def desk(page: Page, site: Site) -> Desk:
    return Desk(page, site)


@pytest.fixture(scope="session")
def photo() -> Callable[[str], Image.Image]:
    """A packaged photograph by name."""
    return lambda name: Image.fromarray(getattr(data, name)()).convert("RGB")


@pytest.fixture
def save(tmp_path: Path) -> Callable[..., Path]:
    """Write an image, or bytes, to a file of this test."""

    def write(name: str, content: Image.Image | bytes, **options: Any) -> Path:
        path = tmp_path / name
        if isinstance(content, Image.Image):
            buffer = io.BytesIO()
            content.save(buffer, **({"format": path.suffix[1:].replace("jpg", "jpeg")} | options))
            content = buffer.getvalue()
        path.write_bytes(content)
        return path

    return write


type Change = Callable[[str], str]
WORKER_TEXTS = ("KEEPER_TEXT", "WORKER_TEXT")


def unchanged(text: str) -> str:
    return text


def change_text(script: str, name: str, change: Change) -> str:
    """The frame's script with the text of one of its workers changed; it stands there as one line, as JSON."""
    line = re.search(rf'^const {name}=(".*");$', script, re.MULTILINE)
    assert line
    text = json.dumps(change(json.loads(line[1])), ensure_ascii=False).replace("<", "\\u003c")
    return script.replace(line[0], f"const {name}={text};")


@pytest.fixture
def repin(site: Site, built: dict[str, Any]) -> Callable[..., None]:
    """Change the frame's script, or the text of its workers, and pin the new one; everything else stays as it is."""
    pinned = built["frame_script_csp"]

    def change(
        script: Change = unchanged,
        document: Change = unchanged,
        *,
        keeper: Change = unchanged,
        worker: Change = unchanged,
    ) -> None:
        nonlocal pinned
        match = re.search(r'srcdoc="([^"]*)"', site.document)
        assert match
        head, _, rest = html.unescape(match[1]).partition("<script>")
        new, _, tail = rest.partition("</script>")
        for name, change_one in zip(WORKER_TEXTS, (keeper, worker), strict=True):
            if change_one is not unchanged:
                new = change_text(new, name, change_one)
        new = script(new)
        pin = "sha256-" + base64.b64encode(hashlib.sha256(new.encode()).digest()).decode()
        frame = document(f"{head}<script>{new}</script>{tail}").replace(pinned, pin)
        site.policy = site.policy.replace(pinned, pin)
        site.document = site.document.replace(match[0], f'srcdoc="{html.escape(frame)}"')
        pinned = pin

    return change


@pytest.fixture
def swap_addon(site: Site, built: dict[str, Any], repin: Callable[..., None]) -> Callable[[str, str], None]:
    """Serve something else as an add-on and pin that, as if its makers had been taken over before we built."""

    def swap(name: str, script: str) -> None:
        content = script.encode()
        pins = built["files"][f"addons/{name}"]["sha256"], hashlib.sha256(content).hexdigest()
        repin(worker=lambda text: text.replace(*pins))
        answer = site.answer
        site.answer = lambda path: (  # type: ignore[method-assign]
            ("text/javascript", content) if path == f"/dist/addons/{name}" else answer(path)
        )

    return swap


@pytest.fixture(scope="session")
def expected() -> Callable[..., dict[str, Any]]:
    """What the Python library makes of a picture file, in the words of the payload."""

    def hashed(file: Path, *, path: str = "native") -> dict[str, Any]:
        content = file.read_bytes()
        family = [[member.variant, member.hash.hex, member.quality] for member in hash_family(decode_image(file))]
        return {
            "kind": "image",
            "path": path,
            "approx": False,
            "md5": hashlib.md5(content, usedforsecurity=False).hexdigest(),
            "sha256": hashlib.sha256(content).hexdigest(),
            "pdq": [member for member in family if member[2] >= 50],
        }

    return hashed


@pytest.fixture(scope="session")
def distance() -> Callable[[str, str], int]:
    """How many bits of two hashes differ."""
    return lambda first, second: (int(first, 16) ^ int(second, 16)).bit_count()


@pytest.fixture
def scenes(photo: Callable[[str], Image.Image]) -> list[Pixels]:
    """Pictures that differ from each other, all of one size."""
    names = ["astronaut", "coffee", "chelsea", "rocket", "camera"]
    found = [np.asarray(photo(name).resize((320, 240), Image.Resampling.LANCZOS)) for name in names]
    return [*found, np.ascontiguousarray(found[0][:, ::-1])]


@pytest.fixture
def make_video(desk: Desk, of_the_run: Path) -> Callable[..., bytes]:
    """Encode scenes, each shown for `repeat` frames; what was encoded for one test serves all that ask for the same."""
    answer = desk.site.answer
    desk.site.answer = lambda path: ("text/javascript", MUXER.read_bytes()) if path == "/muxer.mjs" else answer(path)

    def make(scenes: list[Pixels], **options: Any) -> bytes:
        asked = b"".join(scene.tobytes() for scene in scenes) + repr(sorted(options.items())).encode()
        made = of_the_run / f"{hashlib.sha256(asked).hexdigest()}.film"
        if not made.exists():
            own = made.with_suffix(f".{os.getpid()}")
            own.write_bytes(encode(scenes, **options))
            own.replace(made)
        return made.read_bytes()

    def encode(
        scenes: list[Pixels], *, container: str, codec: str, rotation: int = 0, repeat: int = VIDEO_RATE
    ) -> bytes:
        desk.page.goto(desk.site.origin)
        encoded = [
            base64.b64encode(np.dstack([scene, np.full(scene.shape[:2], 255, np.uint8)]).tobytes()).decode()
            for scene in scenes
        ]
        height, width, _ = scenes[0].shape
        options = {"scenes": encoded, "repeat": repeat, "width": width, "height": height, "rate": VIDEO_RATE}
        return base64.b64decode(
            desk.page.evaluate(
                (PAGES / "make_video.js").read_text(),
                options | {"container": container, "codec": codec, "rotation": rotation},
            )
        )

    return make
