"""Counts of trained people as lines of CSV: read whole, or refused whole with each line and column that is wrong."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from leeward.victim.network.errors import Allowed, TrainingFault, TrainingRefused

COLUMNS = ("member", "requirement", "in_date", "people", "as_of")
REQUIREMENT = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
MOST_LINES, MOST_FAULTS, MOST_PEOPLE = 2_000, 20, 1_000_000


@dataclass(frozen=True, kw_only=True)
class Counted:
    """How many of a member's people have one training in date, on a day."""

    member: UUID
    requirement: str
    in_date: int
    people: int
    as_of: date


def read_counts(text: str, members: Mapping[str, UUID], *, today: date) -> tuple[Counted, ...]:
    """Read the lines. `members`: by what a line may call them. Raises TrainingRefused with the first twenty faults."""
    try:
        lines = list(csv.reader(io.StringIO(text.strip()), strict=True))
    except csv.Error as error:
        raise TrainingRefused([_fault(1, "", Allowed.CSV)]) from error
    if not lines or tuple(cell.strip() for cell in lines[0]) != COLUMNS:
        raise TrainingRefused([_fault(1, "", Allowed.HEAD, about=",".join(COLUMNS))])
    if not 1 <= len(lines) - 1 <= MOST_LINES:
        raise TrainingRefused([_fault(1, "", Allowed.LINES, about=MOST_LINES)])
    faults: list[TrainingFault] = []
    found: list[Counted] = []
    seen: set[tuple[str, str]] = set()
    for number, cells in enumerate(lines[1:], 2):
        values = dict(zip(COLUMNS, (cell.strip() for cell in cells), strict=False))
        wrong = list(_faults(number, cells, values, members, seen, today=today))
        faults += wrong
        if not wrong:
            seen.add((str(members[values["member"]]), values["requirement"]))
            found.append(_counted(values, members))
    if faults:
        raise TrainingRefused(faults[:MOST_FAULTS])
    return tuple(found)


def _faults(
    number: int,
    cells: list[str],
    values: Mapping[str, str],
    members: Mapping[str, UUID],
    seen: set[tuple[str, str]],
    *,
    today: date,
) -> Iterator[TrainingFault]:
    if len(cells) != len(COLUMNS):
        yield _fault(number, "", Allowed.CELLS, about=len(COLUMNS))
        return
    if values["member"] not in members:
        yield _fault(number, "member", Allowed.MEMBER)
    elif (str(members[values["member"]]), values["requirement"]) in seen:
        yield _fault(number, "requirement", Allowed.ONCE)
    if not REQUIREMENT.fullmatch(values["requirement"]):
        yield _fault(number, "requirement", Allowed.REQUIREMENT)
    people = _number(values["people"])
    if not people:
        yield _fault(number, "people", Allowed.PEOPLE, about=MOST_PEOPLE)
    in_date = _number(values["in_date"])
    if in_date is None or (people and in_date > people):
        yield _fault(number, "in_date", Allowed.IN_DATE)
    as_of = _day(values["as_of"])
    if as_of is None or as_of > today:
        yield _fault(number, "as_of", Allowed.DAY)


def _counted(values: Mapping[str, str], members: Mapping[str, UUID]) -> Counted:
    as_of = _day(values["as_of"])
    assert as_of is not None  # noqa: S101  # narrows the type: it was looked at
    return Counted(
        member=members[values["member"]],
        requirement=values["requirement"],
        in_date=int(values["in_date"]),
        people=int(values["people"]),
        as_of=as_of,
    )


def _number(cell: str) -> int | None:
    is_number = cell.isascii() and cell.isdigit() and len(cell) <= len(str(MOST_PEOPLE))
    return int(cell) if is_number and int(cell) <= MOST_PEOPLE else None


def _day(cell: str) -> date | None:
    try:
        return date.fromisoformat(cell) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", cell) else None
    except ValueError:
        return None


def _fault(line: int, column: str, allowed: Allowed, *, about: object = "") -> TrainingFault:
    return TrainingFault(line=line, column=column, allowed=allowed, about={"about": about})
