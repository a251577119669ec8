"""Unlock: open a person's key, and keep it for one browser under a key that only that browser holds."""

import base64
import binascii
import secrets
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from leeward.foundation.accounts.models import Unlock, User
from leeward.foundation.accounts.operations import keys
from leeward.foundation.accounts.operations.trail import AccountVerb, actor, subject
from leeward.foundation.accounts.operations.tries import count_unlock_try, forgive_unlock_tries, slow_place
from leeward.foundation.accounts.rules import UNLOCK_IDLE, UNLOCK_TOTAL, is_unlock_over, read_recovery_code
from leeward.foundation.audit.operations import record
from leeward.foundation.vault.errors import SealBroken
from leeward.foundation.vault.rules.grants import PrivateKey
from leeward.foundation.vault.rules.keys import read_private_key, write_private_key
from leeward.foundation.vault.rules.seals import KEY_BYTES, NONCE_BYTES, seal, unseal


@dataclass(frozen=True, kw_only=True)
class Unlocked:
    """A fresh unlock: `id` goes into the session, `cookie` to the browser and nowhere else."""

    id: str
    cookie: str = field(repr=False)


def unlock_by_passphrase(*, user: User, passphrase: str, now: datetime) -> Unlocked:
    """Open the key with the passphrase. Raises UnlockRefused or TooManyAtOnce."""
    with slow_place(first=True):  # she is signed in
        count_unlock_try(user, now=now)  # before the slow part; while it rests, nothing opens
        key = keys.open_by_passphrase(user=user, passphrase=passphrase)
    return _keep(user, key=key, now=now)


def unlock_by_recovery(*, user: User, code: str, now: datetime) -> Unlocked:
    """Open the key with the printed code. Raises RecoveryCodeMistyped, UnlockRefused or TooManyAtOnce."""
    read = read_recovery_code(code)
    with slow_place(first=True):  # she is signed in
        count_unlock_try(user, now=now)  # before the slow part; while it rests, nothing opens
        key = keys.open_by_recovery(user=user, code=read)
    return _keep(user, key=key, now=now)


def unlock_after_sign_in(*, user: User, passphrase: str, now: datetime) -> Unlocked | None:
    """Unlock with the passphrase that has just signed this person in; None for roles without a key."""
    if not user.team:
        return None
    return _keep(user, key=keys.open_by_passphrase(user=user, passphrase=passphrase), now=now)


def open_unlock(*, user: User, id: str, cookie: str, now: datetime) -> PrivateKey | None:  # noqa: A002
    """The key of somebody who has unlocked in this browser; None when it has ended, or the cookie does not fit."""
    row = Unlock.objects.filter(pk=id, user_id=user.pk).first()
    if row is None:
        return None
    if is_unlock_over(started_at=row.started_at, used_at=row.used_at, now=now):
        row.delete()
        return None
    try:
        text = unseal(bytes(row.sealed), key=_cookie_key(cookie), place=_place(user, row.pk))
    except SealBroken:
        return None
    Unlock.objects.filter(pk=row.pk).update(used_at=max(now, row.used_at))
    return read_private_key(text)


def lock(*, user: User, id: str, now: datetime) -> None:  # noqa: A002
    """End one unlock; safe to repeat."""
    with transaction.atomic():
        deleted, _ = Unlock.objects.filter(pk=id, user_id=user.pk).delete()
        if deleted:
            record(verb=AccountVerb.LOCKED, by=actor(user), subject=subject(user), now=now)


def _keep(user: User, *, key: PrivateKey, now: datetime) -> Unlocked:
    made = Unlocked(id=secrets.token_hex(16), cookie=base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode())
    sealed = seal(
        write_private_key(key),
        key=_cookie_key(made.cookie),
        nonce=secrets.token_bytes(NONCE_BYTES),
        place=_place(user, made.id),
    )
    with transaction.atomic():
        forgive_unlock_tries(user)
        # Those that have ended go whenever somebody unlocks; nothing else needs to sweep them.
        Unlock.objects.filter(started_at__lte=now - UNLOCK_TOTAL).delete()
        Unlock.objects.filter(used_at__lte=now - UNLOCK_IDLE).delete()
        Unlock.objects.create(id=made.id, user=user, sealed=sealed, started_at=now, used_at=now)
        record(verb=AccountVerb.UNLOCKED, by=actor(user), subject=subject(user), now=now)
    return made


def _place(user: User, unlock: str) -> str:
    return f"accounts.unlock.sealed|{user.reference}|{unlock}"


def _cookie_key(cookie: str) -> bytes:
    try:
        key = base64.b64decode(cookie.encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise SealBroken from error
    if len(key) != KEY_BYTES:
        raise SealBroken
    return key
