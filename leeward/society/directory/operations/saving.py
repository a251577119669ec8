"""Writes entries: checked, with their history, their place in search and a line in the trail, all or nothing.

Saving what is there already changes nothing, so that a file can be taken in twice.
"""

import dataclasses
from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import models, transaction

from leeward.foundation.audit.rules import Actor
from leeward.society.directory.errors import EntryInUse, EntryRefused, EntryUnknown, FieldError
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
from leeward.society.directory.rules.checks import check_location, check_organization, check_service
from leeward.society.directory.rules.history import WHEREABOUTS, Action, FieldChange, Source, changes_between
from leeward.society.directory.rules.records import (
    AtLocation,
    LocationRecord,
    LocationType,
    OrganizationRecord,
    ServiceRecord,
    part_id,
)

PARENTS_MOST = 20
# The texts of places and services that are searched.
SAYING = ("name", "alternate_name", "description", "eligibility_description", "application_process")


class Saved(StrEnum):
    """What saving a record did."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@transaction.atomic
def save_organization(record: OrganizationRecord, *, source: Source, by: Actor, now: datetime) -> Saved:
    """Make or change an organisation. Raises EntryRefused."""
    _refuse(check_organization(record))
    row = (
        Organization.objects.select_for_update(of=("self",))
        .select_related("parent")
        .filter(public_id=record.id)
        .first()
    )
    record = dataclasses.replace(record, phones=with_ids(record.id, "phone", record.phones))
    changes = changes_between(row.as_record() if row else None, record)
    if row is not None and not changes:
        return Saved.SAME
    is_new = row is None
    row = row or Organization()
    row.take(record)
    row.parent = _parent(record)
    row.modified_at = now
    row.save()
    keep_history("organization", record.id, changes, is_new=is_new, source=source, now=now)
    note(_verb(is_new), "organization", record.id, by=by, now=now, facts={"source": source.value})
    if not is_new and any(change.field in ("name", "alternate_name", "translations") for change in changes):
        refresh_services(row.services.values_list("public_id", flat=True), now=now)
    return Saved.NEW if is_new else Saved.CHANGED


@transaction.atomic
def save_location(record: LocationRecord, *, source: Source, by: Actor, now: datetime) -> Saved:
    """Make or change a place. One that becomes confidential is forgotten: in the row and in its history.

    Raises EntryRefused: for what is wrong with it, and where a service that hides its address would be shown there.
    """
    _refuse(check_location(record))
    row = (
        Location.objects.select_for_update(of=("self",))
        .select_related("organization")
        .filter(public_id=record.id)
        .first()
    )
    record = with_location_ids(record)
    old = row.as_record() if row else None
    changes = changes_between(old, record)
    if row is not None and not changes:
        return Saved.SAME
    is_new = row is None
    row = row or Location()
    if not is_new and not is_nowhere(record) and row.at_services.filter(service__hides_address=True).exists():
        raise EntryRefused.of(
            "is_confidential", "A service that hides its address is given here.", "Keep it confidential."
        )
    row.take(record)
    row.organization = _organization(record.organization_id) if record.organization_id else None
    row.modified_at = now
    row.save()
    if record.is_confidential:
        _forget_whereabouts(record.id)
        changes = tuple(change for change in changes if change.field not in WHEREABOUTS)
    keep_history("location", record.id, changes, is_new=is_new, source=source, now=now)
    note(_verb(is_new), "location", record.id, by=by, now=now, facts={"source": source.value})
    if not is_new:
        refresh_services(row.at_services.values_list("service__public_id", flat=True), now=now)
    if old is not None and is_seen_in_services(old, record):
        Service.objects.filter(at_locations__location=row).update(modified_at=now)
    if old is not None and record.is_confidential and not old.is_confidential:
        forget_words(_texts_of(old))
    return Saved.NEW if is_new else Saved.CHANGED


@transaction.atomic
def save_service(record: ServiceRecord, *, source: Source, by: Actor, now: datetime) -> Saved:
    """Make or change a service, with the places and terms that it names by their ids.

    Raises EntryRefused: for what is wrong with it, for an organisation, place or term that is not there, and where a
    service that hides its address is given at a place that can be seen.
    """
    _refuse(check_service(record))
    record = with_service_ids(record)
    locations, terms = _locations(record), _terms(record)
    _refuse(check_hiding(record, locations.values()))
    row = Service.objects.select_for_update(of=("self",)).whole().filter(public_id=record.id).first()
    old = row.as_record() if row else None
    changes = changes_between(old, record)
    if old is not None and not changes and old.owner_email == record.owner_email:
        return Saved.SAME
    is_new = row is None
    was_found = row is not None and SearchRow.objects.filter(pk=row.pk).exists()
    row = row or Service()
    row.take(record)
    row.organization = _organization(record.organization_id)
    row.modified_at = now
    row.save()
    _keep_places(row, record.locations, locations)
    _keep_terms(row, terms)
    keep_history("service", record.id, changes, is_new=is_new, source=source, now=now)
    note(_verb(is_new), "service", record.id, by=by, now=now, facts={"source": source.value})
    refresh_services([record.id], now=now)
    if was_found and old is not None and not is_found(row):
        forget_words(_texts_of(old))
    elif old is not None and (record.hides_address or any(place.is_confidential for place in locations.values())):
        forget_words(_texts_of(old), kept=_texts_of(record))
    return Saved.NEW if is_new else Saved.CHANGED


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
    keep_history("location", location_id, (), is_new=False, source=source, now=now, action=Action.DELETE)
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
    keep_history("organization", organization_id, (), is_new=False, source=source, now=now, action=Action.DELETE)
    note(DirectoryVerb.REMOVED, "organization", organization_id, by=by, now=now)


def keep_history(
    kind: str,
    reference: UUID,
    changes: Iterable[FieldChange],
    *,
    is_new: bool,
    source: Source,
    now: datetime,
    action: Action | None = None,
) -> None:
    """Write what changed. A new entry and a removed one have one line each, without values."""
    action = action or (Action.CREATE if is_new else Action.UPDATE)
    if action is not Action.UPDATE:
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


def with_ids[P](owner: UUID, kind: str, parts: tuple[P, ...]) -> tuple[P, ...]:
    """The parts, each with an id: its own, or one made of its owner and its place."""
    filled: list[P] = []
    for place, part in enumerate(parts):
        known: Any = part
        filled.append(part if known.id is not None else dataclasses.replace(known, id=part_id(owner, kind, place)))
    return tuple(filled)


def is_seen_in_services(old: LocationRecord, new: LocationRecord) -> bool:
    """Whether a change of a place, hidden now or before, differs in what is published of the services there.

    Other changes of a hidden place say nothing, and so not when they happened either.
    """
    if old.is_confidential is not new.is_confidential:
        return True
    return new.is_confidential and old.accessibility != new.accessibility


def is_nowhere(record: LocationRecord) -> bool:
    """Whether a place's record says nothing of where it is."""
    unseen = record.latitude is None and record.address is None and not record.transportation and not record.url
    return unseen and record.location_type is LocationType.VIRTUAL


