"""Holds a package's lines on disk while they are put together, so that memory does not grow with them.

A file of its own (SQLite), in the machine's folder for temporary files, gone when the import ends. There each part
finds its entry, and what stands twice or refers to nothing is found.
"""

import json
import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import batched
from pathlib import Path
from typing import Any
from uuid import UUID

from leeward.society.directory.rules.cells import PLAIN_ID
from leeward.society.directory.rules.findings import Findings
from leeward.society.directory.rules.tables import (
    AT_LOCATION,
    ATTRIBUTE,
    BY_NAME,
    LOCATION,
    ORGANIZATION,
    PHONE,
    SERVICE,
    TABLES,
    TAXONOMY,
    TERM,
    TRANSLATION,
    Table,
)
from leeward.society.directory.rules.unpacking import Bundle, Fault, Line, Present
from leeward.society.directory.schemas.csv_files import CsvRow, Unreadable, read_csv
from leeward.society.directory.schemas.packages import Package

ROWS_AT_ONCE = 5_000
BUNDLES_AT_ONCE = 500
DEPTH_MOST = 20
ROOTS = (ORGANIZATION, LOCATION, TAXONOMY, TERM, SERVICE)
STANDS_BETWEEN = (AT_LOCATION.name, PHONE.name)  # parts that have parts of their own
TABLE_SQL = """
CREATE TABLE lines (
    kind TEXT, line INTEGER, id TEXT, owner_kind TEXT, owner TEXT, root_kind TEXT, root TEXT, above TEXT,
    rank INTEGER DEFAULT 0, cells TEXT
)
"""


