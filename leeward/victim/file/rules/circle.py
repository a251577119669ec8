"""Her circle: who can open what of hers, in rows that are made from the keys and from nothing else."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from leeward.foundation.labels import Labelled, mark
from leeward.foundation.vault.rules.grants import Compartment, GranteeKind, Reader, Service
from leeward.victim.portal.rules.parts import Part

# The team of a member of staff who opened her file with her own code, to type what she said.
PHONE = "phone"
HIDDEN = "hidden/"
UNNAMED = mark("Something else of yours")


class Whose(Labelled):
    """What kind of reader a row is about, in the order in which rows are shown."""

    HERS = "hers", mark("You, with your code")
    TEAM = "team", mark("One of our teams")
    NAMED = "named", mark("A service that you named")
    SITE = "site", mark("A site")
    MACHINE = "machine", mark("A machine of ours")
    OTHER = "other", mark("Somebody else")


@dataclass(frozen=True, kw_only=True)
class MachinePart:
    """Something of hers that is sealed to a machine of ours, which works while nobody is there."""

    service: Service
    words: str


@dataclass(frozen=True, kw_only=True)
class Share:
    """What one room has of her file. `tells_work`: whether she may know what came of it, and so when it was opened."""

    parts: tuple[Part, ...] = ()
    machines: tuple[MachinePart, ...] = ()
    may_stop: bool = True
    tells_work: bool = True


@dataclass(frozen=True, kw_only=True)
class OpenedOn:
    """On how many days of the nation a team opened her file."""

    team: str
    first_on: date
    last_on: date
    days: int


@dataclass(frozen=True, kw_only=True)
class Reading:
    """Who can open what of hers now; `name` is a team, a site or a machine. Without `parts` it is nothing any more.

    `since`: None where no key of theirs says so. `until`: None where no clock ends it. `reasons`: codes of the grants.
    """

    whose: Whose
    name: str
    parts: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    reasons: tuple[str, ...] = ()
    opened: OpenedOn | None = None


def hidden_team(team: str) -> str:
    """Under which name the openings of a team are counted of which the person must not learn yet."""
    return HIDDEN + team


def read_keys(
    readers: Iterable[Reader],
    *,
    parts: Sequence[Part],
    machines: Sequence[MachinePart] = (),
    openings: Iterable[OpenedOn] = (),
    her_ids: Collection[str],
    teams: Collection[str],
    named: Collection[str] = (),
) -> tuple[Reading, ...]:
    """Return one row for each who can open something, or has opened it before. Each reader is in exactly one row.

    `her_ids`: the names of her own keys. `named`: teams that are not ours, and who came by links under such names.
    """
    known: dict[tuple[UUID, Compartment], list[Part]] = defaultdict(list)
    for part in parts:
        known[part.file, part.compartment].append(part)
    keys: dict[tuple[Whose, str], list[Reader]] = defaultdict(list)
    places: dict[tuple[UUID, Compartment], int] = {}
    for place, part in enumerate(parts):
        places.setdefault((part.file, part.compartment), place)
    for reader in sorted(readers, key=lambda each: places.get((each.file, each.compartment), len(parts))):
        found = known[reader.file, reader.compartment]
        keys[_whose(reader, found, her_ids=her_ids, teams=teams, named=named)].append(reader)
    opened = {(Whose.NAMED if each.team in named else Whose.TEAM, each.team): each for each in openings}
    sealed = {(Whose.MACHINE, each.service.value) for each in machines}
    kinds = list(Whose)
    order = sorted(keys.keys() | opened.keys() | sealed, key=lambda key: (kinds.index(key[0]), key[1]))
    return tuple(
        Reading(
            whose=whose,
            name=name,
            parts=_words(keys[whose, name], known=known, parts=parts, machines=machines, name=name),
            since=min((each.since for each in keys[whose, name]), default=None),
            until=_until(keys[whose, name]),
            reasons=tuple(dict.fromkeys(each.reason for each in keys[whose, name] if each.reason)),
            opened=opened.get((whose, name)),
        )
        for whose, name in order
    )


def _whose(
    reader: Reader, found: Sequence[Part], *, her_ids: Collection[str], teams: Collection[str], named: Collection[str]
) -> tuple[Whose, str]:
    if reader.kind is GranteeKind.VICTIM and reader.id in her_ids:
        return Whose.HERS, ""
    if reader.kind in (GranteeKind.TEAM, GranteeKind.LINK) and reader.id in named:
        return Whose.NAMED, reader.id
    if reader.kind is GranteeKind.TEAM and reader.id in teams:
        return Whose.TEAM, reader.id
    if reader.kind is GranteeKind.SERVICE:
        return Whose.MACHINE, reader.id
    site = next((part.site for part in found if part.site), "")
    return (Whose.SITE, site) if site else (Whose.OTHER, "")


def _words(
    readers: Sequence[Reader],
    *,
    known: dict[tuple[UUID, Compartment], list[Part]],
    parts: Sequence[Part],
    machines: Sequence[MachinePart],
    name: str,
) -> tuple[str, ...]:
    """What they can open, each once and in the order of the parts."""
    said = {part.words for each in readers for part in known[each.file, each.compartment]}
    ordered = [part.words for part in parts if part.words in said]
    ordered += [each.words for each in machines if each.service.value == name]
    for each in readers:
        if not known[each.file, each.compartment]:
            ordered.append(UNNAMED)
    return tuple(dict.fromkeys(ordered))


def _until(readers: Sequence[Reader]) -> datetime | None:
    ends = [each.until for each in readers]
    return max((end for end in ends if end is not None), default=None) if None not in ends else None
