"""The package for other sites: what is in it, where that comes from, and that it works as it was packed."""

import functools
import hashlib
import json
import os
import re
import subprocess
import tarfile
import threading
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hashmatch.pdq_pixels import hash_pixels
from PIL import Image
from playwright.sync_api import Page

ROOT = Path(__file__).parents[3]
BROWSER = ROOT / "hashmatch" / "browser"
MODULES = ("addon-files", "family", "page", "payload", "pdq", "pixels", "index")
ADDONS = (
    *("LICENCES.txt", "frames.js", "heic.js", "jpeg.js", "jpeg.wasm", "libheif.js", "libheif.wasm"),
    *("mediabunny.js", "moving.js", "png.js", "png.wasm", "video.js", "webp.js", "webp.wasm"),
)
CONTENT = {
    *("LICENSE", "NOTICE", "README.md", "package.json", "example.html", "src/example.js"),
    *(f"src/{name}.js" for name in MODULES),
    *(f"types/{name}.d.ts" for name in MODULES),
    *(f"dist/{name}" for name in ("frame.html", "words.json", "manifest.json")),
    *(f"dist/addons/{name}" for name in ADDONS),
}
MOST_PACKED, MOST_UNPACKED = 900_000, 2_600_000  # bytes; libheif is more than half of both


def pack(folder: Path) -> Path:
    """The package as `npm run pack` makes it of the present build."""
    call = ["node", "tools/pack_hasher.mjs", str(folder), "--as-built"]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=True)
    [path] = folder.iterdir()
    assert done.stdout.strip() == str(path)
    return path


