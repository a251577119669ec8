"""The demonstration's made-up nation: who is in it, and the processes that play it.

Everything lies in the data folder, so that removing it starts afresh.
"""

import contextlib
import io
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from django.core.management import call_command
from django.utils import timezone

from leeward.foundation.accounts.operations import choose_passphrase, create_staff
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
STOP_SECONDS = 8
RESTART_PAUSE_SECONDS = 2.0
SITE_PORT_STEP = 100
PORT_TRIES = 50
FACTS_FILE = "demo.json"


class DemonstrationFailed(Exception):
    """The demonstration cannot run, and why."""


@dataclass(frozen=True, kw_only=True)
class Partner:
    """One made-up platform: its name on pages, the folder of its state, what client it runs."""

    name: str
    folder: str
    client: str


PARTNERS = (
    Partner(name="Old Harbour", folder="stock", client="the unmodified threatexchange client"),
    Partner(name="Lantern", folder="sync", client="hashmatch sync"),
    Partner(name="Picture House", folder="site", client="hashmatch inside a small site with uploads"),
)
STAFF_NAME, STAFF_DISPLAY_NAME, STAFF_ROLE = "robin", "Robin Vale", Role.EXCHANGE_OFFICER


@dataclass(frozen=True, kw_only=True)
class DemonstrationFacts:
    """What the page at /demo tells a visitor, and no more than that."""

    site_url: str
    staff_name: str
    staff_passphrase: str
    posts_folders: dict[str, str]


def read_facts(data: Path) -> DemonstrationFacts | None:
    """The running demonstration's facts, or None where none was ever started with this data folder."""
    try:
        kept = json.loads((data / FACTS_FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return DemonstrationFacts(**kept)


def free_port(first: int) -> int:
    """The first port from `first` on that nobody listens on, on this machine's loopback."""
    for port in range(first, first + PORT_TRIES):
        if is_free(port):
            return port
    raise DemonstrationFailed(f"No free port from {first} to {first + PORT_TRIES - 1}. Stop what uses them.")


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of the loopback."""
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def found_nation(data: Path, *, site_url: str) -> DemonstrationFacts:
    """Make tables, platforms and staff that are not there yet; safe to call again.

    Keys are shown once, so each partner's are written to its own folder, readable by their owner alone.
    """
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    for partner in PARTNERS:
        keys = data / "partners" / partner.folder / "keys.json"
        if not keys.exists():
            keys.parent.mkdir(parents=True, exist_ok=True)
            _write_private(keys, _output_of("create_platform", partner.name))
    known = read_facts(data)  # written last: where it is there, the member of staff is there too
    passphrase = known.staff_passphrase if known else _employ_staff()
    facts = DemonstrationFacts(
        site_url=site_url,
        staff_name=STAFF_NAME,
        staff_passphrase=passphrase,
        posts_folders={partner.name: str(data / "partners" / partner.folder / "posts") for partner in PARTNERS[:1]},
    )
    _write_private(data / FACTS_FILE, json.dumps(facts.__dict__))
    return facts


def _employ_staff() -> str:
    """Make the one member of staff; the passphrase is shown at /demo, since everything here is made up."""
    now = timezone.now()
    link = create_staff(
        username=STAFF_NAME, display_name=STAFF_DISPLAY_NAME, role=STAFF_ROLE, by=Actor.operator(), now=now
    )
    passphrase = "-".join(secrets.token_hex(3) for _ in range(4))
    choose_passphrase(token=link.token, passphrase=passphrase, now=now)
    return passphrase


def _output_of(command: str, *arguments: str) -> str:
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        call_command(command, *arguments)
    return said.getvalue()


def _write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    draft = path.with_suffix(".draft")
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


@dataclass(frozen=True, kw_only=True)
class Part:
    """One process of the demonstration: a word for the log, and the command that starts it."""

    word: str
    command: tuple[str, ...]
    vital: bool = False


def parts(data: Path, *, port: int, site_port: int) -> tuple[Part, ...]:
    """Every process of the demonstration, the web server first."""
    leeward = str(Path(sys.executable).with_name("leeward"))
    hashmatch = str(Path(sys.executable).with_name("hashmatch"))
    address = f"http://127.0.0.1:{port}"
    stock, sync, site = (data / "partners" / partner.folder for partner in PARTNERS)
    return (
        Part(word="web", command=(leeward, "serve"), vital=True),
        Part(word="work", command=(leeward, "work", "--pause", "2")),
        Part(
            word="stock",
            command=(
                sys.executable,
                "-m",
                "demo.partners.stock",
                f"--leeward={address}",
                f"--keys={stock / 'keys.json'}",
                f"--home={stock}",
            ),
        ),
        Part(
            word="sync",
            command=(
                hashmatch,
                "sync",
                "--url",
                address,
                "--keys",
                str(sync / "keys.json"),
                "--bank",
                str(sync / "bank"),
                "--follow",
                "2",
            ),
        ),
        Part(
            word="site",
            command=(
                sys.executable,
                "-m",
                "demo.partners.site",
                f"--leeward={address}",
                f"--keys={site / 'keys.json'}",
                f"--home={site}",
                f"--port={site_port}",
            ),
        ),
    )


class Troupe:
    """The running processes: started together, each restarted when it falls, all ended together."""

    def __init__(self, *, environment: dict[str, str], logs: Path) -> None:
        self._environment = environment
        self._logs = logs
        self._running: dict[Part, subprocess.Popen[bytes]] = {}
        logs.mkdir(parents=True, exist_ok=True)

    def start(self, part: Part) -> None:
        """Start one process in a group of its own, so that it can be ended with all that it started."""
        with (self._logs / f"{part.word}.log").open("ab") as log:
            self._running[part] = subprocess.Popen(  # noqa: S603 - our own programs, no shell
                part.command,
                env=self._environment,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def mend(self) -> None:
        """Start again what has fallen; raise DemonstrationFailed where it was the web server."""
        for part, process in list(self._running.items()):
            code = process.poll()
            if code is None:
                continue
            if part.vital:
                raise DemonstrationFailed(
                    f"The {part.word} process ended with code {code}; see {self._logs / part.word}.log."
                )
            self.start(part)

    def stop(self) -> None:
        """End every process and all that each started; whoever does not go is made to."""
        for process in self._running.values():
            _signal_group(process, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for process in self._running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=max(0.1, deadline - time.monotonic()))
            _signal_group(process, signal.SIGKILL)
            process.wait()


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def wait_until_answers(url: str, troupe: Troupe, *, stopped: threading.Event) -> None:
    """Return once the address answers; raise DemonstrationFailed where it does not within a minute."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and not stopped.is_set():
        troupe.mend()
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own address
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            stopped.wait(0.2)
    if not stopped.is_set():
        raise DemonstrationFailed(f"{url} did not answer within {START_SECONDS} seconds.")
