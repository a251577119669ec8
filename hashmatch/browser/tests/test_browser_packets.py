"""The proof that no picture leaves, by packets: a policy stops requests, but neither look-ups nor early connections.

A browser runs in a network of its own, with our resolver and our recorder. Its settings for privacy stay as they come.
To read what each try came to: `pytest -rP hashmatch/browser/tests/test_browser_packets.py`.
"""

import hashlib
import json
import os
import re
import shutil
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hashmatch.hashes import PdqHash
from hashmatch.pdq import hash_pixels
from hashmatch.variants import MATCH_DISTANCE
from packets import BROWSER, DRIVER_PORT, ELSEWHERE, PAGE_NAME, PLANTED, Network, NetworkRefusedError, Packet
from PIL import Image
from playwright.sync_api import Page, Playwright

from tests.depth import one_a_day

pytestmark = [pytest.mark.browser, pytest.mark.proof]

Repin = Callable[..., None]
Save = Callable[..., Path]
Photo = Callable[[str], Image.Image]
Pixels = npt.NDArray[np.uint8]

TESTS = Path(__file__).parent
ROOT = TESTS.parents[2]
PAGES = TESTS / "pages"
DRIVER = TESTS / "firefox.mjs"
SECRET = "secret-5f1c"
WAYS_OUT = (PAGES / "ways_out.js").read_text().replace("SECRET", SECRET)

CHROMIUM = "/usr/bin/chromium"
CHROMIUM_OPTIONS = ["--no-sandbox", "--disable-dev-shm-usage", "--ignore-certificate-errors"]
# The driver switches this off, against noise; people have it on, and hostile scripts use it.
FIREFOX_PREFERENCES = {"network.http.speculative-parallel-limit": 20}
# Browsers ask these by themselves at times, whatever a page does. Here they lead nowhere, and carry nothing of ours.
BROWSER_MAKERS = (
    *(".google.com", ".googleapis.com", ".gstatic.com", ".gvt1.com"),
    *(".mozilla.com", ".mozilla.org", ".mozilla.net", ".firefox.com"),
)


class Server(ThreadingHTTPServer):
    """The page's server, inside; browsers may open connections that they do not use."""

    def handle_error(self, *_: object) -> None:
        """A connection that ends before it was asked anything is nothing to tell."""


