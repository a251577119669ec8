"""Saves what an editor typed, unless somebody else changed the entry while she was typing."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.society.directory.errors import EntryChanged, EntryUnknown
from leeward.society.directory.operations.saving import Saved, save_location, save_organization, save_service
from leeward.society.directory.operations.taxonomy import save_taxonomy, save_term
from leeward.society.directory.queries.editing import digest_of, version_of
from leeward.society.directory.queries.packed import ROWS
from leeward.society.directory.rules.history import Source
from leeward.society.directory.rules.records import (
    LocationRecord,
    OrganizationRecord,
    Record,
    ServiceRecord,
    TaxonomyRecord,
    TermRecord,
)
from leeward.society.directory.rules.tables import BY_RECORD

SAVERS: Mapping[type, Callable[..., Saved]] = {
    OrganizationRecord: save_organization,
    LocationRecord: save_location,
    ServiceRecord: save_service,
    TaxonomyRecord: save_taxonomy,
    TermRecord: save_term,
}


def save_entry(record: Record, *, source: Source, by: Actor, now: datetime) -> Saved:
    """Make or change an entry of whatever kind. Raises EntryRefused."""
    return SAVERS[type(record)](record, source=source, by=by, now=now)


@transaction.atomic
def keep_entry(record: Record, *, version: str | None, by: Actor, now: datetime) -> Saved:
    """Save an entry that was read at `version`, or a new one (None).

    Raises EntryChanged, EntryUnknown, EntryRefused.
    """
    if version is not None:
        rows = ROWS[BY_RECORD[type(record)].name].select_for_update(of=("self",))
        row = rows.filter(public_id=record.id).first()
        if row is None:
            raise EntryUnknown
        moment = getattr(row, "modified_at", None)
        if (version_of(moment) if moment else digest_of(row.as_record())) != version:
            raise EntryChanged
    return save_entry(record, source=Source.EDITOR, by=by, now=now)
