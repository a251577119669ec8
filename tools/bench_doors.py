"""Measures whether people and staff come in while the doors are flooded, at a real `leeward serve` on this machine."""

import argparse
import html
import http.client
import itertools
import multiprocessing
import os
import re
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from hashmatch_bench.machine import describe_machine

from leeward.foundation.vault.rules.codes import draw_code
from leeward.foundation.vault.rules.work import is_done
from tools.desk_bench.results import append_rows

ROOT = Path(__file__).resolve().parents[1]
LEEWARD = ROOT / ".venv" / "bin" / "leeward"
CONNECTIONS, CODES_A_SECOND, SIGN_INS_A_SECOND = 16, 24, 24
FORM, QUICK_FORM = 40, 8  # people of each kind
AT_ONCE = 20
TRIES_MOST = 12
NAME, PASSPHRASE = "bench-staff", "lantern orbit pepper quilt"
STAFF = {NAME: "administrator", "bench-desk": "desk_practitioner"}  # reports are taken in by who can read them
WAY_IN = {"where": {"skip": "1"}, "age": {"everyone_adult": "yes"}, "yes": {"agrees": "no"}}
CODE = re.compile(r'data-numbers="([0-9 ]{29})"')
HIDDEN = re.compile(r'<input type="hidden" name="([a-z]+)" value="([^"]*)"')
TOO_MANY, SEE_OTHER = 429, 303


