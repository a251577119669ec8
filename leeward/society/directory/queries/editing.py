"""What editors read: every entry, published or not, with the state that it is in and a version to notice changes by."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.dateparse import parse_datetime

from leeward.foundation.labels import Labelled, mark
from leeward.foundation.work.keyset import Order
from leeward.society.directory.errors import EntryUnknown
from leeward.society.directory.models import Location, Organization, Probe, Revision, Service
from leeward.society.directory.models.entries import CHECKED_ON
from leeward.society.directory.rules.freshness import (
    HIDDEN_AFTER,
    LABELLED_AFTER,
    Freshness,
    ProbeTrouble,
    freshness_of,
)
from leeward.society.directory.rules.history import Changed
from leeward.society.directory.rules.records import LocationRecord, OrganizationRecord, ServiceRecord, ServiceStatus

FOUND_MOST = 25
ORGANIZATIONS_MOST = 2_000  # in a list to choose from
CHANGES_MOST = 200
BY_NAME, BY_CHECK = Order(by="name"), Order(by=CHECKED_ON)
# What people could find, if it is not too old: this is what has to be checked.
KEPT_FRESH = Q(is_internal=False, withdrawn_at=None) & ~Q(status=ServiceStatus.DEFUNCT.value)

TROUBLED = KEPT_FRESH & Q(probe__isnull=False) & ~Q(probe__trouble=ProbeTrouble.NONE.value)


class Check(Labelled):
    """By when an entry was last checked."""

    LABELLED = (
        "labelled",
        mark("Checks that are due"),
        "yellow",
        mark("Checked 90 days ago or longer. People see that."),
    )
    HIDDEN = (
        "hidden",
        mark("Hidden from search"),
        "red",
        mark("Checked 180 days ago or longer. People do not find these."),
    )
    NEVER = (
        "never",
        mark("Never checked"),
        "red",
        mark("Nobody has checked these yet. People do not find them."),
    )


@dataclass(frozen=True, kw_only=True)
class ServiceLine:
    """One service in a list."""

    id: UUID
    name: str
    organization: str
    status: ServiceStatus
    assured_date: date | None
    freshness: Freshness
    is_withdrawn: bool
    is_internal: bool
    has_owner: bool
    reminded_at: datetime | None
    trouble: ProbeTrouble
    about: str


@dataclass(frozen=True, kw_only=True)
class OrganizationLine:
    """One organisation in a list."""

    id: UUID
    name: str
    services: int
    locations: int


@dataclass(frozen=True, kw_only=True)
class OrganizationEntry:
    """An organisation with what stands on it."""

    record: OrganizationRecord
    version: str
    parent: str  # its name
    services: tuple[ServiceLine, ...]
    locations: tuple[LocationRecord, ...]
    parts: tuple[OrganizationLine, ...]


@dataclass(frozen=True, kw_only=True)
class LocationEntry:
    """A place with the services that are given there."""

    record: LocationRecord
    version: str
    organization_name: str
    services: tuple[ServiceLine, ...]


@dataclass(frozen=True, kw_only=True)
class ServiceEntry:
    """A service with the state that it is in. `places` are those that it may be given at."""

    record: ServiceRecord
    version: str
    line: ServiceLine
    organization: OrganizationRecord
    places: tuple[LocationRecord, ...]


def service_rows() -> QuerySet[Service]:
    """All services, for a list."""
    return Service.objects.all()


def organization_rows() -> QuerySet[Organization]:
    """All organisations, for a list."""
    return Organization.objects.all()


def named(words: str) -> Q:
    """Which entries bear these words in their names."""
    return Q(name__icontains=words) | Q(alternate_name__icontains=words)


def found_by(words: str) -> Q:
    """Which services bear these words in their names or their organisation's."""
    return named(words) | Q(organization__name__icontains=words)


def checked(check: Check, *, today: date) -> Q:
    """Which services, of those that people could find, were last checked then."""
    if check is Check.NEVER:
        return KEPT_FRESH & Q(assured_date__isnull=True)
    if check is Check.HIDDEN:
        return KEPT_FRESH & Q(assured_date__lte=today - HIDDEN_AFTER)
    return KEPT_FRESH & Q(assured_date__lte=today - LABELLED_AFTER, assured_date__gt=today - HIDDEN_AFTER)


def find_organizations(words: str) -> tuple[OrganizationLine, ...]:
    """The first organisations that bear these words in their names."""
    return organization_lines(tell_organizations(Organization.objects.filter(named(words)))[:FOUND_MOST])


def choose_organizations(*, but: UUID | None = None) -> tuple[tuple[UUID, str], ...]:
    """Organisations to choose from, by name; at most 2,000."""
    rows = Organization.objects.order_by("name", "id").values_list("public_id", "name")[:ORGANIZATIONS_MOST]
    return tuple((reference, name) for reference, name in rows if reference != but)


