"""Adds many entries at once: checked, with their history and their place in search, in a few statements for hundreds.

Only for what is not there yet. An entry whose id is known is left as it is, so that the same file can be added twice;
what may have changed is saved entry by entry (`saving`).
"""

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import batched
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.editing.errors import FieldRefused
from leeward.society.directory.errors import EntryRefused, Mistake
from leeward.society.directory.models import (
    Location,
    Organization,
    Revision,
    Service,
    ServiceAtLocation,
    ServiceTerm,
    Term,
)
from leeward.society.directory.operations.indexing import refresh_services
from leeward.society.directory.operations.saving import check_hiding
from leeward.society.directory.operations.verbs import DirectoryVerb, note
from leeward.society.directory.rules.checks import check_record
from leeward.society.directory.rules.history import Action, Source
from leeward.society.directory.rules.records import LocationRecord, OrganizationRecord, Record, ServiceRecord
from leeward.society.directory.rules.tables import BY_RECORD, with_ids

AT_ONCE = 500
UNKNOWN_TIMES: Mapping[UUID, datetime] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Added:
    """How many entries of each kind were added."""

    organizations: int
    locations: int
    services: int


def add_entries(
    *,
    organizations: Iterable[OrganizationRecord] = (),
    locations: Iterable[LocationRecord] = (),
    services: Iterable[ServiceRecord] = (),
    source: Source,
    by: Actor,
    now: datetime,
    progress: Callable[[int], None] = lambda _done: None,
    modified: Mapping[UUID, datetime] = UNKNOWN_TIMES,
) -> Added:
    """Add the entries that are not there yet, in parts of 500, each whole. `progress` hears how many were looked at.

    `modified` says by an entry's id when it last changed where it comes from; without it that is now.
    An organisation comes after the one that it is a part of. Raises EntryRefused for the first entry that cannot be
    kept, naming it; the parts before it are then there.
    """
    run = partial(_in_parts, modified=modified, source=source, now=now, progress=progress)
    added = Added(
        organizations=run(Organization, organizations, _put_organizations),
        locations=run(Location, locations, _put_locations),
        services=run(Service, services, partial(_put_services, now=now)),
    )
    if any(dataclasses.astuple(added)):
        note(DirectoryVerb.IMPORTED, "entries", "", by=by, now=now, facts=dataclasses.asdict(added))
    return added


def _in_parts[R: Record](
    table: Any,
    records: Iterable[R],
    put: Callable[[dict[R, Any]], None],
    *,
    modified: Mapping[UUID, datetime],
    source: Source,
    now: datetime,
    progress: Callable[[int], None],
) -> int:
    count = 0
    for some in batched(records, AT_ONCE):
        with transaction.atomic():
            rows = _rows(table, some, modified=modified, now=now)
            put(rows)
            _keep_history(rows, source, now)
        progress(len(some))
        count += len(rows)
    return count


def _rows[R: Record](
    table: Any, records: Sequence[R], *, modified: Mapping[UUID, datetime], now: datetime
) -> dict[R, Any]:
    """The records whose ids are not there yet, each id once, with their rows. Raises EntryRefused."""
    known = set(table.objects.filter(public_id__in=[each.id for each in records]).values_list("public_id", flat=True))
    rows = {}
    for record in {each.id: with_ids(each) for each in records if each.id not in known}.values():
        if errors := check_record(record):
            raise _refusal(record, *errors)
        rows[record] = table(modified_at=modified.get(record.id, now))
        rows[record].take(record)
    return rows


def _put_organizations(rows: dict[OrganizationRecord, Organization]) -> None:
    below = {record: row for record, row in rows.items() if record.parent_organization_id is not None}
    Organization.objects.bulk_create(row for record, row in rows.items() if record not in below)
    above = _by_id(Organization, (record.parent_organization_id for record in below))
    for record, row in below.items():  # one by one: each may be the parent of the next
        row.parent = _known(above, record, "parent_organization_id")
        row.save()
        above[record.id] = row


def _put_locations(rows: dict[LocationRecord, Location]) -> None:
    owners = _by_id(Organization, (record.organization_id for record in rows))
    for record, row in rows.items():
        row.organization = _known(owners, record, "organization_id") if record.organization_id else None
    Location.objects.bulk_create(rows.values())


def _put_services(rows: dict[ServiceRecord, Service], *, now: datetime) -> None:
    owners = _by_id(Organization, (record.organization_id for record in rows))
    places = _by_id(Location, (part.location_id for record in rows for part in record.locations))
    terms = _by_id(Term, (term for record in rows for term in record.terms))
    at_places, bearing = [], []
    for record, row in rows.items():
        row.organization = _known(owners, record, "organization_id")
        stands = [_known(places, record, "locations", part.location_id) for part in record.locations]
        if len(set(stands)) != len(stands):
            raise _refusal(record, FieldRefused("locations", Mistake.PLACE_TWICE))
        if errors := check_hiding(record, stands):
            raise _refusal(record, *errors)
        for part, place in zip(record.locations, stands, strict=True):
            at_places.append(ServiceAtLocation(service=row, location=place))
            at_places[-1].take(part)
        bearing += [ServiceTerm(service=row, term=_known(terms, record, "terms", term)) for term in record.terms]
    Service.objects.bulk_create(rows.values())
    ServiceAtLocation.objects.bulk_create(at_places)
    ServiceTerm.objects.bulk_create(bearing)
    refresh_services([record.id for record in rows], now=now)


def _by_id(table: Any, ids: Iterable[UUID | None]) -> dict[UUID, Any]:
    return {row.public_id: row for row in table.objects.filter(public_id__in={each for each in ids if each})}


def _known(rows: dict[UUID, Any], record: Record, field: str, wanted: UUID | None = None) -> Any:
    wanted = wanted or getattr(record, field)
    if wanted not in rows:
        raise _refusal(record, FieldRefused(field, Mistake.UNKNOWN, about=wanted))
    return rows[wanted]


def _refusal(record: Record, *errors: FieldRefused) -> EntryRefused:
    """A refusal that says in which of many entries it is."""
    return EntryRefused(tuple(FieldRefused(f"{record.id} {each.field}", each.code, **each.about) for each in errors))


def _keep_history(records: Iterable[Record], source: Source, now: datetime) -> None:
    """One line for each entry, as when it is saved by itself."""
    Revision.objects.bulk_create(
        Revision(
            resource_type=BY_RECORD[type(record)].name,
            resource_id=record.id,
            at=now,
            action=Action.CREATE.value,
            field="id",
            updated_by=source.value,
        )
        for record in records
    )
