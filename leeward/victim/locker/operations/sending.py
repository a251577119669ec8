"""Take a locked file in pieces. Each may come again, so a lost line goes on; nothing but the wanted one is kept."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from leeward.foundation.vault.operations import OpenFile
from leeward.victim.locker import pieces
from leeward.victim.locker.errors import AnnouncementRefused, NoRoom, PieceRefused, SendingUnknown
from leeward.victim.locker.models import Item, Locker, Part
from leeward.victim.locker.operations.custody import add_event, locked_item, who_acts
from leeward.victim.locker.operations.entries import open_item
from leeward.victim.locker.operations.files import adopt_key
from leeward.victim.locker.operations.lockers import drop_parts
from leeward.victim.locker.operations.store import hold_store
from leeward.victim.locker.queries.lockers import find_item, limits
from leeward.victim.locker.rules.custody import CustodyKind
from leeward.victim.locker.rules.keeping import PartKind, PartState
from leeward.victim.locker.rules.lwf1 import is_head
from leeward.victim.locker.rules.sending import Announcement, Facts, Want, next_piece
from leeward.victim.portal.rules.visits import Bearer


@dataclass(frozen=True, kw_only=True)
class Sent:
    """One piece as it came: of which file and part, and the number that its sender gives it."""

    generation: int
    want: Want
    content: bytes


def begin_file(*, bearer: Bearer, item: uuid.UUID, announced: Announcement, now: datetime) -> Want | None:
    """Take in the key of a file and what is announced of it; returns the piece that is wanted first.

    The same announcement again goes on where the sending was. What was begun before for this entry and never
    finished is dropped. Raises LockerUnknown, ItemUnknown, NoRoom, AnnouncementRefused, and the vault's
    WrapMalformed and FileTaken (another window was quicker: plan again), and StoreMismatch.
    """
    find_item(bearer, item)
    hold_store()
    with transaction.atomic():
        row = locked_item(item)
        opened = open_item(bearer, item, now=now)
        begun = _parts_of(row, opened, announced.generation)
        if begun:
            if tuple(facts.part for _, facts in begun) != announced.parts:
                raise AnnouncementRefused("Another file was announced under this key.")
            return _wanted(begun)
        drop_parts(list(row.parts.filter(state=PartState.SENDING).values_list("reference", flat=True)))
        _check_room(row.locker, sum(part.bytes for part in announced.parts))
        wrapped, vouched = announced.grant
        adopt_key(bearer=bearer, item=item, generation=announced.generation, wrapped=wrapped, vouched=vouched, now=now)
        for part in announced.parts:
            facts = Facts(
                kind=announced.kind,
                part=part,
                original=announced.original,
                ending=announced.ending,
                wrong_clock=announced.wrong_clock(now=now),
            )
            reference = uuid.uuid4()
            row.parts.create(
                reference=reference,
                kind=part.name,
                generation=announced.generation,
                pieces=len(part.pieces),
                facts=Part.box(opened, "facts", reference, facts.to_text()),
                begun_at=bearer.by.clock(now),
            )
        return _wanted(_parts_of(row, opened, announced.generation))


def take_piece(*, bearer: Bearer, item: uuid.UUID, sent: Sent, now: datetime) -> Want | None:
    """Keep one piece of a file that was begun; returns the one that is wanted next, None once all are here.

    Raises PieceRefused, which names the piece that is wanted instead, LockerUnknown, ItemUnknown, SendingUnknown, or
    StoreMismatch where this process would put it beside the store.
    """
    find_item(bearer, item)
    hold_store()
    with transaction.atomic():
        row = locked_item(item)
        opened = open_item(bearer, item, now=now)
        begun = _parts_of(row, opened, sent.generation)
        if not begun:
            raise SendingUnknown
        want = _wanted(begun)
        if want is None:
            return None  # the last answer was lost
        part, facts = next((part, facts) for part, facts in begun if part.kind is want.part)
        if sent.want != want or not _is_announced(facts, sent):
            raise PieceRefused(part=want.part.value, piece=want.piece)
        pieces.put(part=part.reference, number=want.piece, piece=sent.content)
        following = _wanted(begun)
        if following is None:
            _keep(row, begun, opened=opened, bearer=bearer, now=now)
        return following


def _is_announced(facts: Facts, sent: Sent) -> bool:
    place = sent.want.piece - 1
    if len(sent.content) != facts.part.lengths[place] or (place == 0 and not is_head(sent.content)):
        return False
    return hashlib.sha256(sent.content).hexdigest() == facts.part.pieces[place]


def _keep(row: Item, begun: Sequence[tuple[Part, Facts]], *, opened: OpenFile, bearer: Bearer, now: datetime) -> None:
    """All is here: the entry's chain says which file was added, by the digest of what is in it."""
    for part, facts in begun:
        part.state, part.begun_at = PartState.KEPT, None
        part.save(update_fields=["state", "begun_at"])
        if part.kind is PartKind.COPY:
            who, about = who_acts(bearer.by), f"file:{part.generation}"
            add_event(row, CustodyKind.FILED, opened=opened, who=who, now=now, about=about, digest=facts.part.sha256)


def _parts_of(row: Item, opened: OpenFile, generation: int) -> list[tuple[Part, Facts]]:
    """The parts of one file, the copy first."""
    found = row.parts.filter(generation=generation).order_by("kind")
    return [(part, Facts.from_text(part.unbox(opened, "facts"))) for part in found]


def _wanted(parts: Sequence[tuple[Part, Facts]]) -> Want | None:
    return next_piece([(facts.part, pieces.size(part=part.reference)) for part, facts in parts if part.begun_at])


def _check_room(locker: Locker, more: int) -> None:
    parts = Part.objects.filter(item__locker=locker).values_list("reference", flat=True)
    if sum(pieces.size(part=part) for part in parts) + more > limits().locker_bytes:
        raise NoRoom(most_bytes=limits().locker_bytes)
