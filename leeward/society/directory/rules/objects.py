"""The objects that we publish, by the names of Open Referral HSDS 3.1, which the UK's profile 3.0 narrows.

What a service has not is left out: never null, never an empty text, list or object. So every text here has at least
one character and every list one item. What the standard has no name for is ours, and says so; both sets of schemas let
a reader pass over what it does not know. The description that we publish (OpenAPI) is made from these types, and they
are made from the fields of the records.
"""

from dataclasses import is_dataclass
from typing import Annotated, Any, Literal, NotRequired, Required, TypedDict

from pydantic import Field

from leeward.society.directory.rules.columns import Kind, published
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
    ServiceStatus,
    TaxonomyRecord,
    TermRecord,
    Translation,
)

Uuid = Annotated[str, Field(json_schema_extra={"format": "uuid"})]
Text = Annotated[str, Field(min_length=1)]
Uri = Annotated[str, Field(min_length=1, json_schema_extra={"format": "uri"})]
Email = Annotated[str, Field(min_length=1, json_schema_extra={"format": "email"})]
Day = Annotated[str, Field(json_schema_extra={"format": "date"})]
Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Clock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$")]
TYPES: dict[Kind, Any] = {
    Kind.UUID: Uuid,
    Kind.TEXT: Text,
    Kind.LONG: Text,
    Kind.EMAIL: Email,
    Kind.WEB: Uri,
    Kind.WHOLE: int,
    Kind.DEGREES: float,
    Kind.MONEY: float,
    Kind.DAY: Day,
    Kind.MOMENT: Moment,
    Kind.CLOCK: Clock,
    Kind.FLAG: bool,
    Kind.CHOICES: Annotated[list[Text], Field(min_length=1)],
}
_typed: Any = TypedDict  # which types see through only where each field is written out


def _object(name: str, about: str, /, *of: Any, **more: Any) -> Any:
    """An object with the fields of records and of other objects, and with `more`; None there takes a field out."""
    fields: dict[str, object] = {}
    for each in of:
        fields |= _fields(each) if is_dataclass(each) else each.__annotations__
    kept = {field: kind for field, kind in (fields | more).items() if kind is not None}
    made = _typed(name, kept, total=False)
    made.__doc__, made.__module__ = about, __name__
    return made


def _fields(record: Any) -> dict[str, object]:
    fields = {}
    for column in published(record):
        made = TYPES.get(column.kind, Text)
        if column.kind is Kind.CHOICE and not column.is_ours:
            made = Literal[tuple(str(choice) for choice in column.choices)]
        fields[column.name] = Required[made] if column.is_required else made
        if column.also:
            fields[column.also] = made
    return fields


def _many(item: Any) -> Any:
    return Annotated[list[item], Field(min_length=1)]


def page_of(item: Any) -> Any:
    """A page of a list of such objects."""
    return PageObject[item]


class LanguageObject(TypedDict):
    """A language that is spoken there. `code` is a BCP 47 tag, which begins with the code of ISO 639."""

    id: Uuid
    name: Text
    code: Text


class MetadataObject(TypedDict):
    """One value of a service that has changed. `updated_by` says who by kind, never a name."""

    id: Uuid
    resource_id: Uuid
    resource_type: Text
    last_action_date: Day
    last_action_type: Text
    field_name: Text
    previous_value: Text
    replacement_value: Text
    updated_by: Text


