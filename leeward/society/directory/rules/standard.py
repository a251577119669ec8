"""Turns records into the objects that we publish (`rules.objects`), for the open API, its streams and the files.

The one place that decides what leaves. A place that must not be found leaves as virtual, without a name, an address,
coordinates or words about the way; that holds for every place where a service that hides its address is given, whatever
the place's own flag says. An owner's address never leaves, nor does it as the one who assured an entry.
"""

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid5

from babel import Locale, UnknownLocaleError

from leeward.society.directory.rules.columns import TEXTS, Column, Kind, once, published
from leeward.society.directory.rules.history import Changed
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
    part_id,
)

# An object as it is published; `rules.objects` describes each.
type Json = dict[str, Any]

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
TOLD_CHANGES = tuple(
    each.name
    for each in published(ServiceRecord)
    if not each.is_ours and each.kind not in (Kind.UUID, Kind.EMAIL, Kind.MOMENT)
)
# The same of one that hides where it is: a text may once have said it.
TOLD_CHANGES_HIDDEN = tuple(
    each.name for each in published(ServiceRecord) if each.name in TOLD_CHANGES and each.kind not in TEXTS
)


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


def write(record: Any, *, voice: Voice = OWN_WORDS, **instead: Any) -> Json:
    """The fields of a record or a part as they are published, without what is empty.

    `instead` are values in the place of its own, and what stands beside them.
    """
    made: Json = {}
    for column, name, encode in _written(type(record)):
        if name in instead:
            value = instead.pop(name)
        elif column.is_translated:
            value = voice.say(record, name)
        else:
            value = getattr(record, name)
        if encode is not None and value is not None:
            value = encode(value)
        if not _is_empty(value):
            made[name] = value
            if column.also:
                made[column.also] = value
    return made | _filled(instead)


def service_basics(record: ServiceRecord, around: Around, *, voice: Voice = OWN_WORDS) -> Json:
    """A service as it stands in a list, with who gives it."""
    organization = around.organizations[record.organization_id]
    return _service(record, voice, organization=organization_basics(organization, around, voice=voice))


def service_object(
    record: ServiceRecord,
    around: Around,
    *,
    history: Iterable[Changed] = (),
    voice: Voice = OWN_WORDS,
    with_places: bool = True,
    with_organization: bool = True,
) -> Json:
    """A service with everything that belongs to it."""
    organization = around.organizations[record.organization_id]
    places = record.locations if with_places else ()
    return _service(
        record,
        voice,
        phones=phones_of(record.phones),
        additional_urls=_parts(record.additional_urls),
        schedules=_parts(record.schedules),
        service_areas=_parts(record.service_areas),
        service_at_locations=[nested_at_location(record, part, around, voice=voice) for part in places],
        languages=languages_of(record.id, record.languages),
        organization=nested_organization(organization, around, voice=voice) if with_organization else None,
        cost_options=_parts(record.cost_options),
        attributes=[attribute_object(record, around.terms[term], around, voice=voice) for term in record.terms],
        metadata=list(_metadata(record, around, history)),
        translations=_parts(record.translations),
    )


def minimal_service(record: ServiceRecord) -> Json:
    """A service by its id and its last change."""
    moment = _moment(record.last_modified) if record.last_modified else ""
    return {
        "id": str(record.id),
        "organization_id": str(record.organization_id),
        "name": record.name,
        "status": record.status.value,
        "last_modified": moment,
        "modified_date": moment,
    }


def organization_basics(record: OrganizationRecord, around: Around, *, voice: Voice = OWN_WORDS) -> Json:
    """An organisation as it stands in a list."""
    parent = record.parent_organization_id
    return write(
        record,
        voice=voice,
        # The standard wants one of every organisation; our checks do too, and an older row may have none.
        description=voice.say(record, "description").strip() or record.name,
        parent_organization_id=parent if parent in around.known else None,
    )


def nested_organization(record: OrganizationRecord, around: Around, *, voice: Voice = OWN_WORDS) -> Json:
    """An organisation as it stands in a service."""
    more = {"phones": phones_of(record.phones), "translations": _parts(record.translations)}
    return organization_basics(record, around, voice=voice) | _filled(more)


def organization_object(
    record: OrganizationRecord,
    around: Around,
    *,
    locations: Iterable[LocationRecord],
    services: Iterable[Json],
    voice: Voice = OWN_WORDS,
) -> Json:
    """An organisation with its places and its services."""
    places = [location_object(location, around, voice=voice) for location in locations]
    return nested_organization(record, around, voice=voice) | _filled({"locations": places, "services": list(services)})


def location_basics(record: LocationRecord, around: Around, *, voice: Voice = OWN_WORDS) -> Json:
    """A place as it stands in a list; one that must not be found says only that there is one."""
    if around.hides(record):
        return {"id": str(record.id), "location_type": LocationType.VIRTUAL.value, "is_confidential": True}
    owner = record.organization_id
    return write(record, voice=voice, organization_id=owner if owner in around.known else None, is_confidential=None)


def location_object(record: LocationRecord, around: Around, *, voice: Voice = OWN_WORDS) -> Json:
    """A place with its address and what it has for people who need it."""
    made, is_hidden = location_basics(record, around, voice=voice), around.hides(record)
    access = [_accessibility(each, is_hidden=is_hidden) for each in record.accessibility if each.kind or not is_hidden]
    if is_hidden:
        return made | _filled({"accessibility": access})
    addresses = [address_object(record, record.address)] if record.address else []
    more = {"addresses": addresses, "accessibility": access, "translations": _parts(record.translations)}
    return made | _filled(more)


