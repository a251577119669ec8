"""`python -m tools.directory_bench`: compares a small and a large directory, for tools/bench_directory.py."""

import argparse
import contextlib
import math
import os
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

from hashmatch_bench.machine import describe_machine

from tools.desk_bench.measuring import Figure
from tools.desk_bench.results import append_rows
from tools.directory_bench.results import Compared, OnDatabase, Whole, as_page, as_rows, as_tables, wrong_rows
from tools.directory_bench.worker import RemoteDirectory

ROOT = Path(__file__).resolve().parents[2]
SIZES, QUICK_SIZES = (5_000, 50_000), (500, 5_000)
REPEATS, QUICK_REPEATS = 21, 7
PEER_REPEATS, QUICK_PEER_REPEATS = 7, 3
WARMING = 3  # calls on each directory that do not count


def main() -> int:
    """Measure, print the tables, add to the report, write the page; fails only where an answer is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small directories, for a first look; no page is written")
    parser.add_argument("--only", default="", help="only what has this in its name; no page is written")
    parser.add_argument("databases", nargs="*", help="addresses of two empty PostgreSQL databases")
    arguments = parser.parse_args()
    machine = describe_machine()
    sizes = QUICK_SIZES if arguments.quick else SIZES
    repeats = QUICK_REPEATS if arguments.quick else REPEATS
    peer_repeats = QUICK_PEER_REPEATS if arguments.quick else PEER_REPEATS
    choices: dict[str, Sequence[str]] = {"SQLite": ("", "")}
    if arguments.databases:
        choices["PostgreSQL"] = arguments.databases
    whole = Whole(
        sizes=sizes,
        databases=tuple(
            _measure(name, sizes, addresses, repeats=repeats, peer_repeats=peer_repeats, only=arguments.only)
            for name, addresses in choices.items()
        ),
        repeats=repeats,
        peer_repeats=peer_repeats,
    )
    _say(as_tables(whole))
    append_rows(as_rows(whole), ROOT / "build" / "bench.json")
    if not arguments.quick and not arguments.only:
        (ROOT / "docs" / "benchmarks-directory.md").write_text(as_page(whole, machine), encoding="utf-8")
    wrong = wrong_rows(whole)
    for row in wrong:
        _say(f"Wrong on {row.database}: {row.large.name}: {row.trouble}.")
    return 1 if wrong else 0


def _measure(
    name: str, sizes: tuple[int, int], addresses: Sequence[str], *, repeats: int, peer_repeats: int, only: str
) -> OnDatabase:
    data = Path(os.environ["LEEWARD_DATA"]) / name
    _say(f"\n{name}: two directories are filled, with {sizes[0]:,} and {sizes[1]:,} services.")
    with contextlib.ExitStack() as stack:
        small, large = (
            stack.enter_context(contextlib.closing(RemoteDirectory(size, address=address, data=data / str(size))))
            for size, address in zip(sizes, addresses, strict=True)
        )
        rows = []
        for kind in (each for each in large.facts.checked if only in each):
            rows.append(compare(name, small, large, kind=kind, repeats=repeats, peer_repeats=peer_repeats))
            _say(_line(rows[-1]))
        return OnDatabase(name=name, small=small.facts, large=large.facts, rows=tuple(rows))


def compare(
    database: str, small: RemoteDirectory, large: RemoteDirectory, *, kind: str, repeats: int, peer_repeats: int
) -> Compared:
    """Ask both by turns, one question at a time, so that what else the machine does falls on both alike."""
    both = (small, large)
    times: tuple[list[float], ...] = ([], [])
    for directory in both:
        directory.time(kind, repeats=WARMING)
    for turn in range(repeats):
        # Each is as often the first of a turn as the other.
        for place in (0, 1) if turn % 2 == 0 else (1, 0):
            times[place].extend(both[place].time(kind, repeats=1))
    has_peer = kind in large.facts.with_peer
    peer = list(large.time(kind, repeats=peer_repeats, peer=True)) if has_peer else []
    return Compared(
        part=large.facts.parts[kind],
        database=database,
        small=_figure(kind, times[0], small),
        large=_figure(kind, times[1], large),
        peer=_figure(kind, peer, large) if has_peer else None,
    )


def _figure(kind: str, times: list[float], directory: RemoteDirectory) -> Figure:
    times.sort()
    return Figure(
        name=kind,
        median=statistics.median(times),
        p95=times[math.ceil(0.95 * len(times)) - 1],
        checked=directory.facts.checked[kind],
    )


def _line(row: Compared) -> str:
    plain = "" if row.faster is None else f"{row.faster:6.1f} x faster than plainly"
    figures = f"{row.small.median:9.2f} {row.large.median:9.2f} ms  p95 {row.large.p95:8.2f}  {row.growth:5.2f} x"
    return f"{figures}  {row.large.name}  {plain}  {row.trouble}"


def _say(text: str) -> None:
    print(text.rstrip(), flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
