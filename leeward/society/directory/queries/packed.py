"""Entries as they are kept, each with its lines of the package: for files that we give and those that we take in."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from leeward.society.directory.models import Location, Organization, Service, Taxonomy, Term
from leeward.society.directory.queries import records
from leeward.society.directory.rules import packing
from leeward.society.directory.rules.packing import Packed
from leeward.society.directory.rules.tables import LOCATION, ORGANIZATION, SERVICE, TAXONOMY, TERM, Table
from leeward.society.directory.rules.unpacking import Record

ROWS: Mapping[str, Any] = {
    ORGANIZATION.name: Organization.objects,
    LOCATION.name: Location.objects,
    SERVICE.name: Service.objects,
    TAXONOMY.name: Taxonomy.objects,
    TERM.name: Term.objects,
}


def pack_entries(table: Table, keys: Sequence[int]) -> Iterator[tuple[Record, Iterator[Packed]]]:
    """Entries of one kind by their keys, published or not, in that order, in few queries however many they are."""
    if table is SERVICE:
        services, around = records.load_services(keys)
        yield from ((record, packing.pack_service(record, around)) for record in services)
    elif table is LOCATION:
        locations, around = records.load_locations(keys)
        yield from ((record, packing.pack_location(record, around, modified_at=at)) for record, at in locations)
    elif table is ORGANIZATION:
        organizations, around = records.load_organizations(keys)
        yield from ((each, packing.pack_organization(each, around, modified_at=at)) for each, at in organizations)
    elif table is TAXONOMY:
        yield from ((record, packing.pack_taxonomy(record)) for record in records.load_taxonomies(keys).items)
    else:
        terms = records.load_terms(keys)
        yield from ((record, packing.pack_term(record, terms.around)) for record in terms.items)
