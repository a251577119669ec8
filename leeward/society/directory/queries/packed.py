"""Entries as they are kept, each with its lines of the package: for files that we give and those that we take in."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from leeward.society.directory.models import Location, Organization, Service, Taxonomy, Term
from leeward.society.directory.queries import records
from leeward.society.directory.rules.packing import Packed, pack_entry
from leeward.society.directory.rules.records import Record
from leeward.society.directory.rules.tables import LOCATION, ORGANIZATION, SERVICE, TAXONOMY, TERM, Table

ROWS: Mapping[str, Any] = {
    ORGANIZATION.name: Organization.objects,
    LOCATION.name: Location.objects,
    SERVICE.name: Service.objects,
    TAXONOMY.name: Taxonomy.objects,
    TERM.name: Term.objects,
}
LOADERS: Mapping[str, Callable[[Sequence[int]], records.Slice[Any]]] = {
    SERVICE.name: records.load_services,
    TAXONOMY.name: records.load_taxonomies,
    TERM.name: records.load_terms,
}


def pack_entries(table: Table, keys: Sequence[int]) -> Iterator[tuple[Record, Iterator[Packed]]]:
    """Entries of one kind by their keys, published or not, in that order, in few queries however many they are."""
    if table in (LOCATION, ORGANIZATION):
        load = records.load_locations if table is LOCATION else records.load_organizations
        dated, around = load(keys)
        yield from ((record, pack_entry(record, around, modified_at=at)) for record, at in dated)
        return
    found = LOADERS[table.name](keys)
    yield from ((record, pack_entry(record, found.around)) for record in found.items)
