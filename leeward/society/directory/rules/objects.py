"""The objects that we publish, by the names of Open Referral HSDS 3.1, which the UK's profile 3.0 narrows.

What a service has not is left out: never null, never an empty text, list or object. So every text here has at least
one character and every list one item. What the standard has no name for is ours, and says so; both sets of schemas let
a reader pass over what it does not know. The description that we publish (OpenAPI) is made from these classes.
"""

from typing import Annotated, Literal, NotRequired, Required, TypedDict, TypeVar

from pydantic import Field

Uuid = Annotated[str, Field(json_schema_extra={"format": "uuid"})]
Text = Annotated[str, Field(min_length=1)]
Uri = Annotated[str, Field(min_length=1, json_schema_extra={"format": "uri"})]
Email = Annotated[str, Field(min_length=1, json_schema_extra={"format": "email"})]
Day = Annotated[str, Field(json_schema_extra={"format": "date"})]
Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Clock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$")]
WeekdayCode = Literal["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
Item = TypeVar("Item")
Filled = Annotated[list[Item], Field(min_length=1)]


class LanguageObject(TypedDict):
    """A language that is spoken there. `code` is a BCP 47 tag, which begins with the code of ISO 639."""

    id: Uuid
    name: Text
    code: Text


class PhoneObject(TypedDict, total=False):
    """A telephone number."""

    id: Required[Uuid]
    number: Required[Text]
    extension: int
    type: Text
    description: Text
    languages: Filled[LanguageObject]


class UrlObject(TypedDict, total=False):
    """A further web address (since HSDS 3.1). `way` is ours: what can be done there."""

    id: Required[Uuid]
    url: Required[Uri]
    label: Text
    way: Text


class ScheduleObject(TypedDict, total=False):
    """One rule of opening times, by the parts of an RRULE (RFC 5545), on the clock of the nation's own zone.

    A row without times and without `freq` closes the days from `valid_from` to `valid_to`. One that closes before it
    opens ends on the next day; 00:00 to 23:59 is the whole day.
    """

    id: Required[Uuid]
    valid_from: Day
    valid_to: Day
    dtstart: Day
    until: Day
    count: int
    wkst: WeekdayCode
    freq: Literal["WEEKLY", "MONTHLY"]
    interval: int
    byday: Text
    byweekno: Text
    bymonthday: Text
    byyearday: Text
    opens_at: Clock
    closes_at: Clock
    description: Text
    attending_type: Text
    notes: Text
    schedule_link: Uri


class CostOptionObject(TypedDict, total=False):
    """What it costs. An amount of 0 is free."""

    id: Required[Uuid]
    option: Text
    amount: float
    currency: Text
    amount_description: Text
    valid_from: Day
    valid_to: Day


class ServiceAreaObject(TypedDict, total=False):
    """An area whose people the service is there for. `code` is ours: the area's official code."""

    id: Required[Uuid]
    name: Required[Text]
    description: Text
    code: Text


class AccessibilityObject(TypedDict, total=False):
    """What a place has for people who need it. `kind` is ours: one word of a fixed list."""

    id: Required[Uuid]
    description: Text
    details: Text
    url: Uri
    kind: Text


class AddressObject(TypedDict, total=False):
    """A postal address."""

    id: Required[Uuid]
    address_1: Required[Text]
    city: Required[Text]
    state_province: Required[Text]
    postal_code: Required[Text]
    country: Required[Text]
    address_type: Required[Literal["physical", "postal", "virtual"]]
    attention: Text
    address_2: Text
    region: Text


class TranslationObject(TypedDict):
    """One text in another language (ours: HSDS has no multilingual texts)."""

    language: Text
    field: Text
    text: Text


class LocationBasics(TypedDict, total=False):
    """A place, without its parts. One that must not be found is virtual and says nothing of where it is (ours: the
    flag `is_confidential`)."""

    id: Required[Uuid]
    location_type: Required[Literal["physical", "postal", "virtual"]]
    organization_id: Uuid
    name: Text
    alternate_name: Text
    description: Text
    transportation: Text
    url: Uri
    latitude: float
    longitude: float
    is_confidential: bool


class LocationObject(LocationBasics, total=False):
    """A place."""

    addresses: Filled[AddressObject]
    accessibility: Filled[AccessibilityObject]
    translations: Filled[TranslationObject]


class TaxonomyObject(TypedDict, total=False):
    """A family of terms. `code` is ours."""

    id: Required[Uuid]
    name: Required[Text]
    description: Required[Text]
    uri: Uri
    version: Text
    code: Text


class TermObject(TypedDict, total=False):
    """A term by which services are sorted. `translations` are ours."""

    id: Required[Uuid]
    name: Required[Text]
    description: Required[Text]
    code: Text
    parent_id: Uuid
    taxonomy: Text
    taxonomy_id: Uuid
    taxonomy_detail: TaxonomyObject
    term_uri: Uri
    translations: Filled[TranslationObject]


class AttributeObject(TypedDict):
    """That a service bears a term."""

    id: Uuid
    link_id: Uuid
    link_entity: Text
    taxonomy_term_id: Uuid
    taxonomy_term: TermObject


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


class OrganizationBasics(TypedDict, total=False):
    """Who gives services, without its parts."""

    id: Required[Uuid]
    name: Required[Text]
    description: Required[Text]
    alternate_name: Text
    email: Email
    website: Uri
    legal_status: Text
    year_incorporated: int
    parent_organization_id: Uuid


class NestedOrganization(OrganizationBasics, total=False):
    """Who gives a service."""

    phones: Filled[PhoneObject]
    translations: Filled[TranslationObject]


class ServiceBasics(TypedDict, total=False):
    """A service, without what it has many of.

    Ours: `ways` (how people talk with it), `coverage` (the whole nation, or the areas that it names), `holidays` (what
    a public holiday does to its hours), and the flags.
    """

    id: Required[Uuid]
    organization_id: Required[Uuid]
    name: Required[Text]
    status: Required[Literal["active", "inactive", "defunct", "temporarily closed"]]
    alternate_name: Text
    description: Text
    url: Uri
    email: Email
    interpretation_services: Text
    application_process: Text
    fees_description: Text
    fees: Text
    wait_time: Text
    accreditations: Text
    eligibility_description: Text
    minimum_age: int
    maximum_age: int
    assured_date: Day
    assurer_email: Email
    alert: Text
    last_modified: Moment
    organization: NestedOrganization
    ways: Filled[Text]
    coverage: Text
    holidays: Text
    is_crisis_line: bool
    is_confidential: bool
    hides_address: bool


class AtLocationBasics(TypedDict, total=False):
    """A service at one of its places, in a list."""

    id: Required[Uuid]
    service_id: Required[Uuid]
    location_id: Required[Uuid]
    description: Text
    location: LocationBasics
    service: ServiceBasics


class NestedAtLocation(TypedDict, total=False):
    """A place where a service is given, with its own hours where they differ."""

    id: Required[Uuid]
    service_id: Required[Uuid]
    location_id: Required[Uuid]
    description: Text
    schedules: Filled[ScheduleObject]
    location: LocationObject


class ServiceObject(ServiceBasics, total=False):
    """A service, with everything that belongs to it."""

    phones: Filled[PhoneObject]
    additional_urls: Filled[UrlObject]
    schedules: Filled[ScheduleObject]
    service_areas: Filled[ServiceAreaObject]
    service_at_locations: Filled[NestedAtLocation]
    languages: Filled[LanguageObject]
    cost_options: Filled[CostOptionObject]
    attributes: Filled[AttributeObject]
    metadata: Filled[MetadataObject]
    translations: Filled[TranslationObject]


class AtLocationObject(TypedDict, total=False):
    """A service at one of its places, with everything that belongs to both."""

    id: Required[Uuid]
    service_id: Required[Uuid]
    location_id: Required[Uuid]
    description: Text
    schedules: Filled[ScheduleObject]
    location: LocationObject
    service: ServiceObject


class OrganizationObject(NestedOrganization, total=False):
    """Who gives services, with its places and services."""

    locations: Filled[LocationObject]
    services: Filled[ServiceObject]


class MinimalService(TypedDict):
    """A service by its id and when it was changed last. The standard's schemas want the name and status as well."""

    id: Uuid
    organization_id: Uuid
    name: Text
    status: Literal["active", "inactive", "defunct", "temporarily closed"]
    last_modified: Moment
    modified_date: Moment


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