@pytest.fixture
def network() -> Iterator[Network]:
    try:
        network = Network.open()
    except NetworkRefusedError as error:
        message = f"this machine allows no network namespace, in which alone packets can be watched: {error}"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    yield network
    network.close()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for the page's name, which nobody but these tests believes."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, PAGE_NAME)])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(PAGE_NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path_factory.mktemp("certificate") / "page.pem"
    path.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def site(site: Any, network: Network, certificate: Path) -> Iterator[Any]:
    """The site of all browser tests, served into the network by HTTPS as in production."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = Server(("", 0), site.handler, bind_and_activate=False)
    server.socket.close()
    server.socket = context.wrap_socket(network.page, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    site.origin = f"https://{PAGE_NAME}"
    answer = site.answer

    def answer_when_asked(path: str) -> tuple[str, bytes] | None:
        name = path.removeprefix("/asked/")
        if name == path:
            return answer(path)
        asked = network.wait_for(lambda packets: any(packet.name == f"{name}.{PAGE_NAME}" for packet in packets))
        return ("text/plain", b"") if asked else None

    site.answer = answer_when_asked
    yield site
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(playwright: Playwright, network: Network, tmp_path: Path) -> Iterator[Page]:
    """A page of Chromium, inside. Not in a private window, as in other tests: those ask for fewer names ahead."""
    start = tmp_path / "chromium"
    start.write_text(f'#!/bin/sh\nexec {" ".join(network.enter)} {CHROMIUM} "$@"\n')
    start.chmod(0o755)
    context = playwright.chromium.launch_persistent_context(
        tmp_path / "profile", executable_path=start, args=CHROMIUM_OPTIONS, viewport={"width": 1000, "height": 900}
    )
    yield context.new_page()
    context.close()


@dataclass
class Firefox:
    """Firefox, inside with its driver."""

    network: Network
    site: Any

    def run(self, *files: Path, preferences: dict[str, Any] | None = None) -> Any:
        """What the page said. It is opened once more where Firefox comes to no end of it, which was seen on a busy
        machine; the recorder sees what leaves in either of the two.
        """
        settings = json.dumps(FIREFOX_PREFERENCES | (preferences or {}))
        command = [*self.network.enter, "node", DRIVER, self.site.origin, settings, *files]
        environment = os.environ | {"DRIVER_PORT": str(DRIVER_PORT)}
        for _try in range(2):
            finished = subprocess.run(
                command, capture_output=True, text=True, timeout=150, check=False, env=environment
            )
            if "Waiting failed" not in finished.stderr:
                break
        assert finished.returncode == 0, finished.stderr
        return json.loads(finished.stdout)

    def visit(self) -> dict[str, str]:
        return self.run()

    def hash(self, kind: str, *files: Path) -> list[dict[str, Any]]:
        # As Tor Browser sets it, so that our own decoders are used for pictures.
        return self.run(*files, preferences={"privacy.resistFingerprinting": kind == "image"})["pictures"]


@dataclass
class Chromium:
    """Chromium, inside."""

    desk: Any

    def visit(self) -> dict[str, str]:
        page = self.desk.page
        page.goto(self.desk.site.origin)
        page.wait_for_function("() => window.finished", timeout=90_000)
        said = page.evaluate("() => window.finished")
        page.context.close()
        return said

    def hash(self, _kind: str, *files: Path) -> list[dict[str, Any]]:
        page = self.desk.page
        self.desk.open()
        page.evaluate("() => fetch('/choosing')")
        pictures = self.desk.hash(*files)
        page.evaluate("() => window.send()")
        page.context.close()
        return pictures


# Firefox takes five seconds of a core to start, so it tries half of what Chromium tries each day.
IN_FIREFOX = {
    *one_a_day(["document", "worker"]),
    *one_a_day(["image", "video"]),
    *one_a_day(["poisoned image", "", "", "poisoned video"]),
}


def browsers(what: str) -> list[str]:
    """Who tries this today."""
    return ["chromium", "firefox"] if what in IN_FIREFOX else ["chromium"]


@pytest.fixture
def person(request: pytest.FixtureRequest, network: Network, site: Any) -> Firefox | Chromium:
    """Somebody who visits until the page has finished, or hashes and sends, and then ends the browser."""
    if request.param == "firefox":
        return Firefox(network, site)
    return Chromium(request.getfixturevalue("desk"))


@pytest.fixture
def film(tmp_path: Path, scenes: list[Pixels]) -> Path:
    """A video that both browsers decode by themselves."""
    path = tmp_path / "film.webm"
    height, width, _ = scenes[0].shape
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"VP80"), 5, (width, height))
    for scene in scenes[:3]:
        for _ in range(5):
            writer.write(cv2.cvtColor(scene, cv2.COLOR_RGB2BGR))
    writer.release()
    return path


def leaked(packets: list[Packet]) -> dict[str, set[str]]:
    """What left the browser beyond the page's own: for each name or address, how."""
    found: dict[str, set[str]] = {}
    for packet in packets:
        name = packet.name
        if name is not None:
            if not name.endswith((PAGE_NAME, *BROWSER_MAKERS)):
                found.setdefault(name.removesuffix(f".{SECRET}.{PLANTED}"), set()).add("look-up")
        elif not packet.is_allowed and packet.target[0] != BROWSER:
            found.setdefault(f"{packet.target[0]} {packet.target[1]}", set()).add(packet.protocol)
    return found


def put_hostile_script(site: Any, repin: Repin, *, place: str) -> None:
    """Pin a script that tries every way out, as if ours had been replaced; both policies stay."""
    script = WAYS_OUT + (PAGES / "hostile_frame.js").read_text().replace("PLACE", place)
    repin(lambda _: script)
    site.script = (PAGES / "hostile_page.js").read_text()


@pytest.mark.parametrize("person", browsers("document"), indirect=True)
def test_the_recorder_sees_what_a_script_in_a_document_gets_out(
    person: Firefox | Chromium, network: Network, site: Any, repin: Repin
) -> None:
    """The control: what no policy stops, and why no code but our own may have a document."""
    put_hostile_script(site, repin, place="document")
    tried = person.visit()
    seen = leaked(network.read())
    for way in sorted({*tried, *seen}):
        print(f"{way:24} {', '.join(sorted(seen.get(way, []))):8} {tried.get(way, '')}")
    # Firefox obeys the frame, which asks it not to look up names ahead; nothing rests on that.
    assert seen.keys() >= {"preconnect", "srcdoc-preconnect", "leave-download", f"{ELSEWHERE} 443"}


@pytest.mark.parametrize("person", browsers("worker"), indirect=True)
def test_the_same_script_in_a_worker_gets_nothing_out(
    person: Firefox | Chromium, network: Network, site: Any, repin: Repin
) -> None:
    put_hostile_script(site, repin, place="worker")
    tried = person.visit()
    for way in sorted(tried):
        print(f"{way:40} {tried[way]}")
    assert tried.keys() >= {"in-worker-fetch", "in-worker-dns-prefetch"}
    assert leaked(network.read()) == {}


