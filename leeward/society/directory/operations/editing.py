"""Saves what an editor typed, unless somebody else changed the entry while she was typing."""

from datetime import datetime

from django.db import models, transaction

from leeward.foundation.audit.rules import Actor
from leeward.society.directory.errors import EntryChanged, EntryUnknown
from leeward.society.directory.models import Location, Organization, Service, Taxonomy, Term
from leeward.society.directory.operations.saving import Saved, save_location, save_organization, save_service
from leeward.society.directory.operations.taxonomy import save_taxonomy, save_term
from leeward.society.directory.queries.editing import digest_of, version_of
from leeward.society.directory.rules.history import Source
from leeward.society.directory.rules.records import (
    LocationRecord,
    OrganizationRecord,
    ServiceRecord,
    TaxonomyRecord,
    TermRecord,
)


@transaction.atomic
def change_organization(record: OrganizationRecord, *, version: str, by: Actor, now: datetime) -> Saved:
    """Save an organisation that was read at `version`. Raises EntryChanged, EntryUnknown, EntryRefused."""
    _hold(Organization.objects.filter(public_id=record.id), version)
    return save_organization(record, source=Source.EDITOR, by=by, now=now)


@transaction.atomic
def change_location(record: LocationRecord, *, version: str, by: Actor, now: datetime) -> Saved:
    """Save a place that was read at `version`. Raises EntryChanged, EntryUnknown, EntryRefused."""
    _hold(Location.objects.filter(public_id=record.id), version)
    return save_location(record, source=Source.EDITOR, by=by, now=now)


@transaction.atomic
def change_service(record: ServiceRecord, *, version: str, by: Actor, now: datetime) -> Saved:
    """Save a service that was read at `version`. Raises EntryChanged, EntryUnknown, EntryRefused."""
    _hold(Service.objects.filter(public_id=record.id), version)
    return save_service(record, source=Source.EDITOR, by=by, now=now)


@transaction.atomic
def change_taxonomy(record: TaxonomyRecord, *, version: str, by: Actor, now: datetime) -> Saved:
    """Save a taxonomy that was read at `version` (its digest). Raises EntryChanged, EntryUnknown, TaxonomyRefused."""
    row = Taxonomy.objects.select_for_update().filter(public_id=record.id).first()
    if row is None:
        raise EntryUnknown
    if digest_of(row.as_record()) != version:
        raise EntryChanged
    return save_taxonomy(record, source=Source.EDITOR, by=by, now=now)


@transaction.atomic
def change_term(record: TermRecord, *, version: str, by: Actor, now: datetime) -> Saved:
    """Save a term that was read at `version` (its digest). Raises EntryChanged, EntryUnknown, TaxonomyRefused."""
    rows = Term.objects.select_for_update(of=("self",)).select_related("taxonomy", "parent")
    row = rows.filter(public_id=record.id).first()
    if row is None:
        raise EntryUnknown
    if digest_of(row.as_record()) != version:
        raise EntryChanged
    return save_term(record, source=Source.EDITOR, by=by, now=now)


def _hold[Row: (Organization, Location, Service)](rows: models.QuerySet[Row], version: str) -> None:
    """Hold an entry until the end of the transaction, if it is as it was."""
    row = rows.select_for_update(of=("self",)).first()
    if row is None:
        raise EntryUnknown
    if version_of(row.modified_at) != version:
        raise EntryChanged
