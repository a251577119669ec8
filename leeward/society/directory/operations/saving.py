"""Writes entries: checked, with their history, their place in search and a line in the trail, all or nothing.

Saving what is there already changes nothing, so that a file can be taken in twice.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import models, transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.editing.errors import FieldRefused
from leeward.society.directory.errors import EntryInUse, EntryRefused, EntryUnknown, Mistake
from leeward.society.directory.models import (
    Location,
    Organization,
    Revision,
    SearchRow,
    Service,
    ServiceAtLocation,
    ServiceTerm,
    Term,
)
from leeward.society.directory.operations.indexing import forget_words, is_found, refresh_services
from leeward.society.directory.operations.verbs import DirectoryVerb, note
from leeward.society.directory.rules.checks import check_record
from leeward.society.directory.rules.columns import searched
from leeward.society.directory.rules.history import WHEREABOUTS, Action, FieldChange, Source, changes_between
from leeward.society.directory.rules.merging import NOWHERE
from leeward.society.directory.rules.records import (
    AtLocation,
    LocationRecord,
    OrganizationRecord,
    Record,
    ServiceRecord,
)
from leeward.society.directory.rules.tables import with_ids

PARENTS_MOST = 20


class Saved(StrEnum):
    """What saving a record did."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@transaction.atomic
def save_organization(record: OrganizationRecord, *, source: Source, by: Actor, now: datetime) -> Saved:
    """Make or change an organisation. Raises EntryRefused."""
    refuse_wrong(check_record(record))
    record = with_ids(record)
    kept, _old, changes = held_row(Organization.objects.select_related("parent"), record)
    if kept and not changes:
        return Saved.SAME
    made = kept or Organization()
    made.parent = _parent(record)
    keep_row("organization", made, record, changes, source=source, by=by, now=now)
    found_by = {"translations", *(each.name for each in searched(OrganizationRecord))}
    if kept and any(change.field in found_by for change in changes):
        refresh_services(made.services.values_list("public_id", flat=True), now=now)
    return Saved.CHANGED if kept else Saved.NEW


@transaction.atomic
def save_location(record: LocationRecord, *, source: Source, by: Actor, now: datetime) -> Saved:
    """Make or change a place. One that becomes confidential is forgotten: in the row and in its history.

    Raises EntryRefused: for what is wrong with it, and where a service that hides its address would be shown there.
    """
    refuse_wrong(check_record(record))
    record = with_ids(record)
    kept, old, changes = held_row(Location.objects.select_related("organization"), record)
    if kept and not changes:
        return Saved.SAME
    made = kept or Location()
    if kept and not is_nowhere(record) and kept.at_services.filter(service__hides_address=True).exists():
        raise EntryRefused.of("is_confidential", Mistake.SECRET_HERE)
    made.organization = _organization(record.organization_id) if record.organization_id else None
    if record.is_confidential:
        changes = tuple(change for change in changes if change.field not in WHEREABOUTS)
        where = Revision.objects.filter(resource_type="location", resource_id=record.id, field__in=WHEREABOUTS)
        where.delete()
    keep_row("location", made, record, changes, source=source, by=by, now=now)
    if old is None:
        return Saved.NEW
    refresh_services(made.at_services.values_list("service__public_id", flat=True), now=now)
    if is_seen_in_services(old, record):
        Service.objects.filter(at_locations__location=made).update(modified_at=now)
    if record.is_confidential and not old.is_confidential:
        forget_words(_texts_of(old))
    return Saved.CHANGED


@transaction.atomic
def save_service(record: ServiceRecord, *, source: Source, by: Actor, now: datetime) -> Saved:
    """Make or change a service, with the places and terms that it names by their ids.

    Raises EntryRefused: for what is wrong with it, for an organisation, place or term that is not there, and where a
    service that hides its address is given at a place that can be seen.
    """
    refuse_wrong(check_record(record))
    record = with_ids(record)
    locations, terms = _locations(record), _terms(record)
    refuse_wrong(check_hiding(record, locations.values()))
    kept, old, changes = held_row(Service.objects.whole(), record)
    if old is not None and not changes and old.owner_email == record.owner_email:
        return Saved.SAME
    was_found = kept is not None and SearchRow.objects.filter(pk=kept.pk).exists()
    made = kept or Service()
    made.organization = _organization(record.organization_id)
    keep_row("service", made, record, changes, source=source, by=by, now=now)
    _keep_places(made, record.locations, locations)
    _keep_terms(made, terms)
    refresh_services([record.id], now=now)
    if old is None:
        return Saved.NEW
    if was_found and not is_found(made):
        forget_words(_texts_of(old))
    elif record.hides_address or any(place.is_confidential for place in locations.values()):
        forget_words(_texts_of(old), kept=_texts_of(record))
    return Saved.CHANGED


