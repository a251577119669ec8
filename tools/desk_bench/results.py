"""What was measured as a table, as rows of build/bench.json, and as the page docs/benchmarks-desk.md."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hashmatch_bench.machine import Machine, find_version

from tools.desk_bench.measuring import Figure

MOST_GROWTH = 2.0
# Milliseconds on the large desk: home, search, and whole pages of lists. The first that fits.
MOST_MS = {
    "page: what needs me now, at": 100.0,
    "page: what needs me now": 150.0,
    "page: the helpline": 100.0,
    "page: the member": 100.0,
    "page: who can read a file": 150.0,
    "page: the list of a talk": 66.0,  # 300 people, each every ten seconds, on two cores
    "page: all entries of a full locker": 200.0,
    "page: what to take out": 250.0,
    "locker: a pack": 1_000.0,
    "locker: proofs": 1_000.0,
    "locker: the tree": 1_000.0,
    "page: search by": 100.0,
    "page: queue": 100.0,
    "page: reports that": 100.0,
    "press: send a hundred": 300.0,
    "figures of the supervisor": 300.0,
}
# It counts at most the latest thousand requests of each platform, so only the desk of 100,000 shows how long it takes.
BOUNDED = ("figures of the supervisor",)
PAGE = """# Benchmarks of the removal desk, the helpline and lockers

This page is written by `make bench`; change the code in `tools/desk_bench`, not the page.

Whether the desk's lists and pages stay as fast when the desk grows: the same page is measured on a desk with {small}
requests and on one with {large}, both spread over twenty platforms, three bands and two years, the older ones mostly
ended. Beside them stand as many cases of the helpline with twelve events each, of which a tenth is open, and half as
many referrals at three hundred members, a fifth as many lockers with twenty entries each, one with three hundred, and
the tree of every hour of two years. On the large desk stand {reports} reports and {grants} grants of keys. Each
page is opened once to look whether it shows the right rows, and then timed {repeats} times on each desk. Both desks
stand at the same time and are opened by turns, one opening here and one there, each as often the first of a turn as the
other: whatever else the machine does falls on both alike. The growth compares the two medians. The absolute figures
belong to this machine, which was doing other things at the same time where the load below says so.

| | |
| --- | --- |
| processor | {processor}, {cores} cores |
| memory | {memory} |
| system | {system}, Python {python} |
| database | {database} |
| packages | {packages} |
| day | {day}, load {load:.1f} at the start |

{reached} of {all} reach their target: they grow at most {target} times, and home, search, lists and the
press that sends a hundred notices take no longer than is said there.

{table}
{skipped}
## What the figures do not say

- The database's files are in the machine's memory, and nobody else asks at the same time.
- The test client stands in for a browser and the web server: the network, TLS and the browser's own work are left out.
- A page that has fewer rows on the small desk also has less to show and to open there; the rows are given for both.
- What a list shows is checked against a second, simpler way of finding it; a wrong answer fails the run, time never.
"""


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One page on both desks."""

    small: Figure
    large: Figure

    @property
    def growth(self) -> float:
        """How many times longer it takes on the large desk."""
        return self.large.median / self.small.median

    @property
    def most_ms(self) -> float | None:
        """How long it may take at most on the large desk; None where only its growth counts."""
        return next((most for name, most in MOST_MS.items() if self.large.name.startswith(name)), None)

    @property
    def target(self) -> str:
        """What it must reach, in words."""
        growth = [] if self.large.name in BOUNDED else [f"<= {MOST_GROWTH:g} x"]
        return ", ".join([*growth, *([f"<= {self.most_ms:g} ms"] if self.most_ms else [])])

    @property
    def is_reached(self) -> bool:
        """Whether it stays within the target, and its answers are right."""
        is_quick = self.most_ms is None or self.large.median <= self.most_ms
        is_steady = self.growth <= MOST_GROWTH or self.large.name in BOUNDED
        return is_quick and is_steady and not self.trouble

    @property
    def trouble(self) -> str:
        """What is wrong with its answers; "" for nothing."""
        return self.small.checked.trouble or self.large.checked.trouble


@dataclass(frozen=True, kw_only=True)
class Whole:
    """A whole run."""

    sizes: tuple[int, int]
    rows: tuple[Compared, ...]
    skipped: tuple[str, ...]
    repeats: int
    database: str
    reports: int
    grants: int


def as_rows(whole: Whole) -> list[dict[str, Any]]:
    """The rows for build/bench.json."""
    return [
        {
            "name": f"Removal desk, {row.large.name}",
            "value": round(row.large.median, 2),
            "unit": "ms",
            "peer": f"the same page at {whole.sizes[0]:,} requests",
            "ratio": round(row.growth, 2),
            "target": row.target,
            "ok": row.is_reached,
        }
        for row in whole.rows
    ]


def append_rows(rows: Sequence[dict[str, Any]], report: Path) -> None:
    """Add rows to the report, which other parts of the run write too."""
    known = json.loads(report.read_text(encoding="utf-8")) if report.exists() else []
    report.parent.mkdir(exist_ok=True)
    report.write_text(json.dumps([*known, *rows], indent=1), encoding="utf-8")


def as_table(whole: Whole) -> str:
    """The figures as a Markdown table."""
    small, large = (f"{size:,}" for size in whole.sizes)
    head = f"| what | rows | ms at {small} (p95) | ms at {large} (p95) | growth | target |  |"
    return "\n".join([head, "| --- | ---: | ---: | ---: | ---: | ---: | ---: |", *map(_line, whole.rows)]) + "\n"


def as_page(whole: Whole, machine: Machine) -> str:
    """The page of the documentation."""
    small, large = whole.sizes
    memory = "not known" if machine.memory_bytes is None else f"{machine.memory_bytes / 1e9:.0f} GB"
    packages = ", ".join(f"{name} {find_version(name)}" for name in ("django", "psycopg", "jinja2", "cryptography"))
    return PAGE.format(
        small=f"{small:,}",
        large=f"{large:,}",
        reports=f"{whole.reports:,}",
        grants=f"{whole.grants:,}",
        repeats=whole.repeats,
        processor=machine.processor,
        cores=machine.cores,
        memory=memory,
        system=machine.system,
        python=machine.python,
        database=whole.database,
        packages=packages,
        day=machine.day,
        load=machine.load,
        reached=sum(row.is_reached for row in whole.rows),
        all=len(whole.rows),
        target=f"{MOST_GROWTH:g}",
        table=as_table(whole),
        skipped=f"\nNot there yet, and so not measured: {'; '.join(whole.skipped)}.\n" if whole.skipped else "",
    )


def _line(row: Compared) -> str:
    small, large = row.small, row.large
    rows = f"{large.checked.rows}"
    if small.checked.rows != large.checked.rows:
        rows = f"{small.checked.rows} / {rows}"
    said = "**wrong**" if row.trouble else "reached" if row.is_reached else "**missed**"
    return (
        f"| {large.name} | {rows} | {small.median:.2f} ({small.p95:.2f}) | {large.median:.2f} ({large.p95:.2f}) "
        f"| {row.growth:.2f} x | {row.target} | {said} |"
    )