@pytest.fixture(scope="module")
def archive(built: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pack(tmp_path_factory.mktemp("packed"))


@pytest.fixture(scope="module")
def package(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpacked where Node and a compiler look for it."""
    scope = tmp_path_factory.mktemp("site") / "node_modules" / "@leeward"
    with tarfile.open(archive) as packed:
        packed.extractall(scope, filter="data")
    return (scope / "package").rename(scope / "hasher")


def read_json(path: Path) -> Any:
    return json.loads(path.read_text())


def test_the_package_holds_the_hasher_and_no_page_of_ours(archive: Path, package: Path) -> None:
    files = {str(path.relative_to(package)): path for path in package.rglob("*") if path.is_file()}
    assert files.keys() == CONTENT
    assert archive.stat().st_size <= MOST_PACKED
    assert sum(path.stat().st_size for path in files.values()) <= MOST_UNPACKED
    described = read_json(package / "package.json")
    assert archive.name == f"leeward-hasher-{described['version']}.tgz"
    assert not described.keys() & {"private", "dependencies", "devDependencies", "scripts", "bundledDependencies"}
    doors = [
        path for door in described["exports"].values() for path in (door.values() if type(door) is dict else [door])
    ]
    assert [path for path in doors if "*" not in path and path.removeprefix("./") not in files] == []
    for path in files.values():
        text = path.read_bytes()
        assert not re.search(rb"registry\.|npmjs|\"resolved\"|\"integrity\"", text), path
        assert str(ROOT).encode() not in text, path


@pytest.mark.skipif(os.environ.get("LEEWARD_DEEP") != "1", reason="only in `make deep`: packing takes a second")
def test_two_packages_have_the_same_bytes(archive: Path, tmp_path: Path) -> None:
    assert pack(tmp_path).read_bytes() == archive.read_bytes()


def test_what_is_packed_is_what_is_published(package: Path) -> None:
    """Whoever serves it can compare it with the published hashes, and its manifest names each file of its folder."""
    manifest = read_json(package / "dist" / "manifest.json")
    digests = {
        str(path.relative_to(package / "dist")): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (package / "dist").rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    assert {name: one["sha256"] for name, one in manifest["files"].items()} == digests
    published = read_json(BROWSER / "published-hashes.json")
    addons = {name: value for name, value in published.items() if name.startswith("addons/")}
    assert len(addons) == len(ADDONS) - 1
    assert addons.items() <= digests.items()
    [script] = re.findall(r"<script>(.*)</script>", (package / "dist" / "frame.html").read_text(), re.DOTALL)
    assert hashlib.sha256(script.encode()).hexdigest() == published["frame script"]


def test_the_licences_name_what_was_built_in_by_the_lock_file(package: Path) -> None:
    """All that esbuild took in or the build copied, with the version that the lock file names and its source."""
    locked = read_json(ROOT / "package-lock.json")["packages"]
    licences = (package / "dist" / "addons" / "LICENCES.txt").read_text()
    named = dict(re.findall(r"(@?[\w/-]+) (\d[\w.]*) \(https://github\.com/", licences))
    assert named == {
        name: locked[f"node_modules/{name}"]["version"]
        for name in (
            *("@jsquash/jpeg", "@jsquash/png", "@jsquash/webp"),
            *("libheif-js", "mediabunny"),
        )
    }
    notice = (package / "NOTICE").read_text()
    for name in ("mediabunny", "libheif-js", "jSquash", "Independent JPEG Group", "PDQ"):
        assert name in notice
    for text in ("GNU LESSER GENERAL PUBLIC LICENSE", "Mozilla Public License", "Apache License", "libjpeg-turbo"):
        assert text in licences
    assert (package / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()


def test_the_guides_example_is_the_page_that_is_tried(package: Path) -> None:
    """But for what is done with the list and where the package lies."""
    guide, tried = (package / "README.md").read_text(), (package / "src" / "example.js").read_text()
    assert 'import { SPEC, mountHasher } from "/hasher/src/index.js";' in guide
    assert 'import { SPEC, mountHasher } from "./index.js";' in tried
    for line in ("await mountHasher({", "onChange: (pictures) =>", "JSON.stringify({ spec: SPEC, pictures }"):
        assert line in guide
        assert line in tried
    policy = " ".join(re.findall(r"```\n(default-src.*?)\n```", guide, re.DOTALL)[0].split())
    manifest = read_json(package / "dist" / "manifest.json")
    for name in ("frame_script_csp", "frame_style_csp"):
        policy = policy.replace(f"<{name}>", manifest[name])
    policy = policy.replace("form-action 'self'", "form-action 'none'")
    assert f'content="{policy}"' in (package / "example.html").read_text()


USE = """
import { type Picture, type SPEC } from "@leeward/hasher/payload";
import { hashPixels, hashFamilyOfPixels } from "@leeward/hasher/pixels";
import { mountHasher } from "@leeward/hasher";
const listed: Picture[] = [];
export const hasher = mountHasher({ frame: document.createElement("iframe"), lang: "ar", dir: "rtl",
  onChange: (pictures) => listed.push(...pictures), onState: ({ phase, left }) => console.log(phase, left) });
export const hex: string = hashPixels({ data: new Uint8ClampedArray(400), width: 10, height: 10 }).hex;
// @ts-expect-error a hash is no number
export const wrong: number = hashFamilyOfPixels({ data: new Uint8Array(400), width: 10, height: 10 })[0][1];
export type Spec = typeof SPEC;
"""


def test_a_program_in_typescript_finds_the_types(package: Path) -> None:
    program = package.parents[2] / "use.ts"
    program.write_text(USE)
    compiler = str(ROOT / "node_modules" / ".bin" / "tsc")
    call = [compiler, "--noEmit", "--strict", "--module", "nodenext", "--types", "", str(program)]
    done = subprocess.run(call, cwd=program.parent, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("", 0)


HASH = """
import { readFileSync } from "node:fs";
import { hashFamilyOfPixels, hashPixels } from "@leeward/hasher/pixels";
import { PayloadError, readPayload } from "@leeward/hasher/payload";
const [file, width, height] = process.argv.slice(2);
const pixels = { data: readFileSync(file), width: Number(width), height: Number(height) };
const family = hashFamilyOfPixels(pixels);
let refused = false;
try { readPayload({ spec: "another", pictures: [] }); } catch (error) { refused = error instanceof PayloadError; }
console.log(JSON.stringify({ one: hashPixels(pixels), family, refused }));
"""


def test_node_hashes_pixels_as_python_does(package: Path, photo: Callable[[str], Image.Image]) -> None:
    picture = photo("coffee")
    raw, program = package.parents[2] / "pixels.raw", package.parents[2] / "use.mjs"
    raw.write_bytes(np.asarray(picture.convert("RGBA")).tobytes())
    program.write_text(HASH)
    call = ["node", str(program), str(raw), str(picture.width), str(picture.height)]
    found = json.loads(subprocess.run(call, capture_output=True, text=True, check=True).stdout)
    wanted = hash_pixels(np.asarray(picture))
    assert found["one"] == {"hex": wanted.hash.hex, "quality": wanted.quality}
    assert found["family"][0] == ["upright", wanted.hash.hex, wanted.quality]
    assert len(found["family"]) == 18
    assert found["refused"]


@pytest.fixture
def asked(package: Path, page: Page) -> Iterator[list[str]]:
    """The example page open, from a server that knows nothing but files; what it was asked for."""
    asked: list[str] = []

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            asked.append(self.path)

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(package)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        page.goto(f"http://127.0.0.1:{server.server_port}/example.html")
        yield asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.browser
def test_the_example_page_hashes_as_python_does_and_asks_for_nothing_more(
    asked: list[str],
    page: Page,
    save: Callable[..., Path],
    photo: Callable[[str], Image.Image],
    expected: Callable[..., dict[str, Any]],
) -> None:
    files = [save("coffee.jpg", photo("coffee"), quality=90), save("cat.png", photo("cat").resize((300, 200)))]
    frame = page.frame_locator("#hasher")
    frame.locator("input[type=file]:enabled").wait_for(state="attached")
    before = len(asked)
    frame.locator("input[type=file]").set_input_files(files)
    page.wait_for_function("() => document.getElementById('result').textContent.split('sha256').length === 3")
    shown = json.loads(page.locator("#result").inner_text())
    assert shown == {"spec": "leeward-hashes:1", "pictures": [expected(path) for path in files]}
    assert before > 8
    assert [path for path in asked[before:] if path != "/favicon.ico"] == []
    assert page.locator("#hasher").get_attribute("sandbox") == "allow-scripts"
    # The frame's policy holds on a page without headers too: hostile lines in it would reach nobody.
    inside = frame.locator("body").evaluate("() => fetch('/example.html').then(() => 'out', () => 'held')")
    assert inside == "held"
