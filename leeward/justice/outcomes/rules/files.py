"""The three files of counts that an authority hands in: read line by line, and refused whole with what is wrong."""

import difflib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from leeward.foundation.editing.lines import Allowed, Fault, LinesRefused, Wrong, read_day, read_lines, read_number
from leeward.foundation.protection.periods import Frequency, Period, period_of
from leeward.justice.outcomes.errors import CountAllowed
from leeward.justice.outcomes.rules.telltale import columns_of, telltale
from leeward.justice.outcomes.rules.terms import MOST_COUNT, Basis, FileKind

COLUMNS: Mapping[FileKind, tuple[str, ...]] = {
    FileKind.OFFENCES: ("authority", "period_start", "period_end", "offence_code", "recorded", "as_of"),
    FileKind.OUTCOMES: (
        "authority",
        "period_start",
        "period_end",
        "offence_code",
        "outcome_code",
        "basis",
        "count",
        "as_of",
    ),
    FileKind.COURTS: ("authority", "period_start", "period_end", "offence_code", "disposal_code", "persons", "as_of"),
}
NUMBER = {FileKind.OFFENCES: "recorded", FileKind.OUTCOMES: "count", FileKind.COURTS: "persons"}
CODE = {FileKind.OUTCOMES: "outcome_code", FileKind.COURTS: "disposal_code"}
BASES = ", ".join(each.value for each in Basis)
DAY = timedelta(days=1)
# A difference of more than half to the same quarter a year before is asked about; of few offences it says nothing.
ASKED_FROM, ASKED_SHARE = 20, 0.5

type Span = tuple[date, date]


@dataclass(frozen=True, kw_only=True)
class Book:
    """What a file is held against. `codes`: of outcomes or disposals. `recorded`: by first day and offence."""

    authority: str
    offences: Collection[str]
    codes: Collection[str]
    today: date
    known: Collection[date]
    recorded: Mapping[date, Mapping[str, int]]
    may_replace: bool = False


@dataclass(frozen=True, kw_only=True)
class CountLine:
    """One number. `code`: "" for offences recorded."""

    line: int
    start: date
    end: date
    as_of: date
    offence: str
    code: str
    basis: Basis | None
    number: int


def read_counts(text: str, kind: FileKind, book: Book) -> tuple[CountLine, ...]:
    """Read a file. Raises LinesRefused with each line that is wrong, or with what is wrong between lines."""
    refuse_persons(text, COLUMNS[kind])
    count = 1
    seen: dict[tuple[str, ...], int] = {}

    def wrong(cells: Mapping[str, str]) -> Wrong:
        nonlocal count
        count += 1
        if cells["authority"] != book.authority:
            yield "authority", CountAllowed.AUTHORITY, book.authority
        yield from _wrong_days(cells, book.today)
        yield from _wrong_codes(cells, kind, book)
        yield from wrong_number(cells[NUMBER[kind]], NUMBER[kind])
        key = tuple(cells.get(name, "") for name in ("period_start", "offence_code", CODE.get(kind, ""), "basis"))
        if seen.setdefault(key, count) != count:
            yield "offence_code", CountAllowed.ONCE, seen[key]

    lines: list[int] = []

    def make(cells: Mapping[str, str]) -> CountLine:
        lines.append(count)
        return CountLine(
            line=count,
            start=date.fromisoformat(cells["period_start"]),
            end=date.fromisoformat(cells["period_end"]),
            as_of=date.fromisoformat(cells["as_of"]),
            offence=cells["offence_code"],
            code=cells.get(CODE.get(kind, ""), ""),
            basis=Basis(cells["basis"]) if "basis" in cells else None,
            number=int(cells[NUMBER[kind]]),
        )

    found = read_lines(text, COLUMNS[kind], wrong=wrong, make=make)
    faults = [*_wrong_periods(found, book), *(_wrong_sums(found, book) if kind is FileKind.OUTCOMES else ())]
    if faults:
        raise LinesRefused(sorted(faults, key=lambda fault: fault.line))
    return found


def refuse_persons(text: str, columns: Sequence[str]) -> None:
    """Refuse a file with a column that looks as if it were about persons. Raises LinesRefused."""
    named = [column[:40] for column in columns_of(text) if telltale(column, columns)]
    if named:
        raise LinesRefused([Fault(line=1, column="", allowed=CountAllowed.PERSONS, about=", ".join(named))])


