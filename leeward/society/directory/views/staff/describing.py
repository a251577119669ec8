"""An entry in lines that people read: what stands in each screen of a service, and of a place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from leeward.foundation.days import write_day
from leeward.society.directory.forms.staff.fields import describe_language
from leeward.society.directory.forms.staff.services import SECTIONS, Section
from leeward.society.directory.queries.editing import ServiceEntry
from leeward.society.directory.rules.records import (
    CostOption,
    Link,
    LocationRecord,
    Phone,
    Schedule,
    ServiceArea,
    ServiceRecord,
)
from leeward.society.directory.schedule_words import describe_schedule
from leeward.society.directory.staff_words import COVERAGES, STATUSES, field_name
from leeward.society.directory.words import PHONES, WAYS

type Words = str | Promise


@dataclass(frozen=True, kw_only=True)
class Row:
    """One field with its value, a line each; () where nothing is known."""

    title: Words
    lines: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SectionView:
    """A screen as it stands."""

    code: str
    title: Words
    rows: tuple[Row, ...]


def describe_service(entry: ServiceEntry, *, term_names: Mapping[UUID, str]) -> tuple[SectionView, ...]:
    """Every screen of a service, with what stands in it."""
    record = entry.record
    rows: dict[Section, tuple[Row, ...]] = {
        Section.ABOUT: (
            _text(record, "name"),
            _text(record, "alternate_name"),
            _text(record, "description"),
            _row("status", [STATUSES[record.status]]),
            _text(record, "alert"),
            _text(record, "accreditations"),
        ),
        Section.TALKING: (
            _row("ways", [WAYS[way] for way in record.ways]),
            _row("phones", map(describe_phone, record.phones)),
            _text(record, "url"),
            _text(record, "email"),
        ),
        Section.LINKS: (_row("additional_urls", map(describe_link, record.additional_urls)),),
        Section.PLACES: (
            _row("coverage", [COVERAGES[record.coverage]]),
            _row("service_areas", map(describe_area, record.service_areas)),
            _row("locations", _places(entry)),
        ),
        Section.PEOPLE: (
            _row("terms", [term_names.get(term, str(term)) for term in record.terms]),
            _text(record, "eligibility_description"),
            _row("minimum_age", _number(record.minimum_age)),
            _row("maximum_age", _number(record.maximum_age)),
            _text(record, "application_process"),
            _text(record, "wait_time"),
        ),
        Section.COST: (
            _text(record, "fees_description"),
            _row("cost_options", map(describe_cost, record.cost_options)),
        ),
        Section.LANGUAGES: (
            _row("languages", map(describe_language, record.languages)),
            _text(record, "interpretation_services"),
        ),
        Section.SAFETY: tuple(_flag(record, name) for name in SECTIONS[Section.SAFETY].base_fields),
        Section.OWNER: (_text(record, "owner_email"), _text(record, "assurer_email")),
    }
    return tuple(
        SectionView(code=section.value, title=SECTIONS[section].title, rows=rows[section]) for section in Section
    )


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
    return _join([number, PHONES[phone.type], phone.description, *map(describe_language, phone.languages)])


def describe_link(link: Link) -> str:
    """A web page in one line."""
    return _join([link.url, link.label, WAYS[link.way] if link.way else ""])


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


def _text(record: ServiceRecord, name: str) -> Row:
    value = getattr(record, name)
    return _row(name, value.split("\n") if value else [])


def _flag(record: ServiceRecord, name: str) -> Row:
    return _row(name, [_("Yes") if getattr(record, name) else _("No")])


def _number(value: int | None) -> list[str]:
    return [] if value is None else [str(value)]


def _row(name: str, lines: Any) -> Row:
    return Row(title=field_name(name), lines=tuple(str(each) for each in lines))


def _join(parts: Sequence[Words]) -> str:
    return " · ".join(str(part) for part in parts if part)
