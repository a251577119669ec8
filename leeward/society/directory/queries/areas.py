"""Where services work and for whom, for rooms that look for somebody."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from leeward.society.directory.models import Service
from leeward.society.directory.rules.records import Coverage


@dataclass(frozen=True, kw_only=True)
class Traits:
    """What of a service decides whom it is named to, all by codes.

    `areas`: where it works; None for the whole nation, or where no code is named. `terms`: by which it is sorted.
    """

    areas: frozenset[str] | None = None
    terms: frozenset[str] = frozenset()
    ways: frozenset[str] = frozenset()


def traits_of(services: Collection[UUID]) -> dict[UUID, Traits]:
    """Return where each of these services works, for whom it is there, and how it is reached."""
    found: dict[UUID, Traits] = {}
    for row in Service.objects.published().filter(public_id__in=services).whole():
        record = row.as_record()
        codes = frozenset(area.code for area in record.service_areas if area.code)
        found[record.id] = Traits(
            areas=codes if codes and record.coverage is Coverage.AREAS else None,
            terms=frozenset(link.term.code for link in row.service_terms.all()),
            ways=frozenset(way.value for way in record.ways),
        )
    return found


def area_names(services: Collection[UUID]) -> dict[str, str]:
    """Return the areas in which these services work by their codes, with their names, by name."""
    rows = Service.objects.published().filter(public_id__in=services).whole()
    found = {area.code: area.name for row in rows for area in row.as_record().service_areas if area.code}
    return dict(sorted(found.items(), key=lambda area: area[1]))
