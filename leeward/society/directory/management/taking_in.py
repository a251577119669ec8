"""Takes a whole package in: reads and judges everything first, and writes only where nothing is wrong."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched
from pathlib import Path
from typing import Any

from leeward.foundation.audit.rules import Actor
from leeward.society.directory.operations.importing import AT_ONCE, take_in
from leeward.society.directory.queries.importing import Judged, Terms, Verdict, Wins, judge
from leeward.society.directory.rules.findings import KEPT_MOST, Findings
from leeward.society.directory.rules.tables import LOCATION, ORGANIZATION, SERVICE, TAXONOMY, TERM, Table
from leeward.society.directory.rules.unpacking import Entry, read_entry
from leeward.society.directory.schemas.packages import open_package
from leeward.society.directory.schemas.staging import Staging, staged

type Progress = Callable[[int], None]

# What refers to another one comes after it.
KINDS: Mapping[str, Table] = {
    "organisations": ORGANIZATION,
    "places": LOCATION,
    "taxonomies": TAXONOMY,
    "terms": TERM,
    "services": SERVICE,
}


@dataclass
class Tally:
    """What became of the entries: how many of each kind by verdict, and which stay as they are and why."""

    counts: dict[str, Counter[Verdict]] = field(default_factory=lambda: {name: Counter() for name in KINDS})
    kept: list[str] = field(default_factory=list)

    def add(self, name: str, judged: tuple[Judged[Any], ...]) -> None:
        """Count some entries."""
        for one in judged:
            self.counts[name][one.verdict] += 1
            if one.why and len(self.kept) < KEPT_MOST:
                line = one.entry.line
                self.kept.append(f"{line.file}, line {line.number}: {one.record.name or one.record.id} {one.why}.")


class PackageImport:
    """One package, read and put together; it is judged as often as one likes, and written once."""

    def __init__(self, staging: Staging, wins: Wins) -> None:
        self.findings = Findings()
        self._staging = staging
        self._terms = Terms(wins=wins, in_file=staging.has, confidential_in_file=staging.confidential)

    def read(self, path: Path, progress: Progress) -> None:
        """Read its files. Raises Unreadable and OSError for one that cannot be opened at all."""
        package = open_package(path)
        for name in package.passed_over:
            self.findings.note(f"{name}: a file that is not held here.")
        for text in package.notes:
            self.findings.note(text)
        self._staging.load(package, self.findings, progress)

    @property
    def entries(self) -> int:
        """How many entries it has."""
        return sum(self._staging.count(table) for table in KINDS.values())

    def judge(self, progress: Progress) -> Tally:
        """Say what would become of everything; what is wrong is in `findings`. Nothing is written."""
        outcome = Tally()
        for name, table, entries in self._parts(progress):
            judged = judge(table, entries, self._terms)
            outcome.add(name, judged)
            self._remember(judged)
        return outcome

    def write(self, progress: Progress, *, owner_email: str, by: Actor, clock: Callable[[], datetime]) -> Tally:
        """Write everything, in parts that are each whole: one that is stopped goes on when it is run again."""
        outcome = Tally()
        for name, table, entries in self._parts(progress):
            judged = take_in(table, entries, self._terms, owner_email=owner_email, by=by, now=clock())
            outcome.add(name, judged)
            self._remember(judged)
        return outcome

    def _parts(self, progress: Progress) -> Iterator[tuple[str, Table, list[Entry[Any]]]]:
        present = self._staging.present
        for name, table in KINDS.items():
            for bundles in batched(self._staging.bundles(table), AT_ONCE):
                entries = []
                for bundle in bundles:
                    entry, faults = read_entry(bundle, present)
                    for fault in faults:
                        self.findings.add(fault)
                    if entry is not None:
                        entries.append(entry)
                yield name, table, entries
                progress(len(bundles))

    def _remember(self, judged: tuple[Judged[Any], ...]) -> None:
        for one in judged:
            for fault in one.faults:
                self.findings.add(fault)


@contextmanager
def package_import(wins: Wins) -> Iterator[PackageImport]:
    """An import, with its place on disk for as long as it lasts."""
    with staged() as staging:
        yield PackageImport(staging, wins)
