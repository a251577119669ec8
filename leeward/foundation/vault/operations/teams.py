"""Teams: their keys, who holds them, and how members join and leave."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.errors import LastHolder, SealRefused, TeamClosed, TeamUnknown
from leeward.foundation.vault.models import RecoveryKey, TeamKey, TeamKeySlot
from leeward.foundation.vault.operations.boxes import draw_pair
from leeward.foundation.vault.operations.founding import (
    drop_founding_key,
    find_founding_key,
    keep_founding_key,
    make_founding_key,
)
from leeward.foundation.vault.operations.registry import mark_of, trusted
from leeward.foundation.vault.operations.verbs import VaultVerb, of_team, whom
from leeward.foundation.vault.rules.grants import TEAM_HOLDERS, Grantee, GranteeKind, Keyring, PrivateKey
from leeward.foundation.vault.rules.keys import make_pair
from leeward.foundation.vault.rules.wraps import Binding, unwrap_once, vouch, wrap


def found_team(*, team: str, by: Actor, now: datetime) -> Grantee:
    """Make a team's first key; the founding key holds it until the first member joins. Safe to repeat."""
    known = _current_key(team)
    if known is not None:
        return trusted(known)
    founding = make_founding_key()
    pair = draw_pair(kind=GranteeKind.TEAM, id=team)
    try:
        with transaction.atomic():
            row = keep_team_key(pair, now=now)
            add_holders(row, pair=pair, holders=[founding.grantee, *recovery_grantees()], now=now)
            record(verb=VaultVerb.TEAM_FOUNDED, by=by, subject=of_team(team), now=now)
            # Another process may drop the file at this moment, for it cannot see this team yet.
            transaction.on_commit(lambda: keep_founding_key(founding))
    except IntegrityError:  # two at the same time: the first one's key is the team's
        return team_grantee(team)
    return pair.grantee


def found_team_of_one(*, team: str, holder: Grantee, by: Actor, now: datetime) -> Grantee:
    """Make the key of a team that has one holder from its first moment on; no founding key ever opens it.

    What somebody may read for a while is granted to such a team: a compartment is never granted to a user. Raises
    SealRefused.
    """
    if holder.kind is not GranteeKind.USER:
        raise SealRefused(f"A {holder.kind.value} cannot be a team of one: a user can.")
    pair = draw_pair(kind=GranteeKind.TEAM, id=team)
    with transaction.atomic():
        row = keep_team_key(pair, now=now)
        add_holders(row, pair=pair, holders=[holder, *recovery_grantees()], now=now)
        record(verb=VaultVerb.TEAM_FOUNDED, by=by, subject=of_team(team), now=now)
        record(verb=VaultVerb.TEAM_JOINED, by=by, subject=of_team(team), now=now, facts=whom(holder))
    return pair.grantee


def team_grantee(team: str) -> Grantee:
    """A team's present public key. Raises TeamUnknown."""
    key = _current_key(team)
    if key is None:
        raise TeamUnknown(team)
    return trusted(key)


def join_team(*, team: str, holder: Grantee, keyring: Keyring | None, by: Actor, now: datetime) -> None:
    """Let a user, an API key or a link hold a team's key, in every generation that is open here. Safe to repeat.

    The keyring is a member's; the first member needs none, since the founding key opens the team until then.
    Raises TeamUnknown, or TeamClosed where neither opens the team's present key.
    """
    if holder.kind not in TEAM_HOLDERS:
        raise SealRefused(f"A {holder.kind.value} cannot hold a team's key: users, API keys and links can.")
    pairs = _open_pairs(team, keyring=with_founding_key(keyring, team=team))
    with transaction.atomic():
        for row, pair in pairs:
            add_holders(row, pair=pair, holders=[holder, *recovery_grantees()], now=now)
        record(verb=VaultVerb.TEAM_JOINED, by=by, subject=of_team(team), now=now, facts=whom(holder))
        if holder.kind is GranteeKind.USER:
            slots_of(team).filter(holder_kind=GranteeKind.FOUNDING.value).delete()
            transaction.on_commit(drop_founding_key)


def leave_team(
    *,
    team: str,
    kind: GranteeKind = GranteeKind.USER,
    id: str,  # noqa: A002
    by: Actor,
    now: datetime,
) -> None:
    """Take a team's key away from a holder. Safe to repeat. `teams_to_rotate` names the team until its key is new.

    Raises LastHolder where nobody else could open the team any more.
    """
    with transaction.atomic():
        slots = slots_of(team).select_for_update()
        leaving = slots.filter(holder_kind=kind.value, holder_id=id)
        if not leaving.exists():
            return
        staying = slots.filter(team_key__retired_at__isnull=True).exclude(holder_kind=kind.value, holder_id=id)
        if not staying.exists():
            raise LastHolder(team)
        slots_of(team).filter(holder_kind=kind.value, holder_id=id).delete()
        TeamKey.objects.filter(team=team, retired_at__isnull=True).update(left_at=now)
        facts = {"grantee_kind": kind.value}
        record(verb=VaultVerb.TEAM_LEFT, by=by, subject=of_team(team), now=now, facts=facts)


