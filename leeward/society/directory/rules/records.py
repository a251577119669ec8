"""The records of the directory, as every door speaks of them: pages, files, the open API and the generator.

Each field is declared here and nowhere else (see `columns`). The names are those of Open Referral HSDS 3.1 where it has
one; what it has no name for is "ours". A value that is not known is "" or None or (); nothing else means "not known".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID, uuid5

from leeward.foundation.labels import Labelled, mark
from leeward.society.directory.rules.columns import Owner, Section, column, columns_of, long, mail, web
from leeward.society.directory.rules.limits import AGE_MOST, CODE_LENGTH, NUMBER_LENGTH

CODE_HINT = mark("Small letters, digits, - and _. Files and other sites know it by this: do not change it lightly.")
NO_AGE = mark("Empty if there is none.")
AGE_WRONG = mark("Enter an age in whole years, such as 16")
# The namespace of ids that are made of another id, so that a part of a record keeps its id when it is written again.
PARTS = UUID("5a1de3c2-7b1c-4b0e-9a40-6f6c0b7d2f11")


class ServiceStatus(Labelled):
    """HSDS `service.status`."""

    ACTIVE = "active", mark("At work")
    INACTIVE = "inactive", mark("Not working at present")
    DEFUNCT = "defunct", mark("No longer offered")
    CLOSED_FOR_NOW = "temporarily closed", mark("Closed for some time")


class LocationType(StrEnum):
    """HSDS `location.location_type`."""

    PHYSICAL = "physical"
    POSTAL = "postal"
    VIRTUAL = "virtual"


class Way(Labelled):
    """How people talk with a service (ours)."""

    PHONE = "phone", mark("By phone")
    TEXT = "text", mark("By text message")
    CHAT = "chat", mark("By chat on a web page")
    VIDEO = "video", mark("By video call")
    EMAIL = "email", mark("By e-mail")
    IN_PERSON = "in_person", mark("Face to face")


class Coverage(Labelled):
    """For whom a service is there (ours): the whole nation, or the areas that it names."""

    NATIONAL = "national", mark("The whole nation")
    AREAS = "areas", mark("The areas named here, or near its places")


class HolidayHours(Labelled):
    """What a public holiday does to the opening times (ours)."""

    CLOSED = "closed", mark("It is closed")
    AS_USUAL = "as_usual", mark("It is open as on other days")


class PhoneType(Labelled):
    """HSDS `phone.type`, as far as we use it."""

    VOICE = "voice", mark("Phone")
    TEXT = "text", mark("Text message")
    TEXTPHONE = "textphone", mark("Textphone")
    VIDEO = "video", mark("Video call")
    FAX = "fax", mark("Fax")


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


class Access(Labelled):
    """What a place has for people who need it (ours; HSDS `accessibility.description` in words)."""

    STEP_FREE = "step_free", mark("No steps on the way in")
    TOILET = "accessible_toilet", mark("A toilet for people who use a wheelchair")
    HEARING_LOOP = "hearing_loop", mark("A loop for hearing aids")
    SIGN_LANGUAGE = "sign_language", mark("Sign language")
    EASY_READ = "easy_read", mark("Easy words and pictures")
    QUIET_ROOM = "quiet_room", mark("A quiet room")
    CHILDREN_WELCOME = "children_welcome", mark("You can bring children")
    PARKING = "accessible_parking", mark("Parking for disabled people")
    ASSISTANCE_DOGS = "assistance_dogs", mark("Assistance dogs can come in")


@dataclass(frozen=True, kw_only=True)
class Phone:
    """HSDS `phone`."""

    id: UUID | None = None
    number: Annotated[
        str,
        column(
            mark("Number"),
            limit=NUMBER_LENGTH,
            hint=mark("With the country's code, such as +44 20 7946 0000, or as people there call it."),
            missing=mark("Enter the number, or leave the whole row empty"),
        ),
    ]
    extension: Annotated[
        int | None, column(mark("Extension"), limit=99_999, wrong=mark("Enter the extension in digits, such as 204"))
    ] = None
    type: Annotated[PhoneType, column(mark("What it is for"), missing=mark("Choose one of the list"))] = PhoneType.VOICE
    description: Annotated[str, long(mark("In words"), hint=mark("Such as: free from any phone."))] = ""
    languages: Annotated[
        tuple[str, ...],
        column(mark("Languages on this line"), hint=mark("Only where they differ from the service's own.")),
    ] = ()


@dataclass(frozen=True, kw_only=True)
class Link:
    """HSDS `url` (3.1: additional_urls). `way` is ours: what can be done there."""

    id: UUID | None = None
    url: Annotated[
        str,
        web(
            mark("Address"),
            hint=mark("Such as https://example.org/chat."),
            missing=mark("Enter the address, or leave the whole row empty"),
        ),
    ]
    label: Annotated[str, column(mark("In words"))] = ""
    way: Annotated[Way | None, column(mark("What people do there"), is_ours=True, unset=mark("They read"))] = None


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """HSDS `schedule`, times in the nation's zone.

    All regular rows that hold for a day count together. A row without `opens_at` and `closes_at` and without `freq`
    closes the days from `valid_from` to `valid_to`, both included. A row that closes before it opens ends on the next
    day. 00:00 to 23:59 (or 00:00) is the whole day, and days that touch are one spell.
    """

    id: UUID | None = None
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
    description: Annotated[str, long()] = ""
    attending_type: str = ""
    notes: Annotated[str, long()] = ""
    schedule_link: Annotated[str, web()] = ""


@dataclass(frozen=True, kw_only=True)
class CostOption:
    """HSDS `cost_option`. An amount of 0 is free."""

    id: UUID | None = None
    option: Annotated[str, column(mark("What for"), hint=mark("Such as: first visit."))] = ""
    amount: Annotated[Decimal | None, column(mark("Amount"), hint=mark("0 is free."))] = None
    currency: Annotated[str, column(mark("Currency"), hint=mark("Three letters, such as GBP."))] = ""
    amount_description: Annotated[str, long(mark("In words"), hint=mark("Such as: what you can pay."))] = ""
    valid_from: Annotated[date | None, column(mark("From"))] = None
    valid_to: Annotated[date | None, column(mark("Until"))] = None


@dataclass(frozen=True, kw_only=True)
class ServiceArea:
    """HSDS `service_area`. `code` is ours: the area code of the places table ("" where it is words only)."""

    id: UUID | None = None
    name: Annotated[
        str, column(mark("Name of the area"), missing=mark("Enter the area's name, or leave the whole row empty"))
    ]
    code: Annotated[
        str,
        column(
            mark("Code of the area"),
            is_ours=True,
            hint=mark("As the list of places has it. With it, people who search from there find the service."),
        ),
    ] = ""
    description: Annotated[str, long(mark("In words"))] = ""


@dataclass(frozen=True, kw_only=True)
class Translation:
    """One text of a record in another language (ours: HSDS has no multilingual text)."""

    language: str
    field: str
    text: Annotated[str, long()]


@dataclass(frozen=True, kw_only=True)
class Accessibility:
    """HSDS `accessibility`. `kind` is ours."""

    id: UUID | None = None
    description: Annotated[str, long()] = ""
    details: Annotated[str, long()] = ""
    url: Annotated[str, web()] = ""
    kind: Annotated[Access | None, column(is_ours=True)] = None


@dataclass(frozen=True, kw_only=True)
class Address:
    """HSDS `address`. The standard asks for all but the second line and the region."""

    id: UUID | None = None
    attention: Annotated[str, column(mark("To whom letters go"))] = ""
    address_1: Annotated[str, column(mark("Street and number"), missing=mark("Enter the street and number"))]
    address_2: Annotated[str, column(mark("Second line of the address"))] = ""
    city: Annotated[str, column(mark("Town or city"), missing=mark("Enter the town or city"))]
    region: Annotated[str, column(mark("Region"))] = ""
    state_province: Annotated[
        str, column(mark("County, state or province"), missing=mark("Enter the county, state or province"))
    ]
    postal_code: Annotated[str, column(mark("Postcode"), limit=CODE_LENGTH, missing=mark("Enter the postcode"))]
    country: Annotated[
        str,
        column(
            mark("Country"),
            limit=2,
            hint=mark("Two letters, such as GB."),
            missing=mark("Enter the country in two letters, such as GB"),
        ),
    ]


@dataclass(frozen=True, kw_only=True)
class OrganizationRecord:
    """HSDS `organization`."""

    id: UUID
    name: Annotated[
        str, column(mark("Name"), is_searched=True, is_translated=True, missing=mark("Enter the organisation's name"))
    ]
    alternate_name: Annotated[
        str,
        column(
            mark("Other name"),
            is_searched=True,
            is_translated=True,
            hint=mark("A short name, or one that it had before."),
        ),
    ] = ""
    description: Annotated[
        str,
        long(
            mark("Description"),
            is_translated=True,
            question=mark("What it is"),
            hint=mark("One or two plain sentences."),
            missing=mark("Say in a sentence what the organisation is"),
        ),
    ]
    email: Annotated[str, mail(mark("E-mail address"))] = ""
    website: Annotated[str, web(mark("Website"), hint=mark("Such as https://example.org."))] = ""
    legal_status: Annotated[str, column(mark("Legal form"), hint=mark("Such as: charity."))] = ""
    year_incorporated: Annotated[
        int | None, column(mark("Founded in"), least=1000, limit=2100, wrong=mark("Enter a year such as 1998"))
    ] = None
    parent_organization_id: Annotated[
        UUID | None,
        column(
            mark("Belongs to"), refers="organization", hint=mark("Where it is a part of another organisation here.")
        ),
    ] = None
    phones: Annotated[tuple[Phone, ...], column(mark("Phone numbers"))] = ()
    translations: Annotated[tuple[Translation, ...], column(mark("Translations"))] = ()


@dataclass(frozen=True, kw_only=True)
class LocationRecord:
    """HSDS `location`, with at most one address.

    `is_confidential` is ours: a place that must never be found. It has no address, no coordinates and no way there;
    we do not keep them, so nobody can take them from us.
    """

    id: UUID
    location_type: Annotated[LocationType, column(mark("Kind of place"), limit=10)]
    organization_id: Annotated[UUID | None, column(mark("Organisation"), refers="organization")] = None
    name: Annotated[
        str,
        column(
            mark("Name"),
            tells_where=True,
            is_searched=True,
            is_translated=True,
            hint=mark("What people call it, such as: Harbour House."),
        ),
    ] = ""
    alternate_name: Annotated[str, column(mark("Other name"), tells_where=True)] = ""
    description: Annotated[str, long(mark("Description"), tells_where=True, is_translated=True, rows=3)] = ""
    transportation: Annotated[
        str,
        long(
            mark("How to get there"),
            tells_where=True,
            is_translated=True,
            hint=mark("Bus, train, parking, the door to ring at."),
            rows=3,
        ),
    ] = ""
    url: Annotated[str, web(mark("Web page"), tells_where=True, hint=mark("Such as https://example.org/find-us."))] = ""
    latitude: Annotated[float | None, column(mark("Latitude"), tells_where=True)] = None
    longitude: Annotated[float | None, column(mark("Longitude"), tells_where=True)] = None
    address: Annotated[Address | None, column(mark("Address"), tells_where=True)] = None
    accessibility: Annotated[tuple[Accessibility, ...], column(mark("Access"))] = ()
    translations: Annotated[tuple[Translation, ...], column(mark("Translations"))] = ()
    is_confidential: Annotated[bool, column(is_ours=True)] = False


@dataclass(frozen=True, kw_only=True)
class AtLocation:
    """HSDS `service_at_location`: one place where a service is given; its own times where they differ."""

    id: UUID
    location_id: Annotated[UUID, column(refers="location")]
    description: Annotated[str, long()] = ""
    schedules: tuple[Schedule, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ServiceRecord:
    """HSDS `service`, with its parts. `terms` are ids of taxonomy terms (HSDS `attribute`)."""

    id: UUID
    organization_id: Annotated[UUID, column(mark("Organisation"), refers="organization")]
    name: Annotated[
        str,
        column(
            mark("Name"),
            is_searched=True,
            section=Section.ABOUT,
            is_translated=True,
            hint=mark("As people know it."),
            missing=mark("Enter the service's name"),
            owner=Owner(
                called=mark("the name"),
                question=mark("What is the service called?"),
                missing=mark("Enter the name of the service"),
            ),
        ),
    ]
    alternate_name: Annotated[
        str,
        column(
            mark("Other name"),
            is_searched=True,
            section=Section.ABOUT,
            is_translated=True,
            hint=mark("A short name, or one that it had before."),
        ),
    ] = ""
    description: Annotated[
        str,
        long(
            mark("Description"),
            is_searched=True,
            section=Section.ABOUT,
            is_translated=True,
            question=mark("What it does"),
            hint=mark("Two or three plain sentences, to the person who needs it: you."),
            missing=mark("Say in a sentence what the service does"),
            owner=Owner(
                called=mark("what you do"),
                question=mark("What do you do for people?"),
                hint=mark("In plain words. The first two sentences are read most."),
                rows=6,
            ),
        ),
    ] = ""
    ways: Annotated[
        tuple[Way, ...],
        column(mark("Ways"), section=Section.TALKING, is_ours=True, question=mark("How can people talk with it?")),
    ] = ()
    phones: Annotated[
        tuple[Phone, ...],
        column(mark("Phone numbers"), section=Section.TALKING, owner=Owner(called=mark("phone numbers"))),
    ] = ()
    url: Annotated[
        str,
        web(
            mark("Web page"),
            section=Section.TALKING,
            hint=mark("Such as https://example.org/help."),
            owner=Owner(called=mark("your web page"), question=mark("Your web page")),
        ),
    ] = ""
    email: Annotated[
        str,
        mail(
            mark("E-mail address"),
            section=Section.TALKING,
            hint=mark("One that everybody may see; never that of one person."),
            owner=Owner(
                called=mark("your e-mail address"),
                question=mark("The e-mail address that people may write to"),
                hint=mark("Everybody can see it. Leave it empty if people should not write."),
            ),
        ),
    ] = ""
    status: Annotated[
        ServiceStatus,
        column(mark("State"), section=Section.ABOUT, is_required=True, limit=20, missing=mark("Choose the state")),
    ] = ServiceStatus.ACTIVE
    alert: Annotated[
        str,
        long(
            mark("Notice to everybody"),
            section=Section.ABOUT,
            is_translated=True,
            hint=mark("Shown above all else, such as: moved until March."),
            rows=3,
            owner=Owner(
                called=mark("what people must know just now"),
                question=mark("Is there something that people must know just now?"),
                hint=mark("Such as: closed until 4 May. Empty it when it is over."),
                rows=2,
            ),
        ),
    ] = ""
    accreditations: Annotated[str, long(mark("Accreditations"), section=Section.ABOUT, rows=3)] = ""
    additional_urls: Annotated[tuple[Link, ...], column(mark("Web pages"), section=Section.LINKS)] = ()
    schedules: Annotated[
        tuple[Schedule, ...], column(mark("Opening times"), owner=Owner(called=mark("opening times")))
    ] = ()
    holidays: Annotated[HolidayHours, column(mark("On public holidays"), is_ours=True, limit=10)] = HolidayHours.CLOSED
    coverage: Annotated[
        Coverage,
        column(
            mark("Where it is there for people"),
            section=Section.PLACES,
            is_ours=True,
            limit=10,
            question=mark("For people from where?"),
            missing=mark("Choose for whom"),
        ),
    ] = Coverage.AREAS
    service_areas: Annotated[tuple[ServiceArea, ...], column(mark("Areas"), section=Section.PLACES)] = ()
    locations: Annotated[tuple[AtLocation, ...], column(mark("Places"), section=Section.PLACES)] = ()
    terms: Annotated[tuple[UUID, ...], column(mark("What it does and for whom"), section=Section.PEOPLE)] = ()
    eligibility_description: Annotated[
        str,
        long(
            mark("Who can come"),
            is_searched=True,
            section=Section.PEOPLE,
            is_translated=True,
            hint=mark("In plain words."),
            rows=3,
            owner=Owner(called=mark("who can come"), question=mark("Who can come to you, in your own words"), rows=3),
        ),
    ] = ""
    minimum_age: Annotated[
        int | None,
        column(
            mark("Youngest age"),
            section=Section.PEOPLE,
            limit=AGE_MOST,
            wrong=AGE_WRONG,
            owner=Owner(called=mark("ages"), question=mark("From which age?"), hint=NO_AGE),
        ),
    ] = None
    maximum_age: Annotated[
        int | None,
        column(
            mark("Oldest age"),
            section=Section.PEOPLE,
            limit=AGE_MOST,
            wrong=AGE_WRONG,
            owner=Owner(called=mark("ages"), question=mark("Up to which age?"), hint=NO_AGE),
        ),
    ] = None
    application_process: Annotated[
        str,
        long(
            mark("How to begin"),
            is_searched=True,
            section=Section.PEOPLE,
            is_translated=True,
            hint=mark("Such as: call, and ask for a first talk."),
            rows=3,
        ),
    ] = ""
    wait_time: Annotated[
        str,
        long(
            mark("Waiting time"),
            section=Section.PEOPLE,
            is_translated=True,
            hint=mark("Such as: about two weeks."),
            rows=2,
        ),
    ] = ""
    fees_description: Annotated[
        str,
        long(
            mark("What it costs, in words"),
            section=Section.COST,
            is_translated=True,
            also="fees",  # the UK's profile knows it by this name alone
            hint=mark("Where it is free, say so, and add a price of 0 below."),
            rows=3,
            owner=Owner(called=mark("what it costs"), question=mark("What it costs, in your own words"), rows=2),
        ),
    ] = ""
    cost_options: Annotated[
        tuple[CostOption, ...],
        column(mark("Prices"), section=Section.COST, owner=Owner(called=mark("whether it is free"))),
    ] = ()
    languages: Annotated[  # BCP 47
        tuple[str, ...],
        column(
            mark("Languages"),
            section=Section.LANGUAGES,
            question=mark("Languages that are spoken or signed there"),
            hint=mark("One a line, by name or by code: Arabic, or ar. British Sign Language is bfi."),
            owner=Owner(
                called=mark("languages"),
                question=mark("Which languages do you speak with people?"),
                hint=mark("One in each line, such as Arabic."),
            ),
        ),
    ] = ()
    interpretation_services: Annotated[
        str,
        long(
            mark("Interpreters"),
            section=Section.LANGUAGES,
            is_translated=True,
            hint=mark("For which languages, and how to ask for one."),
            rows=3,
        ),
    ] = ""
    translations: Annotated[tuple[Translation, ...], column(mark("Translations"))] = ()
    is_crisis_line: Annotated[
        bool,
        column(
            mark("A crisis line"),
            section=Section.SAFETY,
            is_ours=True,
            hint=mark("Somebody answers at once. Crisis lines stand above all others."),
        ),
    ] = False
    is_confidential: Annotated[
        bool,
        column(
            mark("What is said there stays there"),
            section=Section.SAFETY,
            is_ours=True,
            hint=mark("Shown with the service, and can be searched for."),
        ),
    ] = False
    hides_address: Annotated[
        bool,
        column(
            mark("A refuge: no place is ever shown"),
            section=Section.SAFETY,
            is_ours=True,
            hint=mark("No address, no map, no distance, whatever stands at its places."),
        ),
    ] = False
    is_internal: Annotated[
        bool,
        column(
            mark("For professionals only, never listed"),
            section=Section.SAFETY,
            is_secret=True,
            hint=mark("Not in search, not in the open data, not on any page."),
        ),
    ] = False
    owner_email: Annotated[
        str,
        mail(
            mark("Its owner's e-mail address"),
            section=Section.OWNER,
            is_secret=True,
            in_history=False,
            question=mark("E-mail address of its owner"),
            hint=mark("Reminders go there. It is never shown. Best is a shared mailbox that somebody always reads."),
        ),
    ] = field(default="", repr=False)
    assurer_email: Annotated[
        str,
        mail(
            mark("Who checked it (a shared mailbox)"),
            section=Section.OWNER,
            question=mark("Shared mailbox of who checks it"),
            hint=mark("The open standard publishes this one. Never the address of one person."),
        ),
    ] = ""
    assured_date: Annotated[date | None, column(mark("Last checked"))] = None
    last_modified: Annotated[datetime | None, column(in_history=False)] = None


@dataclass(frozen=True, kw_only=True)
class TaxonomyRecord:
    """HSDS `taxonomy`. `code` is ours: the short name by which code and files know it."""

    id: UUID
    name: Annotated[str, column(mark("Name"), missing=mark("Enter a name"))]
    code: Annotated[
        str,
        column(
            mark("Short name"),
            is_ours=True,
            is_required=False,
            limit=CODE_LENGTH,
            hint=CODE_HINT,
            missing=mark("Enter a short name"),
        ),
    ]
    description: Annotated[
        str,
        long(
            mark("Description"),
            question=mark("What it sorts"),
            missing=mark("Say in a sentence what it sorts"),
            rows=3,
        ),
    ]
    uri: Annotated[str, web(mark("Web address"), hint=mark("Where it is published elsewhere too."))] = ""
    version: Annotated[str, column(mark("Version"), limit=CODE_LENGTH)] = ""


@dataclass(frozen=True, kw_only=True)
class TermRecord:
    """HSDS `taxonomy_term`. `code` is unique within its taxonomy."""

    id: UUID
    taxonomy_id: Annotated[UUID, column(refers="taxonomy")]
    name: Annotated[str, column(mark("Name"), is_searched=True, is_translated=True, missing=mark("Enter a name"))]
    code: Annotated[
        str,
        column(
            mark("Short name"),
            is_required=False,
            limit=CODE_LENGTH,
            hint=CODE_HINT,
            missing=mark("Enter a short name"),
        ),
    ]
    description: Annotated[
        str,
        long(
            mark("Description"),
            is_translated=True,
            question=mark("What it means"),
            missing=mark("Say in a sentence what it means"),
            rows=3,
        ),
    ]
    parent_id: Annotated[UUID | None, column(mark("Parent category"), refers="taxonomy_term")] = None
    position: Annotated[
        int,
        column(
            mark("Place in lists"),
            is_ours=True,
            limit=30_000,
            hint=mark("Lower numbers come first."),
            wrong=mark("Enter a whole number from 0 to 30000"),
        ),
    ] = 0
    term_uri: Annotated[
        str,
        web(
            mark("Web address of the same word elsewhere"),
            hint=mark("Such as an address in another published list."),
        ),
    ] = ""
    translations: Annotated[tuple[Translation, ...], column(mark("Translations"))] = ()


type Record = OrganizationRecord | LocationRecord | ServiceRecord | TaxonomyRecord | TermRecord

ENTRIES = (OrganizationRecord, LocationRecord, ServiceRecord, TaxonomyRecord, TermRecord)
# Every field of an entry as people read it, and what histories and proposals name beside these.
LABELS: Mapping[str, str] = {"ages": mark("Ages"), "withdrawn": mark("Taken out of the directory")} | {
    each.name: each.label for record in ENTRIES for each in columns_of(record).values() if each.label
}


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
