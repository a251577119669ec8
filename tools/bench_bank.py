"""Measures a bank from nothing: a list taken in, its snapshot made, and a platform that draws it from `leeward serve`.

Each step is a process of its own, on SQLite in a folder of its own. Waiting is told beside the processor's time: on a
machine that others use too, the first says how busy they are, and only the second says something of us.
"""

import argparse
import json
import os
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hashmatch_bench.machine import Machine, describe_machine

from tools.desk_bench.results import append_rows

ROOT = Path(__file__).resolve().parents[1]
BIN = ROOT / ".venv" / "bin"
ROWS, QUICK_ROWS = 1_000_000, 50_000
PAGES = 20
WITHDRAWALS = (1, 1_000)
MAKE = """
import django
django.setup()
from django.utils import timezone
from leeward.industry.exchange.snapshots import make_snapshots
assert make_snapshots(now=timezone.now()) == 1
"""
OPEN = """
import sys, time
from hashmatch.bank import Bank
began = time.process_time()
bank = Bank.open(sys.argv[1])
print(time.process_time() - began, len(bank))
"""


WITHDRAW = """
import sys, time
from hashmatch.bank import Bank, BankWriter, Changes
bank = Bank.open(sys.argv[1], verify=False)
wanted = [entry.hash for _, entry in zip(range(int(sys.argv[2])), bank.entries())]
del bank
with BankWriter(sys.argv[1], verify=False) as writer:
    began = time.monotonic()
    writer.apply(Changes(writer.facts, removed=tuple(wanted)))
    writer.erase_removed()
    print(time.monotonic() - began, len(writer))
"""

PAGE = """# Benchmarks of a bank from nothing

This page is written by `make bench`; change the code in `tools/bench_bank.py`, not the page.

A list of random hashes is taken in by `leeward import-hashes`, `leeward snapshots` makes its snapshot
([snapshot](snapshot.md)), and `hashmatch sync` fills an empty bank from `leeward serve`, up to the acknowledgement.
Each step is a process of its own, start and imports included, on SQLite. Pages are drawn one after the other from the
beginning of the feed, without a snapshot; the middle one of {pages} counts. A withdrawal counts from the page that
brings it until the file no longer holds it ([decision 0073](decisions/0073-a-withdrawal-writes-the-file-anew.md)).

| | |
| --- | --- |
| processor | {processor}, {cores} cores |
| system | {system}, Python {python} |
| day | {day}, load {load:.1f} at the start |

The load says how many others wanted the processor when it began. Above the number of cores, seconds on the clock are
upper bounds, since most of them were spent waiting for a turn; the processor's own seconds are somewhat too many too.

| what | value | target |  |
| --- | ---: | ---: | --- |
{table}
"""


@dataclass(frozen=True, kw_only=True)
class Step:
    """What one process took: seconds on the clock, seconds of the processor, and the most memory it had (MB)."""

    waited: float
    worked: float
    memory: float
    said: str


def run(*command: object, environment: dict[str, str]) -> Step:
    """Run a process to its end. Raises SystemExit where it fails."""
    began = time.monotonic()
    with subprocess.Popen(
        [str(part) for part in command], env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        said = process.stdout.read() if process.stdout else ""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[0]} {command[1]} failed.")
    return Step(
        waited=time.monotonic() - began,
        worked=used.ru_utime + used.ru_stime,
        memory=used.ru_maxrss / 1024,
        said=said,
    )


@contextmanager
def served(environment: dict[str, str]) -> Iterator[tuple[str, int]]:
    """`leeward serve` on a free port: its address, and its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([BIN / "leeward", "serve"], env={**environment, "PORT": str(port)}, cwd=ROOT)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{address}/healthz", timeout=5).close()  # noqa: S310 - our own server
                break
            except OSError:
                time.sleep(0.5)
        yield address, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def worked_by(leader: int) -> float:
    """Seconds that a server and its children have used of the processor."""
    ticks = 0
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        if int(entry.parent.name) == leader or int(fields[1]) == leader:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def draw_pages(first: str, key: str, turn: str, *, names: dict[str, str]) -> list[float]:
    """Milliseconds of each of some pages, one after the other; `turn` is the parameter that leads on."""
    token, took = "", []
    for _ in range(PAGES):
        headers = {name: key if name == "Authorization" else value for name, value in names.items()}
        request = urllib.request.Request(f"{first}&{turn}={token}" if token else first, headers=headers)  # noqa: S310
        began = time.monotonic()
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - our own server
            values = json.load(answer)
        took.append((time.monotonic() - began) * 1000)
        token = values.get("cursor") or values.get("nextPageToken") or ""
        if not (values.get("has_more") or values.get("hasMoreRecords")):
            break
    return took


def main() -> int:
    """Measure, print, add to the report; fails where the bank is not whole."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_ROWS:,} hashes, for a first look")
    rows = QUICK_ROWS if parser.parse_args().quick else ROWS
    machine = describe_machine()
    with tempfile.TemporaryDirectory(prefix="leeward-bench-") as name:
        folder = Path(name)
        figures, is_whole = measure(folder, rows)
    print(f"{machine.processor}, {machine.cores} cores, load {machine.load:.1f} at the start.")
    for each in figures:
        print(f"{each['name']:78} {each['value']:>10} {each['unit']:4} {each['target']}")
    append_rows(figures, ROOT / "build" / "bench.json")
    if rows == ROWS:
        (ROOT / "docs" / "benchmarks-bank.md").write_text(as_page(figures, machine), encoding="utf-8")
    return 0 if is_whole else 1