def open_teams(*, key: PrivateKey) -> Keyring:
    """Return a ring with this key and every team key, of all generations, that it opens."""
    keyring = Keyring(key)
    name = key.grantee
    slots = TeamKeySlot.objects.filter(
        holder_kind=name.kind.value, holder_id=name.id, holder_generation=name.generation
    ).select_related("team_key")
    for slot in slots:
        keyring.add(open_slot(slot, key=key, keyring=keyring))
    return keyring


def teams_to_rotate() -> tuple[str, ...]:
    """Teams of which somebody has left since their present key was made."""
    left = TeamKey.objects.filter(retired_at__isnull=True, left_at__isnull=False)
    return tuple(left.order_by("left_at").values_list("team", flat=True))


def holders_of(team: str) -> tuple[tuple[GranteeKind, str], ...]:
    """Return the kinds and ids of those who hold a team's current key."""
    slots = slots_of(team).filter(team_key__retired_at__isnull=True).order_by("holder_kind", "holder_id")
    return tuple((GranteeKind(kind), name) for kind, name in slots.values_list("holder_kind", "holder_id"))


def user_holders_of(teams: Collection[str]) -> dict[str, set[str]]:
    """Return for each of these teams the ids of the users who hold its present key."""
    slots = TeamKeySlot.objects.filter(
        team_key__team__in=teams, team_key__retired_at__isnull=True, holder_kind=GranteeKind.USER.value
    )
    found: dict[str, set[str]] = {team: set() for team in teams}
    for team, name in slots.values_list("team_key__team", "holder_id"):
        found[team].add(name)
    return found


# --- parts that rotation and recovery use -----------------------------------------------------------------------------


def keep_team_key(pair: PrivateKey, *, now: datetime) -> TeamKey:
    """Store a team key's public half."""
    return TeamKey.objects.create(
        team=pair.grantee.id,
        generation=pair.grantee.generation,
        public_key=pair.grantee.public_key,
        vouched=mark_of(pair.grantee),
        made_at=now,
    )


def add_holders(row: TeamKey, *, pair: PrivateKey, holders: Iterable[Grantee], now: datetime) -> None:
    """Wrap a team's private half to these holders, in place of what they had."""
    binding = slot_binding(row)
    for holder in holders:
        row.slots.update_or_create(
            holder_kind=holder.kind.value,
            holder_id=holder.id,
            holder_generation=holder.generation,
            defaults={
                "public_key": holder.public_key,
                "wrapped": wrap(pair.private, to=holder, binding=binding),
                "vouched": vouch(pair.private, grantee=holder, binding=binding),
                "made_at": now,
            },
        )


def slot_binding(row: TeamKey) -> Binding:
    """Return what the wrap of a team's private key is bound to."""
    return {"team": row.team, "generation": row.generation}


def open_slot(slot: TeamKeySlot, *, key: PrivateKey, keyring: Keyring) -> PrivateKey:
    """The team key in one slot. Raises SealBroken."""
    row = slot.team_key
    private = unwrap_once(bytes(slot.wrapped), key=key, binding=slot_binding(row), keyring=keyring)
    return make_pair(private, kind=GranteeKind.TEAM, id=row.team, generation=row.generation)


def slots_of(team: str) -> QuerySet[TeamKeySlot]:
    """Return all slots of a team, of all generations."""
    return TeamKeySlot.objects.filter(team_key__team=team)


def recovery_grantees() -> Sequence[Grantee]:
    """The present offline recovery key, where there is one."""
    return [trusted(row) for row in RecoveryKey.objects.filter(retired_at__isnull=True)]


def with_founding_key(keyring: Keyring | None, *, team: str) -> Keyring:
    """The ring, with the team's keys that the founding key opens where the team still waits for its first member."""
    ring = Keyring(*(keyring or ()))
    slots = list(slots_of(team).filter(holder_kind=GranteeKind.FOUNDING.value).select_related("team_key"))
    if not slots or team in ring.teams:
        return ring
    founding = find_founding_key({slot.holder_id for slot in slots})
    for slot in slots:
        ring.add(open_slot(slot, key=founding, keyring=ring))
    return ring


def _open_pairs(team: str, *, keyring: Keyring) -> list[tuple[TeamKey, PrivateKey]]:
    rows = list(TeamKey.objects.filter(team=team).order_by("generation"))
    if not rows:
        raise TeamUnknown(team)
    found = [(row, keyring.find(GranteeKind.TEAM, team, row.generation)) for row in rows]
    pairs = [(row, pair) for row, pair in found if pair is not None]
    # A public half that does not belong to this private one was put there by somebody else.
    genuine = [(row, pair) for row, pair in pairs if bytes(row.public_key) == pair.grantee.public_key]
    if not any(row.retired_at is None for row, _ in genuine):
        raise TeamClosed(team)
    return genuine


def _current_key(team: str) -> TeamKey | None:
    return TeamKey.objects.filter(team=team, retired_at__isnull=True).first()