def nearest(typed: str, among: Collection[str]) -> str:
    """Return the codes that are most like what was typed; the first ones where none is like it."""
    return ", ".join(difflib.get_close_matches(typed, among, n=2, cutoff=0.4) or sorted(among)[:5])


def wrong_number(cell: str, column: str) -> Wrong:
    """Say what is wrong with a number: less than nothing, a fraction, a mark between thousands."""
    if read_number(cell, most=MOST_COUNT) is not None:
        return
    if re.fullmatch(r"[-\u2212]\s*\d+", cell):
        yield column, CountAllowed.NEGATIVE, ""
    elif re.fullmatch(r"\d{1,3}([.,'\u00a0\u202f ]\d{3})+", cell):
        yield column, CountAllowed.THOUSANDS, re.sub(r"\D", "", cell)
    elif re.fullmatch(r"\d+[.,]\d+", cell):
        yield column, CountAllowed.FRACTION, ""
    else:
        yield column, Allowed.NUMBER, MOST_COUNT


def gaps(starts: Collection[date]) -> list[Period]:
    """Return the quarters that are missing between those of which something is known."""
    found = []
    for before, after in pairwise(sorted(set(starts))):
        period = Period(start=before, step=Frequency.QUARTER).following
        while period.start < after:
            found.append(period)
            period = period.following
    return found


def far_from_last_year(number: int, before: int | None) -> bool:
    """Whether a number differs so much from the same quarter a year before that somebody should look again."""
    if before is None or max(number, before) < ASKED_FROM:
        return False
    return abs(number - before) > ASKED_SHARE * before


def _wrong_days(cells: Mapping[str, str], today: date) -> Wrong:
    days = {name: read_day(cells[name]) for name in ("period_start", "period_end", "as_of")}
    yield from ((name, Allowed.DAY, "") for name, day in days.items() if day is None)
    start, end, as_of = days.values()
    if start is None or end is None:
        return
    quarter = period_of(start, step=Frequency.QUARTER)
    if start != quarter.start:
        yield "period_start", CountAllowed.START, quarter.start
    elif end != quarter.end - DAY:
        yield "period_end", CountAllowed.END, quarter.end - DAY
    if as_of is not None and as_of < end:
        yield "as_of", CountAllowed.EARLY, end
    if as_of is not None and as_of > today:
        yield "as_of", CountAllowed.FUTURE, ""


def _wrong_codes(cells: Mapping[str, str], kind: FileKind, book: Book) -> Wrong:
    if cells["offence_code"] not in book.offences:
        yield "offence_code", CountAllowed.CODE, nearest(cells["offence_code"], book.offences)
    if kind in CODE and cells[CODE[kind]] not in book.codes:
        yield CODE[kind], CountAllowed.CODE, nearest(cells[CODE[kind]], book.codes)
    if "basis" in cells and cells["basis"] not in list(Basis):
        yield "basis", CountAllowed.BASIS, BASES


def _wrong_periods(lines: Sequence[CountLine], book: Book) -> Iterator[Fault]:
    first: dict[date, CountLine] = {}
    for each in lines:
        here = first.setdefault(each.start, each)
        if here is each and each.start in book.known and not book.may_replace:
            yield Fault(line=each.line, column="period_start", allowed=CountAllowed.GIVEN)
        if here.as_of != each.as_of:
            yield Fault(line=each.line, column="as_of", allowed=CountAllowed.ONE_DAY, about=here.line)


def _wrong_sums(lines: Sequence[CountLine], book: Book) -> Iterator[Fault]:
    sums: dict[tuple[date, str], int] = {}
    first: dict[tuple[date, str], int] = {}
    starts: dict[date, int] = {}
    for each in lines:
        starts.setdefault(each.start, each.line)
        if each.basis is Basis.OF_RECORDED:
            key = (each.start, each.offence)
            sums[key] = sums.get(key, 0) + each.number
            first.setdefault(key, each.line)
    for start, line in starts.items():
        recorded = book.recorded.get(start)
        if recorded is None:
            yield Fault(line=line, column="period_start", allowed=CountAllowed.OFFENCES_FIRST)
            continue
        for offence in sorted({*recorded, *(name for day, name in sums if day == start)}):
            found, wanted = sums.get((start, offence), 0), recorded.get(offence, 0)
            if found != wanted:
                about = f"{offence}: {found} / {wanted}"
                place = first.get((start, offence), line)
                yield Fault(line=place, column="count", allowed=CountAllowed.SUM, about=about)
