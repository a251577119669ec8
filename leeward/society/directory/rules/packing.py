"""Turns records into lines of the package's tables. What leaves is decided where it is decided for the open API."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from leeward.society.directory.rules.cells import write_cell
from leeward.society.directory.rules.records import (
    PARTS,
    LocationRecord,
    OrganizationRecord,
    ServiceRecord,
    TaxonomyRecord,
    TermRecord,
)
from leeward.society.directory.rules.standard import (
    Around,
    location_object,
    nested_organization,
    service_object,
    taxonomy_object,
    term_object,
)
from leeward.society.directory.rules.tables import (
    ACCESSIBILITY,
    ADDRESS,
    AT_LOCATION,
    ATTRIBUTE,
    COST_OPTION,
    LANGUAGE,
    LOCATION,
    ORGANIZATION,
    PHONE,
    SCHEDULE,
    SERVICE,
    SERVICE_AREA,
    TAXONOMY,
    TERM,
    TRANSLATION,
    URL,
    Table,
)

type Packed = tuple[Table, tuple[str, ...]]


def pack_organization(record: OrganizationRecord, around: Around, *, modified_at: datetime) -> Iterator[Packed]:
    """An organisation's lines. `around.known` says whether its parent is published."""
    made: Mapping[str, Any] = nested_organization(record, around)
    yield _line(ORGANIZATION, made, last_modified=modified_at)
    yield from _phones(made, organization_id=record.id)
    yield from _translations(made, record.id, ORGANIZATION)


def pack_location(record: LocationRecord, around: Around, *, modified_at: datetime) -> Iterator[Packed]:
    """A place's lines; of one that must not be found, that there is one, and not when it was changed."""
    made: Mapping[str, Any] = location_object(record, around)
    is_hidden = around.hides(record)
    yield _line(LOCATION, made, last_modified=None if is_hidden else modified_at, is_confidential=is_hidden)
    for address in made.get("addresses", ()):
        yield _line(ADDRESS, address, location_id=record.id)
    for item in made.get("accessibility", ()):
        yield _line(ACCESSIBILITY, item, location_id=record.id)
    yield from _translations(made, record.id, LOCATION)


def pack_service(record: ServiceRecord, around: Around) -> Iterator[Packed]:
    """A service's lines, with those of all its parts. Its `last_modified` is its own."""
    made: Mapping[str, Any] = service_object(record, around, with_organization=False)
    yield _line(SERVICE, made, last_modified=record.last_modified)
    for place in made.get("service_at_locations", ()):
        yield _line(AT_LOCATION, place)
        yield from (_line(SCHEDULE, row, service_at_location_id=place["id"]) for row in place.get("schedules", ()))
    yield from _phones(made, service_id=record.id)
    yield from (_line(SCHEDULE, row, service_id=record.id) for row in made.get("schedules", ()))
    yield from (_line(LANGUAGE, row, service_id=record.id) for row in made.get("languages", ()))
    yield from (_line(SERVICE_AREA, row, service_id=record.id) for row in made.get("service_areas", ()))
    for row, cost in zip(made.get("cost_options", ()), record.cost_options, strict=True):
        yield _line(COST_OPTION, row, service_id=record.id, amount=cost.amount)
    yield from (_line(URL, row, service_id=record.id) for row in made.get("additional_urls", ()))
    yield from (_line(ATTRIBUTE, row) for row in made.get("attributes", ()))
    yield from _translations(made, record.id, SERVICE)


def pack_taxonomy(record: TaxonomyRecord) -> Iterator[Packed]:
    """A taxonomy's line."""
    yield _line(TAXONOMY, {**taxonomy_object(record)})


def pack_term(record: TermRecord, around: Around) -> Iterator[Packed]:
    """A term's lines. `around` has its taxonomy."""
    made: Mapping[str, Any] = term_object(record, around)
    yield _line(TERM, made, position=record.position)
    yield from _translations(made, record.id, TERM)


def _phones(made: Mapping[str, Any], **owner: UUID) -> Iterator[Packed]:
    for phone in made.get("phones", ()):
        yield _line(PHONE, phone, **owner)
        yield from (_line(LANGUAGE, row, phone_id=phone["id"]) for row in phone.get("languages", ()))


def _translations(made: Mapping[str, Any], owner: UUID, table: Table) -> Iterator[Packed]:
    said: Iterable[Mapping[str, str]] = made.get("translations", ())
    for row in said:
        identity = uuid5(PARTS, f"{owner}/translation/{row['language']}/{row['field']}")
        yield _line(TRANSLATION, row, id=identity, resource_id=owner, resource_type=table.name)


def _line(table: Table, made: Mapping[str, Any], **more: Any) -> Packed:
    values = {**made, **more}
    return table, tuple(write_cell(column, values.get(column.name)) for column in table.columns)
