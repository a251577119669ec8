"""Write entries down, change and erase them. A change is a version; nothing that was said is overwritten."""

import uuid
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from leeward.foundation.audit.rules import ActorKind
from leeward.foundation.vault.operations import OpenFile, destroy_file, make_file, open_file
from leeward.foundation.vault.rules.grants import Compartment
from leeward.victim.locker.errors import ItemUnknown, LockerFull
from leeward.victim.locker.models import Item, Locker, Version
from leeward.victim.locker.operations.custody import add_event, keep_commitment, locked_item, new_salt, who_acts
from leeward.victim.locker.operations.lockers import drop_parts
from leeward.victim.locker.queries.items import read_item
from leeward.victim.locker.queries.lockers import find_item, find_locker, key_of, keyring_of, limits
from leeward.victim.locker.rules.custody import CustodyKind
from leeward.victim.locker.rules.entries import MOST_VERSIONS, Entry, Writer, Written
from leeward.victim.portal.rules.visits import Bearer


def add_entry(*, bearer: Bearer, entry: Entry, reference: uuid.UUID, now: datetime) -> None:
    """Write a new entry down. The same reference again changes nothing. Raises LockerUnknown, LockerFull."""
    with transaction.atomic():
        locker = Locker.objects.select_for_update().get(pk=find_locker(bearer).pk)
        if Item.objects.filter(reference=reference).exists():
            return
        if locker.items.count() >= limits().items:
            raise LockerFull(most=limits().items)
        last = locker.items.aggregate(last=Max("ordinal"))["last"] or 0
        item = locker.items.create(reference=reference, ordinal=last + 1)
        grants = {Compartment.STORY: [key_of(bearer).grantee]}
        opened = make_file(file=reference, grants=grants, by=bearer.by, now=bearer.by.clock(now))
        _write(item, entry, kind=CustodyKind.ADDED, opened=opened, bearer=bearer, now=now)


def change_entry(*, bearer: Bearer, item: uuid.UUID, entry: Entry, now: datetime) -> None:
    """Keep another version; what says the same as the newest one is none.

    Raises LockerUnknown, ItemUnknown, LockerFull.
    """
    before = read_item(bearer, item, now=now)
    if before.entry == entry:
        return
    if len(before.versions) >= MOST_VERSIONS:
        raise LockerFull(most=MOST_VERSIONS)
    with transaction.atomic():
        row = locked_item(item)
        opened = open_item(bearer, item, now=now)
        _write(row, entry, kind=CustodyKind.VERSION, opened=opened, bearer=bearer, now=now)


def erase_item(*, bearer: Bearer, item: uuid.UUID, now: datetime) -> None:
    """Erase an entry for good: its keys first, so that backups go blind too. Safe to repeat.

    Its commitments stay: without their salts they are random numbers.
    """
    try:
        row = find_item(bearer, item)
    except ItemUnknown:
        return
    with transaction.atomic():
        destroy_file(file=item, by=bearer.by, now=bearer.by.clock(now))
        drop_parts(list(row.parts.values_list("reference", flat=True)))
        row.delete()


def open_item(bearer: Bearer, item: uuid.UUID, *, now: datetime) -> OpenFile:
    """An entry of this bearer's, open. Raises LockerUnknown or ItemUnknown."""
    find_item(bearer, item)
    return open_file(file=item, keyring=keyring_of(bearer), by=bearer.by, now=now)


def _write(item: Item, entry: Entry, *, kind: CustodyKind, opened: OpenFile, bearer: Bearer, now: datetime) -> None:
    writer = Writer.TYPIST if bearer.by.kind is ActorKind.TYPIST else Writer.PERSON
    written = Written(text=entry.to_text(), at=now, writer=writer, salt=new_salt())
    ordinal = (item.versions.aggregate(last=Max("ordinal"))["last"] or 0) + 1
    reference = uuid.uuid4()
    sealed = Version.box(opened, "written", reference, written.to_text())
    item.versions.create(reference=reference, ordinal=ordinal, written=sealed)
    keep_commitment(salt=written.salt, digest=written.digest, size=written.size, at=written.at)
    about = f"version:{ordinal}"
    add_event(item, kind, opened=opened, who=who_acts(bearer.by), now=now, about=about, digest=written.digest)
