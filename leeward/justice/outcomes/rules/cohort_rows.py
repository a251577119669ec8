"""Rows of a cohort as a file has them: persons by tokens alone, read whole or refused whole, each fault by its line."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from leeward.foundation.editing.lines import Allowed, Fault, LinesRefused, Wrong, read_day, read_lines
from leeward.foundation.labels import Labelled, mark
from leeward.foundation.protection.periods import Period
from leeward.foundation.typed import FIRST_DAY
from leeward.justice.outcomes.rules.telltale import columns_of, telltale
from leeward.justice.outcomes.rules.tokens import is_token

COHORT = ("person", "event", "on", "kind", "offence_code", "proven_on")
MOST_LINES = 50_000
MOST_BYTES = 8 * 1024 * 1024
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,39}")


class EventKind(Labelled):
    """What a row tells."""

    INDEX = "index", mark("Start of the follow-up")
    REOFFENCE = "reoffence", mark("Proven offence")


class IndexKind(Labelled):
    """By what a person's follow-up starts."""

    COMMUNITY = "community", mark("Conviction without custody")
    RELEASE = "release", mark("Release from custody")
    CAUTION = "caution", mark("Caution")


class RowAllowed(Labelled):
    """What stands in a line of a cohort; what was sent is something else."""

    TOKEN = "token", mark("Enter the token that “leeward pseudonymise” made, 64 hex digits: nothing that names anybody")
    EVENT = "event", mark("Enter one of: %(about)s")
    KIND = "kind", mark("Enter what starts the follow-up, one of: %(about)s")
    NO_KIND = "no_kind", mark("Leave this empty: only an index has a kind")
    CODE = "code", mark("Enter the offence’s code: letters, digits, dots, slashes and hyphens, at most 40")
    NOT_PROVEN = "not_proven", mark("Enter the day of the conviction or caution; take out what is not proven")
    NO_PROOF = "no_proof", mark("Leave this empty: only a reoffence has a day on which it was proven")
    PROVEN_BEFORE = "proven_before", mark("Enter a day that is not before the offence")
    AFTER = "after", mark("Enter a day up to %(about)s, the day as of which the file was made")
    OUTSIDE = "outside", mark("Enter a day of the cohort’s quarter, %(about)s, or take the line out")
    OLD = "old", mark("Enter a day from 1900-01-01 on")
    NO_INDEX = "no_index", mark("This person has no index in the file: add it, or take the line out")
    NAME = "name", mark("A column looks like a name. Nothing was kept. Make the file with “leeward pseudonymise”.")
    BIRTH = (
        "birth",
        mark("A column looks like a date of birth. Nothing was kept. Make the file with “leeward pseudonymise”."),
    )
    RAW_ID = (
        "raw_id",
        mark("A column looks like an id or an address. Nothing was kept. Make the file with “leeward pseudonymise”."),
    )


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line: an index, or an offence that was proven later. `kind` is an index's, `proven_on` a re-offence's."""

    person: str = field(repr=False)
    event: EventKind
    on: date
    kind: IndexKind | None
    offence_code: str
    proven_on: date | None


def read_rows(text: str, *, quarter: Period | None = None, as_of: date | None = None) -> tuple[Row, ...]:
    """Read a file of a cohort. Raises LinesRefused.

    `quarter`: in which each index must lie; `as_of`: the day after which nothing can have happened. Without them only
    what a line says by itself is looked at, as at the source.
    """
    _refuse_columns(text)
    lines = read_lines(text, COHORT, wrong=_wrong_by(quarter, as_of), make=_make, most=MOST_LINES)
    indexed = {row.person for row in lines if row.event is EventKind.INDEX}
    faults = [
        Fault(line=number, column="person", allowed=RowAllowed.NO_INDEX)
        for number, row in enumerate(lines, 2)
        if row.person not in indexed
    ]
    if faults:
        raise LinesRefused(faults)
    return lines


def write_rows(rows: Sequence[Row]) -> str:
    """Rows as the lines of a file, without its head."""
    return "\n".join(",".join(_cells(row)) for row in rows)


def twice(rows: Sequence[Row]) -> int:
    """How many rows say again what another one says: each counts, and somebody should look whether they should."""
    return len(rows) - len(set(rows))


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.person,
        row.event.value,
        row.on.isoformat(),
        row.kind.value if row.kind else "",
        row.offence_code,
        row.proven_on.isoformat() if row.proven_on else "",
    )


def _refuse_columns(text: str) -> None:
    """Stop a file of which the first line names a column that tells who somebody is. The words do not repeat it."""
    found = {why: None for column in columns_of(text) if (why := telltale(column, COHORT))}
    if found:
        raise LinesRefused([Fault(line=1, column="", allowed=RowAllowed[why.name]) for why in found])


def _wrong_by(quarter: Period | None, as_of: date | None) -> Callable[[Mapping[str, str]], Wrong]:
    def wrong(cells: Mapping[str, str]) -> Wrong:
        if not is_token(cells["person"]):
            yield "person", RowAllowed.TOKEN, ""
        if not CODE.fullmatch(cells["offence_code"]):
            yield "offence_code", RowAllowed.CODE, ""
        yield from _wrong_day("on", cells["on"], as_of)
        if cells["event"] == EventKind.INDEX:
            yield from _wrong_index(cells, quarter)
        elif cells["event"] == EventKind.REOFFENCE:
            yield from _wrong_reoffence(cells, as_of)
        else:
            yield "event", RowAllowed.EVENT, ", ".join(EventKind)

    return wrong


def _wrong_index(cells: Mapping[str, str], quarter: Period | None) -> Wrong:
    on = read_day(cells["on"])
    if quarter is not None and on is not None and not quarter.start <= on < quarter.end:
        yield "on", RowAllowed.OUTSIDE, quarter.name
    if cells["kind"] not in set(IndexKind):
        yield "kind", RowAllowed.KIND, ", ".join(IndexKind)
    if cells["proven_on"]:
        yield "proven_on", RowAllowed.NO_PROOF, ""


def _wrong_reoffence(cells: Mapping[str, str], as_of: date | None) -> Wrong:
    on, proven = read_day(cells["on"]), read_day(cells["proven_on"])
    if cells["kind"]:
        yield "kind", RowAllowed.NO_KIND, ""
    if not cells["proven_on"]:
        yield "proven_on", RowAllowed.NOT_PROVEN, ""
        return
    yield from _wrong_day("proven_on", cells["proven_on"], as_of)
    if on is not None and proven is not None and proven < on:
        yield "proven_on", RowAllowed.PROVEN_BEFORE, ""


def _wrong_day(column: str, cell: str, as_of: date | None) -> Wrong:
    on = read_day(cell)
    if on is None:
        yield column, Allowed.DAY, ""
    elif on < FIRST_DAY:
        yield column, RowAllowed.OLD, ""
    elif as_of is not None and on > as_of:
        yield column, RowAllowed.AFTER, as_of


def _make(cells: Mapping[str, str]) -> Row:
    return Row(
        person=cells["person"],
        event=EventKind(cells["event"]),
        on=date.fromisoformat(cells["on"]),
        kind=IndexKind(cells["kind"]) if cells["kind"] else None,
        offence_code=cells["offence_code"],
        proven_on=read_day(cells["proven_on"]),
    )
