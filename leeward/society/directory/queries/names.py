"""What services and organisations are called, for rooms that name them."""

from collections.abc import Collection
from uuid import UUID

from leeward.society.directory.models import Organization, Service


def service_names(services: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of these services, internal ones too, by their ids."""
    return dict(Service.objects.filter(public_id__in=services).values_list("public_id", "name"))


def services_of(organization: UUID) -> dict[UUID, str]:
    """Return the services of an organisation by their ids, with their names, by name."""
    rows = Service.objects.filter(organization__public_id=organization).order_by("name", "id")
    return dict(rows.values_list("public_id", "name"))


def organization_called(organization: UUID) -> str:
    """Return the name of an organisation; "" where there is none."""
    rows = Organization.objects.filter(public_id=organization)
    return rows.values_list("name", flat=True).first() or ""
