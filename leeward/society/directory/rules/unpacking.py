"""Turns lines of the package's tables into records, and says of each cell that cannot be taken where it is and why."""

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from leeward.society.directory.errors import FieldError
from leeward.society.directory.rules.cells import Misfit, read_cell
from leeward.society.directory.rules.checks import (
    check_location,
    check_organization,
    check_service,
    check_taxonomy,
    check_term,
)
from leeward.society.directory.rules.columns import columns_of
from leeward.society.directory.rules.packing import Packed
from leeward.society.directory.rules.records import (
    Accessibility,
    Address,
    AtLocation,
    CostOption,
    Link,
    LocationRecord,
    LocationType,
    OrganizationRecord,
    Phone,
    PhoneType,
    Schedule,
    ServiceArea,
    ServiceRecord,
    ServiceStatus,
    TaxonomyRecord,
    TermRecord,
    Translation,
    Way,
)
from leeward.society.directory.rules.standard import ACCESS_WORDS
from leeward.society.directory.rules.tables import (
    ACCESSIBILITY,
    ADDRESS,
    AT_LOCATION,
    ATTRIBUTE,
    COST_OPTION,
    LANGUAGE,
    LOCATION,
    ORGANIZATION,
    PHONE,
    SCHEDULE,
    SERVICE,
    SERVICE_AREA,
    TAXONOMY,
    TERM,
    TRANSLATION,
    URL,
    Table,
)

type Record = OrganizationRecord | LocationRecord | ServiceRecord | TaxonomyRecord | TermRecord
type Present = Mapping[str, frozenset[str]]  # which columns each table's file has; a table without a file is not there

