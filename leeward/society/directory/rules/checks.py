"""What a record must be to be kept. One list of faults for every door: forms, files and operations.

Addresses are read as the standards read them: web addresses http(s) only, e-mail with one @, languages by BCP 47,
coordinates in degrees. A fault names the field, what is wrong and how to mend it.
"""

import dataclasses
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from leeward.society.directory.errors import FieldError
from leeward.society.directory.rules.columns import TEXTS, Column, Kind, columns_of, translated
from leeward.society.directory.rules.limits import AGE_MOST, LOCATIONS_MOST, PARTS_MOST, POSITION_MOST, TERMS_MOST
from leeward.society.directory.rules.records import (
    Address,
    Coverage,
    LocationRecord,
    LocationType,
    OrganizationRecord,
    Phone,
    PhoneType,
    ServiceRecord,
    TaxonomyRecord,
    TermRecord,
    Translation,
    Way,
)
from leeward.society.directory.rules.schedules import check_schedule

LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
COUNTRY = re.compile(r"[A-Z]{2}")
CURRENCY = re.compile(r"[A-Z]{3}")
CODE = re.compile(r"[a-z0-9][a-z0-9_.:-]{0,63}")
NUMBER = re.compile(r"\+?[0-9(][0-9 ().\-/]*")
DIGITS_MOST = 15  # ITU-T E.164
DIGITS_LEAST = 3
# No text of ours holds these: they are invisible, break files, or PostgreSQL refuses them.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
LINE_BREAK = re.compile(r"[\r\n]")
YEARS = (1000, 2100)


def check_organization(record: OrganizationRecord) -> tuple[FieldError, ...]:
    """What is wrong with an organisation."""
    return tuple(_organization(record))


def check_location(record: LocationRecord) -> tuple[FieldError, ...]:
    """What is wrong with a place."""
    return tuple(_location(record))


def check_service(record: ServiceRecord) -> tuple[FieldError, ...]:
    """What is wrong with a service, as far as it can be seen from the record alone."""
    return tuple(_service(record))


def check_taxonomy(record: TaxonomyRecord) -> tuple[FieldError, ...]:
    """What is wrong with a taxonomy."""
    return (*_texts(record, ""), *_required(record), *_code(record.code))


def check_term(record: TermRecord) -> tuple[FieldError, ...]:
    """What is wrong with a term, as far as it can be seen from the record alone."""
    return (
        *_texts(record, ""),
        *_required(record),
        *_code(record.code),
        *_position(record.position),
        *_translations(record),
    )


def is_web_address(text: str) -> bool:
    """Whether a text is an http or https address with a host and no name or password in it."""
    if not text.isprintable() or any(sign.isspace() for sign in text):
        return False
    try:
        parts = urlsplit(text)
        has_port = parts.port is None or parts.port > 0
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc and has_port


def is_mail_address(text: str) -> bool:
    """Whether a text looks like one mail address."""
    name, at, host = text.rpartition("@")
    plain = text.isascii() and not any(sign.isspace() or sign in '<>",;:\\()[]' for sign in text)
    return bool(at and name and "@" not in name and "." in host.strip(".") and plain)


def is_dialable(number: str) -> bool:
    """Whether a number can be dialled: 3 to 15 digits, a plus only in front."""
    digits = sum(sign.isdigit() for sign in number)
    return NUMBER.fullmatch(number) is not None and DIGITS_LEAST <= digits <= DIGITS_MOST


def is_language(code: str) -> bool:
    """Whether a text is a language code such as en, ar or pt-BR."""
    return LANGUAGE.fullmatch(code) is not None


def _organization(record: OrganizationRecord) -> Iterator[FieldError]:
    yield from _texts(record, "")
    yield from _required(record)
    if record.year_incorporated is not None and not YEARS[0] <= record.year_incorporated <= YEARS[1]:
        yield _wrong("year_incorporated", "This is no year.", f"Give a year from {YEARS[0]} to {YEARS[1]}.")
    if record.parent_organization_id == record.id:
        yield _wrong("parent_organization_id", "It cannot be a part of itself.", "Leave it out.")
    yield from _phones(record.phones)
    yield from _translations(record)


def _location(record: LocationRecord) -> Iterator[FieldError]:
    yield from _texts(record, "")
    if (record.latitude is None) != (record.longitude is None):
        yield _wrong("latitude", "One coordinate is missing.", "Give latitude and longitude, or neither.")
    elif record.latitude is not None and record.longitude is not None:
        # Written so that what is not a number is refused too.
        if not -90 <= record.latitude <= 90:
            yield _wrong("latitude", "This is not on Earth.", "Give degrees from -90 to 90.")
        if not -180 <= record.longitude <= 180:
            yield _wrong("longitude", "This is not on Earth.", "Give degrees from -180 to 180.")
    if record.is_confidential:
        yield from _whereabouts(record)
    if record.address is not None:
        yield from _address(record.address)
    yield from _count(record, "accessibility")
    for place, item in enumerate(record.accessibility):
        yield from _texts(item, f"accessibility.{place}.")
    yield from _translations(record)


