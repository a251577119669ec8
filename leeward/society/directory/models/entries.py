"""Organisations, the places where they work, and the services that they give."""

import dataclasses
from datetime import date
from typing import Any

from django.db import models

from leeward.society.directory.models.parts import pack_parts, unpack_parts
from leeward.society.directory.models.taxonomy import Term
from leeward.society.directory.rules.freshness import HIDDEN_AFTER
from leeward.society.directory.rules.limits import EMAIL_LENGTH, NAME_LENGTH, TEXT_LENGTH, URL_LENGTH
from leeward.society.directory.rules.records import (
    AtLocation,
    Coverage,
    HolidayHours,
    LocationRecord,
    LocationType,
    OrganizationRecord,
    ServiceRecord,
    ServiceStatus,
)

ORGANIZATION_PARTS = ("phones", "translations")
LOCATION_PARTS = ("address", "accessibility", "translations")
SERVICE_PARTS = (
    "phones",
    "additional_urls",
    "schedules",
    "languages",
    "cost_options",
    "service_areas",
    "translations",
    "ways",
)
# What stands elsewhere than in a column of the same name.
ELSEWHERE = ("id", "organization_id", "parent_organization_id", "locations", "terms", "last_modified")


def _columns(record: type, parts: tuple[str, ...]) -> tuple[str, ...]:
    names = (field.name for field in dataclasses.fields(record))
    return tuple(name for name in names if name not in parts and name not in ELSEWHERE)


ORGANIZATION_COLUMNS = _columns(OrganizationRecord, ORGANIZATION_PARTS)
LOCATION_COLUMNS = _columns(LocationRecord, LOCATION_PARTS)
SERVICE_COLUMNS = _columns(ServiceRecord, SERVICE_PARTS)


def _one_of(field: str, values: Any) -> models.Q:
    return models.Q(**{f"{field}__in": [value.value for value in values]})


