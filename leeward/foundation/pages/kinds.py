"""What pages may refer to: kinds that rooms declare, and what a key of them says now."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from django.http import HttpRequest
from django.utils.safestring import SafeString

from leeward.foundation.pages.rules.dialect import Reference
from leeward.foundation.web.components import Text

KEYS_MOST = 2_000


class Said(NamedTuple):
    """Words, and where they lead: a page of this site, another site's address, or a number to call ("" for nowhere)."""

    words: str
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class Living:
    """What a key says now: its title, and its parts by name; "" is what is shown where no part is asked for.

    `is_ended`: the thing is over, and what is said here stands in for it.
    """

    title: str
    said: Mapping[str, Said]
    is_ended: bool = False


type Drawing = Callable[[HttpRequest, str, str, datetime], SafeString]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of thing that pages refer to.

    `tell` says of these keys, in this language and at this moment, what is there; a key that leads to nothing is left
    out. `keys` are all keys with their titles, for whoever writes. `draw` makes of a key and part that stand alone in a
    paragraph a whole part of a page; None is for kinds of words alone. `names_people`: whether that part says whom to
    call.
    """

    name: str
    label: Text
    hint: Text
    tell: Callable[[Collection[str], str, datetime], Mapping[str, Living]]
    keys: Callable[[str], Iterable[tuple[str, str]]]
    draw: Drawing | None = None
    names_people: bool = False


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a text's references say: by reference, None for what leads to nothing."""

    said: Mapping[Reference, Said | None] = field(default_factory=dict)
    living: Mapping[tuple[str, str], Living] = field(default_factory=dict)

    def of(self, reference: Reference) -> Said | None:
        """What one of them says."""
        return self.said.get(reference)

    def title(self, reference: Reference) -> str:
        """What it is called that one of them leads to."""
        living = self.living.get((reference.kind, reference.key))
        return living.title if living else str(reference)

    def is_ended(self, reference: Reference) -> bool:
        """Whether what one of them leads to is over, so that something else stands in for it."""
        living = self.living.get((reference.kind, reference.key))
        return bool(living and living.is_ended)


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Let pages refer to things of this kind."""
    KINDS[kind.name] = kind


def look_up(references: Iterable[Reference], *, language: str, now: datetime) -> Found:
    """What all these references say, asked of each kind once."""
    wanted = tuple(dict.fromkeys(references))
    keys: dict[str, set[str]] = {}
    for reference in wanted:
        keys.setdefault(reference.kind, set()).add(reference.key)
    living = {
        (name, key): each
        for name, asked in keys.items()
        if name in KINDS
        for key, each in KINDS[name].tell(asked, language, now).items()
    }
    said = {}
    for reference in wanted:
        found = living.get((reference.kind, reference.key))
        said[reference] = found.said.get(reference.part) if found else None
    return Found(said=said, living=living)


def keys_of(name: str, language: str) -> tuple[tuple[str, str], ...]:
    """The keys of a kind with their titles, at most 2,000."""
    kind = KINDS.get(name)
    return tuple(islice(kind.keys(language), KEYS_MOST)) if kind else ()
