"""Keys of an entry's files, which are drawn on the person's own device. The files themselves: `pieces`."""

import uuid
from datetime import datetime

from django.db import transaction

from leeward.foundation.vault.operations import adopt_file, drop_key, plan_adoption
from leeward.foundation.vault.rules.files import Adoption
from leeward.foundation.vault.rules.grants import Compartment
from leeward.victim.locker.operations.custody import add_event, locked_item, who_acts
from leeward.victim.locker.operations.entries import open_item
from leeward.victim.locker.operations.lockers import drop_parts
from leeward.victim.locker.queries.lockers import find_item, key_of
from leeward.victim.locker.rules.custody import MACHINE, CustodyKind
from leeward.victim.portal.rules.visits import Bearer


def plan_key(*, bearer: Bearer, item: uuid.UUID) -> Adoption:
    """Return what a device needs that draws the key of an entry's next files. Raises LockerUnknown, ItemUnknown."""
    find_item(bearer, item)
    return plan_adoption(file=item, compartment=Compartment.EVIDENCE, to=key_of(bearer).grantee)


def adopt_key(
    *, bearer: Bearer, item: uuid.UUID, generation: int, wrapped: bytes, vouched: bytes, now: datetime
) -> None:
    """Take in the key that a device has drawn for an entry's next files. A team to which it is shown gets none of it.

    Raises LockerUnknown, ItemUnknown, and the vault's WrapMalformed and FileTaken.
    """
    find_item(bearer, item)
    adopt_file(
        file=item,
        compartment=Compartment.EVIDENCE,
        generation=generation,
        to=key_of(bearer).grantee,
        wrapped=wrapped,
        vouched=vouched,
        by=bearer.by,
        now=bearer.by.clock(now),
    )


def drop_unsound(*, bearer: Bearer, item: uuid.UUID, now: datetime) -> bool:
    """Erase files whose key does not open: nobody can ever read them. Whether there were any: ask for them anew.

    For the first opening of a file, and before an entry is shown. Raises LockerUnknown, ItemUnknown.
    """
    opened = open_item(bearer, item, now=now)
    broken = [
        generation
        for generation in opened.generations(Compartment.EVIDENCE)
        if not opened.is_sound(Compartment.EVIDENCE, generation)
    ]
    if not broken:
        return False
    with transaction.atomic():
        row = locked_item(item)
        for generation in broken:
            at = bearer.by.clock(now)
            drop_key(file=item, compartment=Compartment.EVIDENCE, generation=generation, by=bearer.by, now=at)
        parts = row.parts.filter(generation__in=broken)
        for part in parts:
            about = f"unreadable:{part.kind}"
            add_event(row, CustodyKind.ERASED, opened=opened, who=MACHINE, now=now, about=about)
        drop_parts([part.reference for part in parts])
    return True


def erase_files(*, bearer: Bearer, item: uuid.UUID, generation: int, now: datetime) -> None:
    """Erase the files of an entry that were sent together, their key first; what else it says stays. Safe to repeat.

    Raises LockerUnknown, ItemUnknown.
    """
    opened = open_item(bearer, item, now=now)
    with transaction.atomic():
        row = locked_item(item)
        parts = row.parts.filter(generation=generation)
        if not parts:
            return
        at = bearer.by.clock(now)
        drop_key(file=item, compartment=Compartment.EVIDENCE, generation=generation, by=bearer.by, now=at)
        for part in parts:
            who = who_acts(bearer.by)
            add_event(row, CustodyKind.ERASED, opened=opened, who=who, now=now, about=f"file:{part.kind}")
        drop_parts([part.reference for part in parts])
