"""The processes that play the demonstration, and where they listen."""

import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from demo import nook
from demo.cast import PARTNERS
from leeward.foundation.processes import Part, Processes

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 60
SITE_PORT_STEP = 100
PORT_TRIES = 50


class DemonstrationFailed(Exception):
    """The demonstration cannot run, and why."""


@dataclass(frozen=True, kw_only=True)
class Ports:
    """Where the demonstration's own servers listen, all on this machine's loopback."""

    web: int
    site: int
    walls: int
    mail: int


def choose_ports(web: int) -> Ports:
    """Free ports near the web server's. Raises DemonstrationFailed where there are none."""
    site = free_port(web + SITE_PORT_STEP)
    walls = free_port(site + 1)
    return Ports(web=web, site=site, walls=walls, mail=free_port(walls + 1))


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


def parts(data: Path, ports: Ports, *, brief: bool) -> tuple[Part, ...]:
    """Every process of the demonstration, the web server first."""
    leeward = str(Path(sys.executable).with_name("leeward"))
    hashmatch = str(Path(sys.executable).with_name("hashmatch"))
    address = f"http://127.0.0.1:{ports.web}"
    folders = {partner.name: data / "partners" / partner.folder for partner in PARTNERS}
    live = (leeward, "live_desk", *(["--brief"] if brief else []))
    small = data / "partners" / nook.FOLDER
    stock, sync, site = (folders[name] for name in ("Old Harbour", "Lantern", "Picture House"))
    return (
        Part(word="web", command=(leeward, "serve"), vital=True),
        Part(word="work", command=(leeward, "work", "--pause", "2")),
        Part(word="courier", command=(leeward, "courier", "--pause", "2")),
        Part(word="monitor", command=(leeward, "monitor", "--pause", "2")),
        Part(word="signer", command=(leeward, "signer", "--pause", "2")),
        # What it lets happen took days: its clock runs as all others do. It is in nobody's way, but where all is brief.
        Part(word="lived", command=(*([] if brief else ["nice"]), "env", "LEEWARD_CLOCK_PACE=1", *live), ends=True),
        Part(word="notifier", command=(leeward, "notifier", "--pause", "2")),
        Part(word="notary", command=(leeward, "notary", "--pause", "2")),
        Part(word="snapshots", command=(leeward, "snapshots", "--pause", "5")),
        Part(word="teller", command=(leeward, "teller", "--pause", "5")),
        Part(word="forwarder", command=(leeward, "forwarder", "--pause", "2")),
        _program("postbox", f"--folder={data / 'partners' / 'mail'}", f"--port={ports.mail}"),
        _program("stock", f"--leeward={address}", f"--keys={stock / 'keys.json'}", f"--home={stock}"),
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
        _program(
            "site",
            f"--leeward={address}",
            f"--keys={site / 'keys.json'}",
            f"--home={site}",
            f"--port={ports.site}",
        ),
        _program("nook", f"--leeward={address}", f"--keys={small / 'keys.json'}", f"--home={small}"),
        _program("walls", f"--leeward={address}", f"--partners={data / 'partners'}", f"--port={ports.walls}"),
    )


def _program(word: str, *options: str) -> Part:
    """One of the partners' own programs."""
    return Part(word=word, command=(sys.executable, "-m", f"demo.partners.{word}", *options))


def wait_until_answers(url: str, troupe: Processes, *, stopped: threading.Event) -> None:
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
