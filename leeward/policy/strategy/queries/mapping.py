"""The map as staff see it, its coverage, and what scoping exercises were published of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from leeward.foundation.editing.errors import EntryUnknown
from leeward.foundation.rows import read_row
from leeward.policy.strategy.models import Scoping, Stakeholder
from leeward.policy.strategy.queries.model import row_ids
from leeward.policy.strategy.rules.mapping import MAPS, Coverage, Mapped, NewScoping, NewStakeholder, measure_coverage


@dataclass(frozen=True, kw_only=True)
class ShownStakeholder:
    """An organisation on the map, for staff."""

    reference: UUID
    entry: NewStakeholder
    ended_at: datetime | None
    ended_reason: str
    leads: tuple[int, ...] = ()
    supports: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ShownScoping:
    """A scoping exercise. `mapped` and `coverage` are of the day of its publication, or of now before that."""

    reference: UUID
    entry: NewScoping
    published_on: date | None
    mapped: tuple[Mapped, ...]
    coverage: Coverage


def stakeholder_rows() -> QuerySet[Stakeholder]:
    """The organisations on the map, for the list of staff."""
    return Stakeholder.objects.filter(ended_at__isnull=True)


def show_stakeholders(rows: Iterable[Stakeholder]) -> list[ShownStakeholder]:
    """What is shown of these rows."""
    return [_shown(row) for row in rows]


def for_capability(row_id: str) -> Q:
    """Those who work on one capability."""
    return Q(pk__in=[each.pk for each in stakeholder_rows().only("rows") if row_id in each.rows])


def list_stakeholders() -> tuple[ShownStakeholder, ...]:
    """Organisations on the map by name."""
    return tuple(show_stakeholders(stakeholder_rows()))


def find_stakeholder(reference: UUID) -> ShownStakeholder:
    """One organisation, also one that has left the map. Raises EntryUnknown."""
    row = Stakeholder.objects.filter(public_id=reference).first()
    if row is None:
        raise EntryUnknown
    return _shown(
        row,
        leads=tuple(row.led.order_by("number").values_list("number", flat=True)),
        supports=tuple(row.supported.order_by("number").values_list("number", flat=True)),
    )


def coverage_now() -> tuple[tuple[Mapped, ...], Coverage]:
    """The map as it is now, and what it covers."""
    mapped = tuple(read_row(Mapped, row) for row in Stakeholder.objects.filter(ended_at__isnull=True))
    return mapped, measure_coverage(mapped, rows=row_ids())


def list_scopings() -> tuple[ShownScoping, ...]:
    """Every exercise, the newest first, for staff."""
    return tuple(_scoping(row) for row in Scoping.objects.all()[:50])


def find_scoping(reference: UUID) -> ShownScoping:
    """One exercise, for staff. Raises EntryUnknown."""
    return _one(Scoping.objects.filter(public_id=reference))


def published_scopings() -> tuple[ShownScoping, ...]:
    """Exercises that everybody may read, the newest first."""
    return tuple(_scoping(row) for row in Scoping.objects.filter(published_at__isnull=False)[:50])


def find_published_scoping(reference: UUID) -> ShownScoping:
    """One exercise that everybody may read. Raises EntryUnknown."""
    return _one(Scoping.objects.filter(public_id=reference, published_at__isnull=False))


def _one(rows: Iterable[Scoping]) -> ShownScoping:
    for row in rows:
        return _scoping(row)
    raise EntryUnknown


def _scoping(row: Scoping) -> ShownScoping:
    if row.published_at is None:
        mapped, coverage = coverage_now()
    else:
        mapped = MAPS.validate_python(row.map)
        coverage = measure_coverage(mapped, rows=row.asked)
    return read_row(ShownScoping, row, entry=read_row(NewScoping, row), mapped=mapped, coverage=coverage)


def _shown(row: Stakeholder, *, leads: tuple[int, ...] = (), supports: tuple[int, ...] = ()) -> ShownStakeholder:
    return read_row(ShownStakeholder, row, entry=read_row(NewStakeholder, row), leads=leads, supports=supports)