class Staging:
    """The lines of one package."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._columns: dict[str, tuple[str, ...]] = {}
        self._files: dict[str, str] = {}
        connection.execute(TABLE_SQL)

    @property
    def present(self) -> Present:
        """Which columns each table's file has."""
        return {kind: frozenset(names) for kind, names in self._columns.items()}

    def load(self, package: Package, findings: Findings, progress: Callable[[int], None]) -> None:
        """Read all files; `progress` hears how many lines were read."""
        for table in TABLES:
            if table.name in package.files:
                try:
                    self._load(package, table, findings, progress)
                except Unreadable as error:
                    findings.break_off(error.fault)
        self._connection.execute("CREATE INDEX by_id ON lines (kind, id)")
        if not findings.is_broken:
            self._relate(findings)

    def count(self, table: Table) -> int:
        """How many lines a table has."""
        found = self._connection.execute("SELECT count(*) FROM lines WHERE kind = ?", (table.name,)).fetchone()
        return int(found[0])

    def has(self, table: Table, ids: Iterable[UUID]) -> set[UUID]:
        """Which of these ids stand in a table's file."""
        return set(self._found(table, ids))

    def confidential(self, ids: Iterable[UUID]) -> set[UUID]:
        """Which of these places the file calls confidential."""
        names = self._columns.get(LOCATION.name, ())
        if "is_confidential" not in names:
            return set()
        at = names.index("is_confidential")
        found = self._found(LOCATION, ids)
        return {each for each, cells in found.items() if json.loads(cells)[at].strip().lower() in ("true", "1", "yes")}

    def bundles(self, table: Table) -> Iterator[Bundle]:
        """Each entry of a table with its parts: what stands above another one first, else as in the file."""
        query = "SELECT id, line, cells FROM lines WHERE kind = ? ORDER BY rank, line"
        with closing(self._connection.execute(query, (table.name,))) as entries:
            while some := entries.fetchmany(BUNDLES_AT_ONCE):
                parts = self._parts(table, [identity for identity, _line, _cells in some])
                for identity, line, cells in some:
                    yield Bundle(main=self._line(table, line, cells), parts=parts.get(identity, {}))

    def _load(self, package: Package, table: Table, findings: Findings, progress: Callable[[int], None]) -> None:
        file = package.files[table.name]
        self._files[table.name] = file
        required = [column.name for column in table.columns if column.is_required and column not in table.owners]
        with package.open(table) as source:
            header, rows = read_csv(source, file, required=required, known=table.header)
            for name in header.unknown:
                findings.note(f"{file}: the column {name!r} is not held here.")
            self._columns[table.name] = tuple(name for name in header.names if name in table.header)
            for some in batched(rows, ROWS_AT_ONCE):
                staged = [self._staged(table, file, row, findings) for row in some]
                self._connection.executemany(
                    "INSERT INTO lines (kind, line, id, owner_kind, owner, above, cells) VALUES (?, ?, ?, ?, ?, ?, ?)",
                    [row for row in staged if row is not None],
                )
                progress(len(some))

    def _staged(self, table: Table, file: str, row: CsvRow | Fault, findings: Findings) -> tuple[Any, ...] | None:
        if isinstance(row, Fault):
            findings.add(row)
            return None
        identity = row.cells.get("id", "").strip().lower()
        if not PLAIN_ID.fullmatch(identity):
            what = "It is empty." if not identity else "This is no id."
            findings.add(Fault(file=file, line=row.line, column="id", what=what, how="Use a UUID."))
            return None
        owner_kind, owner = "", ""
        if table not in ROOTS:
            found = _owner(table, row)
            if found is None:
                findings.note(f"{file}: lines that belong to nothing that is held here.")
                return None
            column, owner_kind, owner = found
            if not PLAIN_ID.fullmatch(owner):
                findings.add(Fault(file=file, line=row.line, column=column, what="This is no id.", how="Use a UUID."))
                return None
        above = row.cells.get(table.above, "").strip().lower()
        cells = json.dumps([row.cells[name] for name in self._columns[table.name]], ensure_ascii=False)
        return table.name, row.line, identity, owner_kind, owner, above, cells

    def _relate(self, findings: Findings) -> None:
        self._find_twins(findings)
        self._find_orphans(findings)
        run = self._connection.execute
        run("UPDATE lines SET root_kind = owner_kind, root = owner WHERE owner_kind NOT IN (?, ?)", STANDS_BETWEEN)
        run(
            "UPDATE lines SET (root_kind, root) = (SELECT o.root_kind, o.root FROM lines o "
            "WHERE o.kind = lines.owner_kind AND o.id = lines.owner) WHERE owner_kind IN (?, ?)",
            STANDS_BETWEEN,
        )
        run("CREATE INDEX by_root ON lines (root, root_kind)")
        for table in ROOTS:
            if table.above:
                self._rank(table.name, table.above, findings)

    def _find_twins(self, findings: Findings) -> None:
        query = (
            "SELECT l.kind, l.line, o.first FROM lines l JOIN (SELECT kind, id, min(line) AS first FROM lines "
            "GROUP BY kind, id HAVING count(*) > 1) o ON o.kind = l.kind AND o.id = l.id WHERE l.line > o.first"
        )
        for kind, line, first in self._connection.execute(query):
            what = f"Line {first} has this id already."
            findings.add(self._fault(kind, line, "id", what, "Give each line an id of its own, or take one out."))

    def _find_orphans(self, findings: Findings) -> None:
        query = (
            "SELECT l.kind, l.line, l.owner_kind, l.owner FROM lines l LEFT JOIN lines o "
            "ON o.kind = l.owner_kind AND o.id = l.owner WHERE l.owner <> '' AND o.id IS NULL ORDER BY l.kind, l.line"
        )
        for kind, line, owner_kind, owner in self._connection.execute(query):
            named = self._files.get(owner_kind, BY_NAME[owner_kind].file)
            column = next((each.name for each in BY_NAME[kind].owners if each.refers == owner_kind), "")
            how = "Add it there, or take this line out."
            findings.add(self._fault(kind, line, column, f"There is no {owner} in {named}.", how))

    def _rank(self, kind: str, column: str, findings: Findings) -> None:
        """Number entries by how deep they stand, so that what is above comes first; say where there is a ring."""
        pairs = "SELECT id, above, line FROM lines WHERE kind = ? AND above <> ''"
        above = {identity: (parent, line) for identity, parent, line in self._connection.execute(pairs, (kind,))}
        ranks = []
        for identity, (_parent, line) in above.items():
            rank, step = 0, identity
            while step in above and rank <= DEPTH_MOST:
                rank, step = rank + 1, above[step][0]
            if rank > DEPTH_MOST:
                what = f"It stands under itself, or more than {DEPTH_MOST} levels deep."
                findings.add(self._fault(kind, line, column, what, "Choose another one to stand under."))
            ranks.append((rank, kind, identity))
        self._connection.executemany("UPDATE lines SET rank = ? WHERE kind = ? AND id = ?", ranks)

    def _found(self, table: Table, ids: Iterable[UUID]) -> dict[UUID, str]:
        found: dict[UUID, str] = {}
        for some in batched({str(each) for each in ids}, BUNDLES_AT_ONCE):
            marks = ",".join("?" * len(some))
            query = f"SELECT id, cells FROM lines WHERE kind = ? AND id IN ({marks})"  # noqa: S608  # marks alone
            found |= {UUID(each): cells for each, cells in self._connection.execute(query, (table.name, *some))}
        return found

    def _parts(self, table: Table, ids: list[str]) -> dict[str, dict[str, list[Line]]]:
        marks = ",".join("?" * len(ids))
        columns, order = "root, kind, line, cells", "ORDER BY kind, line"
        query = f"SELECT {columns} FROM lines WHERE root IN ({marks}) AND root_kind = ? {order}"  # noqa: S608
        parts: dict[str, dict[str, list[Line]]] = defaultdict(lambda: defaultdict(list))
        for root, kind, line, cells in self._connection.execute(query, (*ids, table.name)):
            parts[root][kind].append(self._line(BY_NAME[kind], line, cells))
        return parts

    def _line(self, table: Table, number: int, cells: str) -> Line:
        names = self._columns[table.name]
        made = dict(zip(names, json.loads(cells), strict=True))
        return Line(table=table, number=number, cells=made, file=self._files[table.name])

    def _fault(self, kind: str, line: int, column: str, what: str, how: str) -> Fault:
        return Fault(file=self._files[kind], line=line, column=column, what=what, how=how)


@contextmanager
def staged() -> Iterator[Staging]:
    """An empty place for a package's lines; it is gone afterwards."""
    with (
        tempfile.TemporaryDirectory(prefix="leeward-import-") as folder,
        closing(sqlite3.connect(Path(folder) / "lines.sqlite3", isolation_level=None)) as connection,
    ):
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        yield Staging(connection)


def _owner(table: Table, row: CsvRow) -> tuple[str, str, str] | None:
    """The column, the table and the id of what a part belongs to; None for what is not held here."""
    if table is ATTRIBUTE:
        is_service = row.cells.get("link_entity", "").strip().lower() == SERVICE.name
        return ("link_id", SERVICE.name, row.cells["link_id"].strip().lower()) if is_service else None
    if table is TRANSLATION:
        kind = row.cells.get("resource_type", "").strip().lower()
        is_held = kind in (SERVICE.name, ORGANIZATION.name, LOCATION.name, TERM.name)
        return ("resource_id", kind, row.cells["resource_id"].strip().lower()) if is_held else None
    owner = Line(table=table, number=row.line, cells=row.cells).owner
    return (owner[0], owner[1].name, owner[2]) if owner else None