@dataclass
class Browser:
    """A browser at an address of its own, which keeps cookies; with script it does the sum of each form."""

    port: int
    address: str = "127.0.0.1"
    script: bool = True
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, path: str, fields: dict[str, str] | None = None) -> tuple[int, str, str]:
        """The status, where it leads, and the text."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60, source_address=(self.address, 0))
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if fields is not None:
            body = urllib.parse.urlencode(fields)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request("GET" if fields is None else "POST", path, body=body, headers=headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.headers.get("Location", ""), text

    def press(self, path: str, fields: dict[str, str], *, page: str = "") -> tuple[int, int]:
        """Fill a form in and press its button until it is taken. How often it was pressed, and the last status."""
        text = page or self.ask(path)[2]
        for pressed in range(1, TRIES_MOST + 1):
            status, _leads, text = self.ask(path, fields | self._hidden(text))
            if status != TOO_MANY:
                return pressed, status
        return TRIES_MOST, status

    def _hidden(self, page: str) -> dict[str, str]:
        found = {name: html.unescape(value) for name, value in HIDDEN.findall(page)}
        if self.script and "challenge" in found:
            done = (str(n) for n in itertools.count() if is_done(challenge=found["challenge"], proof=str(n)))
            found["proof"] = next(done)
        return found


def begin_report(browser: Browser) -> tuple[str, int]:
    """Begin a report. Its code, and how often the button was pressed."""
    browser.ask("/report/begin/online")
    for name, answer in WAY_IN.items():
        browser.press(f"/report/{name}", answer)
    page = browser.ask("/report/keep")[2]
    code = CODE.search(page)
    if code is None:
        raise SystemExit("The page of the code has no code.")
    pressed, status = browser.press("/report/keep", {"kept": "on"}, page=page)
    return code[1], pressed if status == SEE_OTHER else TRIES_MOST


def open_pages(browser: Browser, code: str) -> int:
    """Open by a code. How often the button was pressed."""
    pressed, status = browser.press("/status/", {"numbers": code})
    return pressed if status == SEE_OTHER else TRIES_MOST


def sign_in(browser: Browser, name: str = NAME) -> int:
    """Sign in as staff. How often the button was pressed."""
    pressed, status = browser.press("/staff/sign-in", {"username": name, "passphrase": PASSPHRASE})
    return pressed if status == SEE_OTHER else TRIES_MOST


# --- the flood --------------------------------------------------------------------------------------------------------


def flood(port: int, ends: "multiprocessing.synchronize.Event", told: "multiprocessing.Queue[dict[int, int]]") -> None:
    """Invented codes and sign-ins at their rate, from a new address each, until it is told to end. Does no sums."""
    numbers, began, statuses = itertools.count(), time.monotonic(), Counter[int]()
    page = Browser(port, "127.9.9.9", script=False)
    fields = page._hidden(page.ask("/status/")[2])  # noqa: SLF001
    rate = CODES_A_SECOND + SIGN_INS_A_SECOND

    def work() -> None:
        while not ends.is_set():
            number = next(numbers)
            if ends.wait(max(0.0, began + number / rate - time.monotonic())):
                return
            address = f"127.{secrets.randbelow(200) + 20}.{secrets.randbelow(256)}.{secrets.randbelow(254) + 1}"
            caller = Browser(port, address, script=False, cookies=dict(page.cookies))
            if number % 2:
                code = " ".join(draw_code(draw_below=secrets.randbelow).groups)
                path, typed = "/status/", {"numbers": code}
            else:
                path, typed = (
                    "/staff/sign-in",
                    {"username": f"n{secrets.token_hex(4)}", "passphrase": "wrong wrong wrong"},
                )
            try:
                statuses[caller.ask(path, fields | typed)[0]] += 1
            except OSError:
                statuses[0] += 1

    threads = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told.put({**statuses, -1: round(sum(statuses.values()) / (time.monotonic() - began))})


# --- the product ------------------------------------------------------------------------------------------------------


@contextmanager
def product(data: Path) -> Iterator[int]:
    """A `leeward serve` of its own on a free port, with an administrator and one at the desk who have signed in."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {
        "PATH": os.environ["PATH"],
        "LEEWARD_ENV": "demo",
        "LEEWARD_DATA": str(data),
        "PORT": str(port),
        **{name: os.environ[name] for name in ("DATABASE_URL",) if name in os.environ},
    }
    subprocess.run([LEEWARD, "migrate", "--verbosity", "0"], env=environment, check=True, capture_output=True)
    links = {name: _link(name, role, environment) for name, role in STAFF.items()}
    server = subprocess.Popen([LEEWARD, "serve"], env=environment, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        for name, link in links.items():
            browser = Browser(port)
            browser.press(link, {"passphrase": PASSPHRASE, "again": PASSPHRASE})
            if sign_in(browser, name) == TRIES_MOST:
                raise SystemExit(f"{name} could not sign in.")
        yield port
    finally:
        server.terminate()
        server.wait(20)


def _link(name: str, role: str, environment: dict[str, str]) -> str:
    call: list[str | Path] = [LEEWARD, "create-staff", name, "--role", role]
    return subprocess.run(call, env=environment, check=True, capture_output=True, text=True).stdout.strip()


def _wait_for(port: int) -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
        except (OSError, urllib.error.URLError):
            time.sleep(0.1)
        else:
            return
    raise SystemExit("The server did not start.")


@contextmanager
def flooded(port: int) -> Iterator[dict[int, int]]:
    """While this lasts, the doors are flooded; afterwards the answers that the flood got, by status."""
    ends = multiprocessing.Event()
    told: multiprocessing.Queue[dict[int, int]] = multiprocessing.Queue()
    process = multiprocessing.Process(target=flood, args=[port, ends, told])
    process.start()
    answers: dict[int, int] = {}
    try:
        time.sleep(3)  # until the queues are full
        yield answers
    finally:
        ends.set()
        answers.update(told.get(timeout=180))
        process.join()


@dataclass(frozen=True, kw_only=True)
class Found:
    """How often people of one kind had to press, and how long they waited."""

    what: str
    presses: tuple[int, ...]
    seconds: tuple[float, ...]

    def within(self, presses: int) -> float:
        """The share that came in within so many presses, in per cent."""
        return 100 * sum(each <= presses for each in self.presses) / len(self.presses)

    def __str__(self) -> str:
        waited = sorted(self.seconds)
        return (
            f"{self.what:52} at once {self.within(1):5.1f} %, within one retry {self.within(2):5.1f} %, most presses "
            f"{max(self.presses)}, waited {statistics.median(waited):.2f} s (median), {waited[-1]:.2f} s (longest)"
        )


def people(what: str, do: Callable[[int], int], *, many: int, together: int) -> Found:
    """Let so many people do something, so many of them together."""
    numbers, presses, seconds, lock = iter(range(many)), [], [], threading.Lock()

    def one_after_the_other() -> None:
        for number in _shared(numbers, lock):
            began = time.monotonic()
            pressed = do(number)
            with lock:
                seconds.append(time.monotonic() - began)
                presses.append(pressed)

    threads = [threading.Thread(target=one_after_the_other) for _ in range(together)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = Found(what=what, presses=tuple(presses), seconds=tuple(seconds))
    print(found, flush=True)
    return found


def _shared(numbers: Iterator[int], lock: threading.Lock) -> Iterator[int]:
    while True:
        with lock:
            number = next(numbers, None)
        if number is None:
            return
        yield number


def main() -> int:
    """Serve, measure in peace and in the flood, print, add to the report; fails where somebody is kept out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer people, for a first look")
    many = QUICK_FORM if parser.parse_args().quick else FORM
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    machine = describe_machine()
    with tempfile.TemporaryDirectory(prefix="leeward-bench-") as folder, product(Path(folder)) as port:
        addresses = (f"127.1.{number // 250}.{number % 250 + 1}" for number in itertools.count())
        codes = [begin_report(Browser(port, next(addresses)))[0] for _ in range(5)]

        def opening(number: int, *, script: bool = True) -> int:
            return open_pages(Browser(port, next(addresses), script=script), codes[number % len(codes)])

        def beginning(_number: int) -> int:
            return begin_report(Browser(port, next(addresses)))[1]

        quiet = people(
            "20 people at once, opening by code, no script",
            lambda n: opening(n, script=False),
            many=AT_ONCE,
            together=AT_ONCE,
        )
        with flooded(port) as answers:
            flooded_people = [
                people("flood: opening by code", opening, many=many, together=2),
                people("flood: beginning a report", beginning, many=many, together=2),
                people(
                    "flood: staff signing in", lambda _n: sign_in(Browser(port, next(addresses))), many=many, together=2
                ),
            ]
            people(
                "flood: opening by code without script (no target)",
                lambda n: opening(n, script=False),
                many=many,
                together=2,
            )
    print(
        f"The flood: {answers.pop(-1)} tries a second; answers {answers}; {machine.processor}, load {machine.load:.1f}."
    )
    rows = [_row(found, within=2, target=100.0) for found in flooded_people] + [_row(quiet, within=1, target=90.0)]
    append_rows(rows, ROOT / "build" / "bench.json")
    return 0 if all(row["ok"] for row in rows) else 1


def _row(found: Found, *, within: int, target: float) -> dict[str, object]:
    share = found.within(within)
    return {
        "name": f"Doors, {found.what}, let in within {within} presses",
        "value": share,
        "unit": "%",
        "target": f">= {target:g} %",
        "ok": share >= target,
    }


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