@pytest.mark.parametrize(
    ("person", "kind"),
    [(browser, kind) for kind in ("image", "video") for browser in browsers(kind)],
    indirect=["person"],
)
def test_nothing_leaves_while_files_are_hashed(
    person: Firefox | Chromium, network: Network, site: Any, save: Save, photo: Photo, film: Path, kind: str
) -> None:
    file = film if kind == "video" else save("photo.jpg", photo("astronaut"), quality=85)
    [picture] = person.hash(kind, file)
    assert picture["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert picture["pdq"]
    assert site.paths[site.paths.index("/choosing") :] == ["/choosing", "/send"]
    packets = network.read()
    assert PAGE_NAME in {packet.name for packet in packets}  # the record sees this browser
    assert leaked(packets) == {}


# What the hasher is built from beside our own lines; the place in the list is that of the mark.
PACKAGES = ["mediabunny", "libheif-js", "@jsquash/jpeg", "@jsquash/png", "@jsquash/webp"]
IS_MODULE = re.compile(r"^(import|export)\b", re.MULTILINE)


def poison_package(package: str, root: Path, poison: str) -> None:
    """Put the poison first in every script of a package."""
    short = package.removeprefix("@").replace("/", "-")
    text = poison.replace("PACKAGE", short).replace("PLACE", str(PACKAGES.index(package)))
    module = root / f"poison-{short}.js"
    module.write_text(text)
    for file in [*(root / "node_modules" / package).rglob("*.js"), *(root / "node_modules" / package).rglob("*.mjs")]:
        script = file.read_text()
        first = f'import "{module}";\n' if IS_MODULE.search(script) else f"(() => {{{text}}})();\n"
        file.write_text(first + script)


def mark_of(place: int) -> PdqHash:
    """The hash of the pattern that a poisoned package puts in the place of all pixels (pages/poison.js)."""
    row, column = np.mgrid[0:512, 0:512] // 64
    return hash_pixels((((column**2 * (place + 3) + row * (place + 2) + column * row) % 11) * 25).astype(np.uint8)).hash


@pytest.fixture(scope="session")
def poisoned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build of the hasher in which everything that we did not write is hostile; all pins are right."""
    root = tmp_path_factory.mktemp("poisoned")
    shutil.copytree(ROOT / "tools", root / "tools")
    shutil.copytree(ROOT / "hashmatch" / "browser" / "src", root / "hashmatch" / "browser" / "src")
    for file in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / file, root)
    (root / "node_modules").mkdir()
    for entry in [*(ROOT / "node_modules").glob("[!@]*"), *(ROOT / "node_modules").glob("@*/*")]:
        name = entry.relative_to(ROOT)
        (root / name).parent.mkdir(exist_ok=True)
        if str(entry.relative_to(ROOT / "node_modules")) in PACKAGES:
            shutil.copytree(entry, root / name)
        else:
            (root / name).symlink_to(entry)
    for package in PACKAGES:
        poison_package(package, root, WAYS_OUT + (PAGES / "poison.js").read_text())
    subprocess.run(["node", TESTS / "support" / "build_without_sizes.mjs", root], check=True)
    return root / "hashmatch" / "browser" / "dist"


@pytest.mark.parametrize(
    ("person", "kind"),
    [(browser, kind) for kind in one_a_day(["image", "video"]) for browser in browsers(f"poisoned {kind}")],
    indirect=["person"],
)
def test_poisoned_packages_get_nothing_out(
    person: Firefox | Chromium,
    network: Network,
    site: Any,
    poisoned: Path,
    save: Save,
    photo: Photo,
    film: Path,
    kind: str,
) -> None:
    """Everything that others wrote tries every way out, wherever our own lines let it run."""
    site.put(poisoned)
    files = [film] if kind == "video" else [save("photo.jpg", photo("coffee")), TESTS / "pictures" / "plain.heic"]
    hashed = person.hash(kind, *files)
    seen = [PdqHash.from_hex(member[1]) for picture in hashed for member in picture["pdq"]]
    ran = {
        package
        for place, package in enumerate(PACKAGES)
        if any(mark_of(place).distance(one) <= MATCH_DISTANCE for one in seen)
    }
    wanted = {"video": {"mediabunny"}, "image": {"libheif-js"}}[kind]
    if kind == "image" and isinstance(person, Firefox):
        wanted |= {"@jsquash/jpeg"}
    assert ran == wanted
    # It chose pixels, and nothing else: the digests are those of the files.
    assert [picture["md5"] for picture in hashed] == [
        hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest() for file in files
    ]
    assert leaked(network.read()) == {}
