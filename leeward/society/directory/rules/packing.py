"""Turns records into lines of the package's tables. What leaves is decided where it is decided for the open API."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import uuid5

from leeward.society.directory.rules.cells import write_cell
from leeward.society.directory.rules.records import (
    PARTS,
    LocationRecord,
    OrganizationRecord,
    Record,
    ServiceRecord,
    TaxonomyRecord,
    TermRecord,
)
from leeward.society.directory.rules.standard import (
    Around,
    Json,
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
    BY_RECORD,
    COST_OPTION,
    LANGUAGE,
    PHONE,
    SCHEDULE,
    SERVICE_AREA,
    TRANSLATION,
    URL,
    Table,
)

type Packed = tuple[Table, tuple[str, ...]]

# Where the parts of a published object stand. What stands at a place, or belongs to a phone, comes before the rest.
LISTS = {
    "service_at_locations": AT_LOCATION,
    "phones": PHONE,
    "addresses": ADDRESS,
    "accessibility": ACCESSIBILITY,
    "schedules": SCHEDULE,
    "languages": LANGUAGE,
    "service_areas": SERVICE_AREA,
    "cost_options": COST_OPTION,
    "additional_urls": URL,
    "attributes": ATTRIBUTE,
}


def pack_entry(record: Record, around: Around, *, modified_at: datetime | None = None) -> Iterator[Packed]:
    """An entry's lines, its own first: `modified_at` is when it was changed itself.

    `around` says which organisations are published, which places must not be found, and has a term's taxonomy.
    """
    more: Json = {"last_modified": modified_at}
    match record:
        case OrganizationRecord():
            made = nested_organization(record, around)
        case LocationRecord():  # of one that must not be found, that there is one, and not when it was changed
            made, is_hidden = location_object(record, around), around.hides(record)
            more = {"last_modified": None if is_hidden else modified_at, "is_confidential": is_hidden}
        case ServiceRecord():
            made, more = (
                service_object(record, around, with_organization=False),
                {"last_modified": record.last_modified},
            )
            for row, cost in zip(made.get("cost_options", ()), record.cost_options, strict=True):
                row["amount"] = cost.amount
        case TaxonomyRecord():
            made = taxonomy_object(record)
        case TermRecord():
            made, more = term_object(record, around), {"position": record.position}
    table = BY_RECORD[type(record)]
    yield _line(table, made | more)
    yield from _parts(table, made)
    for row in made.get("translations", ()):
        identity = uuid5(PARTS, f"{record.id}/translation/{row['language']}/{row['field']}")
        yield _line(TRANSLATION, row | {"id": identity, "resource_id": record.id, "resource_type": table.name})


def _parts(table: Table, made: Json) -> Iterator[Packed]:
    for name, part in LISTS.items():
        owner = {column.name: made["id"] for column in part.owners if column.refers == table.name}
        for row in made.get(name, ()):
            yield _line(part, row | owner)
            yield from _parts(part, row)


def _line(table: Table, values: Mapping[str, Any]) -> Packed:
    return table, tuple(write_cell(column, values.get(column.name)) for column in table.columns)
