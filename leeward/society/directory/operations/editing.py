"""Saves what an editor typed, unless somebody else changed the entry while she was typing."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

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

type Record = OrganizationRecord | LocationRecord | ServiceRecord | TaxonomyRecord | TermRecord

KINDS: Mapping[type, tuple[Any, Callable[..., Saved]]] = {
    OrganizationRecord: (Organization.objects.all(), save_organization),
    LocationRecord: (Location.objects.all(), save_location),
    ServiceRecord: (Service.objects.all(), save_service),
    TaxonomyRecord: (Taxonomy.objects.all(), save_taxonomy),
    TermRecord: (Term.objects.select_related("taxonomy", "parent"), save_term),
}


@transaction.atomic
def keep_entry(record: Record, *, version: str | None, by: Actor, now: datetime) -> Saved:
    """Save an entry that was read at `version`, or a new one (None).

    Raises EntryChanged, EntryUnknown, EntryRefused.
    """
    rows, save = KINDS[type(record)]
    if version is not None:
        row = rows.select_for_update(of=("self",)).filter(public_id=record.id).first()
        if row is None:
            raise EntryUnknown
        moment = getattr(row, "modified_at", None)
        if (version_of(moment) if moment else digest_of(row.as_record())) != version:
            raise EntryChanged
    return save(record, source=Source.EDITOR, by=by, now=now)
