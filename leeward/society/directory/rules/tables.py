"""The tables of the directory's data package: HSDS 3.1 in its tabular form, as far as we hold it, and what is ours.

Names and types are those of Open Referral HSDS 3.1 (openreferral/specification: schema/*.json, datapackage.json); the
descriptor is a Frictionless tabular data package. A column marked `ours` is not in the standard.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from leeward.society.directory.rules.records import (
    Access,
    Coverage,
    Frequency,
    HolidayHours,
    LocationType,
    PhoneType,
    ServiceStatus,
    Way,
    Weekday,
)
from leeward.society.directory.rules.standard import HSDS_VERSION

DESCRIPTOR = "datapackage.json"
PACKAGE_NAME = "support-services"


class Kind(StrEnum):
    """What a cell holds."""

    UUID = "uuid"
    TEXT = "text"
    EMAIL = "email"
    WEB = "web"
    WHOLE = "whole"  # a whole number
    DEGREES = "degrees"
    MONEY = "money"
    DAY = "day"
    MOMENT = "moment"
    CLOCK = "clock"
    FLAG = "flag"
    CHOICE = "choice"
    CHOICES = "choices"  # several, with commas between them


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: its kind, whether each line must fill it, and which table's ids it holds (`refers`)."""

    name: str
    kind: Kind = Kind.TEXT
    is_required: bool = False
    is_ours: bool = False
    refers: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Table:
    """One file of the package. `name` is the resource's name in the descriptor; `aliases` are other file names."""

    name: str
    file: str
    columns: tuple[Column, ...]
    aliases: tuple[str, ...] = ()
    is_ours: bool = False

    def column(self, name: str) -> Column | None:
        """The column of that name."""
        return next((column for column in self.columns if column.name == name), None)

    @property
    def header(self) -> tuple[str, ...]:
        """The names of its columns, in order."""
        return tuple(column.name for column in self.columns)


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


def _id(name: str = "id", *, refers: str = "", required: bool = True) -> Column:
    return Column(name=name, kind=Kind.UUID, is_required=required, refers=refers)


def _texts(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name=name) for name in names)


def _must(name: str) -> Column:
    return Column(name=name, is_required=True)


def _web(name: str = "url") -> Column:
    return Column(name=name, kind=Kind.WEB)


def _mail(name: str) -> Column:
    return Column(name=name, kind=Kind.EMAIL)


def _days(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name=name, kind=Kind.DAY) for name in names)


def _whole(name: str, *, ours: bool = False) -> Column:
    return Column(name=name, kind=Kind.WHOLE, is_ours=ours)


def _one(name: str, choices: type[StrEnum], *, required: bool = False, ours: bool = False) -> Column:
    values = tuple(choice.value for choice in choices)
    return Column(name=name, kind=Kind.CHOICE, choices=values, is_required=required, is_ours=ours)


def _flag(name: str) -> Column:
    return Column(name=name, kind=Kind.FLAG, is_ours=True)


def _changed(*, ours: bool = False) -> Column:
    return Column(name="last_modified", kind=Kind.MOMENT, is_ours=ours)