PhoneObject = _object("PhoneObject", "A telephone number.", Phone, languages=_many(LanguageObject))
UrlObject = _object("UrlObject", "A further web address (since HSDS 3.1). `way` is ours: what can be done there.", Link)
ScheduleObject = _object(
    "ScheduleObject",
    """One rule of opening times, by the parts of an RRULE (RFC 5545), on the clock of the nation's own zone.

A row without times and without `freq` closes the days from `valid_from` to `valid_to`. One that closes before it
opens ends on the next day; 00:00 to 23:59 is the whole day.""",
    Schedule,
)
CostOptionObject = _object("CostOptionObject", "What it costs. An amount of 0 is free.", CostOption)
ServiceAreaObject = _object(
    "ServiceAreaObject",
    "An area whose people the service is there for. `code` is ours: the area's official code.",
    ServiceArea,
)
AccessibilityObject = _object(
    "AccessibilityObject",
    "What a place has for people who need it. `kind` is ours: one word of a fixed list.",
    Accessibility,
)
AddressObject = _object(
    "AddressObject", "A postal address.", Address, address_type=Required[Literal[tuple(map(str, LocationType))]]
)
TranslationObject = _object(
    "TranslationObject", "One text in another language (ours: HSDS has no multilingual texts).", Translation
)
LocationBasics = _object(
    "LocationBasics",
    """A place, without its parts. One that must not be found is virtual and says nothing of where it is (ours: the
flag `is_confidential`).""",
    LocationRecord,
)
LocationObject = _object(
    "LocationObject",
    "A place.",
    LocationBasics,
    addresses=_many(AddressObject),
    accessibility=_many(AccessibilityObject),
    translations=_many(TranslationObject),
)
TaxonomyObject = _object("TaxonomyObject", "A family of terms. `code` is ours.", TaxonomyRecord)
TermObject = _object(
    "TermObject",
    "A term by which services are sorted. `translations` are ours.",
    TermRecord,
    position=None,  # stands in the files alone
    taxonomy=Text,
    taxonomy_id=Uuid,
    taxonomy_detail=TaxonomyObject,
    translations=_many(TranslationObject),
)
AttributeObject = _object(
    "AttributeObject",
    "That a service bears a term.",
    id=Required[Uuid],
    link_id=Required[Uuid],
    link_entity=Required[Text],
    taxonomy_term_id=Required[Uuid],
    taxonomy_term=Required[TermObject],
)
OrganizationBasics = _object("OrganizationBasics", "Who gives services, without its parts.", OrganizationRecord)
NestedOrganization = _object(
    "NestedOrganization",
    "Who gives a service.",
    OrganizationBasics,
    phones=_many(PhoneObject),
    translations=_many(TranslationObject),
)
ServiceBasics = _object(
    "ServiceBasics",
    """A service, without what it has many of.

Ours: `ways` (how people talk with it), `coverage` (the whole nation, or the areas that it names), `holidays` (what
a public holiday does to its hours), and the flags.""",
    ServiceRecord,
    organization=NestedOrganization,
)
AtLocationBasics = _object(
    "AtLocationBasics",
    "A service at one of its places, in a list.",
    AtLocation,
    service_id=Required[Uuid],
    location=LocationBasics,
    service=ServiceBasics,
)
NestedAtLocation = _object(
    "NestedAtLocation",
    "A place where a service is given, with its own hours where they differ.",
    AtLocation,
    service_id=Required[Uuid],
    schedules=_many(ScheduleObject),
    location=LocationObject,
)
ServiceObject = _object(
    "ServiceObject",
    "A service, with everything that belongs to it.",
    ServiceBasics,
    phones=_many(PhoneObject),
    additional_urls=_many(UrlObject),
    schedules=_many(ScheduleObject),
    service_areas=_many(ServiceAreaObject),
    service_at_locations=_many(NestedAtLocation),
    languages=_many(LanguageObject),
    cost_options=_many(CostOptionObject),
    attributes=_many(AttributeObject),
    metadata=_many(MetadataObject),
    translations=_many(TranslationObject),
)
AtLocationObject = _object(
    "AtLocationObject",
    "A service at one of its places, with everything that belongs to both.",
    NestedAtLocation,
    service=ServiceObject,
)
OrganizationObject = _object(
    "OrganizationObject",
    "Who gives services, with its places and services.",
    NestedOrganization,
    locations=_many(LocationObject),
    services=_many(ServiceObject),
)
MinimalService = _object(
    "MinimalService",
    "A service by its id and when it was changed last. The standard's schemas want the name and status as well.",
    id=Required[Uuid],
    organization_id=Required[Uuid],
    name=Required[Text],
    status=Required[Literal[tuple(map(str, ServiceStatus))]],
    last_modified=Required[Moment],
    modified_date=Required[Moment],
)


class PageObject[T](TypedDict):
    """One page of a list. `size` is how many entities it holds; of a list without any, `total_pages` is 0."""

    total_items: Annotated[int, Field(ge=0)]
    total_pages: Annotated[int, Field(ge=0)]
    page_number: Annotated[int, Field(ge=1)]
    size: Annotated[int, Field(ge=0)]
    first_page: bool
    last_page: bool
    empty: bool
    contents: list[T]


class RootObject(TypedDict):
    """What this is. Ours: `package_url` (all as one file), `licence`, `hsds_version`, `time_zone` (of all times)."""

    version: Text
    profile: Uri
    openapi_url: Uri
    package_url: Uri
    licence: Uri
    hsds_version: Text
    description: Text
    time_zone: Text


class ErrorDetail(TypedDict):
    """What was wrong with a question."""

    code: Text
    message: Text
    how: NotRequired[Text]


class ErrorObject(TypedDict):
    """The answer to a question that cannot be answered."""

    error: ErrorDetail
