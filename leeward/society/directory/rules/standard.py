"""Turns records into the objects that we publish (`rules.objects`), for the open API, its streams and the files.

The one place that decides what leaves. A place that must not be found leaves as virtual, without a name, an address,
coordinates or words about the way; that holds for every place where a service that hides its address is given, whatever
the place's own flag says. An owner's address never leaves, nor does it as the one who assured an entry.
"""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any, cast
from uuid import UUID, uuid5

from babel import Locale, UnknownLocaleError

from leeward.society.directory.rules.objects import (
    AddressObject,
    AtLocationBasics,
    AtLocationObject,
    AttributeObject,
    LocationBasics,
    LocationObject,
    MetadataObject,
    MinimalService,
    NestedAtLocation,
    NestedOrganization,
    OrganizationBasics,
    OrganizationObject,
    ServiceBasics,
    ServiceObject,
    TaxonomyObject,
    TermObject,
)
from leeward.society.directory.rules.records import (
    PARTS,
    Access,
    Accessibility,
    Address,
    AtLocation,
    LocationRecord,
    LocationType,
    OrganizationRecord,
    Phone,
    Schedule,
    ServiceRecord,
    TaxonomyRecord,
    TermRecord,
    Translation,
    part_id,
)

HSDS_VERSION = "3.1.3"
PROFILE_VERSION = "HSDS-UK-3.0"
PROFILE = "https://docs.openreferraluk.org/en/latest/"

# What is said of a place in the standard's own field, where nobody has said it in other words.
ACCESS_WORDS = {
    Access.STEP_FREE: "Step-free access",
    Access.TOILET: "Accessible toilet",
    Access.HEARING_LOOP: "Hearing loop",
    Access.SIGN_LANGUAGE: "Sign language is used here",
    Access.EASY_READ: "Easy read information",
    Access.QUIET_ROOM: "Quiet room",
    Access.CHILDREN_WELCOME: "Children are welcome",
    Access.PARKING: "Accessible parking",
    Access.ASSISTANCE_DOGS: "Assistance dogs are welcome",
}
# Of a service's history: what is plain and public. E-mail addresses are left out, since one may have been a person's.
TOLD_CHANGES = (
    "name",
    "alternate_name",
    "description",
    "url",
    "status",
    "interpretation_services",
    "application_process",
    "fees_description",
    "wait_time",
    "accreditations",
    "eligibility_description",
    "minimum_age",
    "maximum_age",
    "assured_date",
    "alert",
)
# The same of one that hides where it is: a text may once have said it.
TOLD_CHANGES_HIDDEN = ("status", "minimum_age", "maximum_age", "assured_date")


@dataclass(frozen=True, kw_only=True)
class Changed:
    """One value of a service before and after, as its history keeps it."""

    id: UUID
    at: datetime
    action: str
    field: str
    before: str
    after: str
    by: str


@dataclass(frozen=True, kw_only=True)
class Around:
    """What stands around the entries of one answer: everything that they name by an id.

    `hidden` are the places that must not be found; `known` the organisations that are published, of those that are
    named as another's parent or a place's owner.
    """

    organizations: Mapping[UUID, OrganizationRecord] = field(default_factory=dict)
    locations: Mapping[UUID, LocationRecord] = field(default_factory=dict)
    terms: Mapping[UUID, TermRecord] = field(default_factory=dict)
    taxonomies: Mapping[UUID, TaxonomyRecord] = field(default_factory=dict)
    hidden: frozenset[UUID] = frozenset()
    known: frozenset[UUID] = frozenset()

    def hides(self, location: LocationRecord) -> bool:
        """Whether a place must not be found."""
        return location.is_confidential or location.id in self.hidden


@dataclass(frozen=True, kw_only=True)
class Voice:
    """The languages that a reader wants, the best first; without any, texts are in their own words."""

    languages: tuple[str, ...] = ()

    def say(self, record: Any, name: str) -> str:
        """A text of a record in the first of these languages that it has."""
        for language in self.languages:
            wanted = language.partition("-")[0].lower()
            for translation in record.translations:
                if translation.field == name and translation.language.partition("-")[0].lower() == wanted:
                    return str(translation.text)
        return str(getattr(record, name))


OWN_WORDS = Voice()


def service_basics(record: ServiceRecord, around: Around, *, voice: Voice = OWN_WORDS) -> ServiceBasics:
    """A service as it stands in a list, with who gives it."""
    organization = around.organizations[record.organization_id]
    made = _service(record, voice) | {"organization": organization_basics(organization, around, voice=voice)}
    return cast("ServiceBasics", made)


