"""What editors read: every entry, published or not, with the state that it is in and a version to notice changes by."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.utils.dateparse import parse_datetime

from leeward.society.directory.errors import EntryUnknown
from leeward.society.directory.models import Location, Organization, Probe, Revision, Service
from leeward.society.directory.rules.freshness import (
    HIDDEN_AFTER,
    LABELLED_AFTER,
    Freshness,
    ProbeTrouble,
    freshness_of,
)
from leeward.society.directory.rules.history import Changed
from leeward.society.directory.rules.records import LocationRecord, OrganizationRecord, ServiceRecord, ServiceStatus

PER_PAGE = 25
ORGANIZATIONS_MOST = 2_000  # in a list to choose from
CHANGES_MOST = 200


class Check(StrEnum):
    """By when an entry was last checked."""

    LABELLED = "labelled"
    HIDDEN = "hidden"
    NEVER = "never"


@dataclass(frozen=True, kw_only=True)
class Page[T]:
    """Some lines of a longer list."""

    lines: tuple[T, ...]
    total: int
    number: int
    pages: int


@dataclass(frozen=True, kw_only=True)
class ServiceLine:
    """One service in a list."""

    id: UUID
    name: str
    organization_id: UUID
    organization_name: str
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
    parent: OrganizationLine | None
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


def find_entries(words: str, *, today: date, page: int = 1) -> tuple[tuple[OrganizationLine, ...], Page[ServiceLine]]:
    """Organisations (at most a page) and services that bear these words in their names."""
    named = Q(name__icontains=words) | Q(alternate_name__icontains=words)
    organizations = _organization_lines(Organization.objects.filter(named), stop=PER_PAGE)
    services = Service.objects.filter(named | Q(organization__name__icontains=words))
    return organizations, _service_page(services, today=today, page=page)


def list_organizations(words: str = "", *, page: int = 1) -> Page[OrganizationLine]:
    """Organisations by name."""
    rows = Organization.objects.filter(Q(name__icontains=words) | Q(alternate_name__icontains=words))
    total, number, start = _place(rows.count(), page)
    lines = _organization_lines(rows, start=start, stop=start + PER_PAGE)
    return Page(lines=lines, total=total, number=number, pages=_pages(total))


def choose_organizations(*, but: UUID | None = None) -> tuple[tuple[UUID, str], ...]:
    """Organisations to choose from, by name; at most 2,000."""
    rows = Organization.objects.order_by("name", "id").values_list("public_id", "name")[:ORGANIZATIONS_MOST]
    return tuple((reference, name) for reference, name in rows if reference != but)


def list_services(
    *,
    today: date,
    check: Check | None = None,
    words: str = "",
    owner: bool | None = None,
    has_trouble: bool = False,
    page: int = 1,
) -> Page[ServiceLine]:
    """Services by how long ago they were checked, the oldest check first. Only those that people could find."""
    rows = Service.objects.published().exclude(status=ServiceStatus.DEFUNCT.value)
    rows = rows.filter(Q(name__icontains=words) | Q(organization__name__icontains=words))
    if check is not None:
        rows = rows.filter(_checked(check, today))
    if owner is not None:
        rows = rows.exclude(owner_email="") if owner else rows.filter(owner_email="")
    if has_trouble:
        rows = rows.filter(probe__isnull=False).exclude(probe__trouble="")
    return _service_page(rows, today=today, page=page, oldest_first=True)


def count_checks(*, today: date) -> dict[Check, int]:
    """How many entries are labelled, hidden and never checked, of those that people could find."""
    rows = Service.objects.published().exclude(status=ServiceStatus.DEFUNCT.value)
    counts = rows.aggregate(**{check.value: Count("pk", filter=_checked(check, today)) for check in Check})
    return {check: counts[check.value] for check in Check}


def read_organization(organization_id: UUID, *, today: date) -> OrganizationEntry:
    """An organisation with its services, places and parts. Raises EntryUnknown."""
    row = Organization.objects.select_related("parent__parent").filter(public_id=organization_id).first()
    if row is None:
        raise EntryUnknown
    services = row.services.select_related("organization", "probe").order_by("name", "id")
    parent = _organization_lines(Organization.objects.filter(pk=row.parent_id)) if row.parent_id else ()
    return OrganizationEntry(
        record=row.as_record(),
        version=version_of(row.modified_at),
        parent=parent[0] if parent else None,
        services=tuple(_service_line(service, today) for service in services),
        locations=_locations(row.locations.all()),
        parts=_organization_lines(row.children.all()),
    )


def read_location(location_id: UUID, *, today: date) -> LocationEntry:
    """A place. Raises EntryUnknown."""
    row = Location.objects.select_related("organization").filter(public_id=location_id).first()
    if row is None:
        raise EntryUnknown
    services = Service.objects.filter(at_locations__location=row).select_related("organization", "probe")
    return LocationEntry(
        record=row.as_record(),
        version=version_of(row.modified_at),
        organization_name=row.organization.name if row.organization else "",
        services=tuple(_service_line(service, today) for service in services.order_by("name", "id")),
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
        line=_service_line(row, today),
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


def _checked(check: Check, today: date) -> Q:
    if check is Check.NEVER:
        return Q(assured_date__isnull=True)
    if check is Check.HIDDEN:
        return Q(assured_date__lte=today - HIDDEN_AFTER)
    return Q(assured_date__lte=today - LABELLED_AFTER, assured_date__gt=today - HIDDEN_AFTER)


def _service_page(rows: QuerySet[Service], *, today: date, page: int, oldest_first: bool = False) -> Page[ServiceLine]:
    total, number, start = _place(rows.count(), page)
    # What was never checked stands first, on both databases.
    order = (F("assured_date").asc(nulls_first=True), "name", "id") if oldest_first else ("name", "id")
    lines = rows.order_by(*order).select_related("organization", "probe")[start : start + PER_PAGE]
    return Page(
        lines=tuple(_service_line(row, today) for row in lines), total=total, number=number, pages=_pages(total)
    )


def _service_line(row: Service, today: date) -> ServiceLine:
    probe: Probe | None = getattr(row, "probe", None)
    return ServiceLine(
        id=row.public_id,
        name=row.name,
        organization_id=row.organization.public_id,
        organization_name=row.organization.name,
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


def _organization_lines(
    rows: QuerySet[Organization], *, start: int = 0, stop: int = ORGANIZATIONS_MOST
) -> tuple[OrganizationLine, ...]:
    counted = rows.annotate(
        service_count=Count("services", distinct=True), location_count=Count("locations", distinct=True)
    )
    return tuple(
        OrganizationLine(id=row.public_id, name=row.name, services=row.service_count, locations=row.location_count)
        for row in counted.order_by("name", "id")[start:stop]
    )


def _locations(rows: QuerySet[Location]) -> tuple[LocationRecord, ...]:
    return tuple(row.as_record() for row in rows.select_related("organization").order_by("name", "id"))


def _place(total: int, page: int) -> tuple[int, int, int]:
    """The total, the page that there is nearest to the wanted one, and where it starts."""
    number = min(max(page, 1), _pages(total))
    return total, number, (number - 1) * PER_PAGE


def _pages(total: int) -> int:
    return max(1, -(-total // PER_PAGE))
