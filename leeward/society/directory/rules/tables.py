"""The tables of the directory's data package: HSDS 3.1 in its tabular form, as far as we hold it, and what is ours.

Names and types are those of Open Referral HSDS 3.1 (openreferral/specification: schema/*.json, datapackage.json); the
descriptor is a Frictionless tabular data package. A column marked `ours` is not in the standard.
"""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from leeward.foundation.typed import Json
from leeward.society.directory.rules.columns import Column, Kind, parts_of, published
from leeward.society.directory.rules.records import (
    Accessibility,
    Address,
    AtLocation,
    CostOption,
    Link,
    LocationRecord,
    LocationType,
    OrganizationRecord,
    Phone,
    Schedule,
    ServiceArea,
    ServiceRecord,
    TaxonomyRecord,
    TermRecord,
    Translation,
    part_id,
)
from leeward.society.directory.rules.standard import HSDS_VERSION

DESCRIPTOR = "datapackage.json"
PACKAGE_NAME = "support-services"


@dataclass(frozen=True, kw_only=True)
class Table:
    """One file of the package. `name` is the resource's name in the descriptor; `aliases` are other file names.

    Each line holds one of `record`. `owners` are the columns by which a part belongs to its entry, or to another part;
    the first one that is filled counts.
    """

    name: str
    file: str
    columns: tuple[Column, ...]
    record: type
    owners: tuple[Column, ...] = ()
    aliases: tuple[str, ...] = ()
    is_ours: bool = False

    def column(self, name: str) -> Column | None:
        """The column of that name."""
        return next((column for column in self.columns if column.name == name), None)

    @property
    def header(self) -> tuple[str, ...]:
        """The names of its columns, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def above(self) -> str:
        """The column that names an entry of the same table under which this one stands; "" where there is none."""
        return next((column.name for column in self.columns if column.refers == self.name), "")


@dataclass(frozen=True, kw_only=True)
class Licence:
    """Under which licence the package is given away: its SPDX name, its title, and where its text is."""

    name: str
    title: str
    path: str


# Licences under which public data are usually given away, by their SPDX names.
LICENCES = {
    licence.name: licence
    for licence in (
        Licence(
            name="CC-BY-4.0",
            title="Creative Commons Attribution 4.0",
            path="https://creativecommons.org/licenses/by/4.0/",
        ),
        Licence(
            name="CC-BY-SA-4.0",
            title="Creative Commons Attribution-ShareAlike 4.0",
            path="https://creativecommons.org/licenses/by-sa/4.0/",
        ),
        Licence(
            name="CC0-1.0",
            title="Creative Commons Zero 1.0",
            path="https://creativecommons.org/publicdomain/zero/1.0/",
        ),
        Licence(
            name="ODbL-1.0",
            title="Open Data Commons Open Database License 1.0",
            path="https://opendatacommons.org/licenses/odbl/1-0/",
        ),
        Licence(
            name="OGL-UK-3.0",
            title="Open Government Licence 3.0 (United Kingdom)",
            path="https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
        ),
    )
}
LICENCE_DEFAULT = "CC-BY-4.0"

# The field types of Table Schema (Frictionless), by our kinds, with their format.
FIELD_TYPES = {
    Kind.UUID: ("string", "uuid"),
    Kind.TEXT: ("string", ""),
    Kind.LONG: ("string", ""),
    Kind.EMAIL: ("string", "email"),
    Kind.WEB: ("string", "uri"),
    Kind.WHOLE: ("number", ""),
    Kind.DEGREES: ("number", ""),
    Kind.MONEY: ("number", ""),
    Kind.DAY: ("date", ""),
    Kind.MOMENT: ("datetime", ""),
    Kind.CLOCK: ("time", ""),
    Kind.FLAG: ("boolean", ""),
    Kind.CHOICE: ("string", ""),
    Kind.CHOICES: ("string", ""),
}


def _id(name: str, refers: str, *, required: bool = True) -> Column:
    return Column(name=name, kind=Kind.UUID, is_required=required, refers=refers)


def _must(name: str) -> Column:
    return Column(name=name, is_required=True)


def _of(name: str, record: type, *more: Column, file: str, alias: str = "", is_ours: bool = False) -> Table:
    """The table of a kind of record or part: its own columns, then those that say whose it is."""
    aliases = (alias,) if alias else ()
    return Table(
        name=name,
        file=file,
        aliases=aliases,
        columns=(*published(record), *more),
        record=record,
        owners=tuple(column for column in more if column.refers),
        is_ours=is_ours,
    )


OWN_ID = Column(name="id", kind=Kind.UUID, is_required=True)
OF_SERVICE = _id("service_id", "service")
OF_LOCATION = _id("location_id", "location")
MAYBE_OF_SERVICE = replace(OF_SERVICE, is_required=False)
CHANGED = Column(name="last_modified", kind=Kind.MOMENT, is_ours=True)
ADDRESS_TYPE = Column(name="address_type", kind=Kind.CHOICE, choices=tuple(LocationType), is_required=True)

ORGANIZATION = _of("organization", OrganizationRecord, CHANGED, file="organizations.csv", alias="organization.csv")
LOCATION = _of("location", LocationRecord, CHANGED, file="locations.csv", alias="location.csv")
SERVICE = _of("service", ServiceRecord, file="services.csv", alias="service.csv")
AT_LOCATION = _of(
    "service_at_location", AtLocation, OF_SERVICE, file="service_at_location.csv", alias="service_at_locations.csv"
)
ADDRESS = _of("address", Address, OF_LOCATION, ADDRESS_TYPE, file="addresses.csv", alias="address.csv")
PHONE = _of(
    "phone",
    Phone,
    MAYBE_OF_SERVICE,
    _id("organization_id", "organization", required=False),
    file="phones.csv",
    alias="phone.csv",
)
OF_AT_LOCATION = _id("service_at_location_id", "service_at_location", required=False)
SCHEDULE = replace(
    _of("schedule", Schedule, MAYBE_OF_SERVICE, OF_AT_LOCATION, file="schedules.csv", alias="schedule.csv"),
    owners=(OF_AT_LOCATION, MAYBE_OF_SERVICE),
)
OF_PHONE = _id("phone_id", "phone", required=False)
LANGUAGE = Table(
    name="language",
    file="languages.csv",
    aliases=("language.csv",),
    columns=(
        OWN_ID,
        MAYBE_OF_SERVICE,
        OF_PHONE,
        Column(name="name"),
        _must("code"),
    ),
    record=str,
    owners=(MAYBE_OF_SERVICE, OF_PHONE),
)
SERVICE_AREA = _of("service_area", ServiceArea, OF_SERVICE, file="service_areas.csv", alias="service_area.csv")
COST_OPTION = _of("cost_option", CostOption, OF_SERVICE, file="cost_options.csv", alias="cost_option.csv")
URL = _of("url", Link, OF_SERVICE, file="url.csv", alias="urls.csv")
ACCESSIBILITY = _of("accessibility", Accessibility, OF_LOCATION, file="accessibility.csv")
TAXONOMY = _of("taxonomy", TaxonomyRecord, file="taxonomies.csv", alias="taxonomy.csv")
TERM = _of("taxonomy_term", TermRecord, Column(name="taxonomy"), file="taxonomy_terms.csv", alias="taxonomy_term.csv")
ATTRIBUTE = Table(
    name="attribute",
    file="attributes.csv",
    aliases=("attribute.csv",),
    columns=(OWN_ID, _id("link_id", ""), _id("taxonomy_term_id", "taxonomy_term"), _must("link_entity")),
    record=UUID,
)
TRANSLATION = _of(
    "translation",
    Translation,
    OWN_ID,
    _id("resource_id", ""),
    _must("resource_type"),
    file="translations.csv",
    is_ours=True,
)

TABLES = (
    ORGANIZATION,
    LOCATION,
    ADDRESS,
    ACCESSIBILITY,
    TAXONOMY,
    TERM,
    SERVICE,
    AT_LOCATION,
    PHONE,
    SCHEDULE,
    LANGUAGE,
    SERVICE_AREA,
    COST_OPTION,
    URL,
    ATTRIBUTE,
    TRANSLATION,
)
BY_NAME = {table.name: table for table in TABLES}
BY_RECORD = {table.record: table for table in TABLES}
# Which files the standard has and we do not hold: they are passed over, and that is said.
NOT_HELD = (
    "programs.csv",
    "contacts.csv",
    "funding.csv",
    "required_documents.csv",
    "metadata.csv",
    "meta_table_descriptions.csv",
    "organization_identifiers.csv",
    "service_capacity.csv",
    "units.csv",
)


def table_of(file: str) -> Table | None:
    """The table that a file's name says."""
    return next((table for table in TABLES if file.casefold() in (table.file, *table.aliases)), None)