@transaction.atomic
def withdraw_service(service_id: UUID, *, source: Source, by: Actor, now: datetime) -> None:
    """Take a service out of the directory; it stays for editors. Safe to repeat. Raises EntryUnknown."""
    _set_withdrawn(service_id, at=now, verb=DirectoryVerb.WITHDRAWN, source=source, by=by, now=now)


@transaction.atomic
def restore_service(service_id: UUID, *, source: Source, by: Actor, now: datetime) -> None:
    """Put a service back. Safe to repeat. Raises EntryUnknown."""
    _set_withdrawn(service_id, at=None, verb=DirectoryVerb.RESTORED, source=source, by=by, now=now)


@transaction.atomic
def remove_location(location_id: UUID, *, source: Source, by: Actor, now: datetime) -> None:
    """Remove a place. Raises EntryUnknown, and EntryInUse while a service is given there."""
    row = Location.objects.filter(public_id=location_id).first()
    if row is None:
        raise EntryUnknown
    if row.at_services.exists():
        raise EntryInUse("A service is still given there. Take the place out of the service first.")
    row.delete()
    keep_history("location", location_id, (), action=Action.DELETE, source=source, now=now)
    note(DirectoryVerb.REMOVED, "location", location_id, by=by, now=now)


@transaction.atomic
def remove_organization(organization_id: UUID, *, source: Source, by: Actor, now: datetime) -> None:
    """Remove an organisation. Raises EntryUnknown, and EntryInUse while it has services, places or parts."""
    row = Organization.objects.filter(public_id=organization_id).first()
    if row is None:
        raise EntryUnknown
    if row.services.exists() or row.children.exists() or row.locations.exists():
        raise EntryInUse("It still has services, places or parts. Move or remove these first.")
    row.delete()
    keep_history("organization", organization_id, (), action=Action.DELETE, source=source, now=now)
    note(DirectoryVerb.REMOVED, "organization", organization_id, by=by, now=now)


def held_row[M: models.Model, R: Record](
    rows: models.QuerySet[M], record: R
) -> tuple[M | None, R | None, tuple[FieldChange, ...]]:
    """An entry's row, held until the transaction ends, what it says, and what the record changes of that."""
    row: Any = rows.select_for_update(of=("self",)).filter(public_id=record.id).first()
    old = row.as_record() if row else None
    return row, old, changes_between(old, record)


def keep_row(
    kind: str, row: Any, record: Record, changes: Iterable[FieldChange], *, source: Source, by: Actor, now: datetime
) -> None:
    """Write an entry's row with its history and a line of the trail."""
    is_new = row.pk is None
    row.take(record)
    row.modified_at = now
    row.save()
    action, verb = (Action.CREATE, DirectoryVerb.ADDED) if is_new else (Action.UPDATE, DirectoryVerb.CHANGED)
    keep_history(kind, record.id, changes, action=action, source=source, now=now)
    note(verb, kind, record.id, by=by, now=now, facts={"source": source.value})


def keep_history(
    kind: str,
    reference: UUID,
    changes: Iterable[FieldChange],
    *,
    action: Action,
    source: Source,
    now: datetime,
) -> None:
    """Write what changed. A new entry and a removed one have one line each, without values."""
    if action in (Action.CREATE, Action.DELETE):
        changes = [FieldChange(field="id", before="", after="")]
    Revision.objects.bulk_create(
        Revision(
            resource_type=kind,
            resource_id=reference,
            at=now,
            action=action.value,
            field=change.field,
            previous=change.before,
            replacement=change.after,
            updated_by=source.value,
        )
        for change in changes
    )


def is_seen_in_services(old: LocationRecord, new: LocationRecord) -> bool:
    """Whether a change of a place, hidden now or before, differs in what is published of the services there.

    Other changes of a hidden place say nothing, and so not when they happened either.
    """
    if old.is_confidential is not new.is_confidential:
        return True
    return new.is_confidential and old.accessibility != new.accessibility


