"""Reads the lists that a country or an editor gives as CSV: places, holidays, terms and synonyms, line by line."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from leeward.society.directory.rules.cells import Misfit, read_cell
from leeward.society.directory.rules.checks import CONTROL, LINE_BREAK, is_language
from leeward.society.directory.rules.columns import Column, Kind, columns_of
from leeward.society.directory.rules.findings import Findings
from leeward.society.directory.rules.limits import CODE_LENGTH, NAME_LENGTH
from leeward.society.directory.rules.places import PlaceKind, PlaceRow, place_key
from leeward.society.directory.rules.records import TermRecord
from leeward.society.directory.rules.unpacking import Fault
from leeward.society.directory.rules.words import SynonymRow, split_words
from leeward.society.directory.schemas.csv_files import CsvRow, read_csv

PLACE_COLUMNS = (
    Column(name="kind", kind=Kind.CHOICE, choices=tuple(kind.value for kind in PlaceKind), is_required=True),
    Column(name="name", is_required=True),
    Column(name="latitude", kind=Kind.DEGREES, is_required=True),
    Column(name="longitude", kind=Kind.DEGREES, is_required=True),
    Column(name="area_code"),
    Column(name="area_name"),
)
HOLIDAY_COLUMNS = (Column(name="day", kind=Kind.DAY, is_required=True), Column(name="name", is_required=True))
SYNONYM_COLUMNS = (
    Column(name="language", is_required=True),
    Column(name="word", is_required=True),
    Column(name="means", is_required=True),
)
TERM_COLUMNS = (
    Column(name="taxonomy", is_required=True),
    Column(name="code", is_required=True),
    Column(name="name", is_required=True),
    Column(name="description"),
    Column(name="parent"),
    *(each for each in columns_of(TermRecord).values() if each.kind in (Kind.WEB, Kind.WHOLE)),
    Column(name="synonyms"),
)
TRANSLATED = ("name", "description", "synonyms")
LENGTHS = {"area_code": CODE_LENGTH, "language": CODE_LENGTH, "code": CODE_LENGTH, "taxonomy": CODE_LENGTH}
LONG = ("description", "synonyms")
YEARS = range(1900, 2200)
DEGREES_MOST = {"latitude": 90, "longitude": 180}


@dataclass(frozen=True, kw_only=True)
class ListLine:
    """One line of a list: where it stands, and its values by column. `columns` are those that the file has."""

    file: str
    number: int
    values: Mapping[str, Any]
    columns: frozenset[str]

    def fault(self, column: str, what: str, how: str) -> Fault:
        """A fault in this line."""
        return Fault(file=self.file, line=self.number, column=column, what=what, how=how)


def read_places(path: Path, findings: Findings) -> Iterator[PlaceRow]:
    """The places of a file. What is wrong goes into `findings`. Raises Unreadable and OSError."""
    seen: set[int] = set()  # hashes alone: a country has millions of postcodes
    for line in _lines(path, PLACE_COLUMNS, findings):
        row = PlaceRow(**{**line.values, "kind": PlaceKind(line.values["kind"])})
        key = place_key(row.kind, row.name)
        mark = hash((row.kind, key, row.area_code))
        if not key:
            findings.add(line.fault("name", "There is no letter or digit in it.", "Write the postcode or the town."))
        elif mark in seen:
            how = "Keep one; towns of one name need area codes that differ."
            findings.add(line.fault("name", "It stands in this file twice.", how))
        elif fault := _off_earth(line):
            findings.add(fault)
        else:
            seen.add(mark)
            yield row


def read_holidays(path: Path, findings: Findings) -> Iterator[tuple[date, str]]:
    """The holidays of a file, each day once. What is wrong goes into `findings`. Raises Unreadable and OSError."""
    seen: set[date] = set()
    for line in _lines(path, HOLIDAY_COLUMNS, findings):
        day, name = line.values["day"], line.values["name"].strip()
        if day in seen:
            findings.add(line.fault("day", "This day stands in the file twice.", "Keep one line, with both names."))
        elif day.year not in YEARS:
            findings.add(line.fault("day", "This is no year of ours.", f"Use {YEARS.start} to {YEARS.stop - 1}."))
        else:
            seen.add(day)
            yield day, name


def read_synonyms(path: Path, findings: Findings) -> Iterator[tuple[ListLine, SynonymRow]]:
    """The synonyms of a file. What is wrong goes into `findings`. Raises Unreadable and OSError."""
    for line in _lines(path, SYNONYM_COLUMNS, findings):
        row = SynonymRow(**{name: text.strip() for name, text in line.values.items()})
        if not is_language(row.language):
            findings.add(line.fault("language", "This is no language's code.", "Give one such as en, ar or pt-BR."))
        elif not split_words(row.word):
            findings.add(line.fault("word", "There is no word in it.", "Write what people type."))
        else:
            yield line, row


def read_terms(path: Path, findings: Findings, *, languages: Sequence[str]) -> Iterator[ListLine]:
    """The lines of a file of terms; texts in other languages stand in columns such as `name_ar`."""
    more = tuple(Column(name=f"{name}_{language}") for language in languages for name in TRANSLATED)
    return _lines(path, (*TERM_COLUMNS, *more), findings)


def is_synonyms_file(path: Path) -> bool:
    """Whether a file is a list of synonyms by its columns. Raises Unreadable and OSError."""
    known = tuple({column.name for column in (*TERM_COLUMNS, *SYNONYM_COLUMNS)})
    with path.open("rb") as source:
        header, _rows = read_csv(source, path.name, required=(), known=known)
    return "means" in header.names


def _lines(path: Path, columns: Sequence[Column], findings: Findings) -> Iterator[ListLine]:
    required = [column.name for column in columns if column.is_required]
    with path.open("rb") as source:
        header, rows = read_csv(source, path.name, required=required, known=[column.name for column in columns])
        for name in header.unknown:
            findings.note(f"{path.name}: the column {name!r} is not held here.")
        for row in rows:
            if isinstance(row, Fault):
                findings.add(row)
            elif (line := _read(path.name, row, columns, findings)) is not None:
                yield line


def _read(file: str, row: CsvRow, columns: Sequence[Column], findings: Findings) -> ListLine | None:
    values: dict[str, Any] = {}
    line = ListLine(file=file, number=row.line, values=values, columns=frozenset(row.cells))
    faults = []
    for column in columns:
        text = row.cells.get(column.name, "")
        value = read_cell(column, text)
        values[column.name] = value = value.strip() if isinstance(value, str) else value
        if isinstance(value, Misfit):
            faults.append(line.fault(column.name, value.what, value.how))
        elif column.is_required and not text.strip():
            faults.append(line.fault(column.name, "It is empty.", "Fill it in."))
        elif isinstance(value, str) and column.name not in LONG and column.kind is not Kind.WEB:
            faults += _texts(line, column.name, value)
    for fault in faults:
        findings.add(fault)
    return None if faults else line


def _texts(line: ListLine, name: str, text: str) -> Iterator[Fault]:
    most = LENGTHS.get(name, NAME_LENGTH)
    if len(text) > most and not name.startswith(LONG):
        yield line.fault(name, f"It has {len(text):,} characters.", f"Use at most {most:,}.")
    if CONTROL.search(text) or LINE_BREAK.search(text):
        yield line.fault(name, "There are signs in it that cannot be shown.", "Type it anew.")


def _off_earth(line: ListLine) -> Fault | None:
    for name, most in DEGREES_MOST.items():
        if not -most <= line.values[name] <= most:
            return line.fault(name, "This is not on Earth.", f"Give degrees from -{most} to {most}.")
    return None
