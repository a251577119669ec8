"""A raw file of events by national id becomes a file of a cohort by tokens, whole or not at all."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace

from leeward.foundation.editing.lines import BEGINNING, Allowed, Fault, LinesRefused
from leeward.foundation.labels import Labelled, mark
from leeward.justice.outcomes.rules.cohort_rows import (
    COHORT,
    MOST_LINES,
    EventKind,
    Row,
    RowAllowed,
    read_rows,
    twice,
)
from leeward.justice.outcomes.rules.tokens import ID_LEAST, ID_MOST, TokenKey, normalise_id

PERSON, *OTHERS = COHORT
# Stands for somebody whose id could not be read, so that the rest of the line is looked at too.
UNREAD = "0123456789abcdef" * 4


class RawAllowed(Labelled):
    """What stands in a raw file; what was given is something else."""

    COLUMNS = "columns", mark("The first line has to name these columns once each: %(about)s")
    ID = "id", mark("Enter a national id of %(about)s letters and figures")


@dataclass(frozen=True, kw_only=True)
class Pseudonymised:
    """A file of a cohort. `dropped`: columns of the raw file that it has not; `repeats`: lines that stand twice."""

    text: str
    lines: int
    persons: int
    indexes: int
    dropped: int
    repeats: int


def pseudonymise(raw: str, *, id_column: str, key: TokenKey) -> Pseudonymised:
    """Replace ids by tokens and leave out all columns that a file of a cohort does not have. Raises LinesRefused.

    No fault repeats what stands in the file.
    """
    head, lines = _parse(raw)
    places = _places(head, id_column)
    faults: list[Fault] = []
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(COHORT)
    for number, cells in enumerate(lines, 2):
        if len(cells) != len(head):
            faults.append(Fault(line=number, column="", allowed=Allowed.CELLS, about=len(head)))
            continue
        normal = normalise_id(cells[places[0]])
        if normal is None:
            about = f"{ID_LEAST}–{ID_MOST}"
            faults.append(Fault(line=number, column=id_column, allowed=RawAllowed.ID, about=about))
        writer.writerow([key.token(normal) if normal else UNREAD, *(cells[place].strip() for place in places[1:])])
    text = made.getvalue()
    if any(fault.allowed is Allowed.CELLS for fault in faults):
        raise LinesRefused(faults)  # the lines that are left would be counted wrongly
    rows = _read(text, faults, id_column=id_column)
    return Pseudonymised(
        text=text,
        lines=len(rows),
        persons=len({row.person for row in rows}),
        indexes=sum(row.event is EventKind.INDEX for row in rows),
        dropped=len(head) - len(places),
        repeats=twice(rows),
    )


def _parse(raw: str) -> tuple[list[str], list[list[str]]]:
    try:
        content = raw.removeprefix(BEGINNING).strip()
        parted_by = ";" if ";" in content.partition("\n")[0] else ","
        lines = list(csv.reader(io.StringIO(content, newline=""), strict=True, delimiter=parted_by))
    except csv.Error as error:
        raise LinesRefused([Fault(line=1, column="", allowed=Allowed.CSV)]) from error
    if not 1 <= len(lines) - 1 <= MOST_LINES:
        raise LinesRefused([Fault(line=1, column="", allowed=Allowed.LINES, about=MOST_LINES)])
    return [cell.strip() for cell in lines[0]], lines[1:]


def _places(head: Sequence[str], id_column: str) -> list[int]:
    wanted = [id_column, *OTHERS]
    if any(head.count(name) != 1 for name in wanted) or len(set(wanted)) != len(wanted):
        raise LinesRefused([Fault(line=1, column="", allowed=RawAllowed.COLUMNS, about=", ".join(wanted))])
    return [head.index(name) for name in wanted]


def _read(text: str, faults: Sequence[Fault], *, id_column: str) -> tuple[Row, ...]:
    try:
        rows = read_rows(text)
    except LinesRefused as error:
        # Where an id could not be read, whose index is missing cannot be said either.
        more = [each for each in error.faults if not (faults and each.allowed is RowAllowed.NO_INDEX)]
        named = [replace(each, column=id_column) if each.column == PERSON else each for each in more]
        raise LinesRefused(sorted([*faults, *named], key=lambda fault: (fault.line, fault.column))) from error
    if faults:
        raise LinesRefused(faults)
    return rows
