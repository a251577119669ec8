"""Lines of CSV that somebody hands in: read whole, or refused whole with each line and column that is wrong."""

import csv
import difflib
import io
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import batched

from leeward.foundation.labels import Labelled, mark

MOST_LINES, MOST_FAULTS = 2_000, 20
BEGINNING = "\ufeff"  # with which tables begin that some programs write


class Allowed(Labelled):
    """What stands in lines of any kind. What a column of one kind may hold is an enum of its room."""

    CSV = "csv", mark("Enter lines of CSV: cells with commas between them, in quotation marks where they hold a comma")
    HEAD = "head", mark("The first line is: %(about)s")
    LINES = "lines", mark("Enter 1 to %(about)s lines below the first")
    CELLS = "cells", mark("Enter %(about)s cells")
    NUMBER = "number", mark("Enter a whole number from 0 to %(about)s")
    DAY = "day", mark("Enter a day such as 2026-11-24")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that is wrong: `line` counts from 1, the head's; `column` is "" for the line as a whole."""

    line: int
    column: str
    allowed: Labelled
    about: object = ""


class LinesRefused(ValueError):
    """Nothing of the lines is kept; `faults` says why, the first twenty."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = tuple(faults[:MOST_FAULTS])


# What is wrong in the cells of a line, by column, with what the words of it are filled with.
type Wrong = Iterator[tuple[str, Labelled, object]]


def read_lines[L](
    text: str,
    columns: Sequence[str],
    *,
    wrong: Callable[[Mapping[str, str]], Wrong],
    make: Callable[[Mapping[str, str]], L],
    most: int = MOST_LINES,
) -> tuple[L, ...]:
    """Read each line below the head as `make` does, if `wrong` finds nothing in its cells. Raises LinesRefused."""
    try:
        found_in = text.removeprefix(BEGINNING).strip()
        # Tables of some languages are saved with semicolons.
        parted_by = ";" if ";" in found_in.partition("\n")[0] else ","
        lines = list(csv.reader(io.StringIO(found_in), strict=True, delimiter=parted_by))
    except csv.Error as error:
        raise LinesRefused([Fault(line=1, column="", allowed=Allowed.CSV)]) from error
    if not lines or [cell.strip() for cell in lines[0]] != list(columns):
        raise LinesRefused([Fault(line=1, column="", allowed=Allowed.HEAD, about=",".join(columns))])
    if not 1 <= len(lines) - 1 <= most:
        raise LinesRefused([Fault(line=1, column="", allowed=Allowed.LINES, about=most)])
    faults: list[Fault] = []
    found: list[L] = []
    for number, cells in enumerate(lines[1:], 2):
        values = dict(zip(columns, (cell.strip() for cell in cells), strict=False))
        if len(cells) != len(columns):
            faults.append(Fault(line=number, column="", allowed=Allowed.CELLS, about=len(columns)))
        elif here := list(wrong(values)):
            faults += [Fault(line=number, column=column, allowed=why, about=about) for column, why, about in here]
        else:
            found.append(make(values))
    if faults:
        raise LinesRefused(faults)
    return tuple(found)


def cut_lines(rows: Iterable[Sequence[object]], columns: Sequence[str], *, at_once: int) -> Iterator[str]:
    """Cut lines that were read into parts with the same head, each of at most so many lines; None is an empty cell."""
    for part in batched(rows, at_once):
        text = io.StringIO()
        csv.writer(text).writerows([columns, *part])
        yield text.getvalue()


def nearest(typed: str, among: Collection[str]) -> str:
    """Return the codes that are most like what was typed; all where none is like it."""
    return ", ".join(difflib.get_close_matches(typed.casefold(), among, n=2, cutoff=0.4) or sorted(among))


def read_number(cell: str, *, most: int) -> int | None:
    """Return the whole number that a cell is, from 0 to `most`; None for what is none."""
    is_number = cell.isascii() and cell.isdigit() and len(cell) <= len(str(most))
    return int(cell) if is_number and int(cell) <= most else None


def read_day(cell: str) -> date | None:
    """Return the day that a cell is, written YYYY-MM-DD; None for what is none."""
    try:
        return date.fromisoformat(cell) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", cell, re.ASCII) else None
    except ValueError:
        return None
