"""What a room tells the home page, the search, and pages that join what several rooms know of one thing.

A room declares one `Room` in its `workplace.py`; `config` names them all (LEEWARD_ROOMS). A room that declares one gets
its rows on the home page, its answers in the search, its part of what several rooms know, and nothing else to build.
"""

import functools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils.module_loading import import_string

from leeward.foundation.accounts.models import User
from leeward.foundation.days import nation_zone
from leeward.foundation.web.components import Text
from leeward.foundation.work.doors import Door, Doors
from leeward.foundation.work.keyset import first_places
from leeward.foundation.work.lists import Listing, Row, as_cell, item_of, order_of
from leeward.foundation.work.way import Way

SHOWN = 10  # of one kind
COUNTED = 100
FOUND = 8  # of one room


@dataclass(frozen=True, kw_only=True)
class Need:
    """One thing that waits for somebody: about what, why it stands there, and the press that goes on with it.

    `due_at` orders needs of all rooms; without one a need stands after those that have a day. `is_urgent` stands first.
    """

    about: Text
    why: Text
    press: Text
    address: str
    due_at: datetime | None = None
    is_urgent: bool = False


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What waits of one kind, the most pressing first; `number` counts all of them up to 100, `address` lists them."""

    kind: Text
    number: int
    address: str
    needs: Sequence[Need]
    is_late: bool = False


@dataclass(frozen=True, kw_only=True)
class Listed[L]:
    """A list that waits: its first lines are needs, which lead to their items with the list known.

    `narrowed`: which of its rows wait, where not all of them do. `part`: the one part of the list's order in which all
    of these stand, where that is known: the others are then not asked.
    """

    kind: Text
    path: str
    listing: Listing[L]
    need: Callable[[L], Need]
    is_late: bool = False
    narrowed: Q | None = None
    part: int | None = None


@dataclass(frozen=True, kw_only=True)
class Hit:
    """Something that a search found: what it is, how it is called, and where it stands."""

    kind: Text
    title: Text
    standing: Text
    address: str


@dataclass(frozen=True, kw_only=True)
class Owed:
    """What waits on whom: the desk, a platform; until when, and where it is seen to."""

    whom: Text
    what: Text
    address: str
    until: datetime | None = None
    is_late: bool = False


@dataclass(frozen=True, kw_only=True)
class Part:
    """What a room knows of something that several rooms deal with, such as a platform.

    `facts` are names with values, which are shown as the cells of a list are. `links` lead to where they are seen in
    full and changed: texts with addresses.
    """

    title: Text
    facts: Sequence[tuple[Text, Any]]
    links: Sequence[tuple[Text, str]]
    owed: Sequence[Owed] = ()


@dataclass(frozen=True, kw_only=True)
class RoomPage:
    """A page of a room's sub-navigation, by the name of its address; without `text` it is called as on the desk.

    What lies below its address belongs to it, and so do addresses whose names begin with one of `also`.
    """

    name: str
    text: Text = ""
    args: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Room:
    """Its pages, what waits in it for somebody, what it knows by a term, and of a platform by its public id.

    All only as far as this person may see it.

    The first page that somebody's role may open stands for the room in the header. `is_locked`: what waits is asked
    only while they have unlocked, as its pages are. What is known of an address would tell whoever stands before a
    locked screen whether somebody has reported it. `is_on`: a room that is off stands in no header. `doors`: what its
    teams take in.
    """

    pages: tuple[RoomPage, ...] = ()
    waiting: Callable[[User, datetime], Iterable[Waiting]] | None = None
    find: Callable[[User, str], Iterable[Hit]] | None = None
    part_of: Callable[[User, UUID, datetime], Iterable[Part]] | None = None
    is_locked: bool = False
    is_on: Callable[[], bool] | None = None
    doors: Doors | None = None


def wait_in_list[L](
    kind: Text,
    path: str,
    listing: Listing[L],
    need: Callable[[L], Need],
    *,
    is_late: bool = False,
    narrowed: Q | None = None,
) -> Waiting:
    """What waits is one list."""
    asked = Listed(kind=kind, path=path, listing=listing, need=need, is_late=is_late, narrowed=narrowed)
    return next(wait_in_lists([asked]))


def wait_in_lists[L](asked: Sequence[Listed[L]]) -> Iterator[Waiting]:
    """What waits are lists of one table that are told alike: each is looked through, and all are told at once."""
    pages = []
    for each in asked:
        rows = each.listing.rows.filter(each.narrowed) if each.narrowed else each.listing.rows
        pages.append(first_places(rows, order_of(each.listing), limit=COUNTED, only=each.part))
    told = _tell(asked[0].listing, {key for page in pages for key, _cursor in page[:SHOWN]})
    for each, page in zip(asked, pages, strict=True):
        shown = [(told[key], cursor) for key, cursor in page[:SHOWN] if key in told]
        lines = each.listing.lines([row for row, _cursor in shown])
        needs = [
            _led(each.need(line), Way(path=each.path, query={}, place=cursor, item=item_of(each.listing, line)))
            for line, (_row, cursor) in zip(lines, shown, strict=True)
        ]
        yield Waiting(kind=each.kind, number=len(page), address=each.path, needs=needs, is_late=each.is_late)


def wait_in_rows(kind: Text, path: str, needs: Iterable[Need], *, is_late: bool = False) -> Waiting:
    """What waits is told one by one, at most 100."""
    every = tuple(needs)
    return Waiting(kind=kind, number=len(every), address=path, needs=every[:SHOWN], is_late=is_late)


def end_of_day(now: datetime) -> datetime:
    """The moment at which the nation's day ends."""
    local = now.astimezone(nation_zone())
    return local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


