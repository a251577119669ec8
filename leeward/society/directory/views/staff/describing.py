"""An entry in lines that people read: what stands in each screen of a service, and of a place."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from leeward.foundation.days import write_day
from leeward.foundation.web.words import word
from leeward.society.directory.forms.staff.entries import section_columns
from leeward.society.directory.forms.staff.fields import describe_language
from leeward.society.directory.queries.editing import ServiceEntry, ServiceLine
from leeward.society.directory.rules.columns import Column, Kind, Section
from leeward.society.directory.rules.records import (
    CostOption,
    Link,
    LocationRecord,
    Phone,
    Schedule,
    ServiceArea,
)
from leeward.society.directory.schedule_words import describe_schedule
from leeward.society.directory.words import field_name

type Shown = list[tuple[Section, list[tuple[str, list[str]]]]]


def describe_service(entry: ServiceEntry, *, term_names: Mapping[UUID, str]) -> Shown:
    """Every screen of a service, with the names of its fields and what stands in them, a line each."""
    own = {
        "locations": _places(entry),
        "terms": [term_names.get(term, str(term)) for term in entry.record.terms],
    }
    return [
        (
            section,
            [
                (field_name(column.name), own.get(column.name) or _lines(column, getattr(entry.record, column.name)))
                for column in section_columns(section)
            ],
        )
        for section in Section
    ]


def describe_owner(line: ServiceLine) -> str:
    """Whether a service has an owner, and when that one was asked last whether all is correct."""
    if not line.has_owner:
        return _("No owner")
    if line.reminded_at is None:
        return _("Not asked yet")
    return _("Asked on %(day)s") % {"day": write_day(line.reminded_at)}


def describe_hours(schedules: Sequence[Schedule]) -> tuple[str, ...]:
    """Opening times, a line for each row."""
    return tuple(describe_schedule(schedule) for schedule in schedules)


def describe_place(place: LocationRecord) -> str:
    """Where a place is, in one line; of a confidential one that it is."""
    if place.is_confidential:
        return _("A place that stays secret")
    address = place.address
    if address is None:
        return place.url or place.name or _("A place without an address")
    return ", ".join(part for part in (address.address_1, address.address_2, address.postal_code, address.city) if part)


def describe_phone(phone: Phone) -> str:
    """A number in one line."""
    number = f"{phone.number} × {phone.extension}" if phone.extension is not None else phone.number
    return _join([number, word(phone.type), phone.description, *map(describe_language, phone.languages)])


def describe_link(link: Link) -> str:
    """A web page in one line."""
    return _join([link.url, link.label, word(link.way) if link.way else ""])


def describe_area(area: ServiceArea) -> str:
    """An area in one line."""
    return _join([area.name, area.code, area.description])


def describe_cost(cost: CostOption) -> str:
    """A price in one line."""
    amount = "" if cost.amount is None else _("free") if cost.amount == 0 else f"{cost.amount:f} {cost.currency}"
    first = _("from %(day)s") % {"day": write_day(cost.valid_from)} if cost.valid_from else ""
    last = _("until %(day)s") % {"day": write_day(cost.valid_to)} if cost.valid_to else ""
    return _join([cost.option, amount.strip(), cost.amount_description, first, last])


def _places(entry: ServiceEntry) -> list[str]:
    known = {place.id: place for place in entry.places}
    lines = []
    for part in entry.record.locations:
        place = known[part.location_id]
        where = _join([place.name, describe_place(place)] if place.name else [describe_place(place)])
        lines.append(f"{where} ({_('with its own times')})" if part.schedules else where)
    return lines


def _lines(column: Column, value: Any) -> list[str]:
    """A field's value, a line each; [] where nothing is known."""
    match column.kind:
        case Kind.FLAG:
            return [_("Yes") if value else _("No")]
        case Kind.CHOICE:
            return [word(value)]
        case Kind.CHOICES:
            return [word(each) for each in value]
        case Kind.LANGUAGES:
            return [describe_language(code) for code in value]
        case Kind.PARTS:
            return [DESCRIBED[type(part)](part) for part in value if type(part) in DESCRIBED]
    return [] if value in (None, "") else str(value).split("\n")


def _join(parts: Sequence[str]) -> str:
    return " · ".join(str(part) for part in parts if part)


DESCRIBED: Mapping[type, Callable[[Any], str]] = {
    Phone: describe_phone,
    Link: describe_link,
    ServiceArea: describe_area,
    CostOption: describe_cost,
}
