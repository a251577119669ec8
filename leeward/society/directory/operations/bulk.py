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
from leeward.society.directory.rules.tables import with_ids

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
    run = partial(_in_parts, source=source, now=now, progress=progress)
    added = Added(
        organizations=sum(run(organizations, partial(_add_organizations, modified=modified))),
        locations=sum(run(locations, partial(_add_locations, modified=modified))),
        services=sum(run(services, partial(_add_services, modified=modified))),
    )
    if any(dataclasses.astuple(added)):
        note(DirectoryVerb.IMPORTED, "entries", "", by=by, now=now, facts=dataclasses.asdict(added))
    return added


def _in_parts[R: Record](
    records: Iterable[R],
    add: Callable[[Sequence[R], Source, datetime], int],
    *,
    source: Source,
    now: datetime,
    progress: Callable[[int], None],
) -> Iterable[int]:
    for some in batched(records, AT_ONCE):
        with transaction.atomic():
            count = add(some, source, now)
        progress(len(some))
        yield count


def _add_organizations(
    records: Sequence[OrganizationRecord], source: Source, now: datetime, *, modified: Mapping[UUID, datetime]
) -> int:
    fresh = _fresh(Organization, records)
    made: dict[UUID, Organization] = {}
    for record in fresh:
        row = Organization(modified_at=modified.get(record.id, now))
        row.take(with_ids(record))
        made[record.id] = row
    alone = [record for record in fresh if record.parent_organization_id is None]
    Organization.objects.bulk_create(made[record.id] for record in alone)
    parts = {record: record.parent_organization_id for record in fresh if record.parent_organization_id is not None}
    above = _by_id(Organization, parts.values())
    for record, parent_id in parts.items():  # one by one: each may be the parent of the next
        made[record.id].parent = _known(above, parent_id, record, "parent_organization_id")
        made[record.id].save()
        above[record.id] = made[record.id]
    _keep_history("organization", fresh, source, now)
    return len(fresh)


def _add_locations(
    records: Sequence[LocationRecord], source: Source, now: datetime, *, modified: Mapping[UUID, datetime]
) -> int:
    fresh = _fresh(Location, records)
    owners = _by_id(Organization, (record.organization_id for record in fresh))
    rows = []
    for record in fresh:
        row = Location(modified_at=modified.get(record.id, now))
        row.take(with_ids(record))
        if record.organization_id is not None:
            row.organization = _known(owners, record.organization_id, record, "organization_id")
        rows.append(row)
    Location.objects.bulk_create(rows)
    _keep_history("location", fresh, source, now)
    return len(fresh)


def _add_services(
    records: Sequence[ServiceRecord], source: Source, now: datetime, *, modified: Mapping[UUID, datetime]
) -> int:
    fresh = [with_ids(record) for record in _fresh(Service, records)]
    owners = _by_id(Organization, (record.organization_id for record in fresh))
    places = _by_id(Location, (part.location_id for record in fresh for part in record.locations))
    terms = _by_id(Term, (term for record in fresh for term in record.terms))
    rows, at_places, bearing = [], [], []
    for record in fresh:
        owner = _known(owners, record.organization_id, record, "organization_id")
        row = Service(modified_at=modified.get(record.id, now), organization=owner)
        row.take(record)
        rows.append(row)
        stands = [_known(places, part.location_id, record, "locations") for part in record.locations]
        if len(set(stands)) != len(stands):
            raise _refusal(record, FieldRefused("locations", Mistake.PLACE_TWICE))
        if errors := check_hiding(record, stands):
            raise _refusal(record, *errors)
        for part, place in zip(record.locations, stands, strict=True):
            at_place = ServiceAtLocation(service=row, location=place)
            at_place.take(part)
            at_places.append(at_place)
        bearing += [ServiceTerm(service=row, term=_known(terms, term, record, "terms")) for term in record.terms]
    Service.objects.bulk_create(rows)
    ServiceAtLocation.objects.bulk_create(at_places)
    ServiceTerm.objects.bulk_create(bearing)
    _keep_history("service", fresh, source, now)
    refresh_services([record.id for record in fresh], now=now)
    return len(fresh)


def _fresh[R: Record](table: Any, records: Sequence[R]) -> list[R]:
    """The records whose ids are not there yet, each id once. Raises EntryRefused where one is wrong."""
    ids = [record.id for record in records]
    known = set(table.objects.filter(public_id__in=ids).values_list("public_id", flat=True))
    fresh = list({record.id: record for record in records if record.id not in known}.values())
    for record in fresh:
        if errors := check_record(record):
            raise _refusal(record, *errors)
    return fresh


def _by_id(table: Any, ids: Iterable[UUID | None]) -> dict[UUID, Any]:
    return {row.public_id: row for row in table.objects.filter(public_id__in={each for each in ids if each})}


def _known(rows: dict[UUID, Any], wanted: UUID, record: Record, field: str) -> Any:
    if wanted not in rows:
        raise _refusal(record, FieldRefused(field, Mistake.UNKNOWN, about=wanted))
    return rows[wanted]


def _refusal(record: Record, *errors: FieldRefused) -> EntryRefused:
    """A refusal that says in which of many entries it is."""
    return EntryRefused(tuple(FieldRefused(f"{record.id} {each.field}", each.code, **each.about) for each in errors))


def _keep_history(kind: str, records: Iterable[Record], source: Source, now: datetime) -> None:
    """One line for each entry, as when it is saved by itself."""
    Revision.objects.bulk_create(
        Revision(
            resource_type=kind,
            resource_id=record.id,
            at=now,
            action=Action.CREATE.value,
            field="id",
            updated_by=source.value,
        )
        for record in records
    )
