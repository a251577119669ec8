"""Whose locker is under a code, how long it is kept, and how full it is."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings

from leeward.foundation.vault.operations import derive_key_pair
from leeward.foundation.vault.rules.grants import GranteeKind, Keyring, PrivateKey
from leeward.victim.locker.errors import ItemUnknown, LockerUnknown
from leeward.victim.locker.models import Item, Locker
from leeward.victim.locker.rules.keeping import Limits, is_ending
from leeward.victim.portal.rules.visits import Bearer

# The name of a locker in a holding.
NAME = "locker"


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """How long a locker is kept, and how many entries are in it."""

    years: int
    expires_on: date
    is_ending: bool
    items: int
    most: int


def key_of(bearer: Bearer) -> PrivateKey:
    """Return the key of a bearer's locker, which follows from the key of their code.

    It is another one, so that nobody who reads the table of grants sees that a file and an entry are one person's.
    """
    return derive_key_pair(bearer.key.private.hex(), purpose="locker", kind=GranteeKind.VICTIM)


def keyring_of(bearer: Bearer) -> Keyring:
    """The ring with the key of a bearer's locker."""
    return Keyring(key_of(bearer))


def limits() -> Limits:
    """What the nation allows to be kept."""
    found: Limits = settings.LEEWARD_LOCKER_LIMITS
    return found


def locker_of(bearer: Bearer) -> Locker | None:
    """The locker under a code; None where there is none."""
    reference = bearer.holds.get(NAME)
    return Locker.objects.filter(reference=reference).first() if reference else None


def find_locker(bearer: Bearer) -> Locker:
    """The same. Raises LockerUnknown."""
    row = locker_of(bearer)
    if row is None:
        raise LockerUnknown
    return row


def find_item(bearer: Bearer, reference: uuid.UUID) -> Item:
    """An entry of this bearer's locker. Raises LockerUnknown or ItemUnknown."""
    row = Item.objects.filter(locker=find_locker(bearer), reference=reference).first()
    if row is None:
        raise ItemUnknown
    return row


def read_keeping(bearer: Bearer, *, now: datetime) -> Keeping | None:
    """How long the locker under a code is kept; None where there is none."""
    row = locker_of(bearer)
    if row is None:
        return None
    return Keeping(
        years=row.years,
        expires_on=row.expires_on,
        is_ending=is_ending(row.expires_on, now=now),
        items=row.items.count(),
        most=limits().items,
    )