class Organization(models.Model):
    """Who gives services."""

    public_id = models.UUIDField(unique=True)
    name = models.CharField(max_length=NAME_LENGTH)
    alternate_name = models.CharField(max_length=NAME_LENGTH, blank=True)
    description = models.TextField(max_length=TEXT_LENGTH)
    email = models.CharField(max_length=EMAIL_LENGTH, blank=True)
    website = models.CharField(max_length=URL_LENGTH, blank=True)
    legal_status = models.CharField(max_length=NAME_LENGTH, blank=True)
    year_incorporated = models.PositiveSmallIntegerField(null=True, blank=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    parts = models.JSONField(default=dict, blank=True)
    modified_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(name="directory_organization_named", condition=~models.Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name

    def as_record(self) -> OrganizationRecord:
        """The organisation as everybody else sees it (`parent` must be loaded where there is one)."""
        return OrganizationRecord(
            id=self.public_id,
            parent_organization_id=self.parent.public_id if self.parent else None,
            **{name: getattr(self, name) for name in ORGANIZATION_COLUMNS},
            **unpack_parts(OrganizationRecord, ORGANIZATION_PARTS, self.parts),
        )

    def take(self, record: OrganizationRecord) -> None:
        """Take a record's values, all but its parent."""
        for name in ORGANIZATION_COLUMNS:
            setattr(self, name, getattr(record, name))
        self.public_id, self.parts = record.id, pack_parts(record, ORGANIZATION_PARTS)


class Location(models.Model):
    """A place. One that is confidential has no address and no coordinates here, so that none can be given away."""

    public_id = models.UUIDField(unique=True)
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, null=True, blank=True, related_name="locations"
    )
    location_type = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in LocationType])
    name = models.CharField(max_length=NAME_LENGTH, blank=True)
    alternate_name = models.CharField(max_length=NAME_LENGTH, blank=True)
    description = models.TextField(max_length=TEXT_LENGTH, blank=True)
    transportation = models.TextField(max_length=TEXT_LENGTH, blank=True)
    url = models.CharField(max_length=URL_LENGTH, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    is_confidential = models.BooleanField(default=False)
    has_address = models.BooleanField(default=False)
    parts = models.JSONField(default=dict, blank=True)
    modified_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(name="directory_location_type", condition=_one_of("location_type", LocationType)),
            models.CheckConstraint(
                name="directory_location_on_earth",
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
            ),
            models.CheckConstraint(
                name="directory_location_confidential_is_nowhere",
                condition=models.Q(is_confidential=False)
                | models.Q(
                    location_type=LocationType.VIRTUAL.value,
                    latitude__isnull=True,
                    longitude__isnull=True,
                    has_address=False,
                    transportation="",
                    url="",
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def as_record(self) -> LocationRecord:
        """The place as everybody else sees it (`organization` must be loaded)."""
        parts = unpack_parts(LocationRecord, LOCATION_PARTS, self.parts)
        return LocationRecord(
            id=self.public_id,
            organization_id=self.organization.public_id if self.organization else None,
            **{name: getattr(self, name) for name in LOCATION_COLUMNS if name != "location_type"},
            location_type=LocationType(self.location_type),
            **{**parts, "address": parts["address"] or None},
        )

    def take(self, record: LocationRecord) -> None:
        """Take a record's values, all but its organisation."""
        for name in LOCATION_COLUMNS:
            setattr(self, name, getattr(record, name))
        self.public_id, self.parts = record.id, pack_parts(record, LOCATION_PARTS)
        self.has_address = record.address is not None


class ServiceQuerySet(models.QuerySet["Service"]):
    """Services by who may see them."""

    def published(self) -> "ServiceQuerySet":
        """Those that other sites may read: not internal, not withdrawn. They may be stale, which their date shows."""
        return self.filter(is_internal=False, withdrawn_at__isnull=True)

    def listed(self, today: date) -> "ServiceQuerySet":
        """Those that people find: published, at work, and checked within 180 days."""
        return self.published().filter(status=ServiceStatus.ACTIVE.value, assured_date__gt=today - HIDDEN_AFTER)

    def whole(self) -> "ServiceQuerySet":
        """With all that a record needs, its organisation's and its places' too, in a fixed number of queries."""
        at_locations = ServiceAtLocation.objects.select_related("location__organization")
        return self.select_related("organization__parent").prefetch_related(
            models.Prefetch("at_locations", at_locations),
            models.Prefetch("service_terms", ServiceTerm.objects.select_related("term")),
        )


class Service(models.Model):
    """One service. What changes here is written by operations alone, which keep history and search in step."""

    public_id = models.UUIDField(unique=True)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="services")
    name = models.CharField(max_length=NAME_LENGTH)
    alternate_name = models.CharField(max_length=NAME_LENGTH, blank=True)
    description = models.TextField(max_length=TEXT_LENGTH, blank=True)
    url = models.CharField(max_length=URL_LENGTH, blank=True)
    email = models.CharField(max_length=EMAIL_LENGTH, blank=True)
    status = models.CharField(max_length=20, choices=[(status.value, status.value) for status in ServiceStatus])
    interpretation_services = models.TextField(max_length=TEXT_LENGTH, blank=True)
    application_process = models.TextField(max_length=TEXT_LENGTH, blank=True)
    fees_description = models.TextField(max_length=TEXT_LENGTH, blank=True)
    wait_time = models.TextField(max_length=TEXT_LENGTH, blank=True)
    accreditations = models.TextField(max_length=TEXT_LENGTH, blank=True)
    eligibility_description = models.TextField(max_length=TEXT_LENGTH, blank=True)
    minimum_age = models.PositiveSmallIntegerField(null=True, blank=True)
    maximum_age = models.PositiveSmallIntegerField(null=True, blank=True)
    assured_date = models.DateField(null=True, blank=True)
    assurer_email = models.CharField(max_length=EMAIL_LENGTH, blank=True)
    alert = models.TextField(max_length=TEXT_LENGTH, blank=True)
    coverage = models.CharField(max_length=10, choices=[(value.value, value.value) for value in Coverage])
    holidays = models.CharField(max_length=10, choices=[(value.value, value.value) for value in HolidayHours])
    is_crisis_line = models.BooleanField(default=False)
    is_confidential = models.BooleanField(default=False)
    hides_address = models.BooleanField(default=False)
    is_internal = models.BooleanField(default=False)
    owner_email = models.CharField(max_length=EMAIL_LENGTH, blank=True)
    parts = models.JSONField(default=dict, blank=True)
    terms = models.ManyToManyField(Term, through="ServiceTerm", related_name="services")
    modified_at = models.DateTimeField(db_index=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(name="directory_service_named", condition=~models.Q(name="")),
            models.CheckConstraint(name="directory_service_status", condition=_one_of("status", ServiceStatus)),
            models.CheckConstraint(name="directory_service_coverage", condition=_one_of("coverage", Coverage)),
            models.CheckConstraint(name="directory_service_holidays", condition=_one_of("holidays", HolidayHours)),
            models.CheckConstraint(
                name="directory_service_ages",
                condition=models.Q(minimum_age__isnull=True)
                | models.Q(maximum_age__isnull=True)
                | models.Q(minimum_age__lte=models.F("maximum_age")),
            ),
        ]
        indexes = [
            models.Index(fields=["assured_date"], name="directory_service_assured"),
            models.Index(fields=["name", "id"], name="directory_service_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def as_record(self) -> ServiceRecord:
        """The service as everybody else sees it (loaded by `whole`)."""
        columns = {name: getattr(self, name) for name in SERVICE_COLUMNS}
        return ServiceRecord(
            id=self.public_id,
            organization_id=self.organization.public_id,
            last_modified=self.modified_at,
            locations=tuple(sorted((row.as_part() for row in self.at_locations.all()), key=lambda part: part.id)),
            terms=tuple(sorted(link.term.public_id for link in self.service_terms.all())),
            **{
                **columns,
                "status": ServiceStatus(self.status),
                "coverage": Coverage(self.coverage),
                "holidays": HolidayHours(self.holidays),
            },
            **unpack_parts(ServiceRecord, SERVICE_PARTS, self.parts),
        )

    def take(self, record: ServiceRecord) -> None:
        """Take a record's values, all but its organisation, places and terms."""
        for name in SERVICE_COLUMNS:
            setattr(self, name, getattr(record, name))
        self.public_id, self.parts = record.id, pack_parts(record, SERVICE_PARTS)


class ServiceAtLocation(models.Model):
    """A service at one of its places."""

    public_id = models.UUIDField(unique=True)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="at_locations")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="at_services")
    description = models.TextField(max_length=TEXT_LENGTH, blank=True)
    parts = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(name="directory_at_location_once", fields=["service", "location"]),
        ]

    def __str__(self) -> str:
        return f"{self.service} at {self.location}"

    def as_part(self) -> AtLocation:
        """The place as a part of its service's record (`location` must be loaded)."""
        return AtLocation(
            id=self.public_id,
            location_id=self.location.public_id,
            description=self.description,
            **unpack_parts(AtLocation, ("schedules",), self.parts),
        )

    def take(self, part: AtLocation) -> None:
        """Take a part's values, all but which place it is."""
        self.public_id, self.description = part.id, part.description
        self.parts = pack_parts(part, ("schedules",))


class ServiceTerm(models.Model):
    """A term that a service bears (HSDS `attribute`)."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="service_terms")
    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="term_services")

    class Meta:
        ordering = ["term_id"]
        constraints = [models.UniqueConstraint(name="directory_service_term_once", fields=["service", "term"])]

    def __str__(self) -> str:
        return f"{self.service} {self.term}"
