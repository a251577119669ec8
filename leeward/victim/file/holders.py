"""The rooms that work on her file, such as the removal desk; apps above this one name themselves here."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.rules.files import OpenFile
from leeward.foundation.vault.rules.grants import Keyring
from leeward.victim.file.rules.circle import Share
from leeward.victim.portal.holders import Offer, Receivers
from leeward.victim.portal.rules.visits import Bearer


@dataclass(frozen=True, kw_only=True)
class Stop:
    """How she ends what a team or a machine can open; all words are marked.

    The page at `slug` says `ends`, what ends with it, asks for her code and calls `act`. A slug stands in her browser's
    history: it says nothing. `instead` says what she may want rather, and `offer` where.
    """

    button: str
    slug: str
    ends: tuple[str, ...]
    act: Callable[[Bearer, datetime], None]
    instead: str = ""
    offer: Callable[[], Offer] | None = None


@dataclass(frozen=True, kw_only=True)
class Named:
    """A reader that a room names: `who` is a service's own name, not marked, or of a team of ours its words, marked."""

    who: str
    stop: Stop | None = None


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What she decides of a room beside stopping it: `note`, marked, says how it stands; `offer` leads to change it."""

    note: str
    offer: Callable[[], Offer]


@dataclass(frozen=True, kw_only=True)
class Talk:
    """How she and a room's team write each other: `page` names the address. `readers` says who else reads; marked.

    `is_hers`: whether whoever holds the code of a file may read it there. `open_thread` opens the thread of one piece
    of the room's work for somebody of its team, and refuses whomever the room refuses.
    """

    title: str
    page: str
    readers: str
    open_thread: Callable[[UUID, Keyring, Actor, datetime], OpenFile]
    is_hers: Callable[[UUID], bool] = lambda _file: True


@dataclass(frozen=True, kw_only=True)
class Door:
    """From where staff of a room note which tactic the person of a file met: its team, and where its page leads back.

    `is_agreed`: whether the person agreed to be counted there. `take` claims the work for whoever asks, and opens the
    person's file.
    """

    team: str
    name: str
    back: str
    back_text: str
    is_agreed: bool
    take: Callable[[], OpenFile]


@dataclass(frozen=True, kw_only=True)
class Counting:
    """What a room counts for all: the page on which a tactic is noted, and how all of a person's is taken back."""

    page: str  # where the view is found
    take_back: Callable[[OpenFile], None]


@dataclass(frozen=True, kw_only=True)
class Room:
    """One room that works on her file.

    `is_open` says whether it still works on the file of a key, `share` what it keeps of her file, which her own code
    has opened. `team` works there; `who` names it to her and `note` adds what she must know of it. `also` names other
    teams of the room, each with its own way to be stopped or none, but for `closed`, to which the room's work can be
    moved: it is stopped as the room is. `why` has words for the reasons of its grants, `why_ours` those that read
    otherwise where a key is hers or a team's of ours. `named` gives other readers of one file by their teams, each with
    its own name and its own way to be stopped. `choose` gives what else she decides.
    `is_counted` says whether the person of a file's key agreed to be counted there; `owes_word`, whether its team still
    helps that person and has not written to them since a moment; `counting`, what this room counts for all.
    `receivers`: the services beside our teams to which she may show what lies apart from her file.
    """

    is_open: Callable[[int], bool]
    share: Callable[[OpenFile], Share]
    team: str
    who: str
    stop: Stop | None = None
    note: str = ""
    also: Mapping[str, Named] = field(default_factory=dict)
    closed: str = ""
    why: Mapping[str, str] = field(default_factory=dict)
    why_ours: Mapping[str, str] = field(default_factory=dict)
    talk: Talk | None = None
    named: Callable[[OpenFile], Mapping[str, Named]] = lambda _opened: {}
    choose: Callable[[OpenFile], Choice | None] = lambda _opened: None
    is_counted: Callable[[int], bool] = lambda _file: False
    owes_word: Callable[[int, datetime], bool] = lambda _file, _since: False
    counting: Counting | None = None
    receivers: Receivers | None = None

    @property
    def teams(self) -> tuple[tuple[str, str], ...]:
        """The teams that its work can be with, and what she knows each by."""
        return ((self.team, self.who), *([(self.closed, self.also[self.closed].who)] if self.closed else []))


_rooms: dict[str, str] = {}


def register(name: str, room: str) -> None:
    """Let a room work on files: where its Room is found once all is loaded."""
    _rooms[name] = room


def all_rooms() -> tuple[Room, ...]:
    """Every room that works on files, in the order of their names."""
    return tuple(cast("Room", import_string(_rooms[name])) for name in sorted(_rooms))


def is_worked_on(file: int) -> bool:
    """Whether any room still works on the file of this key."""
    return any(room.is_open(file) for room in all_rooms())


def is_helped(file: int, *, team: str) -> bool:
    """Whether the room of a team still works on the file of this key."""
    return any(room.is_open(file) for room in _rooms_of(team))


def owes_word(file: int, *, team: str, since: datetime) -> bool:
    """Whether a team still helps the person of the file of this key, and has not written to them since a moment."""
    return any(room.owes_word(file, since) for room in _rooms_of(team))


def is_counted(file: int, *, team: str) -> bool:
    """Whether the person of the file of this key agreed to be counted in the room of a team."""
    return any(room.is_counted(file) for room in _rooms_of(team))


def ask_tactic(request: HttpRequest, door: Door) -> HttpResponse:
    """The page on which a tactic is noted, of the room that counts them."""
    view: Callable[[HttpRequest, Door], HttpResponse] = import_string(_counting().page)
    return view(request, door)


def take_counts_back(opened: OpenFile) -> None:
    """Count a person no more, from whichever room it was noted: they took a yes back. `opened`: their file."""
    _counting().take_back(opened)


def _rooms_of(team: str) -> Iterator[Room]:
    return (room for room in all_rooms() if team in (room.team, room.closed))


def _counting() -> Counting:
    return next(room.counting for room in all_rooms() if room.counting)
