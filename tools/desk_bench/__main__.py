"""`python -m tools.desk_bench`: compares a small and a large desk, whose databases tools/bench_desk.py makes."""

import argparse
import contextlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from hashmatch_bench.machine import describe_machine

from tools.desk_bench.results import Compared, Whole, append_rows, as_page, as_rows, as_table
from tools.desk_bench.run import compare
from tools.desk_bench.worker import RemoteDesk

ROOT = Path(__file__).resolve().parents[2]
SIZES, QUICK_SIZES = (1_000, 100_000), (200, 5_000)
REPEATS, QUICK_REPEATS = 31, 15


def main() -> int:
    """Measure, print the table, add to the report, write the page; fails only where an answer is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small desks, for a first look; no page is written")
    parser.add_argument("--only", default="", help="only what has this in its name; no page is written")
    parser.add_argument("databases", nargs=2, help="addresses of two empty databases")
    arguments = parser.parse_args()
    machine = describe_machine()
    sizes = QUICK_SIZES if arguments.quick else SIZES
    repeats = QUICK_REPEATS if arguments.quick else REPEATS
    whole = _measure(sizes, arguments.databases, repeats=repeats, only=arguments.only)
    _say(f"\n{as_table(whole)}")
    for name in whole.skipped:
        _say(f"Not there yet, and so not measured: {name}.")
    append_rows(as_rows(whole), ROOT / "build" / "bench.json")
    if not arguments.quick and not arguments.only:
        (ROOT / "docs" / "benchmarks-desk.md").write_text(as_page(whole, machine), encoding="utf-8")
    wrong = [row for row in whole.rows if row.trouble]
    for row in wrong:
        _say(f"Wrong: {row.large.name}: {row.trouble}.")
    return 1 if wrong else 0


def _measure(sizes: tuple[int, int], databases: Sequence[str], *, repeats: int, only: str) -> Whole:
    data = Path(os.environ["LEEWARD_DATA"])
    _say(f"Two desks are filled, with {sizes[0]:,} and {sizes[1]:,} requests.")
    with contextlib.ExitStack() as stack:
        small, large = (
            stack.enter_context(contextlib.closing(RemoteDesk(size, address=address, data=data / str(size))))
            for size, address in zip(sizes, databases, strict=True)
        )
        facts = large.facts
        names = [name for name in small.facts.checked if only in name]
        rows = []
        for name in names:
            rows.append(compare(small, large, repeats=repeats, name=name))
            _say(_line(rows[-1]))
    return Whole(
        sizes=sizes,
        rows=tuple(rows),
        skipped=facts.skipped,
        repeats=repeats,
        database=facts.database,
        reports=facts.reports,
        grants=facts.grants,
    )


def _line(row: Compared) -> str:
    return f"{row.small.median:9.2f} {row.large.median:9.2f} ms  {row.growth:5.2f} x  {row.large.name}  {row.trouble}"


def _say(text: str) -> None:
    print(text.rstrip(), flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
