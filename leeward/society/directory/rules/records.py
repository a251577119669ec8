"""The records of the directory, as every door speaks of them: pages, files, the open API and the generator.

The names are those of Open Referral HSDS 3.1 where it has one. What it has no name for is marked "ours". A value that
is not known is "" or None or (); nothing else means "not known".
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

# The namespace of ids that are made of another id, so that a part of a record keeps its id when it is written again.
PARTS = UUID("5a1de3c2-7b1c-4b0e-9a40-6f6c0b7d2f11")


class ServiceStatus(StrEnum):
    """HSDS `service.status`."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    DEFUNCT = "defunct"
    CLOSED_FOR_NOW = "temporarily closed"


class LocationType(StrEnum):
    """HSDS `location.location_type`."""

    PHYSICAL = "physical"
    POSTAL = "postal"
    VIRTUAL = "virtual"


class Way(StrEnum):
    """How people talk with a service (ours)."""

    PHONE = "phone"
    TEXT = "text"
    CHAT = "chat"
    VIDEO = "video"
    EMAIL = "email"
    IN_PERSON = "in_person"


class Coverage(StrEnum):
    """For whom a service is there (ours): the whole nation, or the areas that it names."""

    NATIONAL = "national"
    AREAS = "areas"


class HolidayHours(StrEnum):
    """What a public holiday does to the opening times (ours)."""

    CLOSED = "closed"
    AS_USUAL = "as_usual"


class PhoneType(StrEnum):
    """HSDS `phone.type`, as far as we use it."""

    VOICE = "voice"
    TEXT = "text"
    TEXTPHONE = "textphone"
    VIDEO = "video"
    FAX = "fax"


class Frequency(StrEnum):
    """HSDS `schedule.freq`."""

    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"


class Weekday(StrEnum):
    """HSDS and RFC 5545."""

    MO = "MO"
    TU = "TU"
    WE = "WE"
    TH = "TH"
    FR = "FR"
    SA = "SA"
    SU = "SU"


class Access(StrEnum):
    """What a place has for people who need it (ours; HSDS `accessibility.description` in words)."""

    STEP_FREE = "step_free"
    TOILET = "accessible_toilet"
    HEARING_LOOP = "hearing_loop"
    SIGN_LANGUAGE = "sign_language"
    EASY_READ = "easy_read"
    QUIET_ROOM = "quiet_room"
    CHILDREN_WELCOME = "children_welcome"
    PARKING = "accessible_parking"
    ASSISTANCE_DOGS = "assistance_dogs"