def _whereabouts(record: LocationRecord) -> Iterator[FieldError]:
    """A confidential place says nothing of where it is."""
    if record.location_type is not LocationType.VIRTUAL:
        yield _wrong("location_type", "A confidential place is shown to nobody.", "Make it virtual.")
    for name in ("address", "latitude", "transportation", "url"):
        if getattr(record, name) not in (None, ""):
            yield _wrong(name, "A confidential place must not say where it is.", "Take this out.")


def _address(address: Address) -> Iterator[FieldError]:
    yield from _texts(address, "address.")
    for column in _empty(address):
        yield _wrong(f"address.{column.name}", "The standard asks for it.", "Fill it in.")
    if address.country and not COUNTRY.fullmatch(address.country):
        yield _wrong("address.country", "This is no country's code.", "Give two capital letters, such as PT.")


def _service(record: ServiceRecord) -> Iterator[FieldError]:
    yield from _texts(record, "")
    yield from _required(record)
    yield from _ages(record)
    for name in ("additional_urls", "schedules", "cost_options", "service_areas", "languages"):
        yield from _count(record, name)
    yield from _count(record, "locations", LOCATIONS_MOST)
    yield from _count(record, "terms", TERMS_MOST)
    yield from _phones(record.phones)
    yield from _parts(record)
    yield from _places(record)
    yield from _ways(record)
    yield from _translations(record)


def _ages(record: ServiceRecord) -> Iterator[FieldError]:
    for name in ("minimum_age", "maximum_age"):
        age = getattr(record, name)
        if age is not None and not 0 <= age <= AGE_MOST:
            yield _wrong(name, "This is no age.", f"Give whole years from 0 to {AGE_MOST}.")
    if record.minimum_age is not None and record.maximum_age is not None and record.minimum_age > record.maximum_age:
        yield _wrong("maximum_age", "The oldest is younger than the youngest.", "Change the two ages.")


def _parts(record: ServiceRecord) -> Iterator[FieldError]:
    for place, link in enumerate(record.additional_urls):
        if not link.url:
            yield _wrong(f"additional_urls.{place}.url", "A link has no address.", "Give it, or take the link out.")
        yield from _texts(link, f"additional_urls.{place}.")
    for place, schedule in enumerate(record.schedules):
        yield from _schedule(schedule, f"schedules.{place}.")
    for place, code in enumerate(record.languages):
        if not is_language(code):
            yield _wrong(f"languages.{place}", "This is no language's code.", "Give one such as en, ar or pt-BR.")
    for place, cost in enumerate(record.cost_options):
        yield from _texts(cost, f"cost_options.{place}.")
        yield from _cost(cost, f"cost_options.{place}.")
    for place, area in enumerate(record.service_areas):
        yield from _texts(area, f"service_areas.{place}.")
        if not area.name:
            yield _wrong(f"service_areas.{place}.name", "An area has no name.", "Give it, or take the area out.")


def _places(record: ServiceRecord) -> Iterator[FieldError]:
    for where, part in enumerate(record.locations):
        yield from _texts(part, f"locations.{where}.")
        for place, schedule in enumerate(part.schedules):
            yield from _schedule(schedule, f"locations.{where}.schedules.{place}.")


def _schedule(schedule: Any, prefix: str) -> Iterator[FieldError]:
    yield from _texts(schedule, prefix)
    for error in check_schedule(schedule):
        yield dataclasses.replace(error, field=prefix + error.field)


def _cost(cost: Any, prefix: str) -> Iterator[FieldError]:
    if cost.currency and not CURRENCY.fullmatch(cost.currency):
        yield _wrong(f"{prefix}currency", "This is no currency.", "Give three capital letters, such as EUR.")
    if cost.amount is not None and not (cost.amount.is_finite() and 0 <= cost.amount < 10**9):
        yield _wrong(f"{prefix}amount", "This is no price.", "Give 0 or more, and less than 1000000000.")


