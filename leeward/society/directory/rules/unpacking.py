"""Turns lines of the package's tables into records, and says of each cell that cannot be taken where it is and why."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from leeward.foundation.editing.errors import FieldRefused
from leeward.society.directory.errors import in_files
from leeward.society.directory.rules.cells import Misfit, read_cell
from leeward.society.directory.rules.checks import check_record
from leeward.society.directory.rules.columns import Column, columns_of, parts_of
from leeward.society.directory.rules.packing import Packed
from leeward.society.directory.rules.records import (
    Accessibility,
    LocationRecord,
    LocationType,
    PhoneType,
    Record,
    ServiceRecord,
    TaxonomyRecord,
    TermRecord,
    Way,
)
from leeward.society.directory.rules.standard import ACCESS_WORDS
from leeward.society.directory.rules.tables import BY_NAME, BY_RECORD, CHANGED, LANGUAGE, Table

type Present = Mapping[str, frozenset[str]]  # which columns each table's file has; a table without a file is not there

NOT_A_FIELD = ("id", "last_modified", "taxonomy")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is wrong in a file: where (line 0 is the whole file; a column may be ""), what, and how to mend it."""

    file: str
    line: int = 0
    column: str = ""
    what: str
    how: str = ""

    def __str__(self) -> str:
        where = self.file
        if self.line:
            where += f", line {self.line}"
        if self.column:
            where += f", column {self.column}"
        return f"{where}: {self.what} {self.how}".rstrip()


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a table as it stands in its file: the cells of the columns that we hold."""

    table: Table
    number: int
    cells: Mapping[str, str]
    file: str = ""

    def fault(self, column: str, what: str, how: str) -> Fault:
        """A fault in this line."""
        return Fault(file=self.file or self.table.file, line=self.number, column=column, what=what, how=how)

    def cell(self, column: str) -> str:
        """What stands in a column, as ids and codes are compared."""
        return self.cells.get(column, "").strip().lower()

    @property
    def owner(self) -> tuple[str, Table, str] | None:
        """The column, the table and the id of what a part belongs to; None where none is named."""
        for column in self.table.owners:
            if text := self.cell(column.name):
                return column.name, BY_NAME[column.refers], text
        return None


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """An entry's line and the lines of its parts, by table, in the order of their files."""

    main: Line
    parts: Mapping[str, Sequence[Line]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Entry[R: Record]:
    """An entry of a package: its record, of which fields and tables the package speaks, and where its parts stand."""

    record: R
    fields: frozenset[str]
    files: frozenset[str]
    modified_at: datetime | None
    lines: Mapping[str, Line]

    @property
    def line(self) -> Line:
        """The entry's own line."""
        return self.lines[""]

    def fault(self, error: FieldRefused) -> Fault:
        """An error of the record as a fault of the line in which it stands."""
        where, rest = error.field, ""
        while where and where not in self.lines:
            where, _dot, last = where.rpartition(".")
            rest = f"{last}.{rest}".rstrip(".")
        line = self.lines[where]
        column = rest if line.table.column(rest) else ("code" if line.table is LANGUAGE else "")
        return line.fault(column, in_files(error) if column else f"{error.field}: {in_files(error)}", "")


class _Reading:
    """Reads an entry's lines and remembers what could not be read, and where each part stands."""

    def __init__(self, bundle: Bundle) -> None:
        self.faults: list[Fault] = []
        self.lines: dict[str, Line] = {}
        self._bundle = bundle
        # The lines of parts by their table and by the part that they belong to, "" for the entry itself.
        self._parts: dict[tuple[str, str], list[Line]] = {}
        for line in (each for some in bundle.parts.values() for each in some):
            owner = line.owner
            is_nested = owner is not None and owner[1].name in bundle.parts
            self._parts.setdefault((line.table.name, owner[2] if owner and is_nested else ""), []).append(line)

    def entry(self) -> Record:
        """The entry's record."""
        return cast("Record", self._made(self._bundle.main, "", ""))

    def _made(self, line: Line, path: str, identity: str) -> Any:
        """What a line and the lines of its parts hold; an empty cell is as if nobody had named the field."""
        record, values = line.table.record, self._values(line, path)
        if record is str:
            return str(values["code"])
        if record is UUID:
            return values["taxonomy_term_id"]
        for column in parts_of(record):
            parts = tuple(self._several(column, f"{path}." if path else "", identity))
            values[column.name] = next(iter(parts), None) if column.is_single else parts
        columns = columns_of(record)
        made = record(
            **{
                name: value
                for name, value in _completed(record, values).items()
                if name in columns and (columns[name].is_needed or value not in (None, "", ()))
            }
        )
        return _tidied(made, line)

    def _several(self, column: Column, prefix: str, identity: str) -> Iterator[Any]:
        assert column.part is not None  # noqa: S101  # narrows the type; parts have one
        table = BY_RECORD[column.part]
        for place, line in enumerate(self._parts.get((table.name, identity), ())):
            path = f"{prefix}{column.name}.{place}"
            if column.is_single and place:
                self._values(line, path)
                owner = table.owners[0].name
                self.faults.append(line.fault(owner, "A place has one address.", "Keep one of them."))
            else:
                yield self._made(line, prefix + column.name if column.is_single else path, line.cell("id"))

    def _values(self, line: Line, path: str) -> dict[str, object]:
        self.lines[path] = line
        made: dict[str, object] = {}
        for column in line.table.columns:
            text = line.cells.get(column.name, "")
            value = read_cell(column, text)
            if isinstance(value, Misfit):
                self.faults.append(line.fault(column.name, value.what, value.how))
                value = None
            elif column.is_required and column.name in line.cells and not text.strip():
                self.faults.append(line.fault(column.name, "It is empty.", "Fill it in."))
            made[column.name] = value
        return made


def read_entry(bundle: Bundle, present: Present) -> tuple[Entry[Any] | None, tuple[Fault, ...]]:
    """An entry, or what is wrong with its lines; a service's places and terms in the order in which they are kept."""
    reading = _Reading(bundle)
    record = reading.entry()
    if reading.faults:
        return None, tuple(reading.faults)
    kind = bundle.main.table.name
    columns = present.get(kind, frozenset()) & set(columns_of(type(record)))
    filed = {each.name for each in parts_of(type(record)) if each.part and BY_RECORD[each.part].name in present}
    modified_at = read_cell(CHANGED, bundle.main.cells.get(CHANGED.name, ""))
    entry = Entry(
        record=record,
        fields=frozenset((columns | filed) - set(NOT_A_FIELD)),
        files=frozenset(present),
        modified_at=modified_at,
        lines=reading.lines,
    )
    errors = check_record(record)
    if isinstance(record, ServiceRecord):
        places, terms = sorted(record.locations, key=lambda part: part.id), sorted(set(record.terms))
        ordered = dataclasses.replace(record, locations=tuple(places), terms=tuple(terms))
        entry = dataclasses.replace(entry, record=ordered)
    return (None if errors else entry), tuple(entry.fault(error) for error in errors)


def retell[R: Record](packed: Iterable[Packed], as_kept: R) -> R:
    """What a package of ours would say of an entry that is here: what is never published is not in it."""
    reading = _Reading(bundle_of(packed))
    made = reading.entry()
    if reading.faults:  # a row from before a rule that we have now: nothing is known to be withheld
        return as_kept
    return cast("R", made)


def bundle_of(packed: Iterable[Packed]) -> Bundle:
    """Lines as they would be written, as if they had been read; the first one is the entry's own."""
    lines = [
        Line(table=table, number=number, cells=dict(zip(table.header, cells, strict=True)))
        for number, (table, cells) in enumerate(packed, start=2)
    ]
    parts: dict[str, list[Line]] = {}
    for line in lines[1:]:
        parts.setdefault(line.table.name, []).append(line)
    return Bundle(main=lines[0], parts=parts)


def _completed(record: type, values: dict[str, object]) -> dict[str, object]:
    """The values of a line with what a file need not say."""
    if record is LocationRecord:
        values["location_type"] = values["location_type"] or LocationType.VIRTUAL
    elif record in (TaxonomyRecord, TermRecord) and not values["code"] and values["id"]:
        values["code"] = f"{'term' if record is TermRecord else 'taxonomy'}-{str(values['id'])[:8]}"
    return values


def _tidied(made: Any, line: Line) -> Any:
    """A record or part without the words that only we have put there, and with the ways that its file does not name."""
    if isinstance(made, Accessibility) and made.kind is not None and made.description == ACCESS_WORDS[made.kind]:
        return dataclasses.replace(made, description="")
    if isinstance(made, ServiceRecord) and "ways" not in line.cells:
        return dataclasses.replace(made, ways=tuple(_ways(made)))
    return made


def _ways(record: ServiceRecord) -> Iterator[Way]:
    """How people talk with a service, where its file does not say so in our own column."""
    kinds = {phone.type for phone in record.phones}
    if kinds & {PhoneType.VOICE, PhoneType.TEXTPHONE}:
        yield Way.PHONE
    if PhoneType.TEXT in kinds:
        yield Way.TEXT
    if record.email:
        yield Way.EMAIL
    if record.locations:
        yield Way.IN_PERSON
