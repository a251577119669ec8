"""What a room tells the check page: the kinds of records that it has signed, and what it published under which digest.

A room declares one `Checked` in its `checked.py`; `config` names them all (LEEWARD_CHECKED). The check page knows no
mission: whatever it says of a record or a file, a room has told it.
"""

import functools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.rules import Role
from leeward.foundation.editions.kinds import address_of, title_of
from leeward.foundation.notary.queries import Entry, entries_with
from leeward.foundation.web.components import Text


@dataclass(frozen=True, kw_only=True)
class SignedKind:
    """One kind of signed record: its name, what its claims say in words, and whose right it is to revoke one.

    `facts` is given the record's `credentialSubject` as it was signed. Where `is_open`, anybody may fetch a record by
    its number as a whole; else only what `facts` tells is shown, and the whole is for whoever was given it.
    """

    code: str
    name: Text
    facts: Callable[[Any], Sequence[tuple[Text, object]]]
    roles: frozenset[Role]
    is_open: bool


@dataclass(frozen=True, kw_only=True)
class Published:
    """Something that was published: what it is, when, and where.

    `replaced` is the address of what has taken its place, "" where nothing has, None where nobody here knows.
    """

    what: Text
    title: str
    address: str
    at: datetime
    replaced: str | None = None


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What a room lets anybody check. `find` is asked by what was typed, `find_digest` by a file's SHA-256 in hex."""

    kinds: tuple[SignedKind, ...] = ()
    find: Callable[[str], Iterable[Published]] | None = None
    find_digest: Callable[[str], Iterable[Published]] | None = None


@functools.cache
def all_checked() -> tuple[Checked, ...]:
    """What the rooms of this installation have declared."""
    return tuple(import_string(name) for name in settings.LEEWARD_CHECKED)


def find_kind(code: str) -> SignedKind | None:
    """The kind of this code, None where no room of this installation has it (any more)."""
    return next((kind for room in all_checked() for kind in room.kinds if kind.code == code), None)


def kinds_of(user: User) -> tuple[SignedKind, ...]:
    """The kinds that somebody may revoke."""
    return tuple(kind for room in all_checked() for kind in room.kinds if user.role in kind.roles)


def find_published(typed: str) -> tuple[Published, ...]:
    """What was published under this name."""
    return tuple(each for room in all_checked() if room.find for each in room.find(typed))


def find_by_digest(sha256: str) -> tuple[Published, ...]:
    """What was published with this digest: by what the rooms know, else by the public log."""
    known = tuple(each for room in all_checked() if room.find_digest for each in room.find_digest(sha256))
    return known or tuple(map(_logged, entries_with(sha256)))


def _logged(entry: Entry) -> Published:
    leaf = entry.leaf
    at_log = reverse("editions:notary-leaf", args=[entry.sequence]) if entry.sequence is not None else ""
    return Published(
        what=title_of(leaf.kind),
        title=leaf.name,
        address=address_of(leaf.kind, leaf.name) or at_log or reverse("editions:notary"),
        at=entry.entered_at,
    )
