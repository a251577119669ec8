"""Reads sheets for their own court, and the orders that may be asked for at a conviction."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from leeward.foundation.rows import read_row
from leeward.justice.courts.errors import SheetUnknown
from leeward.justice.courts.models import Court, Sheet
from leeward.justice.courts.queries.courts import TypeLine, list_types
from leeward.justice.courts.rules.terms import WAS_ASKED, Impact, LineState, Refusal, Sought, Told
from leeward.justice.courts.rules.types import ANY, TypeState


@dataclass(frozen=True, kw_only=True)
class SheetRow:
    """One sheet on a list: how many orders could be asked for, were asked for and were made."""

    public_id: uuid.UUID
    week: date
    offence: str
    could: int
    asked: int
    made: int
    is_by_hand: bool


@dataclass(frozen=True, kw_only=True)
class SheetLineView:
    """One order that could be asked for, and what became of that."""

    type_name: str
    state: LineState
    refusal: Refusal | None


@dataclass(frozen=True, kw_only=True)
class SheetView:
    """One sheet whole."""

    public_id: uuid.UUID
    week: date
    offence: str
    impact: Impact | None
    told: Told | None
    told_days: int | None
    rehabilitation: Sought | None
    notification: Sought | None
    lines: tuple[SheetLineView, ...]


def sheet_rows(court: uuid.UUID | str) -> QuerySet[Sheet]:
    """Return a court's sheets, for a list."""
    return Sheet.objects.filter(court__public_id=court)


def tell_sheets(rows: QuerySet[Sheet]) -> QuerySet[Sheet]:
    """What a list shows of them besides."""
    return rows.annotate(
        could=Count("lines"),
        asked=Count("lines", filter=Q(lines__state__in=WAS_ASKED)),
        made=Count("lines", filter=Q(lines__state=LineState.MADE)),
    )


def sheet_lines(rows: Iterable[Sheet]) -> tuple[SheetRow, ...]:
    """These sheets."""
    return tuple(read_row(SheetRow, row, is_by_hand=row.file_id is None) for row in rows)


def read_sheet(sheet: uuid.UUID, *, court: uuid.UUID | str) -> SheetView:
    """One sheet of a court. Raises SheetUnknown for another court's too."""
    row = sheet_rows(court).filter(public_id=sheet).first()
    if row is None:
        raise SheetUnknown
    lines = row.lines.select_related("type").order_by("type__code")
    return read_row(
        SheetView,
        row,
        lines=tuple(
            SheetLineView(
                type_name=each.type.versions.latest("number").as_type().name, state=each.state, refusal=each.refusal
            )
            for each in lines
        ),
    )


def types_of(jurisdiction: str, *, on: date) -> tuple[TypeLine, ...]:
    """Return the types of orders that the law of a jurisdiction knows, in use here or not."""
    return tuple(each for each in list_types(on=on) if each.kind.counts_in(jurisdiction))


def types_by_court(*, on: date, court: uuid.UUID | str = "") -> Mapping[str, frozenset[str]]:
    """Return the codes of the types that each court can make, by its name; of one court alone where it is said."""
    rows = Court.objects.filter(public_id=court) if court else Court.objects.all()
    every = list_types(on=on)
    return {
        row.name: frozenset(each.kind.code for each in every if each.kind.counts_in(row.jurisdiction)) for row in rows
    }


def jurisdictions(*, on: date) -> tuple[str, ...]:
    """Return the jurisdictions for which a type is written down, by name."""
    return tuple(sorted({each.kind.jurisdiction for each in list_types(on=on)} - {ANY}))


def first_law(*, on: date) -> str:
    """Return the jurisdiction that is shown first: of a type in use; "" where no type names one."""
    named = [each for each in list_types(on=on) if each.kind.jurisdiction != ANY]
    in_use = [each for each in named if each.state is TypeState.IN_USE]
    return next((each.kind.jurisdiction for each in (*in_use, *named)), "")
