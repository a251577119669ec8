"""Users' keys: made with a first secret, unlocked by any of several, replaced when all are lost."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, Subject
from leeward.foundation.vault.errors import LastSlot, SealBroken, UserKeyTaken, UserKeyUnknown, WrongSecret
from leeward.foundation.vault.models import TeamKey, TeamKeySlot, UnlockSlot, UserKey
from leeward.foundation.vault.operations.boxes import draw_pair
from leeward.foundation.vault.operations.registry import mark_of, trusted
from leeward.foundation.vault.operations.slow import place, work_factor
from leeward.foundation.vault.operations.verbs import VaultVerb
from leeward.foundation.vault.rules.grants import Grantee, GranteeKind, PrivateKey
from leeward.foundation.vault.rules.keys import read_private_key, write_private_key
from leeward.foundation.vault.rules.lanes import Lane
from leeward.foundation.vault.rules.seals import NONCE_BYTES, SALT_BYTES, WorkFactor, seal, unseal
from leeward.foundation.vault.rules.slots import SLOW_KINDS, SlotKind, quick_slot_key, slot_place, slow_slot_key


@dataclass(frozen=True, kw_only=True)
class NewSlot:
    """A slot after its slow hash, ready to be stored."""

    kind: SlotKind
    label: str
    salt: bytes
    work: WorkFactor | None
    sealed: bytes


def make_user_key(
    *, holder: str, secret: str, kind: SlotKind = SlotKind.PASSPHRASE, by: Actor, now: datetime
) -> PrivateKey:
    """Make a person's first key, which this secret unlocks. `holder`: the account's reference.

    Call it outside any transaction: it runs the slow hash. Raises UserKeyTaken or TooManyAtOnce.
    """
    if UserKey.objects.filter(holder=holder).exists():
        raise UserKeyTaken
    key = draw_pair(kind=GranteeKind.USER, id=holder)
    slot = _new_slot(key, kind=kind, secret=secret)
    try:
        with transaction.atomic():
            _keep(key, slot=slot, now=now)
            record(verb=VaultVerb.USER_KEY_MADE, by=by, subject=_of(holder), now=now)
    except IntegrityError as error:
        raise UserKeyTaken from error
    return key


def unlock_user_key(*, holder: str, kind: SlotKind, secret: str) -> PrivateKey:
    """Unlock a person's key. Wrong, absent and unknown cost the same and are one answer.

    The caller counts tries, as for signing in. Raises WrongSecret or TooManyAtOnce.
    """
    slots = list(
        UnlockSlot.objects.filter(
            user_key__holder=holder, user_key__retired_at__isnull=True, kind=kind.value
        ).select_related("user_key")[: 1 if kind in SLOW_KINDS else 10]
    )
    if not slots and kind in SLOW_KINDS:
        with place(Lane.STAFF):
            _slow(kind=kind, secret=secret, salt=bytes(SALT_BYTES), work=work_factor())
    for slot in slots:
        key = _open(slot, kind=kind, secret=secret)
        if key is not None:
            return key
    raise WrongSecret


def user_grantee(holder: str) -> Grantee:
    """A person's public key. Raises UserKeyUnknown."""
    return trusted(_current(holder))


def add_slot(*, key: PrivateKey, kind: SlotKind, secret: str, label: str = "", by: Actor, now: datetime) -> None:
    """Let one more secret unlock an open key; a slot of this kind and label is replaced. Raises TooManyAtOnce."""
    row = _row_of(key)
    slot = _new_slot(key, kind=kind, secret=secret, label=label)
    with transaction.atomic():
        _keep_slot(row, slot=slot, now=now)
        facts = {"kind": kind.value}
        record(verb=VaultVerb.SLOT_ADDED, by=by, subject=_of(row.holder), now=now, facts=facts)


def remove_slot(*, holder: str, kind: SlotKind, label: str = "", by: Actor, now: datetime) -> None:
    """Let a secret unlock nothing any more. Safe to repeat. Raises LastSlot where nothing else unlocks the key."""
    with transaction.atomic():
        slots = list(_current(holder).slots.select_for_update())
        going = [slot for slot in slots if (slot.kind, slot.label) == (kind.value, label)]
        if not going:
            return
        if len(slots) == 1:
            raise LastSlot
        UnlockSlot.objects.filter(pk__in=[slot.pk for slot in going]).delete()
        facts = {"kind": kind.value}
        record(verb=VaultVerb.SLOT_REMOVED, by=by, subject=_of(holder), now=now, facts=facts)


def slot_kinds(holder: str) -> frozenset[SlotKind]:
    """Return the kinds of slots that unlock a person's key; none if there is no key."""
    slots = UnlockSlot.objects.filter(user_key__holder=holder, user_key__retired_at__isnull=True)
    return frozenset(SlotKind(kind) for kind in slots.values_list("kind", flat=True))


