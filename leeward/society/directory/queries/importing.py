"""What becomes of a file's entries, held against what is here: new, changed, the same, or left as they are.

Two things no file does. It never shows a place that is hidden here. And it does not write over an edit that was made
here after it, unless that is asked for: such an entry stays as it is, and that is said.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from itertools import batched
from typing import Any, cast
from uuid import UUID

from django.db.models import Max

from leeward.society.directory.models import Location, Revision, ServiceAtLocation
from leeward.society.directory.queries.packed import ROWS, pack_entries
from leeward.society.directory.rules.history import Source, changes_between
from leeward.society.directory.rules.merging import merge
from leeward.society.directory.rules.records import LocationRecord, Record, ServiceRecord
from leeward.society.directory.rules.tables import (
    AT_LOCATION,
    ATTRIBUTE,
    BY_NAME,
    BY_RECORD,
    LOCATION,
    SERVICE,
    TERM,
    Table,
)
from leeward.society.directory.rules.unpacking import Entry, Fault, Line, retell

AT_ONCE = 500
LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Verdict(StrEnum):
    """What becomes of an entry."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    KEPT = "kept"
    FAULTY = "faulty"


class Wins(StrEnum):
    """Whose words count where an entry was edited here after the file."""

    HERE = "here"
    FILE = "file"


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How a file is taken in: who wins, and what else the file has (ids of a table; places it calls confidential)."""

    wins: Wins = Wins.HERE
    in_file: Callable[[Table, Iterable[UUID]], set[UUID]]
    confidential_in_file: Callable[[Iterable[UUID]], set[UUID]]


@dataclass(frozen=True, kw_only=True)
class Judged[R: Record]:
    """An entry of the file, what becomes of it, the record to be written, and for one that stays, why."""

    entry: Entry[R]
    verdict: Verdict
    record: R
    why: str = ""
    faults: tuple[Fault, ...] = field(default=())


def judge[R: Record](table: Table, entries: Sequence[Entry[R]], terms: Terms) -> tuple[Judged[R], ...]:
    """Judge some entries of one kind, in few queries however many they are."""
    ids = [entry.record.id for entry in entries]
    here = _here(table, ids)
    edited = _edits(table, ids)
    faults = _references(entries, terms)
    judged = [_judge(entry, here.get(entry.record.id), edited.get(entry.record.id), terms.wins) for entry in entries]
    if table is SERVICE:
        services = cast("list[Judged[ServiceRecord]]", judged)
        hiding, taken = _hiding(services, terms), _taken(services)
        wrong = {*faults, *hiding, *taken}
        faults = {each: (*faults.get(each, ()), *hiding.get(each, ()), *taken.get(each, ())) for each in wrong}
    return tuple(
        Judged(entry=one.entry, verdict=Verdict.FAULTY, record=one.record, faults=faults[one.record.id])
        if one.record.id in faults
        else one
        for one in judged
    )


def _judge[R: Record](
    entry: Entry[R], here: tuple[R, R] | None, edited: tuple[datetime | None, datetime | None] | None, wins: Wins
) -> Judged[R]:
    if here is None:
        return Judged(entry=entry, verdict=Verdict.NEW, record=entry.record)
    kept, told = here
    if why := _shows(entry, kept, told):
        return Judged(entry=entry, verdict=Verdict.KEPT, record=kept, why=why)
    if isinstance(told, LocationRecord) and told.is_confidential:
        return Judged(entry=entry, verdict=Verdict.SAME, record=kept)
    record = merge(kept, told, entry)
    if not changes_between(kept, record):
        return Judged(entry=entry, verdict=Verdict.SAME, record=kept)
    by_people, by_file = edited or (None, None)
    since = entry.modified_at or by_file or LONG_AGO
    if wins is Wins.HERE and by_people is not None and by_people > since:
        why = f"was edited here on {by_people:%Y-%m-%d %H:%M} UTC, after this file's version of it"
        return Judged(entry=entry, verdict=Verdict.KEPT, record=kept, why=why)
    return Judged(entry=entry, verdict=Verdict.CHANGED, record=record)


def _shows(entry: Entry[Any], kept: Record, told: Record) -> str:
    """Why an entry must stay as it is: the file would show what is hidden here."""
    wanted = entry.record
    if isinstance(told, LocationRecord) and told.is_confidential and not wanted.is_confidential:
        return "is confidential here, and no file shows it; an editor can"
    hides = isinstance(kept, ServiceRecord) and kept.hides_address
    if hides and "hides_address" in entry.fields and not wanted.hides_address:
        return "hides its address here, and no file ends that; an editor can"
    return ""


def _here(table: Table, ids: Sequence[UUID]) -> dict[UUID, tuple[Any, Any]]:
    """What is here of these entries: as it is kept, and as a package of ours would tell it."""
    keys = list(ROWS[table.name].filter(public_id__in=ids).order_by("pk").values_list("pk", flat=True))
    return {kept.id: (kept, retell(lines, kept)) for kept, lines in pack_entries(table, keys)}


def _edits(table: Table, ids: Sequence[UUID]) -> dict[UUID, tuple[datetime | None, datetime | None]]:
    """When each of these was last edited by people here, and when last by a file."""
    found: dict[UUID, tuple[datetime | None, datetime | None]] = {}
    lines = Revision.objects.filter(resource_type=table.name, resource_id__in=ids).order_by()
    people = lines.exclude(updated_by__in=[Source.IMPORT.value, Source.SYSTEM.value])
    for identity, at in people.values_list("resource_id").annotate(last=Max("at")):
        found[identity] = (at, None)
    for identity, at in (
        lines.filter(updated_by=Source.IMPORT.value).values_list("resource_id").annotate(last=Max("at"))
    ):
        found[identity] = (found.get(identity, (None, None))[0], at)
    return found


def _references(entries: Sequence[Entry[Any]], terms: Terms) -> dict[UUID, tuple[Fault, ...]]:
    """Of each entry, what it names that is neither in the file nor here."""
    named: dict[str, set[UUID]] = {}
    for entry in entries:
        for _where, _column, target, identity in _named(entry.record):
            named.setdefault(target.name, set()).add(identity)
    missing = {}
    for name, ids in named.items():
        rest = ids - terms.in_file(BY_NAME[name], ids)
        for some in batched(rest, AT_ONCE):
            rest = rest - set(ROWS[name].filter(public_id__in=some).values_list("public_id", flat=True))
        missing[name] = rest
    faults: dict[UUID, list[Fault]] = {}
    for entry in entries:
        for where, column, target, identity in _named(entry.record):
            if identity in missing[target.name]:
                line = _line(entry, where, column, identity)
                what = f"There is no {identity} in {target.file}, nor here."
                how = "Add it there, or take this out."
                faults.setdefault(entry.record.id, []).append(line.fault(column, what, how))
    return {identity: tuple(some) for identity, some in faults.items()}


def _line(entry: Entry[Any], where: Table, column: str, identity: UUID) -> Line:
    """The line in which an entry names something."""
    for line in entry.lines.values():
        if line.table is where and line.cell(column) == str(identity):
            return line
    return entry.line


def _named(record: Any) -> Iterator[tuple[Table, str, Table, UUID]]:
    """What an entry names: in which table and column, of which table, the id."""
    own = BY_RECORD[type(record)]
    for column in own.columns:
        if column.refers and (identity := getattr(record, column.name, None)) is not None:
            yield own, column.name, BY_NAME[column.refers], identity
    if isinstance(record, ServiceRecord):
        for part in record.locations:
            yield AT_LOCATION, "location_id", LOCATION, part.location_id
        for term in record.terms:
            yield ATTRIBUTE, "taxonomy_term_id", TERM, term


def _hiding(judged: Sequence[Judged[ServiceRecord]], terms: Terms) -> dict[UUID, tuple[Fault, ...]]:
    """Services that hide their address, at a place that everybody could see."""
    hiding = [one for one in judged if one.record.hides_address and one.verdict in (Verdict.NEW, Verdict.CHANGED)]
    places = {part.location_id for one in hiding for part in one.record.locations}
    if not places:
        return {}
    hidden = terms.confidential_in_file(places)
    for some in batched(places, AT_ONCE):
        confidential = Location.objects.filter(public_id__in=some, is_confidential=True)
        hidden |= set(confidential.values_list("public_id", flat=True))
    what = "It hides its address, and is given at a place that everybody can see."
    how = "Write true at is_confidential of that place, or take the place out."
    return {
        one.record.id: (one.entry.line.fault("hides_address", what, how),)
        for one in hiding
        if any(part.location_id not in hidden for part in one.record.locations)
    }


def _taken(judged: Sequence[Judged[ServiceRecord]]) -> dict[UUID, tuple[Fault, ...]]:
    """Services at places by an id that another service has here."""
    owners = {part.id: one for one in judged for part in one.entry.record.locations}
    faults: dict[UUID, list[Fault]] = {}
    for some in batched(owners, AT_ONCE):
        rows = ServiceAtLocation.objects.filter(public_id__in=some).order_by()
        for identity, service in rows.values_list("public_id", "service__public_id"):
            one = owners[identity]
            if service != one.record.id:
                line = _line(one.entry, AT_LOCATION, "id", identity)
                what = f"Here this id belongs to the service {service}."
                faults.setdefault(one.record.id, []).append(line.fault("id", what, "Give this line a new id."))
    return {identity: tuple(each) for identity, each in faults.items()}
