"""What services and organisations are called, for rooms that name them."""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.utils.translation import get_language

from leeward.society.directory.models import Organization, Service
from leeward.society.directory.queries.records import published_organizations
from leeward.society.directory.rules.records import ServiceStatus
from leeward.society.directory.words import language_name

ORGANIZATIONS_MOST = 2_000


def service_names(services: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of these services, internal ones too, by their ids."""
    return dict(Service.objects.filter(public_id__in=services).values_list("public_id", "name"))


@dataclass(frozen=True, kw_only=True)
class ServiceState:
    """What a service is called, whether people can find it, and what tells two states of it apart. That somebody looked
    again and found it true is no other state.
    """

    name: str
    is_listed: bool
    digest: str


def service_states(services: Collection[UUID]) -> dict[UUID, ServiceState]:
    """How these services stand, by their ids; those that are not there are left out."""
    rows = Service.objects.filter(public_id__in=services)
    return {row.public_id: _state(row) for row in rows}


def _state(row: Service) -> ServiceState:
    is_listed = row.status == ServiceStatus.ACTIVE and not row.is_internal and row.withdrawn_at is None
    told = json.dumps([row.name, row.email, row.status, is_listed, row.parts], sort_keys=True, default=str)
    return ServiceState(name=row.name, is_listed=is_listed, digest=hashlib.sha256(told.encode()).hexdigest())


def services_of(organization: UUID) -> dict[UUID, str]:
    """Return the services of an organisation by their ids, with their names, by name."""
    rows = Service.objects.filter(organization__public_id=organization).order_by("name", "id")
    return dict(rows.values_list("public_id", "name"))


def organization_called(organization: UUID) -> str:
    """Return the name of an organisation; "" where there is none."""
    rows = Organization.objects.filter(public_id=organization)
    return rows.values_list("name", flat=True).first() or ""


def organizations_of_services() -> dict[UUID, UUID]:
    """Return the organisation of each service, both by their ids."""
    return dict(Service.objects.values_list("public_id", "organization__public_id"))


def published_names() -> tuple[tuple[UUID, str], ...]:
    """Return the organisations that everybody sees in the directory, by name; at most 2,000."""
    rows = published_organizations().order_by("name", "id").values_list("public_id", "name")
    return tuple(rows[:ORGANIZATIONS_MOST])


def spoken_languages() -> dict[str, str]:
    """Return the languages that any service speaks, by their codes, with their names in the reader's, by name."""
    spoken = Service.objects.filter(withdrawn_at__isnull=True).values_list("parts__languages", flat=True)
    codes = {code.partition("-")[0] for has in spoken.iterator() for code in has or ()}
    named = {code: language_name(code, language=get_language() or settings.LANGUAGE_CODE) for code in codes}
    return dict(sorted(named.items(), key=lambda each: each[1].casefold()))
