"""What journeys share: the product on a server that remembers every byte it was sent, and people with real browsers."""

import io
import os
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.db import connections
from playwright.sync_api import Browser, Playwright

from leeward.foundation.vault.rules import work as small
from leeward.victim.portal.rules import work as portals
from tests.journeys.people import PHONE, Person, meet

# Chromium without a window of its own around each page, which nobody would see, where there is one; the hasher's tests
# drive the whole one.
CHROMIUM = shutil.which("chromium-headless-shell") or "/usr/bin/chromium"

# Playwright's synchronous interface runs an event loop in this thread; Django would take that for a mistake of ours.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@dataclass(frozen=True, kw_only=True)
class Received:
    """One request as the server got it."""

    method: str
    path: str
    query: str
    headers: str
    body: bytes

    @property
    def everything(self) -> bytes:
        return b"\n".join(
            [self.method.encode(), self.path.encode(), self.query.encode(), self.headers.encode(), self.body]
        )


@dataclass
class Product:
    """The product, served from a thread of the test, with all that it received."""

    url: str = ""
    received: list[Received] = field(default_factory=list)

    def pages(self) -> list[Received]:
        """Requests but those for style sheets, scripts and pictures of ours."""
        return [request for request in self.received if not request.path.startswith("/static/")]


class _Recorder:
    """Keeps a copy of each request before the product sees it."""

    def __init__(self, product: Product) -> None:
        self._product = product
        self._inner = WSGIHandler()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        self._product.received.append(
            Received(
                method=environ["REQUEST_METHOD"],
                path=environ["PATH_INFO"],
                query=environ.get("QUERY_STRING", ""),
                headers="\n".join(f"{name}: {value}" for name, value in environ.items() if name.startswith("HTTP_")),
                body=body,
            )
        )
        try:
            return self._inner(environ, start_response)
        finally:
            connections.close_all()


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_args: object) -> None:
        """The recorder is the log."""


@pytest.fixture
def real_sums() -> None:
    """What a page asks of a device in earnest, for a test that is about it."""


@pytest.fixture(autouse=True)
def _quick_sums(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A device's sums take a third of a second of a core at each door: no time where no test is about them."""
    if "real_sums" not in request.fixturenames:
        monkeypatch.setattr(small, "BITS", 2)
        monkeypatch.setattr(portals, "FIRST_BITS", 2)


@pytest.fixture
def product(transactional_db: None) -> Iterator[Product]:
    """The product as it is served, on this machine alone."""
    made = Product()
    server = ThreadedWSGIServer(("127.0.0.1", 0), _Quiet)
    server.daemon_threads = True
    server.set_app(_Recorder(made))
    made.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """One real Chromium for all journeys; each person gets a context of her own."""
    browser = playwright.chromium.launch(
        executable_path=CHROMIUM,
        args=["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"],
    )
    yield browser
    browser.close()


@pytest.fixture
def person(chromium: Browser, product: Product) -> Iterator[Callable[..., Person]]:
    """Makes people: `person()` on a phone, `person(DESKTOP)`, `person(java_script_enabled=False)`."""
    people: list[Person] = []

    def make(viewport: dict[str, int] = PHONE, **options: Any) -> Person:
        made = meet(chromium, url=product.url, viewport=viewport, **options)
        people.append(made)
        return made

    yield make
    for each in people:
        each.context.close()
    assert [url for each in people for url in each.strayed] == [], "a page asked somebody else for something"
