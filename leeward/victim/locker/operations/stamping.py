"""Write into an entry's chain that its time is proven, once it is.

No worker can open an entry, and nothing outside it says which stamp is whose. So the line is written when the person
next opens the entry or takes it out. It has the stamp's own time, not that of their visit.
"""

import uuid
from datetime import datetime

from django.db import transaction

from leeward.foundation.stamps.queries import find_proof
from leeward.foundation.stamps.rules.commitments import commit
from leeward.foundation.vault.operations import OpenFile
from leeward.victim.locker.models import Item
from leeward.victim.locker.operations.custody import add_event, locked_item
from leeward.victim.locker.operations.entries import open_item
from leeward.victim.locker.queries.items import ItemView, chain_of, read_item
from leeward.victim.locker.rules.custody import MACHINE, CustodyKind, Event, about_proof, head_of, unproven
from leeward.victim.portal.rules.visits import Bearer


def read_proven(bearer: Bearer, item: uuid.UUID, *, now: datetime) -> ItemView:
    """One entry of this bearer's, whose chain says how far its time is proven. Raises LockerUnknown or ItemUnknown."""
    view = read_item(bearer, item, now=now)
    if not unproven(view.custody):
        return view
    with transaction.atomic():
        was_noted = note_proof(locked_item(item), open_item(bearer, item, now=now), now=now)
    return read_item(bearer, item, now=now) if was_noted else view


def note_proof(item: Item, opened: OpenFile, *, now: datetime) -> bool:
    """Note how far the time of an entry is proven that the caller has locked; whether there was anything new."""
    texts = {text: Event.from_text(text) for text in chain_of(item, opened)}
    heads = {event.number: head_of(text) for text, event in texts.items()}
    for event in unproven(tuple(texts.values())):
        value = commit(salt=bytes.fromhex(event.salt), digest=heads[event.number], size=event.number, at=event.at)
        proof = find_proof(value, since=event.at, now=now)
        if proof is not None:
            add_event(
                item,
                CustodyKind.STAMPED,
                opened=opened,
                who=MACHINE,
                now=proof.at,
                about=about_proof(event.number, by_authority=proof.by_authority),
                digest=proof.root,
                stamped_at=proof.at,
            )
            return True
    return False
