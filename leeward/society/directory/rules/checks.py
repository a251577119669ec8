"""What a record must be to be kept. One list of faults for every door: forms, files and operations.

Addresses are read as the standards read them: web addresses http(s) only, e-mail with one @, languages by BCP 47,
coordinates in degrees. A fault names the field, what is wrong and how to mend it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import is_dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from leeward.foundation.editing.errors import FieldRefused
from leeward.society.directory.errors import Mistake
from leeward.society.directory.rules.columns import TEXTS, Column, Kind, columns_of, parts_of, translated
from leeward.society.directory.rules.limits import AGE_MOST, LOCATIONS_MOST, PARTS_MOST, POSITION_MOST, TERMS_MOST
from leeward.society.directory.rules.records import (
    Address,
    AtLocation,
    CostOption,
    Coverage,
    Link,
    LocationRecord,
    LocationType,
    OrganizationRecord,
    Phone,
    PhoneType,
    Record,
    Schedule,
    ServiceArea,
    ServiceRecord,
    TaxonomyRecord,
    TermRecord,
    Translation,
    Way,
)
from leeward.society.directory.rules.schedules import check_schedule

type Wrong = Iterator[FieldRefused]

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


# How many parts of a kind an entry has at most, where that is not PARTS_MOST.
PARTS_OF: Mapping[type | None, int] = {AtLocation: LOCATIONS_MOST, UUID: TERMS_MOST}
# What may not be empty, where that is not simply said.
EMPTY = {Address: Mistake.ADDRESS_LINE, Link: Mistake.LINK_EMPTY, ServiceArea: Mistake.AREA_EMPTY}
# Whose emptiness is said in another way.
SAID_ELSEWHERE = (Phone, Translation)


def check_record(record: Record) -> tuple[FieldRefused, ...]:
    """What is wrong with an entry, as far as it can be seen from its record alone."""
    return tuple(_check(record))


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


def means_of(record: ServiceRecord) -> Mapping[Way, bool]:
    """By which of these ways people can talk with a service, going by its numbers and addresses."""
    kinds = {phone.type for phone in record.phones}
    links = {link.way for link in record.additional_urls}
    return {
        Way.PHONE: bool(kinds & {PhoneType.VOICE, PhoneType.TEXTPHONE}),
        Way.TEXT: PhoneType.TEXT in kinds or Way.TEXT in links,
        Way.CHAT: Way.CHAT in links or bool(record.url),
        Way.VIDEO: PhoneType.VIDEO in kinds or Way.VIDEO in links or bool(record.url),
        Way.EMAIL: bool(record.email),
        Way.IN_PERSON: bool(record.locations) or record.hides_address,
    }


def _check(record: Any, prefix: str = "") -> Wrong:
    """What is wrong with a record or a part of one, and with its own parts."""
    kind = type(record)
    for error in (*_texts(record), *_RULES.get(kind, _no_rule)(record)):
        yield FieldRefused(prefix + error.field, error.code, **error.about)
    for column in parts_of(kind):
        path, parts = prefix + column.name, getattr(record, column.name)
        if column.is_single:
            yield from _check(parts, f"{path}.") if parts is not None else ()
            continue
        most = PARTS_OF.get(column.part, PARTS_MOST)
        if column.part is Translation:
            if len(parts) > most * len(translated(kind)):
                yield FieldRefused(path, Mistake.LANGUAGES_MANY)
        elif not prefix and len(parts) > most:
            yield FieldRefused(path, Mistake.MANY, most=most)
        for place, part in enumerate(parts):
            if is_dataclass(part):
                yield from _check(part, f"{path}.{place}.")


def _texts(record: Any) -> Wrong:
    """What every text must be, by its kind: not too long, no signs that nobody sees, a true address."""
    kind = type(record)
    for name, column in columns_of(kind).items():
        if column.kind not in TEXTS:
            continue
        value = getattr(record, name)
        if column.is_needed and not value.strip() and kind not in SAID_ELSEWHERE:
            yield FieldRefused(name, EMPTY.get(kind, Mistake.EMPTY))
        elif value:
            yield from _text(column, value)


def _text(column: Column, value: str) -> Wrong:
    name = column.name
    if CONTROL.search(value) or (column.kind is not Kind.LONG and LINE_BREAK.search(value)):
        yield FieldRefused(name, Mistake.SIGNS)
    if len(value) > column.most:
        yield FieldRefused(name, Mistake.LONG, count=f"{len(value):,}", most=f"{column.most:,}")
    if column.kind is Kind.WEB and not is_web_address(value):
        yield FieldRefused(name, Mistake.WEB)
    if column.kind is Kind.EMAIL and not is_mail_address(value):
        yield FieldRefused(name, Mistake.MAIL)


def _organization(record: OrganizationRecord) -> Wrong:
    if record.year_incorporated is not None and not YEARS[0] <= record.year_incorporated <= YEARS[1]:
        yield FieldRefused("year_incorporated", Mistake.YEAR, least=YEARS[0], most=YEARS[1])
    if record.parent_organization_id == record.id:
        yield FieldRefused("parent_organization_id", Mistake.PART_OF_ITSELF)
    yield from _translations(record)


def _location(record: LocationRecord) -> Wrong:
    if (record.latitude is None) != (record.longitude is None):
        yield FieldRefused("latitude", Mistake.COORDINATE)
    elif record.latitude is not None and record.longitude is not None:
        # Written so that what is not a number is refused too.
        if not -90 <= record.latitude <= 90:
            yield FieldRefused("latitude", Mistake.NOT_ON_EARTH, most=90)
        if not -180 <= record.longitude <= 180:
            yield FieldRefused("longitude", Mistake.NOT_ON_EARTH, most=180)
    if record.is_confidential:
        if record.location_type is not LocationType.VIRTUAL:
            yield FieldRefused("location_type", Mistake.SECRET_KIND)
        for name in ("address", "latitude", "transportation", "url"):
            if getattr(record, name) not in (None, ""):
                yield FieldRefused(name, Mistake.SECRET_WHERE)
    yield from _translations(record)


def _address(address: Address) -> Wrong:
    if address.country and not COUNTRY.fullmatch(address.country):
        yield FieldRefused("country", Mistake.COUNTRY)


def _service(record: ServiceRecord) -> Wrong:
    for name in ("minimum_age", "maximum_age"):
        age = getattr(record, name)
        if age is not None and not 0 <= age <= AGE_MOST:
            yield FieldRefused(name, Mistake.AGE, most=AGE_MOST)
    if record.minimum_age is not None and record.maximum_age is not None and record.minimum_age > record.maximum_age:
        yield FieldRefused("maximum_age", Mistake.AGES)
    for place, code in enumerate(record.languages):
        if not is_language(code):
            yield FieldRefused(f"languages.{place}", Mistake.LANGUAGE)
    has = means_of(record)
    for way in record.ways:
        if not has[way]:
            yield FieldRefused("ways", Mistake.WAY, way=way.value)
    if record.is_crisis_line and not (has[Way.PHONE] or has[Way.CHAT] or has[Way.TEXT]):
        yield FieldRefused("is_crisis_line", Mistake.CRISIS_WAY)
    if record.coverage is Coverage.AREAS and record.is_crisis_line and not record.service_areas:
        yield FieldRefused("service_areas", Mistake.CRISIS_AREAS)
    yield from _translations(record)


def _cost(cost: CostOption) -> Wrong:
    if cost.currency and not CURRENCY.fullmatch(cost.currency):
        yield FieldRefused("currency", Mistake.CURRENCY)
    if cost.amount is not None and not (cost.amount.is_finite() and 0 <= cost.amount < 10**9):
        yield FieldRefused("amount", Mistake.AMOUNT)


def _phone(phone: Phone) -> Wrong:
    if not is_dialable(phone.number):
        yield FieldRefused("number", Mistake.NUMBER)
    if phone.extension is not None and not 0 <= phone.extension < 10**8:
        yield FieldRefused("extension", Mistake.EXTENSION)
    if not all(map(is_language, phone.languages)):
        yield FieldRefused("languages", Mistake.LANGUAGE)


def _taxonomy(record: TaxonomyRecord | TermRecord) -> Wrong:
    if record.code and not CODE.fullmatch(record.code):
        yield FieldRefused("code", Mistake.CODE)


def _term(record: TermRecord) -> Wrong:
    yield from _taxonomy(record)
    if not 0 <= record.position <= POSITION_MOST:
        yield FieldRefused("position", Mistake.POSITION, most=POSITION_MOST)
    yield from _translations(record)


def _translations(record: OrganizationRecord | LocationRecord | ServiceRecord | TermRecord) -> Wrong:
    names, columns, seen = translated(type(record)), columns_of(type(record)), set()
    for place, translation in enumerate(record.translations):
        prefix = f"translations.{place}."
        if not is_language(translation.language):
            yield FieldRefused(f"{prefix}language", Mistake.LANGUAGE)
        if translation.field not in names:
            yield FieldRefused(f"{prefix}field", Mistake.NOT_TRANSLATED, names=", ".join(names))
        elif len(translation.text) > columns[translation.field].most:
            yield FieldRefused(f"{prefix}text", Mistake.TRANSLATION_LONG)
        if not translation.text.strip():
            yield FieldRefused(f"{prefix}text", Mistake.TRANSLATION_EMPTY)
        if (key := (translation.language, translation.field)) in seen:
            yield FieldRefused(f"{prefix}field", Mistake.TRANSLATED_TWICE)
        seen.add(key)


def _no_rule(_record: Any) -> Wrong:
    yield from ()


_RULES: Mapping[type, Callable[[Any], Iterable[FieldRefused]]] = {
    OrganizationRecord: _organization,
    LocationRecord: _location,
    Address: _address,
    ServiceRecord: _service,
    Schedule: check_schedule,
    CostOption: _cost,
    Phone: _phone,
    TaxonomyRecord: _taxonomy,
    TermRecord: _term,
}
