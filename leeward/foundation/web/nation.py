"""The nation that an installation serves: its name, and whom people there can call, as one checked JSON file."""

import json
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

LONGEST_TEXT = 300
MOST_SERVICES = 20


class NationMalformed(Exception):
    """The nation's file cannot be used; the message names the place and what belongs there."""


def dial_of(phone: str) -> str:
    """A phone number as a telephone takes it: digits, and a plus in front where there is one."""
    return ("+" if phone.startswith("+") else "") + "".join(filter(str.isdigit, phone))


@dataclass(frozen=True, kw_only=True)
class Service:
    """Somebody to call. Every field is a text for people, in the nation's own words."""

    name: str
    about: str
    phone: str
    hours: str
    cost: str

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
class Nation:
    """A nation's name, its ISO 3166 code, its line for when a child is in the picture, and its other services.

    `desk` is None where no removal desk works; `zone` is the name of the time zone in which people there live.
    """

    name: str
    jurisdiction: str
    children: Service
    services: tuple[Service, ...]
    desk: Desk | None = None
    zone: str = "UTC"


def read_nation(text: str) -> Nation:
    """Read the nation's file. Raises NationMalformed."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise NationMalformed(f"It is not JSON (line {error.lineno}): {error.msg}.") from error
    record = _object(value, "the file")
    services = record.get("services")
    if not isinstance(services, list) or len(services) > MOST_SERVICES:
        raise NationMalformed(f"services must be a list of at most {MOST_SERVICES}.")
    return Nation(
        name=_text(record, "name", "the file"),
        jurisdiction=_text(record, "jurisdiction", "the file"),
        children=_service(record.get("children"), "children"),
        services=tuple(_service(service, f"services[{place}]") for place, service in enumerate(services)),
        desk=_desk(record["desk"]) if "desk" in record else None,
        zone=_zone(record),
    )


def _desk(value: object) -> Desk:
    record = _object(value, "desk")
    desk = Desk(**{name: _text(record, name, "desk") for name in ("name", "email", "address")})
    if desk.email.count("@") != 1 or any(sign.isspace() for sign in desk.email):
        raise NationMalformed("email in desk must be a mail address.")
    return desk


def _zone(record: dict[str, Any]) -> str:
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
    return Service(**{name: _text(record, name, place) for name in ("name", "about", "phone", "hours", "cost")})


def _object(value: object, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise NationMalformed(f"{place} must be an object.")
    return value


def _text(record: dict[str, Any], name: str, place: str) -> str:
    value = record.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_TEXT:
        raise NationMalformed(f"{name} in {place} must be a text of 1 to {LONGEST_TEXT} characters.")
    return value