def read_organization(organization_id: UUID, *, today: date) -> OrganizationEntry:
    """An organisation with its services, places and parts. Raises EntryUnknown."""
    row = Organization.objects.select_related("parent__parent").filter(public_id=organization_id).first()
    if row is None:
        raise EntryUnknown
    return OrganizationEntry(
        record=row.as_record(),
        version=version_of(row.modified_at),
        parent=row.parent.name if row.parent else "",
        services=service_lines(tell_services(row.services.order_by("name", "id")), today=today),
        locations=_locations(row.locations.all()),
        parts=organization_lines(tell_organizations(row.children.all())[:ORGANIZATIONS_MOST]),
    )


def read_location(location_id: UUID, *, today: date) -> LocationEntry:
    """A place. Raises EntryUnknown."""
    row = Location.objects.select_related("organization").filter(public_id=location_id).first()
    if row is None:
        raise EntryUnknown
    services = Service.objects.filter(at_locations__location=row).order_by("name", "id")
    return LocationEntry(
        record=row.as_record(),
        version=version_of(row.modified_at),
        organization_name=row.organization.name if row.organization else "",
        services=service_lines(tell_services(services), today=today),
    )


def read_service(service_id: UUID, *, today: date) -> ServiceEntry:
    """A service, internal and withdrawn ones too. Raises EntryUnknown."""
    row = Service.objects.whole().select_related("organization__parent", "probe").filter(public_id=service_id).first()
    if row is None:
        raise EntryUnknown
    near = Location.objects.filter(Q(organization=row.organization) | Q(at_services__service=row)).distinct()
    return ServiceEntry(
        record=row.as_record(),
        version=version_of(row.modified_at),
        line=service_lines([row], today=today)[0],
        organization=row.organization.as_record(),
        places=_locations(near),
    )


def list_changes(resource_id: UUID, *, since: datetime | None = None) -> tuple[Changed, ...]:
    """The newest changes of an entry, at most 200; those after `since` where it is given."""
    rows = Revision.objects.filter(resource_id=resource_id)
    if since is not None:
        rows = rows.filter(at__gt=since)
    return tuple(row.as_change() for row in rows.order_by("-at", "-id")[:CHANGES_MOST])


def version_of(modified_at: datetime) -> str:
    """By what a form knows from which state of an entry it was made."""
    return modified_at.isoformat()


def moment_of(version: str) -> datetime | None:
    """When the state was made that a form was made from; None for what was never a version."""
    try:
        at = parse_datetime(version)
    except ValueError:
        return None
    return at if at is not None and at.tzinfo is not None else None


def digest_of(record: object) -> str:
    """The same for what has no time of its own, such as a term: a short digest of all its values."""
    return hashlib.sha256(repr(record).encode()).hexdigest()[:16]


def tell_services(rows: QuerySet[Service]) -> QuerySet[Service]:
    """With all that a line of a list says."""
    return rows.select_related("organization", "probe")


def service_lines(rows: Iterable[Service], *, today: date) -> tuple[ServiceLine, ...]:
    """The lines of these services, on this day."""
    return tuple(_service_line(row, getattr(row, "probe", None), today=today) for row in rows)


def tell_organizations(rows: QuerySet[Organization]) -> QuerySet[Organization]:
    """With all that a line of a list says."""
    counts = {"service_count": "services", "location_count": "locations"}
    return rows.annotate(**{name: Count(counted, distinct=True) for name, counted in counts.items()})


def organization_lines(rows: Iterable[Any]) -> tuple[OrganizationLine, ...]:
    """The lines of these organisations."""
    return tuple(
        OrganizationLine(id=row.public_id, name=row.name, services=row.service_count, locations=row.location_count)
        for row in rows
    )


def _service_line(row: Service, probe: Probe | None, *, today: date) -> ServiceLine:
    return ServiceLine(
        id=row.public_id,
        name=row.name,
        organization=row.organization.name,
        status=ServiceStatus(row.status),
        assured_date=row.assured_date,
        freshness=freshness_of(row.assured_date, today=today),
        is_withdrawn=row.is_withdrawn,
        is_internal=row.is_internal,
        has_owner=bool(row.owner_email),
        reminded_at=row.reminded_at,
        trouble=ProbeTrouble(probe.trouble) if probe else ProbeTrouble.NONE,
        about=probe.about if probe else "",
    )


def _locations(rows: QuerySet[Location]) -> tuple[LocationRecord, ...]:
    return tuple(row.as_record() for row in rows.select_related("organization").order_by("name", "id"))
