"""`leeward demo` as anybody starts it, with its real processes; at its end Ctrl-C leaves none of them behind."""

import html
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from tests.databases import LEEWARD

ISOLATES = dict.fromkeys(map(ord, "\u2068\u2069"))  # keep a name in its own direction; nobody sees them
MARKUP = re.compile(r"<[^>]*>")
PATIENCE_SECONDS = 120
POLL_MILLISECONDS = 1000
STOP_SECONDS = 30


@dataclass(frozen=True)
class Demo:
    """The running demonstration."""

    url: str
    data: Path
    process: subprocess.Popen[str]


@contextmanager
def running(data: Path, **variables: str) -> Iterator[Demo]:
    """Start the demonstration with this data folder and these variables, and end it as a terminal does."""
    port = _free_port()
    environment = {"PATH": os.environ["PATH"], "LEEWARD_DATA": str(data), "PORT": str(port), **variables}
    process = subprocess.Popen(
        [str(LEEWARD), "demo", "--brief"], env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout
    try:
        for line in process.stdout:
            if "Ctrl-C" in line:
                break
        else:
            raise AssertionError(f"The demonstration ended by itself with code {process.wait(timeout=STOP_SECONDS)}.")
        yield Demo(url=f"http://127.0.0.1:{port}", data=data, process=process)
    finally:
        ended_early = process.poll()
        with suppress(ProcessLookupError):  # it has ended by itself
            os.killpg(process.pid, signal.SIGINT)
        process.wait(timeout=STOP_SECONDS)
        process.stdout.close()
        if ended_early is not None:  # whatever else failed then failed of it
            print(f"The demonstration had ended before, with code {ended_early}.", file=sys.stderr)
    assert _family_of(data) == [], "Ctrl-C left a process running"


def wait_for_text(page: Page, text: str, *, reload: str, inside: str = "main") -> str:
    """Load a page again until a part of it says something, as a person would; returns all that the part says.

    Between two looks the page is only read: to draw it each time would take the time of those who work on it.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    shown, read = "", _read(page, reload)
    while time.monotonic() < deadline:
        page.goto(reload)
        shown = "\n".join(page.locator(inside).all_inner_texts()).translate(ISOLATES)
        if text in shown:
            return shown
        drawn = read
        while (read == drawn or text not in read) and time.monotonic() < deadline:
            page.wait_for_timeout(POLL_MILLISECONDS)
            read = _read(page, reload)
    raise AssertionError(f"{reload} never said {text!r}: {shown}")


def _read(page: Page, address: str) -> str:
    """What a page says, by its markup alone."""
    words = html.unescape(MARKUP.sub("", page.request.get(address).text())).translate(ISOLATES)
    return " ".join(words.split())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _family_of(data: Path) -> list[str]:
    """Every living process whose command or environment names this demonstration's data folder."""
    return [folder.name for folder in Path("/proc").iterdir() if folder.name.isdigit() and _belongs(folder, data)]


def _belongs(process: Path, data: Path) -> bool:
    try:
        return str(data).encode() in (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
    except OSError:  # it ended while we looked
        return False
