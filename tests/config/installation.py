"""An installation as an operator makes it: a folder, an environment, and the real commands and processes."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import requests

from leeward.config.environment import MADE_UP_NATION, make_secrets
from tests.databases import LEEWARD, empty
from tests.depth import DEEP

HOST = "leeward.example"
START_TRIES = 3000
# `leeward`, which packs what it packs for browsers a little less tightly, in a twentieth of the time.
PACKS_LOOSELY = """
import sys, brotli
from leeward.config.cli import main
tightly, sys.argv[0] = brotli.compress, "leeward"
brotli.compress = lambda data: tightly(data, quality=5)
main()
"""
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True, kw_only=True)
class Installation:
    """What an operator has: a folder, and the variables with which everything is started."""

    folder: Path
    environment: Mapping[str, str]

    @property
    def port(self) -> int:
        return int(self.environment["PORT"])

    def run(self, *arguments: str, umask: int = 0o022, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run one command, under the usual umask of a machine."""
        is_packing = arguments[0] == "collectstatic" and not DEEP
        command = [sys.executable, "-c", PACKS_LOOSELY] if is_packing else [str(LEEWARD)]
        return subprocess.run(
            [*command, *arguments],
            env={**self.environment, **variables},
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=600,  # packing the site's files takes long on a busy machine
            check=False,
            umask=umask,
        )

    def ask(self, *arguments: str) -> str:
        """Run a command that must work, and return what it says."""
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    @property
    def log(self) -> Path:
        """What the web server has written."""
        return self.folder / "web.log"

    @contextmanager
    def serving(self) -> Iterator[None]:
        """The real web server."""
        with self.log.open("wb") as file:
            process = subprocess.Popen(
                [str(LEEWARD), "serve"],
                env=self.environment,
                cwd=self.folder,
                stderr=file,
                start_new_session=True,
                umask=0o022,
            )
            try:
                self._wait(process)
                yield
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGTERM)
                process.wait(timeout=30)

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        pause = threading.Event()
        for _ in range(START_TRIES):
            assert process.poll() is None, self.log.read_text()
            with contextlib.suppress(requests.ConnectionError):
                if self.browser().get("/healthz").ok:
                    return
            pause.wait(0.1)  # the poll of a start, not a wait for luck
        raise AssertionError(self.log.read_text())

    def browser(self) -> "Browser":
        return Browser(self.port)


class Browser:
    """Somebody behind the proxy that ends TLS: cookies are kept, forms are sent as pages of ours send them."""

    def __init__(self, port: int) -> None:
        self._base = f"http://127.0.0.1:{port}"
        self._session = requests.Session()
        self._session.headers.update(
            {
                "Host": HOST,
                "X-Forwarded-Proto": "https",
                "X-Forwarded-For": "192.0.2.7",
                "Sec-Fetch-Site": "same-origin",
            }
        )

    def get(self, path: str) -> requests.Response:
        return self._session.get(urljoin(self._base, path), headers=self._cookies(), timeout=120, allow_redirects=False)

    def send(self, path: str, fields: Mapping[str, object]) -> requests.Response:
        """Load the page, fill in its form, press its button."""
        page = self.get(path)
        assert page.ok, page.text
        token = TOKEN.search(page.text)
        assert token, page.text
        return self._session.post(
            urljoin(self._base, path),
            {**fields, "csrfmiddlewaretoken": token[1]},
            headers={"Origin": "null", **self._cookies()},
            timeout=120,
            allow_redirects=False,
        )

    def _cookies(self) -> dict[str, str]:
        """All that are kept: behind the proxy the line is plain, and secure ones would stay at home."""
        return {"Cookie": "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._session.cookies)}


@contextmanager
def production(folder: Path, **variables: str) -> Iterator[Installation]:
    """An empty production installation, on a database of its own of the kind that this run of the suite uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with empty(folder / "data") as address:
        yield Installation(
            folder=folder,
            environment={
                "PATH": os.environ["PATH"],
                "PORT": str(port),
                **make_secrets(),
                "DATABASE_URL": address,
                "LEEWARD_DATA": str(folder / "data"),
                "LEEWARD_HOSTS": HOST,
                "LEEWARD_NATION_FILE": str(MADE_UP_NATION),
                "LEEWARD_PROXIES": "1",
                "LEEWARD_STAFF_SIGN_IN": "passphrase",
                **variables,
            },
        )