@functools.cache
def all_rooms() -> tuple[Room, ...]:
    """The rooms that this installation has."""
    return tuple(import_string(name) for name in settings.LEEWARD_ROOMS)


def all_doors() -> tuple[Door, ...]:
    """What the teams of all rooms take in, first that to which people in danger come."""
    doors = (door for room in all_rooms() if room.doors for door in room.doors())
    return tuple(sorted(doors, key=lambda door: not door.is_urgent))


def open_rooms(*, has_key: bool) -> tuple[Room, ...]:
    """The rooms that may be asked now: all of them where somebody has unlocked and holds their team's key."""
    return tuple(room for room in all_rooms() if has_key or not room.is_locked)


def what_waits(user: User, *, has_key: bool, now: datetime) -> list[Waiting]:
    """Everything that waits for somebody, of each kind; kinds of which nothing waits are left out."""
    kinds = (kind for room in open_rooms(has_key=has_key) if room.waiting for kind in room.waiting(user, now))
    return [kind for kind in kinds if kind.number]


def waits_beside(user: User, path: str, *, now: datetime) -> list[Row[None]]:
    """What waits for somebody besides the list at `path`, as rows of it: what it is, its kind, and why."""
    kinds = [kind for kind in what_waits(user, has_key=True, now=now) if kind.address != path]
    return [
        Row(
            line=None,
            cells=(need.about, kind.kind, need.why),
            address=need.address,
            tick="",
            is_urgent=need.is_urgent,
            due_at=need.due_at,
        )
        for kind in kinds
        for need in kind.needs
    ]


def most_pressing(kinds: Iterable[Waiting]) -> list[tuple[Text, Need]]:
    """The needs of all kinds in one order: what is urgent first, then by when they are due; one press, one row."""
    seen: dict[str, tuple[Text, Need]] = {}
    for kind in kinds:
        for need in kind.needs:
            seen.setdefault(need.address.partition("?")[0], (kind.kind, need))
    return sorted(seen.values(), key=lambda each: _pressing(each[1]))


def find_everywhere(user: User, term: str, *, has_key: bool) -> list[Hit]:
    """What the open rooms know by a term, at most eight of each room."""
    hits: list[Hit] = []
    for room in open_rooms(has_key=has_key):
        if room.find:
            hits += [hit for hit, _number in zip(room.find(user, term), range(FOUND), strict=False)]
    return hits


def parts_of(user: User, platform: UUID, *, has_key: bool, now: datetime) -> tuple[Part, ...]:
    """What the open rooms know of one platform, each only what this person may see."""
    rooms = open_rooms(has_key=has_key)
    parts = (part for room in rooms if room.part_of for part in room.part_of(user, platform, now))
    return tuple(replace(part, facts=[(name, as_cell(value)) for name, value in part.facts]) for part in parts)


def _tell(listing: Listing[Any], keys: Collection[Any]) -> Mapping[Any, Any]:
    """The rows of these keys with all that a list tells of them."""
    if listing.tell is None:
        rows = listing.rows.filter(pk__in=keys)
    else:
        rows = listing.tell(listing.rows.model._default_manager.filter(pk__in=keys))  # noqa: SLF001  # as in the keyset
    return {row.pk: row for row in rows}


def _led(need: Need, way: Way) -> Need:
    return Need(**{**vars(need), "address": way.lead(need.address)})


def _pressing(need: Need) -> tuple[bool, bool, float]:
    return not need.is_urgent, need.due_at is None, need.due_at.timestamp() if need.due_at else 0.0