def _refuse(errors: tuple[FieldError, ...]) -> None:
    if errors:
        raise EntryRefused(errors)


def _verb(is_new: bool) -> DirectoryVerb:  # noqa: FBT001  # says which of two words
    return DirectoryVerb.ADDED if is_new else DirectoryVerb.CHANGED


def _organization(reference: UUID) -> Organization:
    row = Organization.objects.filter(public_id=reference).first()
    if row is None:
        raise EntryRefused.of("organization_id", "There is no such organisation.", "Add it first.")
    return row


def _parent(record: OrganizationRecord) -> Organization | None:
    """The organisation above; refused where the record's own stands above it."""
    if record.parent_organization_id is None:
        return None
    found = Organization.objects.filter(public_id=record.parent_organization_id).first()
    if found is None:
        raise EntryRefused.of("parent_organization_id", "There is no such organisation.", "Add it first.")
    above: Organization | None = found
    for _step in range(PARENTS_MOST):
        if above is None:
            return found
        if above.public_id == record.id:
            break
        above = above.parent
    raise EntryRefused.of("parent_organization_id", "The two would be parts of each other.", "Choose another one.")


def with_location_ids(record: LocationRecord) -> LocationRecord:
    """A place's record with an id for each of its parts."""
    address = record.address
    if address is not None:
        address = with_ids(record.id, "address", (address,))[0]
    return dataclasses.replace(
        record, address=address, accessibility=with_ids(record.id, "accessibility", record.accessibility)
    )


def with_service_ids(record: ServiceRecord) -> ServiceRecord:
    """A service's record in the order in which it is kept, with an id for each of its parts."""
    return dataclasses.replace(
        record,
        phones=with_ids(record.id, "phone", record.phones),
        additional_urls=with_ids(record.id, "url", record.additional_urls),
        schedules=with_ids(record.id, "schedule", record.schedules),
        cost_options=with_ids(record.id, "cost_option", record.cost_options),
        service_areas=with_ids(record.id, "service_area", record.service_areas),
        locations=tuple(
            dataclasses.replace(part, schedules=with_ids(part.id, "schedule", part.schedules))
            for part in sorted(record.locations, key=lambda part: part.id)
        ),
        terms=tuple(sorted(set(record.terms))),
    )


def _locations(record: ServiceRecord) -> dict[UUID, Location]:
    wanted = [part.location_id for part in record.locations]
    # Held until the end, so that none of them is shown at the same moment in which a service hides itself there.
    rows = Location.objects.filter(public_id__in=wanted).order_by("pk").select_for_update()
    found = {row.public_id: row for row in rows}
    if len(set(wanted)) != len(wanted):
        raise EntryRefused.of("locations", "One place is named twice.", "Name it once.")
    if len(found) != len(wanted):
        raise EntryRefused.of("locations", "One of the places is not there.", "Add it first.")
    return found


def _terms(record: ServiceRecord) -> list[Term]:
    found = list(Term.objects.filter(public_id__in=record.terms))
    if len(found) != len(record.terms):
        raise EntryRefused.of("terms", "One of the terms is not there.", "Add it first.")
    return found


def check_hiding(record: ServiceRecord, locations: Iterable[Location]) -> tuple[FieldError, ...]:
    """A service that hides its address is given at confidential places alone."""
    if not record.hides_address or all(place.is_confidential for place in locations):
        return ()
    what = "A service that hides its address is given at a place that everybody can see."
    return (FieldError(field="locations", what=what, how="Make the place confidential, or take it out."),)


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


def _forget_whereabouts(reference: UUID) -> None:
    Revision.objects.filter(resource_type="location", resource_id=reference, field__in=WHEREABOUTS).delete()


def _texts_of(record: LocationRecord | ServiceRecord) -> Iterator[str]:
    """The texts by which an entry was found, and whose words may say where it is."""
    yield from (str(getattr(record, name, "")) for name in SAYING)
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
    keep_history("service", service_id, (change,), is_new=False, source=source, now=now)
    note(verb, "service", service_id, by=by, now=now)
    refresh_services([service_id], now=now)