def service_object(
    record: ServiceRecord,
    around: Around,
    *,
    history: Iterable[Changed] = (),
    voice: Voice = OWN_WORDS,
    with_places: bool = True,
    with_organization: bool = True,
) -> ServiceObject:
    """A service with everything that belongs to it."""
    organization = around.organizations[record.organization_id]
    made = _service(record, voice) | _filled(
        phones=phones_of(record.phones),
        additional_urls=[
            _filled(id=str(link.id), url=link.url, label=link.label, way=link.way) for link in record.additional_urls
        ],
        schedules=[schedule_object(schedule) for schedule in record.schedules],
        service_areas=[
            _filled(id=str(area.id), name=area.name, description=area.description, code=area.code)
            for area in record.service_areas
        ],
        service_at_locations=[nested_at_location(record, part, around, voice=voice) for part in record.locations]
        if with_places
        else (),
        languages=languages_of(record.id, record.languages),
        organization=nested_organization(organization, around, voice=voice) if with_organization else None,
        cost_options=[
            _filled(
                id=str(cost.id),
                option=cost.option,
                amount=None if cost.amount is None else float(cost.amount),
                currency=cost.currency,
                amount_description=cost.amount_description,
                valid_from=_day(cost.valid_from),
                valid_to=_day(cost.valid_to),
            )
            for cost in record.cost_options
        ],
        attributes=[attribute_object(record, around.terms[term], around, voice=voice) for term in record.terms],
        metadata=list(_metadata(record, around, history)),
        translations=translations_of(record.translations),
    )
    return cast("ServiceObject", made)


def minimal_service(record: ServiceRecord) -> MinimalService:
    """A service by its id and its last change."""
    moment = _moment(record.last_modified)
    made = {
        "id": str(record.id),
        "organization_id": str(record.organization_id),
        "name": record.name,
        "status": record.status.value,
        "last_modified": moment,
        "modified_date": moment,
    }
    return cast("MinimalService", made)


def organization_basics(record: OrganizationRecord, around: Around, *, voice: Voice = OWN_WORDS) -> OrganizationBasics:
    """An organisation as it stands in a list."""
    parent = record.parent_organization_id
    made = _filled(
        id=str(record.id),
        name=voice.say(record, "name"),
        # The standard wants one of every organisation; our checks do too, and an older row may have none.
        description=voice.say(record, "description").strip() or record.name,
        alternate_name=voice.say(record, "alternate_name"),
        email=record.email,
        website=record.website,
        legal_status=record.legal_status,
        year_incorporated=record.year_incorporated,
        parent_organization_id=str(parent) if parent in around.known else None,
    )
    return cast("OrganizationBasics", made)


def nested_organization(record: OrganizationRecord, around: Around, *, voice: Voice = OWN_WORDS) -> NestedOrganization:
    """An organisation as it stands in a service."""
    made = {**organization_basics(record, around, voice=voice)} | _filled(
        phones=phones_of(record.phones), translations=translations_of(record.translations)
    )
    return cast("NestedOrganization", made)


def organization_object(
    record: OrganizationRecord,
    around: Around,
    *,
    locations: Iterable[LocationRecord],
    services: Iterable[ServiceObject],
    voice: Voice = OWN_WORDS,
) -> OrganizationObject:
    """An organisation with its places and its services."""
    made = {**nested_organization(record, around, voice=voice)} | _filled(
        locations=[location_object(location, around, voice=voice) for location in locations], services=list(services)
    )
    return cast("OrganizationObject", made)


def location_basics(record: LocationRecord, around: Around, *, voice: Voice = OWN_WORDS) -> LocationBasics:
    """A place as it stands in a list; one that must not be found says only that there is one."""
    if around.hides(record):
        hidden = {"id": str(record.id), "location_type": LocationType.VIRTUAL.value, "is_confidential": True}
        return cast("LocationBasics", hidden)
    made = _filled(
        id=str(record.id),
        location_type=record.location_type.value,
        organization_id=str(record.organization_id) if record.organization_id in around.known else None,
        name=voice.say(record, "name"),
        alternate_name=record.alternate_name,
        description=voice.say(record, "description"),
        transportation=voice.say(record, "transportation"),
        url=record.url,
        latitude=record.latitude,
        longitude=record.longitude,
    )
    return cast("LocationBasics", made)


def location_object(record: LocationRecord, around: Around, *, voice: Voice = OWN_WORDS) -> LocationObject:
    """A place with its address and what it has for people who need it."""
    is_hidden = around.hides(record)
    made = {**location_basics(record, around, voice=voice)} | _filled(
        addresses=[] if is_hidden or record.address is None else [address_object(record, record.address)],
        accessibility=[
            _accessibility(item, is_hidden=is_hidden)
            for item in record.accessibility
            if item.kind is not None or not is_hidden
        ],
        translations=() if is_hidden else translations_of(record.translations),
    )
    return cast("LocationObject", made)


