"""Reads holds: what every retention asks before it erases, and what the page of a record shows.

A room names the kinds of its records that can be held (`LEEWARD_HOLDABLE` in the settings names each), and asks
`held_records` in each sweep that erases some.
"""

import functools
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.conf import settings
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from leeward.foundation.accounts.models import User
from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.editing.fields import Words
from leeward.foundation.holds.errors import HoldUnknown, RecordHeld
from leeward.foundation.holds.models import Hold
from leeward.foundation.holds.rules import HoldState, state_of
from leeward.foundation.rows import read_row
from leeward.foundation.vault.operations import OpenFile, open_files
from leeward.foundation.vault.rules.grants import Keyring
from leeward.foundation.vault.rules.texts import is_sealed
from leeward.foundation.work.errors import Absent

SHOWN = 100


@dataclass(frozen=True, kw_only=True)
class Holdable:
    """One kind of record that can be held.

    `find` gives a record's title to somebody who may see it, and raises Absent for anybody else and where there is
    none. `address` is the record's page. `readers` names the vault's teams whose people may see a record, for whom the
    reason of its hold is sealed; none where there is no such record.
    """

    kind: str
    label: Words
    find: Callable[[User, str], Words]
    address: Callable[[str], str]
    readers: Callable[[str], Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class HoldView:
    """One hold as those who may see its record read it. `with_reasons` opens its reasons; until then they are ""."""

    reference: uuid.UUID
    kind: str
    record: str
    reason: str
    until: date
    asked_by: str
    asked_at: datetime
    confirmed_by: str
    confirmed_at: datetime | None
    lifted_by: str
    lifted_at: datetime | None
    lift_reason: str
    state: HoldState


@functools.cache
def holdable_kinds() -> Mapping[str, Holdable]:
    """The kinds of records that can be held here."""
    return {each.kind: each for name in settings.LEEWARD_HOLDABLE for each in import_string(name)}


def find_record(viewer: User, kind: str, record: str) -> tuple[Holdable, Words]:
    """A record that can be held, with its title. Raises HoldUnknown for what this reader may not see alike."""
    known = holdable_kinds().get(kind)
    if known is None:
        raise HoldUnknown
    try:
        return known, known.find(viewer, record)
    except Absent as error:
        raise HoldUnknown from error


def held_records(kind: str, *, now: datetime) -> frozenset[str]:
    """The records of a kind that are held now. No sweep erases any of them."""
    return frozenset(_in_force(now).filter(kind=kind).values_list("record", flat=True))


def is_held(kind: str, record: object, *, now: datetime) -> bool:
    """Whether this record is held now."""
    return _in_force(now).filter(kind=kind, record=str(record)).exists()


def refuse_held(kind: str, record: object, *, now: datetime) -> None:
    """Raise RecordHeld where somebody would erase a record that is held."""
    if is_held(kind, record, now=now):
        raise RecordHeld


def holds_on(kind: str, record: object, *, now: datetime) -> tuple[HoldView, ...]:
    """Every hold on one record that is known still, the newest first."""
    rows = Hold.objects.filter(kind=kind, record=str(record)).order_by("-asked_at", "-pk")[:SHOWN]
    return tuple(_view(row, now=now) for row in rows)


def open_holds(viewer: User, *, now: datetime) -> Iterator[tuple[HoldView, Words]]:
    """Holds that are asked for or in force on records that somebody may see, with the record's title."""
    rows = Hold.objects.filter(lifted_at__isnull=True, until__gte=local_day(now)).order_by("until", "pk")
    for row in rows[:SHOWN]:
        view = _view(row, now=now)
        if view.state not in (HoldState.ASKED, HoldState.IN_FORCE):
            continue
        try:
            _kind, title = find_record(viewer, row.kind, row.record)
        except HoldUnknown:
            continue
        yield view, title


def read_hold(reference: uuid.UUID, *, now: datetime) -> HoldView:
    """One hold. Raises HoldUnknown."""
    row = Hold.objects.filter(reference=reference).first()
    if row is None:
        raise HoldUnknown
    return _view(row, now=now)


def with_reasons(
    found: Sequence[HoldView], *, keyring: Keyring | None, by: Actor, now: datetime
) -> tuple[HoldView, ...]:
    """Open the reasons of holds that somebody may see; "" stays where these keys do not open them.

    The trail has one line for all of them.
    """
    references = [each.reference for each in found]
    opened = open_files(references, keyring, by=by, now=now) if keyring and references else {}
    rows = {row.reference: row for row in Hold.objects.filter(reference__in=references)}
    return tuple(
        replace(
            each,
            reason=_words(rows[each.reference], "reason", opened.get(each.reference)),
            lift_reason=_words(rows[each.reference], "lift_reason", opened.get(each.reference)),
        )
        for each in found
        if each.reference in rows
    )


def _words(row: Hold, column: str, opened: OpenFile | None) -> str:
    """What a column says; as it stands in a row of an earlier release, until a sweep has sealed that."""
    kept = getattr(row, column)
    return row.peek(opened, column) if not kept or is_sealed(kept) else kept


def _in_force(now: datetime) -> QuerySet[Hold]:
    return Hold.objects.filter(confirmed_at__isnull=False, lifted_at__isnull=True, until__gte=local_day(now))


def _view(row: Hold, *, now: datetime) -> HoldView:
    state = state_of(
        asked_at=row.asked_at,
        confirmed_at=row.confirmed_at,
        lifted_at=row.lifted_at,
        until=row.until,
        now=now,
        today=local_day(now),
    )
    return read_row(HoldView, row, state=state, reason="", lift_reason="")
