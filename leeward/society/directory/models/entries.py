"""Organisations, the places where they work, and the services that they give."""

from datetime import date

from django.db import models
from django.db.models import DateField, F, Func

from leeward.foundation.rows import one_of
from leeward.society.directory.models.parts import Stored, stores
from leeward.society.directory.models.taxonomy import Term
from leeward.society.directory.rules.freshness import HIDDEN_AFTER
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

# When somebody looked at a service last; what nobody has looked at stands first. The day is a literal, so that both
# databases know the expression of the index again.
CHECKED_ON = Func(F("assured_date"), template="COALESCE(%(expressions)s, '0001-01-01')", output_field=DateField())


@stores(OrganizationRecord, parent_organization_id="parent")
class Organization(Stored[OrganizationRecord], models.Model):
    """Who gives services."""

    public_id = models.UUIDField(unique=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    parts = models.JSONField(default=dict, blank=True)
    modified_at = models.DateTimeField(db_index=True)
    name: str

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(name="directory_organization_named", condition=~models.Q(name="")),
        ]
        indexes = [models.Index(fields=["name", "id"], name="directory_organization_name")]

    def __str__(self) -> str:
        return self.name


@stores(LocationRecord, organization_id="organization")
class Location(Stored[LocationRecord], models.Model):
    """A place. One that is confidential has no address and no coordinates here, so that none can be given away."""

    public_id = models.UUIDField(unique=True)
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, null=True, blank=True, related_name="locations"
    )
    has_address = models.BooleanField(default=False)
    parts = models.JSONField(default=dict, blank=True)
    modified_at = models.DateTimeField()
    name: str
    is_confidential: bool

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            one_of("location_type", LocationType, "directory_location_type"),
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

    def take(self, record: LocationRecord) -> None:
        """Take a record's values, all but its organisation."""
        super().take(record)
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


@stores(ServiceRecord, organization_id="organization")
class Service(Stored[ServiceRecord], models.Model):
    """One service. What changes here is written by operations alone, which keep history and search in step."""

    public_id = models.UUIDField(unique=True)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="services")
    parts = models.JSONField(default=dict, blank=True)
    terms = models.ManyToManyField(Term, through="ServiceTerm", related_name="services")
    modified_at = models.DateTimeField(db_index=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    name: str
    email: str
    status: str
    assured_date: date | None
    is_internal: bool
    owner_email: str

    objects = ServiceQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(name="directory_service_named", condition=~models.Q(name="")),
            one_of("status", ServiceStatus, "directory_service_status"),
            one_of("coverage", Coverage, "directory_service_coverage"),
            one_of("holidays", HolidayHours, "directory_service_holidays"),
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
            models.Index(CHECKED_ON, "id", name="directory_service_checked"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_withdrawn(self) -> bool:
        """Whether it was taken out of the directory."""
        return self.withdrawn_at is not None

    def as_record(self, **elsewhere: object) -> ServiceRecord:
        """The service as everybody else sees it (loaded by `whole`)."""
        return super().as_record(
            last_modified=self.modified_at,
            locations=tuple(sorted((row.as_record() for row in self.at_locations.all()), key=lambda part: part.id)),
            terms=tuple(sorted(link.term.public_id for link in self.service_terms.all())),
            **elsewhere,
        )


@stores(AtLocation, location_id="location")
class ServiceAtLocation(Stored[AtLocation], models.Model):
    """A service at one of its places."""

    public_id = models.UUIDField(unique=True)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="at_locations")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="at_services")
    parts = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(name="directory_at_location_once", fields=["service", "location"]),
        ]

    def __str__(self) -> str:
        return f"{self.service} at {self.location}"


class ServiceTerm(models.Model):
    """A term that a service bears (HSDS `attribute`)."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="service_terms")
    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="term_services")

    class Meta:
        ordering = ["term_id"]
        constraints = [models.UniqueConstraint(name="directory_service_term_once", fields=["service", "term"])]

    def __str__(self) -> str:
        return f"{self.service} {self.term}"
