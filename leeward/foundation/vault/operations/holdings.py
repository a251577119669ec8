"""Holdings: a small sealed box for what a person's code leads to, found by a name that only their own key yields.

Nothing links a holding to a file, to a submission or to a code but what is inside it, so nothing here is written to
the trail either.
"""

import json
import secrets
from collections.abc import Mapping
from datetime import date, datetime

from django.db import IntegrityError, transaction

from leeward.foundation.vault.errors import HoldingTaken, HoldingUnknown, SealRefused
from leeward.foundation.vault.models import Holding
from leeward.foundation.vault.rules.codes import month_after
from leeward.foundation.vault.rules.grants import PrivateKey
from leeward.foundation.vault.rules.seals import NONCE_BYTES, derive_key, seal, unseal
from leeward.foundation.vault.rules.texts import PAD_STEP

HOLDING_LIMIT = 8 * 1024  # bytes


def keep_holding(*, key: PrivateKey, content: Mapping[str, str], expires_on: date, now: datetime) -> None:
    """Keep a small content under a key until the month of `expires_on` is over. Raises HoldingTaken or SealRefused."""
    if expires_on < now.date():
        raise SealRefused("A holding ends in the future. Choose a later day.")
    sealed = _sealed(content, key=key)
    try:
        with transaction.atomic():
            Holding.objects.create(name=_name(key), sealed=sealed, expires_on=month_after(expires_on))
    except IntegrityError as error:
        raise HoldingTaken from error


def read_holding(key: PrivateKey) -> dict[str, str]:
    """Return what is kept under a key. Raises HoldingUnknown, or SealBroken if it was changed."""
    return _read(Holding.objects.filter(name=_name(key)).first(), key)


def lock_holding(key: PrivateKey) -> dict[str, str]:
    """Return the same, and let nobody else change it before the caller's transaction ends. Raises as before."""
    return _read(Holding.objects.select_for_update().filter(name=_name(key)).first(), key)


@transaction.atomic
def change_holding(*, key: PrivateKey, content: Mapping[str, str], expires_on: date | None = None) -> None:
    """Put this into what is kept under a key, and keep it until the month of `expires_on` is over at least.

    What another window has put there under other names stays. Raises HoldingUnknown.
    """
    changed = {**lock_holding(key), **content}
    rows = Holding.objects.filter(name=_name(key))
    rows.update(sealed=_sealed(changed, key=key))
    if expires_on is not None:
        rows.filter(expires_on__lt=month_after(expires_on)).update(expires_on=month_after(expires_on))


def destroy_holding(key: PrivateKey) -> None:
    """Forget what is kept under a key. Safe to repeat."""
    Holding.objects.filter(name=_name(key)).delete()


def sweep_holdings(*, now: datetime, limit: int) -> int:
    """Forget holdings whose time is over; returns how many. Safe to repeat."""
    due = list(Holding.objects.filter(expires_on__lte=now.date()).values_list("pk", flat=True)[:limit])
    deleted, _ = Holding.objects.filter(pk__in=due, expires_on__lte=now.date()).delete()
    return deleted


def _read(row: Holding | None, key: PrivateKey) -> dict[str, str]:
    if row is None:
        raise HoldingUnknown
    content: dict[str, str] = json.loads(unseal(bytes(row.sealed), key=_seal_key(key), place=_place(key)))
    return content


def _sealed(content: Mapping[str, str], *, key: PrivateKey) -> bytes:
    text = json.dumps(dict(content), sort_keys=True, separators=(",", ":"))
    filled = text + " " * (-len(text) % PAD_STEP)  # JSON allows blanks at its end; all is ASCII
    if len(filled) > HOLDING_LIMIT:
        raise SealRefused(f"A holding takes at most {HOLDING_LIMIT} bytes. Keep references in it, not texts.")
    return seal(filled, key=_seal_key(key), nonce=secrets.token_bytes(NONCE_BYTES), place=_place(key))


def _name(key: PrivateKey) -> str:
    return derive_key(key.private, purpose="leeward/holding/name/1").hex()


def _seal_key(key: PrivateKey) -> bytes:
    return derive_key(key.private, purpose="leeward/holding/seal/1")


def _place(key: PrivateKey) -> str:
    return f"vault.Holding.sealed|{_name(key)}"