def as_page(figures: list[dict[str, object]], machine: Machine) -> str:
    """The page of the documentation."""
    lines = []
    for each in figures:
        said = "" if not each["target"] else "reached" if each["ok"] else "**missed**"
        what = str(each["name"]).removeprefix("Bank, ")
        lines.append(f"| {what} | {each['value']:,} {each['unit']} | {each['target']} | {said} |")
    return PAGE.format(
        pages=PAGES,
        processor=machine.processor,
        cores=machine.cores,
        system=machine.system,
        python=machine.python,
        day=machine.day,
        load=machine.load,
        table="\n".join(lines),
    )


def measure(folder: Path, rows: int) -> tuple[list[dict[str, object]], bool]:
    """The figures, and whether the bank held every hash."""
    known = {name: value for name, value in os.environ.items() if not name.startswith(("LEEWARD_", "DATABASE_"))}
    data = folder / "data"
    data.mkdir(mode=0o700)
    environment = {**known, "LEEWARD_ENV": "demo", "LEEWARD_DATA": str(data)}
    environment["DJANGO_SETTINGS_MODULE"] = "leeward.config.settings"
    leeward, bank = BIN / "leeward", folder / "bank"
    listed = folder / "list.csv"
    with listed.open("w", encoding="ascii") as file:
        file.write("hash_type,hash,quality\n")
        file.writelines(f"pdq,{secrets.token_hex(32)},90\n" for _ in range(rows))
    run(leeward, "migrate", "--verbosity", "0", environment=environment)
    run(leeward, "found", environment=environment)
    keys = folder / "keys.json"
    keys.write_text(run(leeward, "create-platform", "Bench", environment=environment).said, encoding="utf-8")
    taken = run(leeward, "import-hashes", listed, "--verbosity", "0", environment=environment)
    made = run(sys.executable, "-c", MAKE, environment=environment)
    with served(environment) as (address, leader):
        before = worked_by(leader)
        drawn = run(
            BIN / "hashmatch", "sync", "--url", address, "--keys", keys, "--bank", bank, environment=environment
        )
        server = worked_by(leader) - before
        opened = [run(sys.executable, "-c", OPEN, bank, environment=environment).said.split() for _ in range(3)]
        withdrawn = {
            count: run(sys.executable, "-c", WITHDRAW, bank, count, environment=environment) for count in WITHDRAWALS
        }
        secret = json.loads(keys.read_text(encoding="utf-8"))
        modern = draw_pages(
            f"{address}/api/v1/hashes?limit=1000",
            f"Bearer {secret['fetch_key']}",
            "cursor",
            names={"Authorization": "", "Leeward-Client": "bench/1; honours-withdrawals"},
        )
        stock = draw_pages(
            f"{address}/exchange/v1/FetchHashes?startTimestamp=10&pageSize=800",
            "",
            "nextPageToken",
            names={
                "x-functions-key": secret["fetch_key"],
                "Ocp-Apim-Subscription-Key": secret["subscription_key"],
            },
        )
    held = int(opened[0][1])
    told = f"{rows:,} hashes"
    figures = [
        figure(f"Bank, import-hashes of {told}, processor", taken.worked, "s", 60),
        figure(f"Bank, import-hashes of {told}, on the clock", taken.waited, "s", 60),
        figure(f"Bank, import-hashes of {told}, memory", taken.memory, "MB", None),
        figure(f"Bank, snapshot of {told} made by the worker, processor", made.worked, "s", None),
        figure(f"Bank, from nothing to {told}, client, processor", drawn.worked, "s", 5),
        figure(f"Bank, from nothing to {told}, client, on the clock", drawn.waited, "s", 5),
        figure(f"Bank, from nothing to {told}, client, memory", drawn.memory, "MB", 300),
        figure(f"Bank, from nothing to {told}, server, processor", server, "s", 1),
        figure(f"Bank, {told} just synced, to open", min(float(took) for took, _ in opened), "s", 0.3),
        *(
            row
            for count, took in withdrawn.items()
            for row in (
                figure(f"Bank, {count:,} of {told} withdrawn and erased", float(took.said.split()[0]), "s", 1),
                figure(f"Bank, {count:,} of {told} withdrawn and erased, memory", took.memory, "MB", 300),
            )
        ),
        figure(f"Bank, feed of {told}, page of 1,000 at the modern endpoint", statistics.median(modern), "ms", None),
        figure(f"Bank, feed of {told}, page of 800 by the StopNCII protocol", statistics.median(stock), "ms", None),
    ]
    return figures, held >= rows


def figure(name: str, value: float, unit: str, most: float | None) -> dict[str, object]:
    """A row of the report."""
    target = "" if most is None else f"<= {most:g} {unit}"
    return {"name": name, "value": round(value, 3), "unit": unit, "target": target, "ok": most is None or value <= most}


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
