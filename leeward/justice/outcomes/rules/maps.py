"""An authority's own file: which of its columns is which of ours, so that it is read as it is.

A map is made once for each kind of file, by an analyst, and has versions. A column that it does not know, or that the
file lacks, stops the file.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from leeward.foundation.editing.lines import BEGINNING, Allowed, Fault, LinesRefused, read_day
from leeward.foundation.protection.periods import Frequency, period_of
from leeward.justice.outcomes.errors import MapAllowed
from leeward.justice.outcomes.rules.files import COLUMNS, refuse_persons
from leeward.justice.outcomes.rules.terms import Basis, FileKind

MOST_COLUMNS, COLUMN_LENGTH = 40, 80
MAY_LACK = ("authority", "period_end", "basis", "as_of")
_QUARTER = re.compile(r"(\d{4})[ /-]?[QqTt]([1-4])")


@dataclass(frozen=True, kw_only=True)
class HeaderMap:
    """Which column of an authority's file is which of ours. `columns`: theirs by ours; `skipped`: theirs not read.

    `basis`: of every line, where no column says it. `called`: how the file calls the authority, where a column does.
    """

    columns: Mapping[str, str]
    skipped: Sequence[str] = ()
    basis: Basis | None = None
    called: str = ""

    @property
    def named(self) -> dict[str, str]:
        """Our columns by theirs."""
        return {theirs: ours for ours, theirs in self.columns.items()}

    @property
    def asks_day(self) -> bool:
        """Whether the day as of which a file was made has to be entered beside it."""
        return "as_of" not in self.columns


def wanted(kind: FileKind) -> tuple[str, ...]:
    """Return those of our columns that each map names; the others may follow from the file or the map."""
    return tuple(name for name in COLUMNS[kind] if name not in MAY_LACK)


def is_ours(text: str, kind: FileKind) -> bool:
    """Whether the first line is the one of our own template."""
    lines = _lines(text)
    return bool(lines) and [cell.strip() for cell in lines[0]] == list(COLUMNS[kind])


def read_head(text: str) -> tuple[str, ...]:
    """Return the columns that a first line names, to be mapped. Raises LinesRefused."""
    refuse_persons(text, ())
    lines = _lines(text)
    head = tuple(cell.strip() for cell in lines[0]) if lines else ()
    twice = sorted({each for each in head if head.count(each) > 1})
    if not 1 < len(head) <= MOST_COLUMNS or any(not 0 < len(each) <= COLUMN_LENGTH for each in head):
        raise LinesRefused([Fault(line=1, column="", allowed=MapAllowed.HEAD, about=MOST_COLUMNS)])
    if twice:
        raise LinesRefused([Fault(line=1, column="", allowed=MapAllowed.TWICE, about=", ".join(twice))])
    return head


def as_ours(text: str, kind: FileKind, found: HeaderMap, *, authority: str, as_of: date | None) -> str:
    """Return an authority's own file as one with our columns, line by line. Raises LinesRefused.

    `authority`: its code; `as_of`: the day that was entered beside the file.
    """
    refuse_persons(text, ())
    lines = _lines(text)
    head = [cell.strip() for cell in lines[0]] if lines else []
    faults = list(_wrong_head(head, found, as_of=as_of))
    faults += [
        Fault(line=number, column="", allowed=Allowed.CELLS, about=len(head))
        for number, cells in enumerate(lines[1:], 2)
        if len(cells) != len(head)
    ]
    if faults:
        raise LinesRefused(faults)
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow(COLUMNS[kind])
    named = found.named
    for cells in lines[1:]:
        given = {named.get(name, ""): cell.strip() for name, cell in zip(head, cells, strict=True)}
        writer.writerow(_line(given, kind, found, authority=authority, as_of=as_of))
    return made.getvalue()


def in_their_words(faults: Iterable[Fault], found: HeaderMap) -> list[Fault]:
    """Return faults with the columns as the authority's own file calls them."""
    return [
        Fault(
            line=each.line,
            column=f"{found.columns[each.column]} ({each.column})" if each.column in found.columns else each.column,
            allowed=each.allowed,
            about=each.about,
        )
        for each in faults
    ]


def lacking(kind: FileKind, found: HeaderMap) -> tuple[str, ...]:
    """Return those of our columns that a map has to name and does not."""
    needs = [name for name in wanted(kind) if name not in found.columns]
    if "basis" in COLUMNS[kind] and "basis" not in found.columns and found.basis is None:
        needs.append("basis")
    return tuple(needs)


def _lines(text: str) -> list[list[str]]:
    body = text.removeprefix(BEGINNING).strip()
    first = body.partition("\n")[0]
    parted_by = max(",;\t", key=first.count)
    try:
        return list(csv.reader(io.StringIO(body), strict=True, delimiter=parted_by))
    except csv.Error as error:
        raise LinesRefused([Fault(line=1, column="", allowed=Allowed.CSV)]) from error


def _wrong_head(head: Sequence[str], found: HeaderMap, *, as_of: date | None) -> Iterator[Fault]:
    known = {*found.named, *found.skipped}
    for allowed, names in (
        (MapAllowed.TWICE, {each for each in head if head.count(each) > 1}),
        (MapAllowed.UNKNOWN, set(head) - known),
        (MapAllowed.MISSING, set(found.named) - set(head)),
    ):
        if names:
            yield Fault(line=1, column="", allowed=allowed, about=", ".join(sorted(names)))
    if found.asks_day and as_of is None:
        yield Fault(line=1, column="", allowed=MapAllowed.AS_OF)


def _line(
    given: Mapping[str, str], kind: FileKind, found: HeaderMap, *, authority: str, as_of: date | None
) -> list[str]:
    start = _first_day(given.get("period_start", ""))
    known = {
        "authority": given.get("authority", authority),
        "period_start": start,
        "period_end": given.get("period_end", _last_day(start)),
        "basis": given.get("basis", found.basis.value if found.basis else ""),
        "as_of": given.get("as_of", as_of.isoformat() if as_of else ""),
    }
    if found.called and known["authority"] == found.called:
        known["authority"] = authority
    return [known.get(name, given.get(name, "")) for name in COLUMNS[kind]]


def _first_day(cell: str) -> str:
    """Return the first day of a quarter that is written as 2025-Q1, 2025Q1 or 2025 Q1; anything else as it is."""
    quarter = _QUARTER.fullmatch(cell)
    return f"{quarter[1]}-{3 * int(quarter[2]) - 2:02}-01" if quarter else cell


def _last_day(start: str) -> str:
    """Return the last day of the quarter that begins on a day; the day itself where it is none, for the checks."""
    day = read_day(start)
    return start if day is None else str(period_of(day, step=Frequency.QUARTER).end - timedelta(days=1))