# Which of a record's fields stand in a file of their own.
PARTS_IN: Mapping[str, Mapping[str, Table]] = {
    ORGANIZATION.name: {"phones": PHONE, "translations": TRANSLATION},
    LOCATION.name: {"address": ADDRESS, "accessibility": ACCESSIBILITY, "translations": TRANSLATION},
    SERVICE.name: {
        "phones": PHONE,
        "additional_urls": URL,
        "schedules": SCHEDULE,
        "languages": LANGUAGE,
        "cost_options": COST_OPTION,
        "service_areas": SERVICE_AREA,
        "locations": AT_LOCATION,
        "terms": ATTRIBUTE,
        "translations": TRANSLATION,
    },
    TAXONOMY.name: {},
    TERM.name: {"translations": TRANSLATION},
}
NOT_A_FIELD = ("id", "last_modified", "taxonomy")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is wrong in a file: where (line 0 is the whole file; a column may be ""), what, and how to mend it."""

    file: str
    line: int = 0
    column: str = ""
    what: str
    how: str = ""

    def __str__(self) -> str:
        where = self.file
        if self.line:
            where += f", line {self.line}"
        if self.column:
            where += f", column {self.column}"
        return f"{where}: {self.what} {self.how}".rstrip()


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a table as it stands in its file: the cells of the columns that we hold."""

    table: Table
    number: int
    cells: Mapping[str, str]
    file: str = ""

    def fault(self, column: str, what: str, how: str) -> Fault:
        """A fault in this line."""
        return Fault(file=self.file or self.table.file, line=self.number, column=column, what=what, how=how)


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """An entry's line and the lines of its parts, by table, in the order of their files."""

    main: Line
    parts: Mapping[str, Sequence[Line]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Entry[R: Record]:
    """An entry of a package: its record, of which fields and tables the package speaks, and where its parts stand."""

    record: R
    fields: frozenset[str]
    files: frozenset[str]
    modified_at: datetime | None
    lines: Mapping[str, Line]

    @property
    def line(self) -> Line:
        """The entry's own line."""
        return self.lines[""]

    def fault(self, error: FieldError) -> Fault:
        """An error of the record as a fault of the line in which it stands."""
        where, rest = error.field, ""
        while where and where not in self.lines:
            where, _dot, last = where.rpartition(".")
            rest = f"{last}.{rest}".rstrip(".")
        line = self.lines[where]
        column = rest if line.table.column(rest) else ("code" if line.table is LANGUAGE else "")
        what = error.what if column else f"{error.field}: {error.what}"
        return line.fault(column, what, error.how)


class _Reading:
    """Reads lines and remembers what could not be read."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.lines: dict[str, Line] = {}

    def values(self, line: Line, path: str) -> dict[str, Any]:
        self.lines[path] = line
        made = {}
        for column in line.table.columns:
            text = line.cells.get(column.name, "")
            value = read_cell(column, text)
            if isinstance(value, Misfit):
                self.faults.append(line.fault(column.name, value.what, value.how))
                value = None
            elif column.is_required and column.name in line.cells and not text.strip():
                self.faults.append(line.fault(column.name, "It is empty.", "Fill it in."))
            made[column.name] = value
        return made

    def many(self, bundle: Bundle, table: Table, name: str) -> Iterator[tuple[Line, dict[str, Any], str]]:
        for place, line in enumerate(bundle.parts.get(table.name, ())):
            path = f"{name}.{place}"
            yield line, self.values(line, path), path

    def parts[P](self, bundle: Bundle, table: Table, name: str, part: type[P]) -> tuple[P, ...]:
        return tuple(_made(part, values) for _line, values, _path in self.many(bundle, table, name))

    def translations(self, bundle: Bundle) -> tuple[Translation, ...]:
        return self.parts(bundle, TRANSLATION, "translations", Translation)


def read_organization(bundle: Bundle, present: Present) -> tuple[Entry[OrganizationRecord] | None, tuple[Fault, ...]]:
    """An organisation, or what is wrong with its lines."""
    return _read(bundle, present, _organization, check_organization)


def read_location(bundle: Bundle, present: Present) -> tuple[Entry[LocationRecord] | None, tuple[Fault, ...]]:
    """A place, or what is wrong with its lines."""
    return _read(bundle, present, _location, check_location)


def read_service(bundle: Bundle, present: Present) -> tuple[Entry[ServiceRecord] | None, tuple[Fault, ...]]:
    """A service, or what is wrong with its lines; its places and terms in the order in which they are kept."""
    entry, faults = _read(bundle, present, _service, check_service)
    if entry is None:
        return None, faults
    record = entry.record
    places, terms = tuple(sorted(record.locations, key=lambda part: part.id)), tuple(sorted(set(record.terms)))
    return dataclasses.replace(entry, record=dataclasses.replace(record, locations=places, terms=terms)), faults


def read_taxonomy(bundle: Bundle, present: Present) -> tuple[Entry[TaxonomyRecord] | None, tuple[Fault, ...]]:
    """A taxonomy, or what is wrong with its line."""
    return _read(bundle, present, _taxonomy, check_taxonomy)


def read_term(bundle: Bundle, present: Present) -> tuple[Entry[TermRecord] | None, tuple[Fault, ...]]:
    """A term, or what is wrong with its lines."""
    return _read(bundle, present, _term, check_term)


def retell[R: Record](packed: Iterable[Packed], as_kept: R) -> R:
    """What a package of ours would say of an entry that is here: what is never published is not in it."""
    bundle = bundle_of(packed)
    reading = _Reading()
    made = _MAKERS[bundle.main.table.name](reading, bundle, reading.values(bundle.main, ""))
    if reading.faults:  # a row from before a rule that we have now: nothing is known to be withheld
        return as_kept
    return cast("R", made)


def bundle_of(packed: Iterable[Packed]) -> Bundle:
    """Lines as they would be written, as if they had been read; the first one is the entry's own."""
    lines = [
        Line(table=table, number=number, cells=dict(zip(table.header, cells, strict=True)))
        for number, (table, cells) in enumerate(packed, start=2)
    ]
    parts: dict[str, list[Line]] = {}
    for line in lines[1:]:
        parts.setdefault(line.table.name, []).append(line)
    return Bundle(main=lines[0], parts=parts)


def _read[R: Record](
    bundle: Bundle,
    present: Present,
    make: Callable[[_Reading, Bundle, dict[str, Any]], R],
    check: Callable[[R], tuple[FieldError, ...]],
) -> tuple[Entry[R] | None, tuple[Fault, ...]]:
    reading = _Reading()
    values = reading.values(bundle.main, "")
    modified_at = values.get("last_modified")
    record = make(reading, bundle, values)
    if reading.faults:
        return None, tuple(reading.faults)
    kind = bundle.main.table.name
    columns = present.get(kind, frozenset())
    in_files = {name for name, table in PARTS_IN[kind].items() if table.name in present}
    known = {each.name for each in dataclasses.fields(record)}
    fields = frozenset(((columns & known) | in_files) - set(NOT_A_FIELD))
    files = frozenset(present)
    entry = Entry(record=record, fields=fields, files=files, modified_at=modified_at, lines=reading.lines)
    errors = check(record)
    return (None if errors else entry), tuple(entry.fault(error) for error in errors)


def _made[T](record: type[T], values: Mapping[str, Any], **more: Any) -> T:
    """A record or a part of the values of a line; where a cell is empty, the field is as if nobody had named it."""
    columns = columns_of(record)
    said = {
        name: value
        for name, value in values.items()
        if name in columns and (columns[name].is_needed or value not in (None, "", ()))
    }
    return record(**said | more)


def _organization(reading: _Reading, bundle: Bundle, values: dict[str, Any]) -> OrganizationRecord:
    phones, translations = tuple(_phones(reading, bundle)), reading.translations(bundle)
    return _made(OrganizationRecord, values, phones=phones, translations=translations)


def _location(reading: _Reading, bundle: Bundle, values: dict[str, Any]) -> LocationRecord:
    address = None
    for place, line in enumerate(bundle.parts.get(ADDRESS.name, ())):
        made = reading.values(line, "address" if place == 0 else f"address.{place}")
        if place:
            reading.faults.append(line.fault("location_id", "A place has one address.", "Keep one of them."))
            continue
        address = _made(Address, made)
    return _made(
        LocationRecord,
        values,
        location_type=values["location_type"] or LocationType.VIRTUAL,
        address=address,
        accessibility=tuple(_accessibility(reading, bundle)),
        translations=reading.translations(bundle),
    )


def _service(reading: _Reading, bundle: Bundle, values: dict[str, Any]) -> ServiceRecord:
    own, at_places = _schedules(reading, bundle)
    record = _made(
        ServiceRecord,
        values,
        status=values["status"] or ServiceStatus.ACTIVE,
        phones=tuple(_phones(reading, bundle)),
        additional_urls=reading.parts(bundle, URL, "additional_urls", Link),
        schedules=own,
        languages=tuple(_languages(reading, bundle)),
        cost_options=reading.parts(bundle, COST_OPTION, "cost_options", CostOption),
        service_areas=reading.parts(bundle, SERVICE_AREA, "service_areas", ServiceArea),
        locations=tuple(
            _made(AtLocation, made, schedules=tuple(at_places.pop(made["id"], ())))
            for _line, made, _path in reading.many(bundle, AT_LOCATION, "locations")
        ),
        terms=tuple(made["taxonomy_term_id"] for _line, made, _path in reading.many(bundle, ATTRIBUTE, "attributes")),
        translations=reading.translations(bundle),
    )
    if "ways" not in bundle.main.cells:
        record = dataclasses.replace(record, ways=tuple(_ways(record)))
    return record


def _ways(record: ServiceRecord) -> Iterator[Way]:
    """How people talk with a service, where its file does not say so in our own column."""
    kinds = {phone.type for phone in record.phones}
    if kinds & {PhoneType.VOICE, PhoneType.TEXTPHONE}:
        yield Way.PHONE
    if PhoneType.TEXT in kinds:
        yield Way.TEXT
    if record.email:
        yield Way.EMAIL
    if record.locations:
        yield Way.IN_PERSON


def _taxonomy(_reading: _Reading, _bundle: Bundle, values: dict[str, Any]) -> TaxonomyRecord:
    if not values["code"] and values["id"]:
        values["code"] = f"taxonomy-{str(values['id'])[:8]}"
    return _made(TaxonomyRecord, values)


def _term(reading: _Reading, bundle: Bundle, values: dict[str, Any]) -> TermRecord:
    if not values["code"] and values["id"]:
        values["code"] = f"term-{str(values['id'])[:8]}"
    return _made(TermRecord, values, translations=reading.translations(bundle))


def _phones(reading: _Reading, bundle: Bundle) -> Iterator[Phone]:
    spoken: dict[str, list[Line]] = {}
    for line in bundle.parts.get(LANGUAGE.name, ()):
        spoken.setdefault(_of_phone(line), []).append(line)
    for line, made, path in reading.many(bundle, PHONE, "phones"):
        codes = []
        for place, language in enumerate(spoken.get(line.cells.get("id", "").strip().lower(), ())):
            codes.append(str(reading.values(language, f"{path}.languages.{place}")["code"]))
        yield _made(Phone, made, languages=tuple(codes))


def _of_phone(line: Line) -> str:
    """The id of the phone whose language it is; "" where it is the service's own."""
    return "" if line.cells.get("service_id", "").strip() else line.cells.get("phone_id", "").strip().lower()


def _languages(reading: _Reading, bundle: Bundle) -> Iterator[str]:
    own = [line for line in bundle.parts.get(LANGUAGE.name, ()) if not _of_phone(line)]
    for place, line in enumerate(own):
        yield str(reading.values(line, f"languages.{place}")["code"])


def _schedules(reading: _Reading, bundle: Bundle) -> tuple[tuple[Schedule, ...], dict[UUID | None, list[Schedule]]]:
    """A service's own opening times, and those at its places by the place's id."""
    places = {
        line.cells.get("id", "").strip().lower(): place
        for place, line in enumerate(bundle.parts.get(AT_LOCATION.name, ()))
    }
    own: list[Schedule] = []
    there: dict[UUID | None, list[Schedule]] = {}
    for line in bundle.parts.get(SCHEDULE.name, ()):
        place = line.cells.get("service_at_location_id", "").strip().lower()
        at = places.get(place)
        kept = own if at is None else there.setdefault(UUID(place), [])
        path = f"schedules.{len(kept)}" if at is None else f"locations.{at}.schedules.{len(kept)}"
        kept.append(_made(Schedule, reading.values(line, path)))
    return tuple(own), there


def _accessibility(reading: _Reading, bundle: Bundle) -> Iterator[Accessibility]:
    for item in reading.parts(bundle, ACCESSIBILITY, "accessibility", Accessibility):
        is_ours = item.kind is not None and item.description == ACCESS_WORDS[item.kind]
        yield dataclasses.replace(item, description="") if is_ours else item


_MAKERS: Mapping[str, Callable[[_Reading, Bundle, dict[str, Any]], Record]] = {
    ORGANIZATION.name: _organization,
    LOCATION.name: _location,
    SERVICE.name: _service,
    TAXONOMY.name: _taxonomy,
    TERM.name: _term,
}
