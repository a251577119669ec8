"""The nation that an installation serves: its name, and whom people there can call, as one checked JSON file."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import get_language

# Who must be named, so that no page of danger is without a number.
LINES = ("emergency", "crisis", "helpline", "children")
LONGEST_TEXT = 300
MOST_SERVICES = 20


class NationMalformed(Exception):
    """The nation's file cannot be used; the message names the place and what belongs there."""


def dial_of(phone: str) -> str:
    """A phone number as a telephone takes it: digits, and a plus in front where there is one."""
    return ("+" if phone.startswith("+") else "") + "".join(filter(str.isdigit, phone))


@dataclass(frozen=True)
class Words:
    """A text of the nation's file, by language code; `str()` gives it in the language of the page, else the first."""

    by_language: Mapping[str, str]

    def __str__(self) -> str:
        language = get_language() or ""
        for code in (language, language.partition("-")[0]):
            if code in self.by_language:
                return self.by_language[code]
        return next(iter(self.by_language.values()))

    def __hash__(self) -> int:
        return hash(tuple(self.by_language.items()))


@dataclass(frozen=True, kw_only=True)
class Service:
    """Somebody to call, in the nation's own words. `text` takes text messages, `chat` is a web address; "" is none.

    `service`: its id in the directory, whose name, numbers and hours are then shown (`lines`); None where it has none.
    """

    name: Words
    about: Words
    phone: str
    hours: Words
    cost: Words
    text: str = ""
    chat: str = ""
    service: UUID | None = None

    @property
    def dial(self) -> str:
        """The phone number as a telephone takes it."""
        return dial_of(self.phone)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The removal desk as platforms know it: its name, the mail address that it answers, and its postal address."""

    name: str
    email: str
    address: str


@dataclass(frozen=True, kw_only=True)
class LockerLimits:
    """What a person may keep in their locker: megabytes (2^20 bytes) of one file and of all, and entries."""

    file_megabytes: int = 50
    locker_megabytes: int = 500
    entries: int = 300


# What a phone can lock at once, and what one page can list.
MOST_KEPT = LockerLimits(file_megabytes=200, locker_megabytes=10_000, entries=1_000)


@dataclass(frozen=True, kw_only=True)
class Nation:
    """A nation's name, its ISO 3166 code, the four lines that stand on a victim's pages, and its other services.

    `emergency` is who comes at once, `crisis` the suicide line, `helpline` the adults' line for intimate image abuse,
    `children` the line for when a child is in the picture. `desk` is None where no removal desk works; `zone` is the
    name of the time zone in which people there live; `locker` is what fits into a person's locker. `not_in_law`: codes
    of what is done to people that no law there covers.
    """

    name: str
    jurisdiction: str
    emergency: Service
    crisis: Service
    helpline: Service
    children: Service
    services: tuple[Service, ...]
    desk: Desk | None = None
    zone: str = "UTC"
    locker: LockerLimits = LockerLimits()
    not_in_law: frozenset[str] = frozenset()


def read_nation(text: str) -> Nation:
    """Read the nation's file. Raises NationMalformed."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise NationMalformed(f"It is not JSON (line {error.lineno}): {error.msg}.") from error
    record = _object(value, "the file")
    services = record.get("services", [])
    if not isinstance(services, list) or len(services) > MOST_SERVICES:
        raise NationMalformed(f"services must be a list of at most {MOST_SERVICES}.")
    return Nation(
        name=_text(record, "name", "the file"),
        jurisdiction=_text(record, "jurisdiction", "the file"),
        **{line: _service(record.get(line), line) for line in LINES},
        services=tuple(_service(service, f"services[{place}]") for place, service in enumerate(services)),
        desk=_desk(record["desk"]) if "desk" in record else None,
        zone=_zone(record),
        locker=_locker(_object(record.get("locker", {}), "locker")),
        not_in_law=_codes(record, "not_in_law"),
    )


def _desk(value: object) -> Desk:
    record = _object(value, "desk")
    desk = Desk(**{name: _text(record, name, "desk") for name in ("name", "email", "address")})
    if desk.email.count("@") != 1 or any(sign.isspace() for sign in desk.email):
        raise NationMalformed("email in desk must be a mail address.")
    return desk


def _locker(record: Mapping[str, Any]) -> LockerLimits:
    """What is left out stays as it is."""
    limits = {each.name: record.get(each.name, each.default) for each in fields(LockerLimits)}
    for name, value in limits.items():
        most = getattr(MOST_KEPT, name)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= most:
            raise NationMalformed(f"{name} in locker must be a whole number from 1 to {most}.")
    if unknown := sorted(record.keys() - limits.keys()):
        raise NationMalformed(f"locker has no {unknown[0]}.")
    if limits["locker_megabytes"] < limits["file_megabytes"]:
        raise NationMalformed("locker_megabytes in locker must be at least file_megabytes.")
    return LockerLimits(**limits)


def _codes(record: Mapping[str, Any], name: str) -> frozenset[str]:
    codes = record.get(name, [])
    if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
        raise NationMalformed(f"{name} must be a list of codes, such as outing.")
    return frozenset(codes)


def _zone(record: Mapping[str, Any]) -> str:
    if "zone" not in record:
        return "UTC"
    zone = _text(record, "zone", "the file")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise NationMalformed("zone must be a time zone's name, such as Europe/Lisbon.") from error
    return zone


def _service(value: object, place: str) -> Service:
    record = _object(value, place)
    chat = _text(record, "chat", place) if "chat" in record else ""
    if chat and (urlsplit(chat).scheme != "https" or not urlsplit(chat).hostname):
        raise NationMalformed(f"chat in {place} must be an address that begins with https://.")
    return Service(
        name=_words(record, "name", place),
        about=_words(record, "about", place),
        hours=_words(record, "hours", place),
        cost=_words(record, "cost", place),
        phone=_number(record, "phone", place),
        text=_number(record, "text", place) if "text" in record else "",
        chat=chat,
        service=_id(record, "service", place) if "service" in record else None,
    )


def _id(record: Mapping[str, Any], name: str, place: str) -> UUID:
    try:
        return UUID(_text(record, name, place))
    except ValueError as error:
        raise NationMalformed(f"{name} in {place} must be the id of a service of the directory.") from error


def _number(record: Mapping[str, Any], name: str, place: str) -> str:
    number = _text(record, name, place)
    if not dial_of(number).strip("+"):
        raise NationMalformed(f"{name} in {place} must be a number to dial.")
    return number


def _words(record: Mapping[str, Any], name: str, place: str) -> Words:
    """A text for all languages, or an object with one for each: `{"en": "free", "ar": "…"}`."""
    value = record.get(name)
    if not isinstance(value, dict):
        return Words(MappingProxyType({"": _text(record, name, place)}))
    if not value:
        raise NationMalformed(f"{name} in {place} must have a text in at least one language.")
    return Words(MappingProxyType({code: _text(value, code, f"{name} in {place}") for code in value}))


def _object(value: object, place: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise NationMalformed(f"{place} must be an object.")
    return value


def _text(record: Mapping[str, Any], name: str, place: str) -> str:
    value = record.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_TEXT:
        raise NationMalformed(f"{name} in {place} must be a text of 1 to {LONGEST_TEXT} characters.")
    return value