def with_ids[R: Any](record: R) -> R:
    """The record as it is kept: each of its parts with an id, places and terms in their order."""
    changed: dict[str, object] = {}
    for column in parts_of(type(record)):
        parts = getattr(record, column.name)
        if column.part is UUID:
            changed[column.name] = tuple(sorted(set(parts)))
        elif column.part in (str, Translation) or column.part is None or parts is None:
            continue
        else:
            kind, several = BY_RECORD[column.part].name, (parts,) if column.is_single else parts
            numbered = tuple(
                with_ids(part if part.id else replace(part, id=part_id(record.id, kind, place)))
                for place, part in enumerate(several)
            )
            if column.part is AtLocation:
                numbered = tuple(sorted(numbered, key=lambda part: part.id))
            changed[column.name] = numbered[0] if column.is_single else numbered
    return replace(record, **changed)


def describe_package(*, nation: str, licence: Licence, language: str) -> dict[str, Json]:
    """The package's descriptor. It holds no time, so that the same directory makes the same bytes."""
    return {
        "name": PACKAGE_NAME,
        "title": f"Support services of {nation}",
        "description": "Organisations, the services that they give, and the places where these can be reached.",
        "profile": "tabular-data-package",
        "version": HSDS_VERSION,
        "homepage": "https://docs.openreferral.org/",
        "licenses": [{"name": licence.name, "title": licence.title, "path": licence.path}],
        "languages": [language],
        "resources": [_describe(table) for table in TABLES],
    }


def _describe(table: Table) -> dict[str, Json]:
    # Table Schema: "" is the table itself; such a key comes last.
    named = {each.name: "" if each.refers == table.name else each.refers for each in table.columns if each.refers}
    keys: list[Json] = [
        {"fields": name, "reference": {"resource": resource, "fields": "id"}}
        for name, resource in sorted(named.items(), key=lambda each: not each[1])
    ]
    schema: dict[str, Json] = {"primaryKey": "id", "fields": [_field(column) for column in table.columns]}
    if keys:
        schema["foreignKeys"] = keys
    return {
        "name": table.name,
        "path": table.file,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    }


def _field(column: Column) -> dict[str, Json]:
    kind, form = FIELD_TYPES[column.kind]
    made: dict[str, Json] = {"name": column.name, "type": kind}
    if form:
        made["format"] = form
    constraints: dict[str, Json] = {}
    if column.is_required:
        constraints["required"] = True
    if column.name == "id":
        constraints["unique"] = True
    if column.kind is Kind.CHOICE:
        constraints["enum"] = list(column.choices)
    if constraints:
        made["constraints"] = constraints
    return made
