"""Reads CSV files strictly: which line is wrong, in which column, and how to mend it; with a limit on everything."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO

from leeward.society.directory.rules.unpacking import Fault

LINE_BYTES_MOST = 200_000
CELL_MOST = 100_000
LINES_MOST = 5_000_000
OTHER_MARKS = {
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
    b"PK\x03\x04": "a spreadsheet or a zip file",
    b"\x1f\x8b": "a compressed file",
    b"%PDF": "a PDF",
}
BOM = b"\xef\xbb\xbf"
SAVE_AS = "Save it as CSV in UTF-8, with commas between the cells."


class Unreadable(Exception):
    """A file cannot be read any further."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


@dataclass(frozen=True, kw_only=True)
class CsvRow:
    """One row: the line on which it begins, and its cells by the names of the columns."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class CsvHeader:
    """The names of the columns, and those of them that nobody knows here."""

    names: tuple[str, ...]
    unknown: tuple[str, ...]


def read_csv(
    source: IO[bytes], file: str, *, required: Sequence[str], known: Sequence[str]
) -> tuple[CsvHeader, Iterator[CsvRow | Fault]]:
    """The header, and then row by row: a row, or what is wrong with it. Cells of unknown columns are left out.

    Raises Unreadable, also while rows are drawn, where nothing behind that point can be trusted.
    """
    rows = _rows(source, file)
    first = next(rows, None)
    if first is None or first == (1, []):
        raise _unreadable(file, 0, "The file is empty.", "Give it at least the line with the columns' names.")
    names = tuple(name.strip() for name in first[1])
    _check_header(names, file, required=required, known=known)
    unknown = tuple(name for name in names if name not in known)
    return CsvHeader(names=names, unknown=unknown), _fitting(rows, names, file, known=frozenset(known))


def _check_header(names: tuple[str, ...], file: str, *, required: Sequence[str], known: Sequence[str]) -> None:
    if len(names) == 1 and len(known) > 1:
        for mark, word in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
            if mark in names[0]:
                raise _unreadable(file, 1, f"There are {word} between the cells.", SAVE_AS)
    missing = [name for name in required if name not in names]
    if missing:
        how = f"Add {'it' if len(missing) == 1 else 'them'} to the first line, or give the file under its right name."
        raise _unreadable(file, 1, f"There is no column {', '.join(missing)}.", how)
    twice = sorted({name for name in names if names.count(name) > 1 and name})
    if twice:
        raise _unreadable(file, 1, f"The column {', '.join(twice)} is there twice.", "Take one of them out.")


def _fitting(
    rows: Iterator[tuple[int, list[str]]], names: tuple[str, ...], file: str, *, known: frozenset[str]
) -> Iterator[CsvRow | Fault]:
    for line, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        extra = [cell for cell in cells[len(names) :] if cell.strip()]
        if len(cells) < len(names) or extra:
            what = f"There are {len(cells)} cells, and {len(names)} columns."
            how = "Put texts that hold a comma between double quotation marks, and leave no cell out."
            yield Fault(file=file, line=line, what=what, how=how)
            continue
        yield CsvRow(line=line, cells={name: cell for name, cell in zip(names, cells, strict=False) if name in known})


def _rows(source: IO[bytes], file: str) -> Iterator[tuple[int, list[str]]]:
    lines = _Lines(source, file)
    reader = csv.reader(lines, strict=True)
    begins = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            what = f"This is no CSV ({error})."
            raise _unreadable(
                file, begins, what, "Look at the quotation marks in this line and the one before."
            ) from error
        if any(len(cell) > CELL_MOST for cell in cells):
            what = f"A cell has more than {CELL_MOST:,} characters."
            raise _unreadable(file, begins, what, "Look for a quotation mark that is never closed.")
        yield begins, cells
        begins = reader.line_num + 1


class _Lines(Iterable[str]):
    """The file's lines as text."""

    def __init__(self, source: IO[bytes], file: str) -> None:
        self._source, self._file = source, file

    def __iter__(self) -> Iterator[str]:
        number = 0
        while raw := self._source.readline(LINE_BYTES_MOST + 1):
            number += 1
            if number == 1:
                raw = self._begin(raw)
            if len(raw) > LINE_BYTES_MOST:
                what = f"The line has more than {LINE_BYTES_MOST:,} bytes."
                raise _unreadable(self._file, number, what, "Is this a CSV file, with each entry on a line of its own?")
            if number > LINES_MOST:
                raise _unreadable(self._file, number, f"There are more than {LINES_MOST:,} lines.", "Split the file.")
            if b"\x00" in raw:
                raise _unreadable(self._file, number, "There is a zero byte in it: this is no text.", SAVE_AS)
            try:
                yield raw.decode()
            except UnicodeDecodeError as error:
                what = f"This is not UTF-8 (byte {error.start + 1} of the line)."
                raise _unreadable(self._file, number, what, SAVE_AS) from error

    def _begin(self, raw: bytes) -> bytes:
        for mark, name in OTHER_MARKS.items():
            if raw.startswith(mark):
                raise _unreadable(self._file, 1, f"This is {name}, not CSV in UTF-8.", SAVE_AS)
        return raw.removeprefix(BOM)


def _unreadable(file: str, line: int, what: str, how: str) -> Unreadable:
    return Unreadable(Fault(file=file, line=line, what=what, how=how))
