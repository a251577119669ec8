"""Takes a file's entries in, some at a time: each part is whole, and what is in already changes nothing."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.society.directory.errors import EntryRefused
from leeward.society.directory.operations.bulk import add_entries
from leeward.society.directory.operations.editing import save_entry
from leeward.society.directory.queries.importing import Judged, Terms, Verdict, judge
from leeward.society.directory.queries.packed import ROWS
from leeward.society.directory.rules.history import Source
from leeward.society.directory.rules.records import Record, ServiceRecord
from leeward.society.directory.rules.tables import LOCATION, ORGANIZATION, SERVICE, Table
from leeward.society.directory.rules.unpacking import Entry

AT_ONCE = 500
PLURALS = {ORGANIZATION.name: "organizations", LOCATION.name: "locations", SERVICE.name: "services"}


@transaction.atomic
def take_in[R: Record](
    table: Table, entries: Sequence[Entry[R]], terms: Terms, *, owner_email: str = "", by: Actor, now: datetime
) -> tuple[Judged[R], ...]:
    """Write some entries of one kind, and say what became of each.

    One that is new keeps the time at which it changed last where it comes from, so that what is given on says the same.
    `owner_email` is who is asked about services that are new. What cannot be kept is left out and says why.
    """
    ids = [entry.record.id for entry in entries]
    list(ROWS[table.name].select_for_update().filter(public_id__in=ids).values_list("pk"))
    judged = judge(table, entries, terms)
    new = [one for one in judged if one.verdict is Verdict.NEW]
    if table is SERVICE and owner_email:
        new = [_owned(one, owner_email) for one in new]
    single = [one for one in judged if one.verdict is Verdict.CHANGED]
    if not _add(table, new, by=by, now=now):
        single = [*new, *single]
    failed = {one.record.id: _save(one, by=by, now=now) for one in single}
    return tuple(failed.get(one.record.id, one) for one in judged)


def _owned[R: Record](one: Judged[R], owner_email: str) -> Judged[R]:
    record = cast("ServiceRecord", one.record)
    owned = dataclasses.replace(record, owner_email=owner_email)
    return dataclasses.replace(one, record=cast("R", owned))


def _add[R: Record](table: Table, new: Sequence[Judged[R]], *, by: Actor, now: datetime) -> bool:
    """Add what is new, all at once; whether that was possible."""
    if table.name not in PLURALS:
        return False
    moments = {one.record.id: min(one.entry.modified_at, now) for one in new if one.entry.modified_at is not None}
    records: Any = {PLURALS[table.name]: [one.record for one in new]}
    try:
        with transaction.atomic():
            add_entries(**records, source=Source.IMPORT, by=by, now=now, modified=moments)
    except EntryRefused:
        return False
    return True


def _save[R: Record](one: Judged[R], *, by: Actor, now: datetime) -> Judged[R]:
    try:
        with transaction.atomic():
            save_entry(one.record, source=Source.IMPORT, by=by, now=now)
    except EntryRefused as error:
        faults = tuple(one.entry.fault(each) for each in error.errors)
    else:
        return one
    return dataclasses.replace(one, verdict=Verdict.FAULTY, faults=faults)
