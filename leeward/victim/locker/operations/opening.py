"""Give the key of one part of a file to whoever may open it: its person, or a team to which it is shown.

The file itself opens in a frame of the reader's browser. Nothing here reads it.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.errors import NotGranted
from leeward.foundation.vault.operations import open_file
from leeward.foundation.vault.operations import reads as team_reads
from leeward.foundation.vault.rules.files import OpenFile
from leeward.foundation.vault.rules.grants import Compartment, Keyring
from leeward.victim.locker import pieces
from leeward.victim.locker.errors import FileLost, FileUnknown, ItemUnknown
from leeward.victim.locker.models import Item, Part
from leeward.victim.locker.operations.entries import open_item
from leeward.victim.locker.operations.files import drop_unsound
from leeward.victim.locker.operations.showing import open_shown
from leeward.victim.locker.queries.files import find_part
from leeward.victim.locker.queries.lockers import find_item
from leeward.victim.locker.rules.keeping import PartKind
from leeward.victim.locker.rules.lwf1 import part_key
from leeward.victim.locker.rules.sending import Facts, FileKind
from leeward.victim.portal.rules.visits import Bearer


@dataclass(frozen=True, kw_only=True)
class OpenPart:
    """What opens one part of a file, what to make of it, and of how many pieces it is."""

    key: bytes
    kind: FileKind
    is_jpeg: bool
    pieces: int

    def __repr__(self) -> str:
        return "OpenPart(…)"


def open_own(*, bearer: Bearer, item: uuid.UUID, generation: int, now: datetime) -> OpenPart:
    """Give a person the key of their own copy.

    Raises LockerUnknown, ItemUnknown, FileUnknown, or FileLost where its key never opened: they add it again.
    """
    row = find_item(bearer, item)
    find_part(row, generation=generation, kind=PartKind.COPY)
    drop_unsound(bearer=bearer, item=item, now=now)
    opened = open_item(bearer, item, now=now)
    if generation not in opened.generations(Compartment.EVIDENCE):
        raise FileLost
    return _open(find_part(row, generation=generation, kind=PartKind.COPY), opened)


def open_view(
    reference: uuid.UUID, *, generation: int, team: str, keyring: Keyring, by: Actor, now: datetime
) -> OpenPart:
    """Give somebody of a team the key of the copy to look at; the entry's chain says that the team opened it.

    Raises ItemUnknown, FileUnknown, TooManyLooks, or the vault's NotGranted where it is hidden or its time is over.
    """
    part = _shown(reference, generation=generation, team=team, now=now)
    opened = open_file(file=reference, keyring=keyring, by=by, now=now, reason="locker_view")
    if generation not in opened.generations(Compartment.EVIDENCE):  # added after it was shown
        raise FileUnknown
    open_shown(reference, team=team, keyring=keyring, by=by, now=now, generation=generation)
    return _open(part, opened)


def read_own_piece(*, bearer: Bearer, item: uuid.UUID, generation: int, number: int) -> bytes:
    """A piece of a person's own copy, locked. Raises LockerUnknown, ItemUnknown, FileUnknown, PieceMissing."""
    part = find_part(find_item(bearer, item), generation=generation, kind=PartKind.COPY)
    return pieces.get(part=part.reference, number=number)


def find_shown(reference: uuid.UUID, *, generation: int, team: str, now: datetime) -> int:
    """Return the number of an entry of which a team may look at this file now. Nothing is opened for it.

    Raises ItemUnknown, FileUnknown, or the vault's NotGranted.
    """
    return _shown(reference, generation=generation, team=team, now=now).item.ordinal


def read_view_piece(reference: uuid.UUID, *, generation: int, number: int, team: str, now: datetime) -> bytes:
    """A piece of the copy to look at, locked, for a team to which it is shown now.

    Raises ItemUnknown, FileUnknown, PieceMissing, or the vault's NotGranted.
    """
    part = _shown(reference, generation=generation, team=team, now=now)
    return pieces.get(part=part.reference, number=number)


def _shown(reference: uuid.UUID, *, generation: int, team: str, now: datetime) -> Part:
    row = Item.objects.filter(reference=reference).first()
    if row is None:
        raise ItemUnknown
    if Compartment.EVIDENCE not in team_reads(team, reference, now=now):
        raise NotGranted
    return find_part(row, generation=generation, kind=PartKind.VIEW)


def _open(part: Part, opened: OpenFile) -> OpenPart:
    key = opened.key_of(Compartment.EVIDENCE, part.generation)
    facts = Facts.from_text(part.unbox(opened, "facts"))
    return OpenPart(key=part_key(key, part.kind.value), kind=facts.kind, is_jpeg=facts.is_jpeg, pieces=part.pieces)
