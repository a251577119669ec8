"""What a service's owner may change of its entry, what such a change does to the records, and how an editor reads it.

A field that is None is as it was. So a proposal holds what was changed and nothing else, and an editor who accepts it
a month later does not undo what was mended meanwhile.
"""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, get_type_hints
from uuid import UUID

from pydantic import TypeAdapter

from leeward.foundation.editing.errors import FieldRefused
from leeward.society.directory.errors import Mistake
from leeward.society.directory.rules import columns
from leeward.society.directory.rules.checks import check_record, means_of
from leeward.society.directory.rules.columns import owners
from leeward.society.directory.rules.history import FieldChange, as_text
from leeward.society.directory.rules.records import (
    Address,
    CostOption,
    LocationRecord,
    Phone,
    Schedule,
    ServiceRecord,
    Translation,
    Way,
)

# What an owner may change: texts, and lists as a whole.
TEXTS = tuple(each.name for each in owners(ServiceRecord) if each.kind in columns.TEXTS)
LISTS = tuple(each.name for each in owners(ServiceRecord) if each.kind in columns.IN_TABLES)
# What is said only for a while must not stand on in another language after it has changed.
PASSING = ("alert",)
# The ways of contact that come and go with a number or an address.
FOLLOWING = (Way.PHONE, Way.TEXT, Way.EMAIL)


@dataclass(frozen=True, kw_only=True)
class Ages:
    """For people of which ages a service is; None is no limit."""

    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True, kw_only=True)
class NewAddress:
    """Where a place of the service is now."""

    location_id: UUID
    address: Address


_HINTS = get_type_hints(ServiceRecord)
_Asked: Any = dataclasses.make_dataclass(
    "_Asked", [(name, _HINTS[name] | None, None) for name in (*TEXTS, *LISTS)], frozen=True, kw_only=True
)


@dataclass(frozen=True, kw_only=True)
class OwnerChange(_Asked):  # type: ignore[misc]  # the texts and lists, by the names of the record
    """What is to change. Terms are ids; those of other taxonomies than the owner was asked about stay."""

    ages: Ages | None = None
    terms_added: tuple[UUID, ...] = ()
    terms_dropped: tuple[UUID, ...] = ()
    addresses: tuple[NewAddress, ...] = ()


NO_CHANGE = OwnerChange()
_ADAPTER: TypeAdapter[OwnerChange] = TypeAdapter(OwnerChange)


def pack_change(change: OwnerChange) -> Mapping[str, object]:
    """A change as plain JSON; what is as it was is left out."""
    packed: Mapping[str, object] = _ADAPTER.dump_python(change, mode="json", exclude_defaults=True)
    return packed


def unpack_change(packed: Mapping[str, object]) -> OwnerChange:
    """A change from its column."""
    return _ADAPTER.validate_python(packed)


def narrow_change(
    change: OwnerChange, record: ServiceRecord, *, locations: Mapping[UUID, LocationRecord]
) -> OwnerChange:
    """The change without what is as it was: nobody is asked to look at that."""
    kept: dict[str, Any] = {
        name: getattr(change, name)
        for name in (*TEXTS, *LISTS)
        if getattr(change, name) is not None and _bare(getattr(change, name)) != _bare(getattr(record, name))
    }
    if change.ages not in (None, _ages(record)):
        kept["ages"] = change.ages
    kept["terms_added"] = tuple(term for term in change.terms_added if term not in record.terms)
    kept["terms_dropped"] = tuple(term for term in change.terms_dropped if term in record.terms)
    kept["addresses"] = tuple(
        new
        for new in change.addresses
        if new.location_id not in locations or not _is_same(new.address, locations[new.location_id].address)
    )
    return OwnerChange(**kept)


def apply_change(change: OwnerChange, record: ServiceRecord) -> ServiceRecord:
    """The service as it is after the change. Ways of contact follow the numbers and addresses that are there."""
    values: dict[str, Any] = {
        name: _bare(getattr(change, name)) for name in (*TEXTS, *LISTS) if getattr(change, name) is not None
    }
    if change.ages is not None:
        values |= {"minimum_age": change.ages.minimum, "maximum_age": change.ages.maximum}
    stay = tuple(term for term in record.terms if term not in change.terms_dropped)
    values["terms"] = (*stay, *(term for term in change.terms_added if term not in stay))
    over = [name for name in PASSING if name in values]
    values["translations"] = tuple(each for each in record.translations if each.field not in over)
    changed = dataclasses.replace(record, **values)
    return dataclasses.replace(changed, ways=_ways_after(record, changed))


def apply_address(new: NewAddress, record: LocationRecord) -> LocationRecord:
    """The place after the change. Elsewhere, its old coordinates are wrong: whoever saves it finds new ones."""
    old = record.address
    if old is not None and _where(old) == _where(new.address):
        return dataclasses.replace(record, address=new.address)
    return dataclasses.replace(record, address=new.address, latitude=None, longitude=None)


