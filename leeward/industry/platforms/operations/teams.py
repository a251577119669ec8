"""A platform's own team: its fetch and feedback keys open what is sealed to it, and a stolen database does not.

Each of these two keys stands for a key pair, of which the database has the public half alone. Fresh keys are let into
the team by whoever holds it: the founding key, as long as no moderator has joined; then a moderator who is unlocked, or
the old key itself while it still works. So nothing that was sealed before has to be wrapped anew.
"""

import contextlib
import hmac
from datetime import datetime

from django.db import transaction

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.vault.errors import FoundingKeyMissing, LastHolder, TeamClosed, TeamUnknown
from leeward.foundation.vault.operations import (
    blind_index,
    derive_key_pair,
    found_team,
    join_team,
    leave_team,
    open_teams,
    rotate_team,
    teams_to_rotate,
)
from leeward.foundation.vault.rules.grants import Grantee, GranteeKind, Keyring, PrivateKey
from leeward.foundation.vault.rules.keys import fingerprint
from leeward.industry.platforms.models import Platform, PlatformKey
from leeward.industry.platforms.operations.verbs import PlatformVerb, platform_subject
from leeward.industry.platforms.queries import find_key, has_waiting_keys
from leeward.industry.platforms.rules import Endpoint, Partner, key_digest, team_name

TEAM_ENDPOINTS = frozenset({Endpoint.FETCH, Endpoint.FEEDBACK})
PAIR_PURPOSE = "platforms/api-key"
MARK_PURPOSE = "platforms/holder"


def keyring_for_key(key: str, *, now: datetime) -> Keyring:
    """What a platform's fetch or feedback key opens, in memory only; empty for any other key, and for a retired one.

    Its first use is noted, for whoever asks whether the inbox is read. A key that opens the team lets fresh keys of the
    same platform in, which wait for that.
    """
    presented = find_key(key, now=now)
    if presented is None or presented.endpoint not in TEAM_ENDPOINTS:
        return Keyring()
    keyring = open_teams(key=key_pair(key))
    if keyring.teams and presented.used_at is None:
        PlatformKey.objects.filter(digest=key_digest(key), used_at__isnull=True).update(used_at=now)
    if keyring.teams and has_waiting_keys(presented.partner, now=now):
        by = Actor(kind=ActorKind.PLATFORM, id=str(presented.partner.public_id))
        admit_waiting_keys(partner=presented.partner, keyring=keyring, by=by, now=now)
    return keyring


@transaction.atomic
def admit_waiting_keys(*, partner: Partner, keyring: Keyring | None, by: Actor, now: datetime) -> int:
    """Let a platform's fresh keys into its team; returns how many. Safe to repeat.

    `keyring` is that of somebody who holds the team; None uses the founding key, while no moderator has joined.
    Does nothing where neither opens the team.
    """
    waiting = PlatformKey.objects.waiting(now).filter(platform_id=partner.id).select_for_update().order_by("pk")
    keys = [key for key in waiting if hmac.compare_digest(key.mark, _mark(partner, key))]
    try:
        for key in keys:
            join_team(team=team_name(partner.public_id), holder=_grantee(key), keyring=keyring, by=by, now=now)
    except (TeamClosed, TeamUnknown, FoundingKeyMissing):
        return 0
    if not keys:
        return 0
    PlatformKey.objects.filter(pk__in=[key.pk for key in keys]).update(joined_at=now)
    facts = {"keys": len(keys)}
    record(verb=PlatformVerb.KEYS_ADMITTED, by=by, subject=platform_subject(partner), now=now, facts=facts)
    return len(keys)


def drop_retired_keys(*, now: datetime, limit: int, partner: Partner | None = None) -> int:
    """Take teams' keys away from API keys that have retired, of one platform or of all; returns how many.

    Safe to repeat. A team that no moderator has joined gets a new key at once; another when a member of it is unlocked.
    """
    retired = PlatformKey.objects.filter(retires_at__lte=now, joined_at__isnull=False)
    if partner is not None:
        retired = retired.filter(platform_id=partner.id)
    due = list(retired.select_related("platform").order_by("retires_at", "pk")[:limit])
    dropped = [key for key in due if _drop(key, team=team_name(key.platform.public_id), now=now)]
    left = {team_name(key.platform.public_id) for key in dropped}
    for team in sorted(left.intersection(teams_to_rotate())):
        _renew_where_founding_key_may(team, now=now)
    return len(dropped)


# --- what giving and rotating keys uses -------------------------------------------------------------------------------


def key_pair(key: str) -> PrivateKey:
    """The pair that a platform's key stands for."""
    return derive_key_pair(key, purpose=PAIR_PURPOSE, kind=GranteeKind.API_KEY)


def note_public_half(row: PlatformKey, *, key: str, partner: Partner) -> None:
    """Write the public half of a fresh key, with its mark, on its row, if it is one that opens requests."""
    if Endpoint(row.endpoint) in TEAM_ENDPOINTS:
        row.public_key = key_pair(key).grantee.public_key.hex()
        row.mark = _mark(partner, row)


def found_own_team(platform: Platform, *, by: Actor, now: datetime) -> None:
    """Make the platform's team if it has none, and let its fresh keys in if the founding key may."""
    partner = platform.as_partner()
    found_team(team=team_name(partner.public_id), by=by, now=now)
    admit_waiting_keys(partner=partner, keyring=None, by=by, now=now)


# --- inner parts ----------------------------------------------------------------------------------------------------


def _mark(partner: Partner, key: PlatformKey) -> str:
    return blind_index(f"{partner.public_id}|{key.endpoint}|{key.digest}|{key.public_key}", purpose=MARK_PURPOSE)


def _grantee(key: PlatformKey) -> Grantee:
    public = bytes.fromhex(key.public_key)
    return Grantee(kind=GranteeKind.API_KEY, id=fingerprint(public), generation=1, public_key=public)


def _drop(key: PlatformKey, *, team: str, now: datetime) -> bool:
    try:
        with transaction.atomic():
            leave_team(team=team, kind=GranteeKind.API_KEY, id=_grantee(key).id, by=Actor.system(), now=now)
            PlatformKey.objects.filter(pk=key.pk).update(public_key="", mark="", joined_at=None)
    except LastHolder:  # its requests would be closed for ever; the key itself is admitted nowhere any more
        return False
    return True


def _renew_where_founding_key_may(team: str, *, now: datetime) -> None:
    """Give a team a new key where no member has to be unlocked for that; the others wait for a member."""
    with contextlib.suppress(TeamClosed, FoundingKeyMissing):
        rotate_team(team=team, keyring=Keyring(), by=Actor.system(), now=now)