def _ways(record: ServiceRecord) -> Iterator[FieldError]:
    kinds = {phone.type for phone in record.phones}
    links = {link.way for link in record.additional_urls}
    has = {
        Way.PHONE: bool(kinds & {PhoneType.VOICE, PhoneType.TEXTPHONE}),
        Way.TEXT: PhoneType.TEXT in kinds or Way.TEXT in links,
        Way.CHAT: Way.CHAT in links or bool(record.url),
        Way.VIDEO: PhoneType.VIDEO in kinds or Way.VIDEO in links or bool(record.url),
        Way.EMAIL: bool(record.email),
        Way.IN_PERSON: bool(record.locations) or record.hides_address,
    }
    for way in record.ways:
        if not has[way]:
            yield _wrong("ways", f"There is no number, address or place for {way.value}.", "Add it, or take this out.")
    if record.is_crisis_line and not has[Way.PHONE] and not has[Way.CHAT] and not has[Way.TEXT]:
        yield _wrong("is_crisis_line", "A crisis line must be reachable at once.", "Give it a phone number or a chat.")
    if record.coverage is Coverage.AREAS and record.is_crisis_line and not record.service_areas:
        yield _wrong("service_areas", "For whom is this crisis line?", "Name its areas, or make it national.")


def _phones(phones: tuple[Phone, ...]) -> Iterator[FieldError]:
    if len(phones) > PARTS_MOST:
        yield _wrong("phones", f"These are more than {PARTS_MOST}.", "Leave the others out.")
    for place, phone in enumerate(phones):
        yield from _texts(phone, f"phones.{place}.")
        if not is_dialable(phone.number):
            how = "Give 3 to 15 digits, with a plus in front where it is international."
            yield _wrong(f"phones.{place}.number", "This cannot be dialled.", how)
        if phone.extension is not None and not 0 <= phone.extension < 10**8:
            yield _wrong(f"phones.{place}.extension", "This is no extension.", "Give up to 8 digits.")
        for code in phone.languages:
            if not is_language(code):
                yield _wrong(f"phones.{place}.languages", "This is no language's code.", "Give one such as en or ar.")


def _translations(record: Any) -> Iterator[FieldError]:
    names, columns = translated(type(record)), columns_of(type(record))
    translations: tuple[Translation, ...] = record.translations
    seen = set()
    if len(translations) > PARTS_MOST * len(names):
        yield _wrong("translations", "These are too many.", "Leave some languages out.")
    for place, translation in enumerate(translations):
        prefix = f"translations.{place}."
        yield from _texts(translation, prefix)
        if not is_language(translation.language):
            yield _wrong(f"{prefix}language", "This is no language's code.", "Give one such as en, ar or pt-BR.")
        if translation.field not in names:
            yield _wrong(f"{prefix}field", "This is not translated.", f"Use one of: {', '.join(names)}.")
        elif len(translation.text) > columns[translation.field].most:
            yield _wrong(f"{prefix}text", "This is too long.", "Shorten it.")
        if not translation.text.strip():
            yield _wrong(f"{prefix}text", "The text is empty.", "Write it, or take the translation out.")
        key = translation.language, translation.field
        if key in seen:
            yield _wrong(f"{prefix}field", "There are two translations of one text.", "Keep one.")
        seen.add(key)


def _texts(record: Any, prefix: str) -> Iterator[FieldError]:
    """What every text must be, by its kind: not too long, no signs that nobody sees, a true address."""
    for name, column in columns_of(type(record)).items():
        value = getattr(record, name)
        if column.kind not in TEXTS or not value:
            continue
        if CONTROL.search(value) or (column.kind is not Kind.LONG and LINE_BREAK.search(value)):
            yield _wrong(prefix + name, "There are signs in it that cannot be shown.", "Type it anew.")
        if len(value) > column.most:
            yield _wrong(prefix + name, f"It has {len(value):,} characters.", f"Use at most {column.most:,}.")
        if column.kind is Kind.WEB and not is_web_address(value):
            yield _wrong(prefix + name, "This is no web address.", "Begin it with https://.")
        if column.kind is Kind.EMAIL and not is_mail_address(value):
            yield _wrong(prefix + name, "This is no e-mail address.", "Write it as name@example.org.")


def _required(record: Any) -> Iterator[FieldError]:
    for column in _empty(record):
        yield _wrong(column.name, "It is empty.", "Fill it in.")


def _empty(record: Any) -> Iterator[Column]:
    """The texts without a default that say nothing."""
    for name, column in columns_of(type(record)).items():
        if column.is_needed and column.kind in TEXTS and not getattr(record, name).strip():
            yield column


def _code(code: str) -> Iterator[FieldError]:
    if code and not CODE.fullmatch(code):
        yield _wrong("code", "This cannot be a code.", "Use small letters, digits, and - _ . : between them.")


def _position(position: int) -> Iterator[FieldError]:
    if not 0 <= position <= POSITION_MOST:
        yield _wrong("position", "This is no place in a list.", f"Give a whole number from 0 to {POSITION_MOST}.")


def _count(record: Any, name: str, most: int = PARTS_MOST) -> Iterator[FieldError]:
    if len(getattr(record, name)) > most:
        yield _wrong(name, f"These are more than {most}.", "Leave the others out.")


def _wrong(field: str, what: str, how: str) -> FieldError:
    return FieldError(field=field, what=what, how=how)
