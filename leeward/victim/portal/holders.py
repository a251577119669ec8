"""Registers what a code can lead to besides protected pictures; apps above the portal name themselves here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import cast
from uuid import UUID

from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString

from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.rules.grants import Keyring
from leeward.victim.portal.rules.doors import Door, DoorState
from leeward.victim.portal.rules.parts import Part
from leeward.victim.portal.rules.proofs import Proof
from leeward.victim.portal.rules.visits import Bearer
from leeward.victim.portal.rules.witness import Witness


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What an app has for a person who has nothing of it yet: the words of a link, and the page that it opens."""

    text: str
    page: str


@dataclass(frozen=True, kw_only=True)
class Apart:
    """What an app keeps under a code apart from the person's file, under a key of its own, until `kept_until` at least.

    `her_id` is that key's name. `hide` takes away what a team can open of it, when the person stops that team.
    """

    parts: tuple[Part, ...]
    her_id: str
    kept_until: date
    hide: Callable[[Bearer, str, datetime], None]


@dataclass(frozen=True, kw_only=True)
class Receiver:
    """A team to which a person may show what they keep: its name in the vault, and what they know it by, marked.

    `is_ours`: False for a service of the network; then `who` is its own name, and not marked. `until`: the last day on
    which it can read anything of theirs; None where no clock ends it. `has_reader`: whether somebody there can now.
    """

    team: str
    who: str
    is_ours: bool = True
    until: date | None = None
    has_reader: bool = True


@dataclass(frozen=True, kw_only=True)
class Receivers:
    """How a person shows a team what lies apart from their file.

    `teams` gives all that there are, `find` those that would see it now. `tell` lets such a team know which vault
    files are shown to it, all of them, in what the team and the person alone can open. `shown` gives those that are
    shown in one piece of a team's work, as somebody of the team opens it; it raises whatever that work raises for who
    may not.
    """

    teams: Callable[[], tuple[Receiver, ...]]
    find: Callable[[Bearer, datetime], tuple[Receiver, ...]]
    tell: Callable[[Bearer, str, Sequence[UUID], datetime], None]
    shown: Callable[[str, UUID, Keyring, Actor, datetime], Sequence[UUID]]


@dataclass(frozen=True, kw_only=True)
class Copy:
    """An app's part of a person's copy of everything: `record` in the file, under `name`, and `shown` on the page."""

    name: str
    record: object
    shown: SafeString | str


@dataclass(frozen=True, kw_only=True)
class HeldCount:
    """How many of one thing are under a code: `words`, marked, names it; `note`, marked, says what becomes of it.

    `count`: None where a number would tell what is not hers to know. `tables`: in which tables it is, as `app.Model`.
    """

    words: str
    count: int | None
    tables: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Holder:
    """One app's part of what is kept under a code.

    It stands behind one `door` of the person's page. `show` gives what stands there ("" for nothing), `state` how it
    stands in a line (None for nothing). `erase` forgets it for good and is safe to repeat. `offer` is what stands there
    instead where she has nothing of it; None where there is no way in. `about` is a page about all that she has.
    `apart` is what it keeps that is on no file of hers. `copy` gives all that it keeps of hers, to be read and taken
    along; None where there is nothing, or nothing that she may read. `observed` gives what it saw by itself of what she
    told it; None where it never looks. `likes_easy`: whether she wishes there to be told things simply. `count` gives
    all that it would erase of hers, counted now. `proofs`: its sentences about state, each with what the record must
    say for it.
    """

    door: Door
    show: Callable[[HttpRequest, Bearer, datetime], SafeString | str]
    erase: Callable[[Bearer, datetime], None]
    state: Callable[[Bearer, datetime], DoorState | None] = lambda _bearer, _now: None
    about: Callable[[], Offer | None] = lambda: None
    offer: Callable[[], Offer | None] = lambda: None
    apart: Callable[[Bearer], Apart | None] = lambda _bearer: None
    copy: Callable[[HttpRequest, Bearer, datetime], Copy | None] = lambda _request, _bearer, _now: None
    observed: Callable[[Bearer, datetime], Witness | None] = lambda _bearer, _now: None
    likes_easy: Callable[[Bearer, datetime], bool] = lambda _bearer, _now: False
    count: Callable[[Bearer, datetime], tuple[HeldCount, ...]] = lambda _bearer, _now: ()
    proofs: Mapping[str, Proof] = field(default_factory=dict)


_holders: dict[str, Holder | str] = {}
_receivers: list[str] = []


def register(name: str, holder: Holder | str) -> None:
    """Let an app's part be shown and erased with the rest: a holder, or where one is found once everything is loaded.

    Its name is also that under which the holding keeps its reference. The same name again takes the place of the first.
    """
    _holders[name] = holder


def all_holders() -> tuple[Holder, ...]:
    """Everybody who has something under a code, in the order of their names."""
    return tuple(_found(_holders[name]) for name in sorted(_holders))


def register_receivers(receivers: str) -> None:
    """Let the one app that knows teams of ours name them: where its Receivers are found once everything is loaded."""
    _receivers[:] = [receivers]


def receivers() -> Receivers:
    """How a person shows a team what lies apart from their file."""
    return cast("Receivers", import_string(_receivers[0]))


def all_apart(bearer: Bearer) -> tuple[Apart, ...]:
    """Everything under a code that is on no file."""
    return tuple(found for holder in all_holders() if (found := holder.apart(bearer)))


def read_witness(bearer: Bearer, now: datetime) -> Witness:
    """What was seen for the person of this code by whichever app looks."""
    found = (holder.observed(bearer, now) for holder in all_holders())
    return next((each for each in found if each is not None), Witness())


def count_held(bearer: Bearer, now: datetime) -> tuple[HeldCount, ...]:
    """Everything that is kept under a code, counted now; what is not there is left out."""
    return tuple(each for holder in all_holders() for each in holder.count(bearer, now) if each.count != 0)


def _found(holder: Holder | str) -> Holder:
    return cast("Holder", import_string(holder)) if isinstance(holder, str) else holder
