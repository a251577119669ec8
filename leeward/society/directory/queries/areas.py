"""Where services work, for rooms that look for somebody near."""

from collections.abc import Collection
from uuid import UUID

from leeward.society.directory.models import Service
from leeward.society.directory.rules.records import Coverage


def areas_of(services: Collection[UUID]) -> dict[UUID, frozenset[str] | None]:
    """Return the codes of the areas of these services; None for the whole nation, or where no code is named."""
    rows = Service.objects.published().filter(public_id__in=services).whole()
    found: dict[UUID, frozenset[str] | None] = {}
    for record in (row.as_record() for row in rows):
        codes = frozenset(area.code for area in record.service_areas if area.code)
        found[record.id] = codes if codes and record.coverage is Coverage.AREAS else None
    return found


def area_names(services: Collection[UUID]) -> dict[str, str]:
    """Return the areas in which these services work by their codes, with their names, by name."""
    rows = Service.objects.published().filter(public_id__in=services).whole()
    found = {area.code: area.name for row in rows for area in row.as_record().service_areas if area.code}
    return dict(sorted(found.items(), key=lambda area: area[1]))
