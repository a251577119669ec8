"""Give a team a new key when somebody has left, and move its grants to it in batches that may be cut short anywhere."""

from datetime import datetime

from django.db import transaction

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.errors import PublicKeySwapped, TeamClosed, TeamUnknown
from leeward.foundation.vault.models import Grant, TeamKey
from leeward.foundation.vault.operations.boxes import draw_pair
from leeward.foundation.vault.operations.registry import trusted
from leeward.foundation.vault.operations.teams import (
    add_holders,
    keep_team_key,
    recovery_grantees,
    slot_binding,
    with_founding_key,
)
from leeward.foundation.vault.operations.verbs import VaultVerb, of_service, of_team
from leeward.foundation.vault.rules.files import compartment_binding
from leeward.foundation.vault.rules.grants import Compartment, Grantee, GranteeKind, Keyring, PrivateKey
from leeward.foundation.vault.rules.wraps import is_vouched, unwrap, vouch, wrap

GRANTS_AT_ONCE = 200


def rotate_team(*, team: str, keyring: Keyring, by: Actor, now: datetime) -> int:
    """Give a team a new key, which all present holders get, and move its grants to it; returns how many moved.

    The new key is put on the ring. Cut short, the rest is moved by `resume_rotation`; until then both keys open.
    Raises TeamUnknown, TeamClosed, or PublicKeySwapped where a holder's key is not the one that was let in.
    """
    with transaction.atomic():
        if not TeamKey.objects.filter(team=team).exists():
            raise TeamUnknown(team)
        row = TeamKey.objects.select_for_update().filter(team=team, retired_at__isnull=True).first()
        if row is None:  # somebody else has just given it a new key
            raise TeamClosed(team)
        ring = with_founding_key(keyring, team=team)
        old = ring.find(GranteeKind.TEAM, team, row.generation)
        if old is None:
            raise TeamClosed(team)
        holders = _vouched_holders(row, pair=old)
        TeamKey.objects.filter(pk=row.pk).update(retired_at=now)
        pair = draw_pair(kind=GranteeKind.TEAM, id=team, generation=row.generation + 1)
        add_holders(keep_team_key(pair, now=now), pair=pair, holders=holders, now=now)
        facts = {"generation": row.generation + 1, "holders": len(holders)}
        record(verb=VaultVerb.TEAM_ROTATED, by=by, subject=of_team(team), now=now, facts=facts)
    keyring.add(old)
    keyring.add(pair)
    return resume_rotation(team=team, keyring=keyring, by=by, now=now)


def resume_rotation(*, team: str, keyring: Keyring, by: Actor, now: datetime) -> int:
    """Move what is still wrapped to a team's older keys; returns how many grants moved. Safe to repeat.

    Raises TeamClosed where the ring lacks the present key. What the ring cannot open stays where it is.
    """
    key = TeamKey.objects.filter(team=team, retired_at__isnull=True).first()
    if key is None:
        raise TeamUnknown(team)
    new = keyring.find(GranteeKind.TEAM, team, key.generation)
    if new is None or trusted(key).public_key != new.grantee.public_key:
        raise TeamClosed(team)
    moved = 0
    for old in [pair for pair in keyring if _is_older(pair.grantee, than=new.grantee)]:
        while count := move_grants(old=old, new=new.grantee, by=by, now=now):
            moved += count
    return moved


def _is_older(grantee: Grantee, *, than: Grantee) -> bool:
    return (grantee.kind, grantee.id) == (than.kind, than.id) and grantee.generation < than.generation


def _vouched_holders(row: TeamKey, *, pair: PrivateKey) -> list[Grantee]:
    holders = []
    for slot in row.slots.exclude(holder_kind=GranteeKind.RECOVERY.value):
        holder = slot.as_holder()
        if not is_vouched(bytes(slot.vouched), secret=pair.private, grantee=holder, binding=slot_binding(row)):
            raise PublicKeySwapped
        holders.append(holder)
    return [*holders, *recovery_grantees()]


@transaction.atomic
def move_grants(*, old: PrivateKey, new: Grantee, by: Actor, now: datetime) -> int:
    """Wrap some of what is granted to an old key to a new one instead; how many, 0 when none is left."""
    rows = list(Grant.objects.select_for_update().filter(**of_grantee(old.grantee)).order_by("pk")[:GRANTS_AT_ONCE])
    if not rows:
        return 0
    # Somebody may have granted the same to the new key already.
    there = set(
        Grant.objects.filter(file__in={row.file for row in rows}, **of_grantee(new)).values_list(
            "file", "compartment", "generation"
        )
    )
    Grant.objects.filter(
        pk__in=[row.pk for row in rows if (row.file, row.compartment, row.generation) in there]
    ).delete()
    moving = [row for row in rows if (row.file, row.compartment, row.generation) not in there]
    for row in moving:
        binding = compartment_binding(
            file=row.file, compartment=Compartment(row.compartment), generation=row.generation
        )
        key = unwrap(bytes(row.wrapped), key=old, binding=binding)
        row.wrapped = wrap(key, to=new, binding=binding)
        row.vouched = vouch(key, grantee=new, binding=binding)
        row.public_key = new.public_key
        row.grantee_generation = new.generation
    Grant.objects.bulk_update(moving, ["wrapped", "vouched", "public_key", "grantee_generation"])
    facts = {"grants": len(rows), "generation": new.generation}
    subject = of_team(new.id) if new.kind is GranteeKind.TEAM else of_service(new.id)
    record(verb=VaultVerb.GRANTS_REWRAPPED, by=by, subject=subject, now=now, facts=facts)
    return len(rows)


def of_grantee(grantee: Grantee) -> dict[str, str | int]:
    """Return the filter for a grantee's rows in one generation."""
    return {
        "grantee_kind": grantee.kind.value,
        "grantee_id": grantee.id,
        "grantee_generation": grantee.generation,
    }
