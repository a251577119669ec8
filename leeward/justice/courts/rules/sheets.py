"""What was asked for and given at one conviction: without names, and with the week instead of the day.

Lists of hearings are public, so a day and an offence could name somebody; a week and a code do less. In a file each
line is one order that could be asked for. Lines follow each other by conviction: another conviction begins where
anything that is told of the conviction differs, or where a type of order comes a second time.
"""

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from leeward.foundation.editing.lines import Wrong, nearest, read_lines, read_number
from leeward.foundation.kept import Kept
from leeward.justice.courts.errors import SheetAllowed
from leeward.justice.courts.rules.terms import CODE_LENGTH, Impact, LineState, Refusal, Sought, Told

COLUMNS = (
    "court", "week", "offence_code", "order_type", "state", "impact", "told_days", "rehabilitation", "notification",
)  # fmt: skip
OFFENCE_LENGTH, TOLD_DAYS_MOST, LINES_MOST = 20, 3_650, 40
KEPT_YEARS = 10
# A code has a digit in it, so that nobody's name is taken for one.
OFFENCE = re.compile(r"(?=[^0-9]*[0-9])[A-Za-z0-9]+(?:[.:/-][A-Za-z0-9]+)*", re.ASCII)
WEEK = re.compile(r"([0-9]{4})-W([0-9]{2})", re.ASCII)
NOT_TOLD = "no"


@dataclass(frozen=True, kw_only=True)
class SheetEntry(Kept):
    """One order that could be asked for, and what became of that; a refused one has its reason's code."""

    type_code: str
    state: LineState
    refusal: Refusal | None = None


@dataclass(frozen=True, kw_only=True)
class Conviction(Kept):
    """One conviction. None: whoever wrote it down does not know."""

    week: date
    offence: str
    impact: Impact | None
    told: Told | None
    told_days: int | None
    rehabilitation: Sought | None
    notification: Sought | None
    entries: tuple[SheetEntry, ...]


def week_of(day: date) -> date:
    """Return the Monday by which the week of a day is kept."""
    return day - timedelta(days=day.weekday())


def write_week(monday: date) -> str:
    """Write a week as ISO 8601 does: 2026-W40."""
    year, week, _day = monday.isocalendar()
    return f"{year}-W{week:02}"


def read_week(cell: str) -> date | None:
    """Return the Monday of a week written 2026-W40; None for what is none."""
    found = WEEK.fullmatch(cell)
    try:
        return date.fromisocalendar(int(found[1]), int(found[2]), 1) if found else None
    except ValueError:
        return None


def is_kept_still(week: date, *, today: date) -> bool:
    """Whether a sheet of this week is kept yet, and the week has begun."""
    return today - timedelta(days=366 * KEPT_YEARS) < week <= today


def read_sheets(
    text: str, *, courts: Mapping[str, Collection[str]], today: date
) -> Mapping[str, tuple[Conviction, ...]]:
    """Read a file of convictions by court. `courts`: the codes of its types, by each court's name.

    Raises LinesRefused, which names each line and column that is wrong.
    """
    names = {name.casefold(): name for name in courts}

    def wrong(cells: Mapping[str, str]) -> Wrong:
        court = names.get(cells["court"].casefold())
        if court is None:
            yield "court", SheetAllowed.COURT, ", ".join(sorted(courts))
        yield from _wrong_conviction(cells, today=today)
        if court is not None:
            yield from _wrong_entry(cells, courts[court])

    def make(cells: Mapping[str, str]) -> tuple[str, Conviction]:
        return names[cells["court"].casefold()], _read(cells)

    found: dict[str, list[Conviction]] = {}
    for court, line in read_lines(text, COLUMNS, wrong=wrong, make=make):
        add_line(found.setdefault(court, []), line)
    return {court: tuple(each) for court, each in found.items()}


def add_line(convictions: list[Conviction], line: Conviction) -> None:
    """Add a line to the last conviction if it is of the same one, else begin another."""
    last = convictions[-1] if convictions else None
    is_same = last is not None and _without(last) == _without(line)
    types = {each.type_code for each in last.entries} if last else set()
    if last is None or not is_same or not line.entries or not last.entries or line.entries[0].type_code in types:
        convictions.append(line)
    else:
        convictions[-1] = Conviction(**{**vars(last), "entries": (*last.entries, *line.entries)})


def digest_of(convictions: Sequence[Conviction]) -> str:
    """Return by what the same file is known again."""
    return hashlib.sha256("\n".join(each.to_text() for each in convictions).encode()).hexdigest()


def _without(each: Conviction) -> object:
    return (
        each.week, each.offence, each.impact, each.told, each.told_days, each.rehabilitation, each.notification,
    )  # fmt: skip


def _wrong_conviction(cells: Mapping[str, str], *, today: date) -> Wrong:
    week = read_week(cells["week"])
    if week is None:
        yield "week", SheetAllowed.WEEK, ""
    elif not is_kept_still(week, today=today):
        yield "week", SheetAllowed.WEEK_FAR, KEPT_YEARS
    if len(cells["offence_code"]) > OFFENCE_LENGTH or not OFFENCE.fullmatch(cells["offence_code"]):
        yield "offence_code", SheetAllowed.OFFENCE, OFFENCE_LENGTH
    for column, kind in (("impact", Impact), ("rehabilitation", Sought), ("notification", Sought)):
        if cells[column] and cells[column] not in set(kind):
            yield column, SheetAllowed.ONE_OF, ", ".join(kind)
    told = cells["told_days"]
    if told not in ("", NOT_TOLD) and read_number(told, most=TOLD_DAYS_MOST) is None:
        yield "told_days", SheetAllowed.TOLD, TOLD_DAYS_MOST


def _wrong_entry(cells: Mapping[str, str], types: Collection[str]) -> Wrong:
    if not cells["order_type"] and not cells["state"]:
        return  # a conviction at which no order could be asked for
    if cells["order_type"] not in types:
        yield "order_type", SheetAllowed.TYPE, nearest(cells["order_type"][:CODE_LENGTH], types)
    state, _colon, refusal = cells["state"].partition(":")
    if state not in set(LineState):
        yield "state", SheetAllowed.STATE, ", ".join(LineState)
    elif refusal not in (set(Refusal) if state == LineState.REFUSED else {""}):
        yield "state", SheetAllowed.REFUSAL, ", ".join(f"refused:{each}" for each in Refusal)


def _read(cells: Mapping[str, str]) -> Conviction:
    state, _colon, refusal = cells["state"].partition(":")
    told, week = cells["told_days"], read_week(cells["week"])
    if week is None:
        raise ValueError("a week that was read before")
    entry = SheetEntry(
        type_code=cells["order_type"],
        state=LineState(state) if state else LineState.NOT_ASKED,
        refusal=Refusal(refusal) if refusal else None,
    )
    return Conviction(
        week=week,
        offence=cells["offence_code"].upper(),
        impact=Impact(cells["impact"]) if cells["impact"] else None,
        told=None if not told else Told.NO if told == NOT_TOLD else Told.TOLD,
        told_days=read_number(told, most=TOLD_DAYS_MOST) if told else None,
        rehabilitation=Sought(cells["rehabilitation"]) if cells["rehabilitation"] else None,
        notification=Sought(cells["notification"]) if cells["notification"] else None,
        entries=(entry,) if cells["order_type"] else (),
    )