def is_nowhere(record: LocationRecord) -> bool:
    """Whether a place's record says nothing of where it is."""
    return all(getattr(record, name) == nothing for name, nothing in NOWHERE.items())


def refuse_wrong(errors: tuple[FieldRefused, ...]) -> None:
    """Raise EntryRefused where anything is wrong."""
    if errors:
        raise EntryRefused(errors)


def _organization(reference: UUID) -> Organization:
    row = Organization.objects.filter(public_id=reference).first()
    if row is None:
        raise EntryRefused.of("organization_id", Mistake.ORGANIZATION)
    return row


def _parent(record: OrganizationRecord) -> Organization | None:
    """The organisation above; refused where the record's own stands above it."""
    if record.parent_organization_id is None:
        return None
    found = Organization.objects.filter(public_id=record.parent_organization_id).first()
    if found is None:
        raise EntryRefused.of("parent_organization_id", Mistake.ORGANIZATION)
    above: Organization | None = found
    for _step in range(PARENTS_MOST):
        if above is None:
            return found
        if above.public_id == record.id:
            break
        above = above.parent
    raise EntryRefused.of("parent_organization_id", Mistake.PARTS_OF_EACH_OTHER)


def _locations(record: ServiceRecord) -> dict[UUID, Location]:
    wanted = [part.location_id for part in record.locations]
    # Held until the end, so that none of them is shown at the same moment in which a service hides itself there.
    rows = Location.objects.filter(public_id__in=wanted).order_by("pk").select_for_update()
    found = {row.public_id: row for row in rows}
    if len(set(wanted)) != len(wanted):
        raise EntryRefused.of("locations", Mistake.PLACE_TWICE)
    if len(found) != len(wanted):
        raise EntryRefused.of("locations", Mistake.PLACE)
    return found


def _terms(record: ServiceRecord) -> list[Term]:
    found = list(Term.objects.filter(public_id__in=record.terms))
    if len(found) != len(record.terms):
        raise EntryRefused.of("terms", Mistake.TERM)
    return found


def check_hiding(record: ServiceRecord, locations: Iterable[Location]) -> tuple[FieldRefused, ...]:
    """A service that hides its address is given at confidential places alone."""
    is_hidden = not record.hides_address or all(place.is_confidential for place in locations)
    return () if is_hidden else (FieldRefused("locations", Mistake.PLACE_SEEN),)


def _keep_places(row: Service, parts: tuple[AtLocation, ...], locations: dict[UUID, Location]) -> None:
    kept = {place.public_id: place for place in row.at_locations.all()} if row.pk else {}
    row.at_locations.exclude(public_id__in=[part.id for part in parts]).delete()
    for part in parts:
        place = kept.get(part.id) or ServiceAtLocation(service=row)
        place.take(part)
        place.location = locations[part.location_id]
        place.save()
    _forget_prefetched(row)


def _keep_terms(row: Service, terms: list[Term]) -> None:
    kept = set(row.service_terms.values_list("term_id", flat=True))
    row.service_terms.exclude(term__in=terms).delete()
    ServiceTerm.objects.bulk_create(ServiceTerm(service=row, term=term) for term in terms if term.pk not in kept)
    _forget_prefetched(row)


def _forget_prefetched(row: models.Model) -> None:
    getattr(row, "_prefetched_objects_cache", {}).clear()


def _texts_of(record: LocationRecord | ServiceRecord) -> Iterator[str]:
    """The texts by which an entry was found, and whose words may say where it is."""
    yield from (str(getattr(record, each.name)) for each in searched(type(record)))
    yield from (translation.text for translation in record.translations)
    if isinstance(record, LocationRecord) and record.address is not None:
        yield f"{record.address.city} {record.address.postal_code}"


def _set_withdrawn(
    service_id: UUID, *, at: datetime | None, verb: DirectoryVerb, source: Source, by: Actor, now: datetime
) -> None:
    row = Service.objects.select_for_update(of=("self",)).filter(public_id=service_id).first()
    if row is None:
        raise EntryUnknown
    if (row.withdrawn_at is None) == (at is None):
        return
    row.withdrawn_at, row.modified_at = at, now
    row.save(update_fields=["withdrawn_at", "modified_at"])
    change = FieldChange(field="withdrawn", before="" if at else "yes", after="yes" if at else "")
    keep_history("service", service_id, (change,), action=Action.UPDATE, source=source, now=now)
    note(verb, "service", service_id, by=by, now=now)
    refresh_services([service_id], now=now)