@dataclass(frozen=True, kw_only=True)
class Phone:
    """HSDS `phone`."""

    number: str
    type: PhoneType = PhoneType.VOICE
    extension: int | None = None
    description: str = ""
    languages: tuple[str, ...] = ()
    id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Link:
    """HSDS `url` (3.1: additional_urls). `way` is ours: what can be done there."""

    url: str
    label: str = ""
    way: Way | None = None
    id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """HSDS `schedule`, times in the nation's zone.

    All regular rows that hold for a day count together. A row without `opens_at` and `closes_at` and without `freq`
    closes the days from `valid_from` to `valid_to`, both included. A row that closes before it opens ends on the next
    day. 00:00 to 23:59 (or 00:00) is the whole day, and days that touch are one spell.
    """

    valid_from: date | None = None
    valid_to: date | None = None
    dtstart: date | None = None
    until: date | None = None
    count: int | None = None
    wkst: Weekday | None = None
    freq: Frequency | None = None
    interval: int | None = None
    byday: str = ""  # "MO,TU" or, for MONTHLY, "1MO,-1FR"
    byweekno: str = ""
    bymonthday: str = ""  # "1,15,-1"
    byyearday: str = ""
    opens_at: time | None = None
    closes_at: time | None = None
    description: str = ""
    attending_type: str = ""
    notes: str = ""
    schedule_link: str = ""
    id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class CostOption:
    """HSDS `cost_option`. An amount of 0 is free."""

    option: str = ""
    amount: Decimal | None = None
    currency: str = ""
    amount_description: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class ServiceArea:
    """HSDS `service_area`. `code` is ours: the area code of the places table ("" where it is words only)."""

    name: str
    code: str = ""
    description: str = ""
    id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Translation:
    """One text of a record in another language (ours: HSDS has no multilingual text)."""

    language: str
    field: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Accessibility:
    """HSDS `accessibility`. `kind` is ours."""

    kind: Access | None = None
    description: str = ""
    details: str = ""
    url: str = ""
    id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Address:
    """HSDS `address`. The standard asks for all but the second line and the region."""

    address_1: str
    city: str
    state_province: str
    postal_code: str
    country: str
    address_2: str = ""
    region: str = ""
    attention: str = ""
    id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class OrganizationRecord:
    """HSDS `organization`."""

    id: UUID
    name: str
    description: str
    alternate_name: str = ""
    email: str = ""
    website: str = ""
    legal_status: str = ""
    year_incorporated: int | None = None
    parent_organization_id: UUID | None = None
    phones: tuple[Phone, ...] = ()
    translations: tuple[Translation, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LocationRecord:
    """HSDS `location`, with at most one address.

    `is_confidential` is ours: a place that must never be found. It has no address, no coordinates and no way there;
    we do not keep them, so nobody can take them from us.
    """

    id: UUID
    location_type: LocationType
    organization_id: UUID | None = None
    name: str = ""
    alternate_name: str = ""
    description: str = ""
    transportation: str = ""
    url: str = ""
    latitude: float | None = None
    longitude: float | None = None
    address: Address | None = None
    accessibility: tuple[Accessibility, ...] = ()
    translations: tuple[Translation, ...] = ()
    is_confidential: bool = False


@dataclass(frozen=True, kw_only=True)
class AtLocation:
    """HSDS `service_at_location`: one place where a service is given; its own times where they differ."""

    id: UUID
    location_id: UUID
    description: str = ""
    schedules: tuple[Schedule, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ServiceRecord:
    """HSDS `service`, with its parts. `terms` are ids of taxonomy terms (HSDS `attribute`).

    Ours: `ways`, `coverage`, `holidays`, and the flags. `owner_email` and `is_internal` never leave.
    """

    id: UUID
    organization_id: UUID
    name: str
    status: ServiceStatus = ServiceStatus.ACTIVE
    alternate_name: str = ""
    description: str = ""
    url: str = ""
    email: str = ""
    interpretation_services: str = ""
    application_process: str = ""
    fees_description: str = ""
    wait_time: str = ""
    accreditations: str = ""
    eligibility_description: str = ""
    minimum_age: int | None = None
    maximum_age: int | None = None
    assured_date: date | None = None
    assurer_email: str = ""
    alert: str = ""
    last_modified: datetime | None = None
    phones: tuple[Phone, ...] = ()
    additional_urls: tuple[Link, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    languages: tuple[str, ...] = ()  # BCP 47
    cost_options: tuple[CostOption, ...] = ()
    service_areas: tuple[ServiceArea, ...] = ()
    locations: tuple[AtLocation, ...] = ()
    terms: tuple[UUID, ...] = ()
    translations: tuple[Translation, ...] = ()
    ways: tuple[Way, ...] = ()
    coverage: Coverage = Coverage.AREAS
    holidays: HolidayHours = HolidayHours.CLOSED
    is_crisis_line: bool = False
    is_confidential: bool = False  # what is said there stays there
    hides_address: bool = False  # a refuge: no place of it is ever given away
    is_internal: bool = False  # for professionals only; never listed
    owner_email: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class TaxonomyRecord:
    """HSDS `taxonomy`. `code` is ours: the short name by which code and files know it."""

    id: UUID
    code: str
    name: str
    description: str
    uri: str = ""
    version: str = ""


@dataclass(frozen=True, kw_only=True)
class TermRecord:
    """HSDS `taxonomy_term`. `code` is unique within its taxonomy."""

    id: UUID
    taxonomy_id: UUID
    code: str
    name: str
    description: str
    parent_id: UUID | None = None
    term_uri: str = ""
    position: int = 0  # ours: its place in lists
    translations: tuple[Translation, ...] = ()


# Which texts can be translated.
TRANSLATED_SERVICE = (
    "name",
    "alternate_name",
    "description",
    "eligibility_description",
    "application_process",
    "fees_description",
    "wait_time",
    "interpretation_services",
    "alert",
)
TRANSLATED_ORGANIZATION = ("name", "alternate_name", "description")
TRANSLATED_LOCATION = ("name", "description", "transportation")
TRANSLATED_TERM = ("name", "description")


def part_id(parent: UUID, kind: str, place: int) -> UUID:
    """The id of a part that came without one: the same for the same place in the same record."""
    return uuid5(PARTS, f"{parent}/{kind}/{place}")


def text_in(record: Any, name: str, language: str) -> str:
    """A record's text in a language; in its own words where there is no translation."""
    wanted = language.partition("-")[0]
    for translation in record.translations:
        if translation.field == name and translation.language.partition("-")[0] == wanted:
            return str(translation.text)
    return str(getattr(record, name))