def holders_with_keys(holders: Iterable[str]) -> frozenset[str]:
    """Those of these people who have a key."""
    keys = UserKey.objects.filter(holder__in=list(holders), retired_at__isnull=True)
    return frozenset(keys.values_list("holder", flat=True))


def replace_user_key(
    *, holder: str, secret: str, kind: SlotKind = SlotKind.PASSPHRASE, by: Actor, now: datetime
) -> PrivateKey:
    """Give a person a new key because every secret of the old one is lost, or somebody else may know one.

    The old key opens no team any more; a colleague lets the new one join. Raises UserKeyUnknown or TooManyAtOnce.
    """
    old = _current(holder)
    key = draw_pair(kind=GranteeKind.USER, id=holder, generation=old.generation + 1)
    slot = _new_slot(key, kind=kind, secret=secret)
    with transaction.atomic():
        old.slots.all().delete()
        lost = TeamKeySlot.objects.filter(
            holder_kind=GranteeKind.USER.value, holder_id=holder, holder_generation__lte=old.generation
        )
        teams = set(lost.values_list("team_key__team", flat=True))
        lost.delete()
        TeamKey.objects.filter(team__in=teams, retired_at__isnull=True).update(left_at=now)
        UserKey.objects.filter(pk=old.pk).update(retired_at=now)
        _keep(key, slot=slot, now=now)
        facts = {"teams": len(teams)}
        record(verb=VaultVerb.USER_KEY_REPLACED, by=by, subject=_of(holder), now=now, facts=facts)
    return key


def _new_slot(key: PrivateKey, *, kind: SlotKind, secret: str, label: str = "") -> NewSlot:
    salt = secrets.token_bytes(SALT_BYTES)
    work = work_factor() if kind in SLOW_KINDS else None
    if work is None:
        slot_key = quick_slot_key(kind=kind, secret=secret, salt=salt)
    else:
        with place(Lane.STAFF):
            slot_key = _slow(kind=kind, secret=secret, salt=salt, work=work)
    sealed = seal(
        write_private_key(key),
        key=slot_key,
        nonce=secrets.token_bytes(NONCE_BYTES),
        place=slot_place(holder=key.grantee.id, generation=key.grantee.generation, kind=kind.value, label=label),
    )
    return NewSlot(kind=kind, label=label, salt=salt, work=work, sealed=sealed)


def _open(slot: UnlockSlot, *, kind: SlotKind, secret: str) -> PrivateKey | None:
    salt = bytes(slot.salt)
    if slot.memory_kib is None or slot.passes is None or slot.lanes is None:
        slot_key = quick_slot_key(kind=kind, secret=secret, salt=salt)
    else:
        work = WorkFactor(memory_kib=slot.memory_kib, passes=slot.passes, lanes=slot.lanes)
        with place(Lane.STAFF):
            slot_key = _slow(kind=kind, secret=secret, salt=salt, work=work)
    row = slot.user_key
    where = slot_place(holder=row.holder, generation=row.generation, kind=slot.kind, label=slot.label)
    try:
        return read_private_key(unseal(bytes(slot.sealed), key=slot_key, place=where))
    except SealBroken:
        return None


def _slow(*, kind: SlotKind, secret: str, salt: bytes, work: WorkFactor) -> bytes:
    return slow_slot_key(kind=kind, secret=secret, pepper=settings.LEEWARD_CODE_PEPPER, salt=salt, work=work)


def _keep(key: PrivateKey, *, slot: NewSlot, now: datetime) -> None:
    name = key.grantee
    row = UserKey.objects.create(
        holder=name.id, generation=name.generation, public_key=name.public_key, vouched=mark_of(name), made_at=now
    )
    _keep_slot(row, slot=slot, now=now)


def _keep_slot(row: UserKey, *, slot: NewSlot, now: datetime) -> None:
    work = slot.work
    row.slots.update_or_create(
        kind=slot.kind.value,
        label=slot.label,
        defaults={
            "salt": slot.salt,
            "memory_kib": work.memory_kib if work else None,
            "passes": work.passes if work else None,
            "lanes": work.lanes if work else None,
            "sealed": slot.sealed,
            "made_at": now,
        },
    )


def _current(holder: str) -> UserKey:
    row = UserKey.objects.filter(holder=holder, retired_at__isnull=True).first()
    if row is None:
        raise UserKeyUnknown
    return row


def _row_of(key: PrivateKey) -> UserKey:
    row = _current(key.grantee.id)
    if trusted(row) != key.grantee:
        raise UserKeyUnknown
    return row


def _of(holder: str) -> Subject:
    return Subject(kind="user", reference=holder)
