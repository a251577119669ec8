"""What was measured as a table, as rows of build/bench.json, and as the page docs/benchmarks-directory.md."""

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from hashmatch_bench.machine import Machine, find_version

from tools.desk_bench.measuring import Figure
from tools.directory_bench.kinds import DOOR, PAGE, SEARCH
from tools.directory_bench.worker import Facts

# Milliseconds within which 95 of 100 searches are answered, by the database's name.
MOST_MS = {"PostgreSQL": 50.0, "SQLite": 100.0}
MOST_GROWTH = 3.0
PEER = "icontains over the same rows"
HEADINGS = {SEARCH: "Searches", PAGE: "Pages for people", DOOR: "The open API"}
PAGE_TEXT = """# Benchmarks of the directory

This page is written by `make bench`; change the code in `tools/directory_bench`, not the page.

Whether people find support as fast when the directory grows: the same questions are put to a directory of {small} and
to one of {large} made-up services. A kind of search has several forms (other words, other towns), which take turns;
each kind is asked {repeats} times of either directory. Both stand at the same time and are asked by turns, one question
here and one there, so that whatever else the machine does falls on both alike. The growth compares the two medians. The
absolute figures belong to this machine, which was doing other things at the same time where the load below says so.

Beside each search stands the same done plainly: one query with Django's `icontains` over the same rows, which counts
and shows the first twenty, in the same run ({peer_repeats} times). It has no stems, no synonyms, mends no words, and
its order is simpler: it does less. "Faster by" is its median divided by ours, at {large} services.

Targets: of a search, 95 of 100 within {targets}; everything grows at most {growth} times.

| | |
| --- | --- |
| processor | {processor}, {cores} cores |
| memory | {memory} |
| system | {system}, Python {python} |
| databases | {databases} |
| packages | {packages} |
| day | {day}, load {load:.1f} at the start |

{reached} of {all} reach their targets.
{tables}
## What the figures do not say

- The databases' files are in the machine's memory, and nobody else asks at the same time.
- The test client stands in for a browser and the web server: the network, TLS and the browser's own work are left out.
- Made-up services share more words than real ones: a word finds thousands of them, which is the harder case.
- A page deep inside is the one nine tenths into the list, so at {large} it stands ten times deeper than at {small}.
- Each kind is checked before it is timed: something is found, and whatever is found fits. A wrong answer fails the run,
  time never.
"""


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One kind of question on both directories, and its peer on the large one (None where it has none)."""

    part: str
    database: str
    small: Figure
    large: Figure
    peer: Figure | None = None

    @property
    def growth(self) -> float:
        """How many times longer it takes in the large directory."""
        return self.large.median / self.small.median

    @property
    def faster(self) -> float | None:
        """How many times longer the peer takes."""
        return None if self.peer is None else self.peer.median / self.large.median

    @property
    def most_ms(self) -> float | None:
        """Within how many milliseconds 95 of 100 must be answered; None where that is no target."""
        return MOST_MS[self.database] if self.part == SEARCH else None

    @property
    def target(self) -> str:
        """The target in words."""
        within = f"p95 <= {self.most_ms:g} ms, " if self.most_ms else ""
        return f"{within}growth <= {MOST_GROWTH:g}"

    @property
    def trouble(self) -> str:
        """What is wrong with its answers; "" for nothing."""
        return self.small.checked.trouble or self.large.checked.trouble

    @property
    def is_reached(self) -> bool:
        """Whether it stays within its targets, and its answers are right."""
        is_quick = self.most_ms is None or self.large.p95 <= self.most_ms
        return is_quick and self.growth <= MOST_GROWTH and not self.trouble


@dataclass(frozen=True, kw_only=True)
class OnDatabase:
    """All that was measured on one database."""

    name: str
    small: Facts
    large: Facts
    rows: tuple[Compared, ...]


@dataclass(frozen=True, kw_only=True)
class Whole:
    """A whole run."""

    sizes: tuple[int, int]
    databases: tuple[OnDatabase, ...]
    repeats: int
    peer_repeats: int


@dataclass(frozen=True, kw_only=True)
class Upkeep:
    """What keeping a directory costs, as milliseconds for so much work that both sizes have alike."""

    name: str
    small: float
    large: float

    @property
    def growth(self) -> float:
        """How many times longer the same work takes in the large directory."""
        return self.large / self.small

    @property
    def is_reached(self) -> bool:
        """Whether the same work takes about as long."""
        return self.growth <= MOST_GROWTH


def upkeep_of(measured: OnDatabase) -> Iterator[Upkeep]:
    """Adding and indexing a thousand services, and one sweep."""
    small, large = measured.small.kept, measured.large.kept
    yield Upkeep(
        name="adding 1,000 services, with history and index",
        small=small.adding / small.services * 1e6,
        large=large.adding / large.services * 1e6,
    )
    yield Upkeep(
        name="indexing 1,000 services anew",
        small=small.indexing / small.indexed * 1e6,
        large=large.indexing / large.indexed * 1e6,
    )
    yield Upkeep(
        name=f"one sweep over opening times ({large.swept // len(large.sweeps)} services)",
        small=statistics.median(small.sweeps) * 1_000,
        large=statistics.median(large.sweeps) * 1_000,
    )


def as_rows(whole: Whole) -> list[dict[str, Any]]:
    """The rows for build/bench.json."""
    rows: list[dict[str, Any]] = []
    before = f"the same with {whole.sizes[0]:,} services"
    for measured in whole.databases:
        rows += [
            {
                "name": f"Directory, {measured.name}, {row.large.name}",
                "value": round(row.large.p95, 2),
                "unit": "ms (p95)",
                "peer": before if row.faster is None else PEER,
                "ratio": round(row.growth if row.faster is None else row.faster, 2),
                "target": row.target,
                "ok": row.is_reached,
            }
            for row in measured.rows
        ]
        rows += [
            {
                "name": f"Directory, {measured.name}, {kept.name}",
                "value": round(kept.large, 1),
                "unit": "ms",
                "peer": before,
                "ratio": round(kept.growth, 2),
                "target": f"growth <= {MOST_GROWTH:g}",
                "ok": kept.is_reached,
            }
            for kept in upkeep_of(measured)
        ]
    return rows


def as_tables(whole: Whole) -> str:
    """The figures as Markdown tables, a chapter for each database."""
    return "\n".join(line for measured in whole.databases for line in _chapter(measured, whole.sizes))


def as_page(whole: Whole, machine: Machine) -> str:
    """The page of the documentation."""
    memory = "not known" if machine.memory_bytes is None else f"{machine.memory_bytes / 1e9:.0f} GB"
    packages = ", ".join(f"{name} {find_version(name)}" for name in ("django", "django-ninja", "psycopg", "rapidfuzz"))
    rows = as_rows(whole)
    return PAGE_TEXT.format(
        small=f"{whole.sizes[0]:,}",
        large=f"{whole.sizes[1]:,}",
        repeats=whole.repeats,
        peer_repeats=whole.peer_repeats,
        targets=" and ".join(f"{MOST_MS[each.name]:g} ms on {each.name}" for each in whole.databases),
        growth=f"{MOST_GROWTH:g}",
        processor=machine.processor,
        cores=machine.cores,
        memory=memory,
        system=machine.system,
        python=machine.python,
        databases=", ".join(each.large.database for each in whole.databases),
        packages=packages,
        day=machine.day,
        load=machine.load,
        reached=sum(row["ok"] for row in rows),
        all=len(rows),
        tables=as_tables(whole),
    )


def _chapter(measured: OnDatabase, sizes: tuple[int, int]) -> Iterator[str]:
    small, large = (f"{size:,}" for size in sizes)
    kept = measured.large.kept
    yield f"\n## {measured.name}\n"
    yield (
        f"Of {kept.services:,} services {kept.found:,} can be found, by {kept.words:,} different words; the others are "
        "closed, internal or too long unchecked."
    )
    for part, heading in HEADINGS.items():
        rows = [row for row in measured.rows if row.part == part]
        if not rows:
            continue
        yield f"\n### {heading}\n"
        has_peer = part == SEARCH
        plain = " done plainly | faster by |" if has_peer else ""
        yield f"| what | rows | ms at {small} (p95) | ms at {large} (p95) | growth |{plain}  |"
        yield "| --- | ---: | ---: | ---: | ---: |" + (" ---: | ---: |" if has_peer else "") + " ---: |"
        yield from (_line(row, has_peer=has_peer) for row in rows)
    yield "\n### Upkeep\n"
    yield f"| what | ms at {small} | ms at {large} | growth |  |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for each in upkeep_of(measured):
        said = _said(is_reached=each.is_reached)
        yield f"| {each.name} | {each.small:,.0f} | {each.large:,.0f} | {each.growth:.2f} x | {said} |"


def _line(row: Compared, *, has_peer: bool) -> str:
    small, large = row.small, row.large
    rows = f"{large.checked.rows}"
    if small.checked.rows != large.checked.rows:
        rows = f"{small.checked.rows} / {rows}"
    name = large.name.partition(": ")[2]
    plain = ""
    if has_peer:
        plain = " | |" if row.peer is None else f" {row.peer.median:.1f} ms | {row.faster:.1f} x |"
    said = "**wrong**" if row.trouble else _said(is_reached=row.is_reached)
    return (
        f"| {name} | {rows} | {small.median:.2f} ({small.p95:.2f}) | {large.median:.2f} ({large.p95:.2f}) "
        f"| {row.growth:.2f} x |{plain} {said} |"
    )


def _said(*, is_reached: bool) -> str:
    return "reached" if is_reached else "**missed**"


def wrong_rows(whole: Whole) -> Sequence[Compared]:
    """What answers wrongly."""
    return [row for measured in whole.databases for row in measured.rows if row.trouble]
