"""Reads courts and types of orders."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, QuerySet

from leeward.foundation.rows import read_row
from leeward.justice.courts.errors import CourtUnknown, TypeUnknown
from leeward.justice.courts.models import Court, TypeVersion
from leeward.justice.courts.rules.types import OrderType, TypeState, state_of


@dataclass(frozen=True, kw_only=True)
class CourtLine:
    """One court; `contact` is how the Centre reaches it."""

    public_id: uuid.UUID
    name: str
    jurisdiction: str
    contact: str
    team: str


@dataclass(frozen=True, kw_only=True)
class TypeLine:
    """One type of order in its newest version, and whether orders of it can be recorded."""

    kind: OrderType
    version: int
    key: int
    state: TypeState
    is_switched_on: bool
    switched_reason: str


def court_names() -> Mapping[str, str]:
    """The courts by their public ids, by name."""
    return {str(row.public_id): row.name for row in Court.objects.order_by("name")}


def find_court(public_id: uuid.UUID | str) -> CourtLine:
    """One court. Raises CourtUnknown."""
    try:
        row = Court.objects.filter(public_id=uuid.UUID(str(public_id))).first()
    except ValueError as error:
        raise CourtUnknown from error
    if row is None:
        raise CourtUnknown
    return read_row(CourtLine, row)


def court_rows() -> QuerySet[Court]:
    """All courts, for a list."""
    return Court.objects.all()


def court_lines(rows: Iterable[Court]) -> tuple[CourtLine, ...]:
    """These courts."""
    return tuple(read_row(CourtLine, row) for row in rows)


def list_types(*, on: date) -> tuple[TypeLine, ...]:
    """Every type in its newest version, by code."""
    newest = TypeVersion.objects.values("known").annotate(key=Max("pk")).values("key")
    rows = TypeVersion.objects.filter(pk__in=newest).select_related("known").order_by("known__code")
    return tuple(_line(row, on=on) for row in rows)


def types_in_use(*, on: date) -> tuple[TypeLine, ...]:
    """The types of which orders can be recorded on this day."""
    return tuple(each for each in list_types(on=on) if each.state is TypeState.IN_USE)


def find_type(code: str, *, on: date) -> TypeLine:
    """One type in its newest version. Raises TypeUnknown."""
    rows = TypeVersion.objects.filter(known__code=code).select_related("known").order_by("-number")
    row = rows.first()
    if row is None:
        raise TypeUnknown
    return _line(row, on=on)


def _line(row: TypeVersion, *, on: date) -> TypeLine:
    kind = row.as_type()
    return TypeLine(
        kind=kind,
        version=row.number,
        key=row.pk,
        state=state_of(kind, is_switched_on=row.known.is_switched_on, on=on),
        is_switched_on=row.known.is_switched_on,
        switched_reason=row.known.switched_reason,
    )