def address_object(location: LocationRecord, address: Address) -> AddressObject:
    """A place's address."""
    made = _filled(
        id=str(address.id),
        attention=address.attention,
        address_1=address.address_1,
        address_2=address.address_2,
        city=address.city,
        region=address.region,
        state_province=address.state_province,
        postal_code=address.postal_code,
        country=address.country,
        address_type=location.location_type.value,
    )
    return cast("AddressObject", made)


def nested_at_location(
    record: ServiceRecord, part: AtLocation, around: Around, *, voice: Voice = OWN_WORDS
) -> NestedAtLocation:
    """A place of a service, as it stands in the service."""
    location = around.locations[part.location_id]
    made = _at_location(record, part, around) | {"location": location_object(location, around, voice=voice)}
    return cast("NestedAtLocation", made)


def at_location_basics(
    record: ServiceRecord, part: AtLocation, around: Around, *, voice: Voice = OWN_WORDS
) -> AtLocationBasics:
    """A service at a place, as it stands in a list."""
    made = _at_location(record, part, around)
    made.pop("schedules", None)
    location = around.locations[part.location_id]
    made |= {
        "location": location_basics(location, around, voice=voice),
        "service": service_basics(record, around, voice=voice),
    }
    return cast("AtLocationBasics", made)


def at_location_object(
    record: ServiceRecord, part: AtLocation, around: Around, *, voice: Voice = OWN_WORDS
) -> AtLocationObject:
    """A service at a place, with everything that belongs to both."""
    made = {**nested_at_location(record, part, around, voice=voice)}
    made["service"] = service_object(record, around, voice=voice, with_places=False)
    return cast("AtLocationObject", made)


def taxonomy_object(record: TaxonomyRecord) -> TaxonomyObject:
    """A taxonomy."""
    made = _filled(
        id=str(record.id),
        name=record.name,
        description=record.description.strip() or record.name,
        uri=record.uri,
        version=record.version,
        code=record.code,
    )
    return cast("TaxonomyObject", made)


def term_object(record: TermRecord, around: Around, *, voice: Voice = OWN_WORDS) -> TermObject:
    """A term, with the taxonomy that it belongs to."""
    taxonomy = around.taxonomies[record.taxonomy_id]
    made = _filled(
        id=str(record.id),
        code=record.code,
        name=voice.say(record, "name"),
        description=voice.say(record, "description").strip() or record.name,
        parent_id=str(record.parent_id) if record.parent_id else None,
        taxonomy=taxonomy.name,
        taxonomy_id=str(taxonomy.id),
        taxonomy_detail=taxonomy_object(taxonomy),
        term_uri=record.term_uri,
        translations=translations_of(record.translations),
    )
    return cast("TermObject", made)


def attribute_object(
    record: ServiceRecord, term: TermRecord, around: Around, *, voice: Voice = OWN_WORDS
) -> AttributeObject:
    """That a service bears a term."""
    made = {
        "id": str(attribute_id(record.id, term.id)),
        "link_id": str(record.id),
        "link_entity": "service",
        "taxonomy_term_id": str(term.id),
        "taxonomy_term": term_object(term, around, voice=voice),
    }
    return cast("AttributeObject", made)


def attribute_id(service: UUID, term: UUID) -> UUID:
    """The id of the link between a service and a term: always the same."""
    return uuid5(PARTS, f"{service}/attribute/{term}")


def phones_of(phones: Iterable[Phone]) -> list[dict[str, Any]]:
    """Telephone numbers, each with its languages."""
    return [
        _filled(
            id=str(phone.id),
            number=phone.number,
            extension=phone.extension,
            type=phone.type.value,
            description=phone.description,
            languages=languages_of(phone.id, phone.languages) if phone.id else (),
        )
        for phone in phones
    ]


def languages_of(owner: UUID, codes: Iterable[str]) -> list[dict[str, Any]]:
    """Languages of a service or a phone."""
    return [
        {"id": str(part_id(owner, "language", place)), "name": language_name(code), "code": code}
        for place, code in enumerate(codes)
    ]


def schedule_object(schedule: Schedule) -> dict[str, Any]:
    """One rule of opening times."""
    return _filled(
        id=str(schedule.id),
        valid_from=_day(schedule.valid_from),
        valid_to=_day(schedule.valid_to),
        dtstart=_day(schedule.dtstart),
        until=_day(schedule.until),
        count=schedule.count,
        wkst=schedule.wkst,
        freq=schedule.freq,
        interval=schedule.interval,
        byday=schedule.byday,
        byweekno=schedule.byweekno,
        bymonthday=schedule.bymonthday,
        byyearday=schedule.byyearday,
        opens_at=_clock(schedule.opens_at),
        closes_at=_clock(schedule.closes_at),
        description=schedule.description,
        attending_type=schedule.attending_type,
        notes=schedule.notes,
        schedule_link=schedule.schedule_link,
    )