ORGANIZATION = Table(
    name="organization",
    file="organizations.csv",
    aliases=("organization.csv",),
    columns=(
        _id(),
        _must("name"),
        *_texts("alternate_name"),
        _must("description"),
        _mail("email"),
        _web("website"),
        *_texts("legal_status"),
        _whole("year_incorporated"),
        _id("parent_organization_id", refers="organization", required=False),
        _changed(ours=True),
    ),
)
LOCATION = Table(
    name="location",
    file="locations.csv",
    aliases=("location.csv",),
    columns=(
        _id(),
        _one("location_type", LocationType, required=True),
        _web(),
        _id("organization_id", refers="organization", required=False),
        *_texts("name", "alternate_name", "description", "transportation"),
        Column(name="latitude", kind=Kind.DEGREES),
        Column(name="longitude", kind=Kind.DEGREES),
        _flag("is_confidential"),
        _changed(ours=True),
    ),
)
SERVICE = Table(
    name="service",
    file="services.csv",
    aliases=("service.csv",),
    columns=(
        _id(),
        _id("organization_id", refers="organization"),
        _must("name"),
        *_texts("alternate_name", "description"),
        _web(),
        _mail("email"),
        _one("status", ServiceStatus, required=True),
        *_texts("interpretation_services", "application_process", "fees_description", "wait_time", "accreditations"),
        *_texts("eligibility_description"),
        _whole("minimum_age"),
        _whole("maximum_age"),
        *_days("assured_date"),
        _mail("assurer_email"),
        *_texts("alert"),
        _changed(),
        Column(name="ways", kind=Kind.CHOICES, choices=tuple(way.value for way in Way), is_ours=True),
        _one("coverage", Coverage, ours=True),
        _one("holidays", HolidayHours, ours=True),
        _flag("is_crisis_line"),
        _flag("is_confidential"),
        _flag("hides_address"),
    ),
)
AT_LOCATION = Table(
    name="service_at_location",
    file="service_at_location.csv",
    aliases=("service_at_locations.csv",),
    columns=(_id(), _id("service_id", refers="service"), _id("location_id", refers="location"), *_texts("description")),
)
ADDRESS = Table(
    name="address",
    file="addresses.csv",
    aliases=("address.csv",),
    columns=(
        _id(),
        _id("location_id", refers="location"),
        *_texts("attention"),
        _must("address_1"),
        *_texts("address_2"),
        _must("city"),
        *_texts("region"),
        _must("state_province"),
        _must("postal_code"),
        _must("country"),
        _one("address_type", LocationType, required=True),
    ),
)
PHONE = Table(
    name="phone",
    file="phones.csv",
    aliases=("phone.csv",),
    columns=(
        _id(),
        _id("service_id", refers="service", required=False),
        _id("organization_id", refers="organization", required=False),
        _must("number"),
        _whole("extension"),
        _one("type", PhoneType),
        *_texts("description"),
    ),
)
SCHEDULE = Table(
    name="schedule",
    file="schedules.csv",
    aliases=("schedule.csv",),
    columns=(
        _id(),
        _id("service_id", refers="service", required=False),
        _id("service_at_location_id", refers="service_at_location", required=False),
        *_days("valid_from", "valid_to", "dtstart", "until"),
        _whole("count"),
        _one("wkst", Weekday),
        _one("freq", Frequency),
        _whole("interval"),
        *_texts("byday", "byweekno", "bymonthday", "byyearday", "description"),
        Column(name="opens_at", kind=Kind.CLOCK),
        Column(name="closes_at", kind=Kind.CLOCK),
        _web("schedule_link"),
        *_texts("attending_type", "notes"),
    ),
)
LANGUAGE = Table(
    name="language",
    file="languages.csv",
    aliases=("language.csv",),
    columns=(
        _id(),
        _id("service_id", refers="service", required=False),
        _id("phone_id", refers="phone", required=False),
        *_texts("name"),
        _must("code"),
    ),
)
SERVICE_AREA = Table(
    name="service_area",
    file="service_areas.csv",
    aliases=("service_area.csv",),
    columns=(
        _id(),
        _id("service_id", refers="service"),
        _must("name"),
        *_texts("description"),
        Column(name="code", is_ours=True),
    ),
)
COST_OPTION = Table(
    name="cost_option",
    file="cost_options.csv",
    aliases=("cost_option.csv",),
    columns=(
        _id(),
        _id("service_id", refers="service"),
        *_days("valid_from", "valid_to"),
        *_texts("option", "currency"),
        Column(name="amount", kind=Kind.MONEY),
        *_texts("amount_description"),
    ),
)
URL = Table(
    name="url",
    file="url.csv",
    aliases=("urls.csv",),
    columns=(
        _id(),
        *_texts("label"),
        Column(name="url", kind=Kind.WEB, is_required=True),
        _id("service_id", refers="service"),
        _one("way", Way, ours=True),
    ),
)
ACCESSIBILITY = Table(
    name="accessibility",
    file="accessibility.csv",
    columns=(
        _id(),
        _id("location_id", refers="location"),
        *_texts("description", "details"),
        _web(),
        _one("kind", Access, ours=True),
    ),
)
TAXONOMY = Table(
    name="taxonomy",
    file="taxonomies.csv",
    aliases=("taxonomy.csv",),
    columns=(
        _id(),
        _must("name"),
        _must("description"),
        _web("uri"),
        *_texts("version"),
        Column(name="code", is_ours=True),
    ),
)
TERM = Table(
    name="taxonomy_term",
    file="taxonomy_terms.csv",
    aliases=("taxonomy_term.csv",),
    columns=(
        _id(),
        *_texts("code"),
        _must("name"),
        _must("description"),
        _id("parent_id", refers="taxonomy_term", required=False),
        *_texts("taxonomy"),
        _id("taxonomy_id", refers="taxonomy"),
        _web("term_uri"),
        _whole("position", ours=True),
    ),
)
ATTRIBUTE = Table(
    name="attribute",
    file="attributes.csv",
    aliases=("attribute.csv",),
    columns=(
        _id(),
        _id("link_id"),
        _id("taxonomy_term_id", refers="taxonomy_term"),
        _must("link_entity"),
    ),
)
TRANSLATION = Table(
    name="translation",
    file="translations.csv",
    is_ours=True,
    columns=(
        _id(),
        _id("resource_id"),
        _must("resource_type"),
        _must("language"),
        _must("field"),
        _must("text"),
    ),
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


def describe_package(*, nation: str, licence: Licence, language: str) -> dict[str, Any]:
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


def _describe(table: Table) -> dict[str, Any]:
    keys = [
        {"fields": column.name, "reference": {"resource": column.refers, "fields": "id"}}
        for column in table.columns
        if column.refers and column.refers != table.name
    ]
    keys += [
        {"fields": column.name, "reference": {"resource": "", "fields": "id"}}  # Table Schema: "" is the table itself
        for column in table.columns
        if column.refers == table.name
    ]
    schema: dict[str, Any] = {"primaryKey": "id", "fields": [_field(column) for column in table.columns]}
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


def _field(column: Column) -> dict[str, Any]:
    kind, form = FIELD_TYPES[column.kind]
    made: dict[str, Any] = {"name": column.name, "type": kind}
    if form:
        made["format"] = form
    constraints: dict[str, Any] = {}
    if column.is_required:
        constraints["required"] = True
    if column.name == "id":
        constraints["unique"] = True
    if column.kind is Kind.CHOICE:
        constraints["enum"] = list(column.choices)
    if constraints:
        made["constraints"] = constraints
    return made
