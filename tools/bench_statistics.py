"""Measures the statistics at 100,000 and 1,000,000 events on a PostgreSQL of its own, which is removed afterwards."""

import signal
import statistics
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hashmatch_bench.machine import describe_machine

from tools.bench_desk import ROOT, find_programs, serve
from tools.desk_bench.results import append_rows
from tools.statistics_bench.worker import NIGHTS, RemoteNation

SIZES, QUICK_SIZES = (100_000, 1_000_000), (10_000, 100_000)
WARMING, TURNS = 2, 15
# What is made of all events may grow as they do; what is read must not.
MOST = {"build": 12.0, "a night": 12.0, "read": 2.0, "page": 2.0, "file": 2.0, "API": 2.0}
PAGE = """# Benchmarks of the statistics

This page is written by `make bench`; change the code in `tools/statistics_bench`, not the page.

Whether the nation's figures keep up when the desk grows: two years with {small:,} events on requests for removal, and
two years with {large:,}, at twenty platforms. *Build* is the first gathering and printing of all weeks and months, as
after an installation; *a night* gathers and prints anew what is still open, as the sweep does each day (the median of
{nights}). Both read events, so they may grow as those do: at most twelve times for ten times as many. What people and
programs read has been printed before, and may grow at most twice. Both nations are read by turns, {turns} times each,
each as often the first of a turn as the other: whatever else the machine does falls on both alike; their medians are
compared. That cannot be done for the build and the nights, of which one size is measured after the other. The absolute
figures belong to this machine, which was doing other things at the same time where the load below says so.

| | |
| --- | --- |
| processor | {processor}, {cores} cores |
| system | {system}, Python {python} |
| database | {database} |
| day | {day}, load {load:.1f} at the start |

{reached} of {every} reach their targets.

| what | ms at {small:,} | ms at {large:,} | growth | target | |
| --- | ---: | ---: | ---: | ---: | ---: |
{rows}

At {large:,} events {printed:,} numbers are printed, protected, and of {months} months the removal rate is one of them.

## What the figures do not say

- The database's files are in the machine's memory, nobody else asks at the same time, and the disk is not waited for.
- The test client stands in for a browser and the web server: the network, TLS and the browser's own work are left out.
- Events are spread evenly over days and platforms; real ones come in waves.
- Each run is checked before it counts: there are as many events as were asked for, the months add up to what a plain
  count of the requests finds, and months have a removal rate. A wrong answer fails the run, time never.
"""


def main() -> int:
    """Start the server, make one nation after the other, each in a process of its own, read both, stop the server."""
    programs = find_programs()
    if programs is None:
        print("The statistics are not measured: there is no PostgreSQL.")
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    is_quick = "--quick" in sys.argv[1:]
    sizes = QUICK_SIZES if is_quick else SIZES
    machine = describe_machine()
    # The nights lie in the past, for pages tell the time by the clock.
    now = datetime.now(UTC).replace(hour=3, minute=0, second=0, microsecond=0) - timedelta(days=NIGHTS + 1)
    nations: list[RemoteNation] = []
    with tempfile.TemporaryDirectory(prefix="leeward-bench-") as folder:
        scratch = Path(folder)
        scratch.chmod(0o755)
        with serve(programs, scratch) as addresses:
            try:
                for events, address in zip(sizes, addresses, strict=True):
                    print(f"A desk with {events:,} events is made, and its figures are built.", flush=True)
                    data = scratch / f"data-{events}"
                    nations.append(RemoteNation(events, now=now, address=address, data=data, root=ROOT))
                print("Both are read by turns.", flush=True)
                small, large = nations
                _read_by_turns(small, large)
            finally:
                for nation in nations:
                    nation.close()
    compared = [_compared(what, small, large) for what in small.times]
    print("\n".join(row["text"] for row in compared))
    append_rows([row["record"] for row in compared], ROOT / "build" / "bench.json")
    if not is_quick:
        page = PAGE.format(
            small=sizes[0],
            large=sizes[1],
            nights=NIGHTS,
            turns=TURNS,
            processor=machine.processor,
            cores=machine.cores,
            system=machine.system,
            python=machine.python,
            database=large.facts["database"],
            day=machine.day,
            load=machine.load,
            reached=sum(row["reached"] for row in compared),
            every=len(compared),
            rows="\n".join(row["text"] for row in compared),
            printed=large.facts["printed"],
            months=large.facts["months"],
        )
        (ROOT / "docs" / "benchmarks-statistics.md").write_text(page, encoding="utf-8")
    wrong = [trouble for nation in nations for trouble in _troubles(nation)]
    print("\n".join(wrong), end="\n" if wrong else "")
    return 1 if wrong else 0


def _read_by_turns(small: RemoteNation, large: RemoteNation) -> None:
    """Add the median of each reading to the times of both."""
    for name in small.readings:
        found: dict[int, list[float]] = {small.events: [], large.events: []}
        for turn in range(WARMING + TURNS):
            for nation in (small, large) if turn % 2 == 0 else (large, small):
                found[nation.events].append(nation.time(name))
        for nation in (small, large):
            nation.times[name] = statistics.median(found[nation.events][WARMING:])


def _troubles(nation: RemoteNation) -> list[str]:
    facts, found = nation.facts, []
    if facts["events"] != nation.events:
        found.append(f"there are {facts['events']:,} events")
    if facts["sent"] != facts["sent_before"]:
        found.append(f"the months count {facts['sent']:,} requests, but {facts['sent_before']:,} were sent in them")
    # Few events in many small counts may all be hidden; of many, most are told.
    if not facts["months"] and nation.events >= SIZES[0]:
        found.append("no month has a removal rate")
    return [f"Wrong at {nation.events:,}: {trouble}." for trouble in found]


def _compared(what: str, small: RemoteNation, large: RemoteNation) -> dict[str, Any]:
    before, after = small.times[what], large.times[what]
    growth, most = after / before, MOST[what.partition(":")[0]]
    word = "reached" if growth <= most else "**missed**"
    return {
        "text": f"| {what} | {before:,.1f} | {after:,.1f} | {growth:.2f} x | <= {most:g} x | {word} |",
        "reached": growth <= most,
        "record": {
            "name": f"Statistics, {what}",
            "value": round(after, 1),
            "unit": "ms",
            "peer": f"the same at {small.events:,} events",
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