def address_object(location: LocationRecord, address: Address) -> Json:
    """A place's address."""
    return write(address, address_type=location.location_type.value)


def nested_at_location(record: ServiceRecord, part: AtLocation, around: Around, *, voice: Voice = OWN_WORDS) -> Json:
    """A place of a service, as it stands in the service."""
    location = around.locations[part.location_id]
    is_hidden = record.hides_address or around.hides(location)
    return write(
        part,
        service_id=str(record.id),
        description="" if is_hidden else part.description,
        schedules=_parts(map(_wordless, part.schedules) if is_hidden else part.schedules),
        location=location_object(location, around, voice=voice),
    )


def at_location_basics(record: ServiceRecord, part: AtLocation, around: Around, *, voice: Voice = OWN_WORDS) -> Json:
    """A service at a place, as it stands in a list."""
    made = nested_at_location(record, part, around, voice=voice)
    made.pop("schedules", None)
    location = location_basics(around.locations[part.location_id], around, voice=voice)
    return made | {"location": location, "service": service_basics(record, around, voice=voice)}


def at_location_object(record: ServiceRecord, part: AtLocation, around: Around, *, voice: Voice = OWN_WORDS) -> Json:
    """A service at a place, with everything that belongs to both."""
    service = service_object(record, around, voice=voice, with_places=False)
    return nested_at_location(record, part, around, voice=voice) | {"service": service}


def taxonomy_object(record: TaxonomyRecord) -> Json:
    """A taxonomy."""
    return write(record, description=record.description.strip() or record.name)


def term_object(record: TermRecord, around: Around, *, voice: Voice = OWN_WORDS) -> Json:
    """A term, with the taxonomy that it belongs to."""
    taxonomy = around.taxonomies[record.taxonomy_id]
    return write(
        record,
        voice=voice,
        description=voice.say(record, "description").strip() or record.name,
        position=None,  # stands in the files alone
        taxonomy=taxonomy.name,
        taxonomy_detail=taxonomy_object(taxonomy),
        translations=_parts(record.translations),
    )


def attribute_object(record: ServiceRecord, term: TermRecord, around: Around, *, voice: Voice = OWN_WORDS) -> Json:
    """That a service bears a term."""
    return {
        "id": str(attribute_id(record.id, term.id)),
        "link_id": str(record.id),
        "link_entity": "service",
        "taxonomy_term_id": str(term.id),
        "taxonomy_term": term_object(term, around, voice=voice),
    }


def attribute_id(service: UUID, term: UUID) -> UUID:
    """The id of the link between a service and a term: always the same."""
    return uuid5(PARTS, f"{service}/attribute/{term}")


def phones_of(phones: Iterable[Phone]) -> list[Json]:
    """Telephone numbers, each with its languages."""
    return [write(phone, languages=languages_of(phone.id, phone.languages) if phone.id else ()) for phone in phones]


def languages_of(owner: UUID, codes: Iterable[str]) -> list[Json]:
    """Languages of a service or a phone."""
    return [
        {"id": str(part_id(owner, "language", place)), "name": language_name(code), "code": code}
        for place, code in enumerate(codes)
    ]


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


def _service(record: ServiceRecord, voice: Voice, **more: Any) -> Json:
    return write(record, voice=voice, assurer_email=assurer_of(record), **more)


def _parts(parts: Iterable[Any]) -> list[Json]:
    return [write(part) for part in parts]


def _wordless(schedule: Schedule) -> Schedule:
    """Opening times alone: whatever somebody wrote beside them may say where the place is."""
    return dataclasses.replace(schedule, description="", notes="", attending_type="", schedule_link="")


def _accessibility(item: Accessibility, *, is_hidden: bool) -> Json:
    words = ACCESS_WORDS[item.kind] if item.kind else ""
    if is_hidden:
        return write(item, description=words, details="", url="")
    return write(item, description=item.description or words)


def _metadata(record: ServiceRecord, around: Around, history: Iterable[Changed]) -> Iterator[Json]:
    is_hidden = record.hides_address or any(
        around.hides(around.locations[part.location_id]) for part in record.locations
    )
    told = TOLD_CHANGES_HIDDEN if is_hidden else TOLD_CHANGES
    for change in history:
        if change.field not in told or not change.before.strip() or not change.after.strip():
            continue
        yield {
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


def _filled(values: Json) -> Json:
    """The values that say something: no None, no text without a visible sign, no empty list."""
    return {name: value for name, value in values.items() if not _is_empty(value)}


def _is_empty(value: Any) -> bool:
    if value is None:
        return True
    if isinstance(value, str):
        return not value.strip()
    return isinstance(value, (list, tuple, dict)) and not value


@once
def _written(record: type) -> tuple[tuple[Column, str, Callable[[Any], Any] | None], ...]:
    """Each column that leaves, with its name and how its values are written."""
    return tuple((column, column.name, _ENCODERS.get(column.kind)) for column in published(record))


def _clock(value: time) -> str:
    return value.strftime("%H:%M:%S" if value.second else "%H:%M")


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


_ENCODERS: Mapping[Kind, Callable[[Any], Any]] = {
    Kind.UUID: str,
    Kind.MONEY: float,
    Kind.DAY: lambda day: day.isoformat(),
    Kind.MOMENT: _moment,
    Kind.CLOCK: _clock,
    Kind.CHOICE: lambda choice: choice.value,
    Kind.CHOICES: lambda choices: [choice.value for choice in choices],
}