def faults_of(
    change: OwnerChange, record: ServiceRecord, *, locations: Mapping[UUID, LocationRecord]
) -> tuple[FieldRefused, ...]:
    """What is wrong with a change. What was wrong with the entry before is not the owner's to mend now."""
    faults = _new(check_record(apply_change(change, record)), check_record(record))
    for place, new in enumerate(change.addresses):
        path, location = f"addresses.{place}", locations.get(new.location_id)
        if record.hides_address or location is None or location.is_confidential:
            faults.append(FieldRefused(path, Mistake.ADDRESS_CLOSED))
            continue
        faults += [
            FieldRefused(f"{path}.{fault.field.removeprefix('address.')}", fault.code, **fault.about)
            for fault in _new(check_record(apply_address(new, location)), check_record(location))
        ]
    return tuple(faults)


def _new(found: Iterable[FieldRefused], before: Iterable[FieldRefused]) -> list[FieldRefused]:
    known = [(fault.field, fault.code, fault.about) for fault in before]
    return [fault for fault in found if (fault.field, fault.code, fault.about) not in known]


def changes_of(
    change: OwnerChange,
    record: ServiceRecord,
    *,
    locations: Mapping[UUID, LocationRecord],
    term_names: Mapping[UUID, str],
) -> tuple[FieldChange, ...]:
    """The change field by field, in lines that a person reads, against what stands in the entry now."""
    narrowed = narrow_change(change, record, locations=locations)
    after = apply_change(narrowed, record)
    changes = [
        FieldChange(field=name, before=read_value(getattr(record, name)), after=read_value(getattr(after, name)))
        for name in (*TEXTS, *LISTS)
        if getattr(narrowed, name) is not None
    ]
    if narrowed.ages is not None:
        changes.append(FieldChange(field="ages", before=_read_ages(_ages(record)), after=_read_ages(narrowed.ages)))
    if narrowed.terms_added or narrowed.terms_dropped:
        asked = {*narrowed.terms_added, *narrowed.terms_dropped}
        before, later = (
            "\n".join(sorted(term_names.get(term, str(term)) for term in terms if term in asked))
            for terms in (record.terms, after.terms)
        )
        changes.append(FieldChange(field="terms", before=before, after=later))
    for new in narrowed.addresses:
        location = locations.get(new.location_id)
        old = read_value(location.address) if location and location.address else ""
        changes.append(FieldChange(field="address", before=old, after=read_value(new.address)))
    return tuple(changes)


def stale_translations(change: OwnerChange, record: ServiceRecord) -> tuple[Translation, ...]:
    """Texts in other languages that say what was said before the change, for an editor to look at."""
    changed = [name for name in TEXTS if getattr(change, name) not in (None, getattr(record, name))]
    return tuple(each for each in record.translations if each.field in changed and each.field not in PASSING)


def read_value(value: Any) -> str:
    """A value in lines for a person: no JSON, one part a line."""
    if isinstance(value, tuple):
        return "\n".join(map(read_value, value))
    if isinstance(value, Phone):
        extension = f"{value.number} × {value.extension}" if value.extension is not None else value.number
        return _join(extension, value.type.value, value.description, ", ".join(value.languages))
    if isinstance(value, Schedule):
        return _read_schedule(value)
    if isinstance(value, CostOption):
        amount = "" if value.amount is None else f"{_plain(value.amount)} {value.currency}".strip()
        return _join(value.option, amount, value.amount_description)
    if isinstance(value, Address):
        lines = (value.attention, value.address_1, value.address_2, f"{value.postal_code} {value.city}")
        return ", ".join(filter(None, (*lines, value.region, value.state_province, value.country)))
    return as_text(value)


def _read_schedule(schedule: Schedule) -> str:
    times = f"{schedule.opens_at:%H:%M}–{schedule.closes_at:%H:%M}" if schedule.opens_at and schedule.closes_at else ""
    shown = ("byday", "opens_at", "closes_at", "id", "freq")
    others = (
        f"{field.name}={as_text(getattr(schedule, field.name))}"
        for field in dataclasses.fields(schedule)
        if field.name not in shown and getattr(schedule, field.name) not in (None, "")
    )
    return _join(schedule.freq.value if schedule.freq else "", schedule.byday.replace(",", " "), times, *others)


def _read_ages(ages: Ages) -> str:
    if ages == Ages():
        return ""
    return f"{'' if ages.minimum is None else ages.minimum}–{'' if ages.maximum is None else ages.maximum}"


def _ways_after(record: ServiceRecord, changed: ServiceRecord) -> tuple[Way, ...]:
    """What was possible and is not any more goes; what a new number or address makes possible comes."""
    had, has = ({way: means_of(each)[way] for way in FOLLOWING} for each in (record, changed))
    stay = [way for way in record.ways if has.get(way, True)]
    return (*stay, *(way for way, is_there in has.items() if is_there and not had[way] and way not in stay))


def _ages(record: ServiceRecord) -> Ages:
    return Ages(minimum=record.minimum_age, maximum=record.maximum_age)


def _bare(value: Any) -> Any:
    """A value without the ids of its parts: where a list changes, its parts are numbered anew."""
    if not isinstance(value, tuple):
        return value
    return tuple(part if isinstance(part, str) else dataclasses.replace(part, id=None) for part in value)


def _is_same(new: Address, old: Address | None) -> bool:
    return old is not None and dataclasses.replace(new, id=old.id) == old


def _where(address: Address) -> tuple[str, ...]:
    return (address.address_1, address.city, address.postal_code, address.country)


def _plain(amount: Decimal) -> str:
    return f"{amount:f}"


def _join(*parts: str) -> str:
    return " · ".join(filter(None, parts))
