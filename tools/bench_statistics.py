"""Measures the statistics at 100,000 and 1,000,000 events on a PostgreSQL of its own, which is removed afterwards."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench_desk import ROOT, find_programs, serve
from desk_bench.results import append_rows
from hashmatch.bench.machine import describe_machine

SIZES, QUICK_SIZES = (100_000, 1_000_000), (10_000, 100_000)
# What is made of all events may grow as they do; what is read must not.
MOST = {"build": 12.0, "a night": 12.0, "read": 2.0, "page": 2.0}
PAGE = """# Benchmarks of the statistics

This page is written by `make bench`; change the code in `tools/statistics_bench`, not the page.

Whether the nation's figures keep up when the desk grows: two years with {small:,} events on requests for removal, and
two years with {large:,}, at twenty platforms. *Build* is the first gathering and printing of all weeks and months, as
after an installation; *a night* gathers and prints anew what is still open, as the sweep does each day. Both read
events, so they may grow as those do: at most twelve times for ten times as many. What people and programs read has been
printed before, and may grow at most twice. The absolute figures belong to this machine, which was doing other things at
the same time where the load below says so.

| | |
| --- | --- |
| processor | {processor}, {cores} cores |
| system | {system}, Python {python} |
| database | PostgreSQL |
| day | {day}, load {load:.1f} at the start |

{reached} of {every} reach their targets.

| what | ms at {small:,} | ms at {large:,} | growth | target | |
| --- | ---: | ---: | ---: | ---: | ---: |
{rows}

At {large:,} events {printed:,} numbers are printed, protected, and of {months} months the removal rate is one of them.

## What the figures do not say

- The database's files are in the machine's memory, and nobody else asks at the same time.
- Events are spread evenly over days and platforms; real ones come in waves.
- Each thing is checked before it counts: there are as many events as were asked for, and months have a removal rate.
"""


def main() -> int:
    """Start the server, measure one size after the other, each in a process of its own, stop the server."""
    programs = find_programs()
    if programs is None:
        print("The statistics are not measured: there is no PostgreSQL.")
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    is_quick = "--quick" in sys.argv[1:]
    sizes = QUICK_SIZES if is_quick else SIZES
    machine = describe_machine()
    with tempfile.TemporaryDirectory(prefix="leeward-bench-") as folder:
        scratch = Path(folder)
        scratch.chmod(0o755)
        with serve(programs, scratch) as addresses:
            small, large = (_measure(size, address, scratch) for size, address in zip(sizes, addresses, strict=True))
    compared = [_compared(what, small, large) for what in small["times"]]
    print("\n".join(row["text"] for row in compared))
    append_rows([row["record"] for row in compared], ROOT / "build" / "bench.json")
    if not is_quick:
        page = PAGE.format(
            small=sizes[0],
            large=sizes[1],
            processor=machine.processor,
            cores=machine.cores,
            system=machine.system,
            python=machine.python,
            day=machine.day,
            load=machine.load,
            reached=sum(row["reached"] for row in compared),
            every=len(compared),
            rows="\n".join(row["text"] for row in compared),
            printed=large["facts"]["printed"],
            months=large["facts"]["months"],
        )
        (ROOT / "docs" / "benchmarks-statistics.md").write_text(page, encoding="utf-8")
    wrong = [size for size, found in zip(sizes, (small, large), strict=True) if found["facts"]["events"] != size]
    for size in wrong:
        print(f"Wrong at {size:,}: there are not as many events as were asked for.")
    if not large["facts"]["months"]:
        wrong.append(sizes[1])
        print(f"Wrong at {sizes[1]:,}: no month has a removal rate.")
    return 1 if wrong else 0


def _measure(size: int, address: str, scratch: Path) -> dict[str, Any]:
    print(f"A desk with {size:,} events is made, and its figures are measured.", flush=True)
    known = {name: value for name, value in os.environ.items() if not name.startswith("LEEWARD_")}
    environment = {
        **known,
        "DATABASE_URL": address,
        "LEEWARD_DATA": str(scratch / f"data-{size}"),
        "PYTHONPATH": str(ROOT / "tools"),
    }
    call = [sys.executable, "-m", "statistics_bench.worker", str(size)]
    done = subprocess.run(call, env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _compared(what: str, small: dict[str, Any], large: dict[str, Any]) -> dict[str, Any]:
    before, after = small["times"][what], large["times"][what]
    growth, most = after / before, MOST[what.partition(":")[0]]
    word = "reached" if growth <= most else "missed"
    return {
        "text": f"| {what} | {before:,.1f} | {after:,.1f} | {growth:.2f} x | <= {most:g} x | {word} |",
        "reached": growth <= most,
        "record": {
            "name": f"Statistics, {what}",
            "value": round(after, 1),
            "unit": "ms",
            "peer": f"the same at {small['facts']['events']:,} events",
            "ratio": round(growth, 2),
            "target": f"growth <= {most:g}",
            "ok": growth <= most,
        },
    }


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