def translations_of(translations: Iterable[Translation]) -> list[dict[str, Any]]:
    """A record's texts in other languages."""
    return [{"language": one.language, "field": one.field, "text": one.text} for one in translations]


def assurer_of(record: ServiceRecord) -> str:
    """Who assured an entry, unless that is its owner by an address that is not public."""
    is_owners = record.assurer_email.casefold() == record.owner_email.casefold()
    is_public = record.assurer_email.casefold() == record.email.casefold()
    return "" if is_owners and not is_public else record.assurer_email


@lru_cache(maxsize=2_000)
def language_name(code: str) -> str:
    """A language's English name by its code; the code itself where nobody knows it."""
    try:
        return Locale.parse(code, sep="-").get_display_name("en") or code
    except (UnknownLocaleError, ValueError):
        return Locale("en").languages.get(code.partition("-")[0].lower()) or code


def _service(record: ServiceRecord, voice: Voice) -> dict[str, Any]:
    fees = voice.say(record, "fees_description")
    return _filled(
        id=str(record.id),
        organization_id=str(record.organization_id),
        name=voice.say(record, "name"),
        alternate_name=voice.say(record, "alternate_name"),
        description=voice.say(record, "description"),
        url=record.url,
        email=record.email,
        status=record.status.value,
        interpretation_services=voice.say(record, "interpretation_services"),
        application_process=voice.say(record, "application_process"),
        fees_description=fees,
        fees=fees,  # the UK's profile knows it by this name alone
        wait_time=voice.say(record, "wait_time"),
        accreditations=record.accreditations,
        eligibility_description=voice.say(record, "eligibility_description"),
        minimum_age=record.minimum_age,
        maximum_age=record.maximum_age,
        assured_date=_day(record.assured_date),
        assurer_email=assurer_of(record),
        alert=voice.say(record, "alert"),
        last_modified=_moment(record.last_modified),
        ways=[way.value for way in record.ways],
        coverage=record.coverage.value,
        holidays=record.holidays.value,
        is_crisis_line=record.is_crisis_line,
        is_confidential=record.is_confidential,
        hides_address=record.hides_address,
    )


def _at_location(record: ServiceRecord, part: AtLocation, around: Around) -> dict[str, Any]:
    is_hidden = record.hides_address or around.hides(around.locations[part.location_id])
    schedules = tuple(_wordless(row) for row in part.schedules) if is_hidden else part.schedules
    return _filled(
        id=str(part.id),
        service_id=str(record.id),
        location_id=str(part.location_id),
        description="" if is_hidden else part.description,
        schedules=[schedule_object(row) for row in schedules],
    )


def _wordless(schedule: Schedule) -> Schedule:
    """Opening times alone: whatever somebody wrote beside them may say where the place is."""
    return dataclasses.replace(schedule, description="", notes="", attending_type="", schedule_link="")


def _accessibility(item: Accessibility, *, is_hidden: bool) -> dict[str, Any]:
    own_words = "" if is_hidden else item.description
    return _filled(
        id=str(item.id),
        description=own_words or (ACCESS_WORDS[item.kind] if item.kind else ""),
        details="" if is_hidden else item.details,
        url="" if is_hidden else item.url,
        kind=item.kind,
    )


def _metadata(record: ServiceRecord, around: Around, history: Iterable[Changed]) -> Iterator[MetadataObject]:
    is_hidden = record.hides_address or any(
        around.hides(around.locations[part.location_id]) for part in record.locations
    )
    told = TOLD_CHANGES_HIDDEN if is_hidden else TOLD_CHANGES
    for change in history:
        if change.field not in told or not change.before.strip() or not change.after.strip():
            continue
        made = {
            "id": str(change.id),
            "resource_id": str(record.id),
            "resource_type": "service",
            "last_action_date": change.at.astimezone(UTC).date().isoformat(),
            "last_action_type": change.action,
            "field_name": change.field,
            "previous_value": change.before,
            "replacement_value": change.after,
            "updated_by": change.by,
        }
        yield cast("MetadataObject", made)


def _filled(**values: Any) -> dict[str, Any]:
    """The values that say something: no None, no text without a visible sign, no empty list."""
    return {name: value for name, value in values.items() if not _is_empty(value)}


def _is_empty(value: Any) -> bool:
    if value is None:
        return True
    if isinstance(value, str):
        return not value.strip()
    return isinstance(value, (list, tuple, dict)) and not value


def _day(value: date | None) -> str:
    return value.isoformat() if value else ""


def _clock(value: time | None) -> str:
    if value is None:
        return ""
    return value.strftime("%H:%M:%S" if value.second else "%H:%M")


def _moment(value: datetime | None) -> str:
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if value else ""
