"""The offline recovery key: made for three custodians, and used by two of them when a team has lost all its members."""

import secrets
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, Subject
from leeward.foundation.vault.errors import CustodyRefused, TeamUnknown
from leeward.foundation.vault.models import RecoveryKey, TeamKey, TeamKeySlot
from leeward.foundation.vault.operations.boxes import draw_pair
from leeward.foundation.vault.operations.founding import keep_founding_key, make_founding_key
from leeward.foundation.vault.operations.registry import mark_of
from leeward.foundation.vault.operations.teams import add_holders, open_teams, recovery_grantees, with_founding_key
from leeward.foundation.vault.operations.verbs import VaultVerb, of_team, whom
from leeward.foundation.vault.rules.custody import RECOVERY_ID, CustodianFile, join_custodians, split_recovery_key
from leeward.foundation.vault.rules.grants import Grantee, GranteeKind, Keyring
from leeward.foundation.vault.rules.seals import KEY_BYTES


def make_recovery_keys(*, by: Actor, now: datetime) -> tuple[CustodianFile, ...]:
    """Make a recovery key, and three custodians' files of which any two open it. The private half is forgotten here.

    Teams that wait for their first member get it at once, all others when somebody joins or their key is renewed.
    An older recovery key stays good for what was wrapped to it.
    """
    newest = RecoveryKey.objects.aggregate(newest=Max("generation"))["newest"] or 0
    pair = draw_pair(kind=GranteeKind.RECOVERY, id=RECOVERY_ID, generation=newest + 1)
    privates = (secrets.token_bytes(KEY_BYTES), secrets.token_bytes(KEY_BYTES), secrets.token_bytes(KEY_BYTES))
    files = split_recovery_key(pair, privates=privates)
    name = pair.grantee
    with transaction.atomic():
        RecoveryKey.objects.filter(retired_at__isnull=True).update(retired_at=now)
        RecoveryKey.objects.create(
            generation=name.generation, public_key=name.public_key, vouched=mark_of(name), made_at=now
        )
        waiting = TeamKeySlot.objects.filter(holder_kind=GranteeKind.FOUNDING.value)
        for team in sorted(set(waiting.values_list("team_key__team", flat=True))):
            add_recovery(team=team, keyring=with_founding_key(None, team=team), now=now)
        facts = {"generation": name.generation}
        record(verb=VaultVerb.RECOVERY_MADE, by=by, subject=Subject(kind="recovery"), now=now, facts=facts)
    return files


def add_recovery(*, team: str, keyring: Keyring, now: datetime) -> None:
    """Wrap a team's keys that are on the ring to the present recovery key. Safe to repeat."""
    for row in TeamKey.objects.filter(team=team):
        pair = keyring.find(GranteeKind.TEAM, team, row.generation)
        if pair is not None:
            add_holders(row, pair=pair, holders=recovery_grantees(), now=now)


def recover_team(
    *, team: str, custodians: tuple[CustodianFile, CustodianFile], to: Grantee | None, by: Actor, now: datetime
) -> None:
    """Let a user hold a team's keys again; without one, the founding key, so that the next member can join.

    Raises CustodyRefused where the files do not fit or this team has nothing wrapped to them, or TeamUnknown.
    """
    if not TeamKey.objects.filter(team=team).exists():
        raise TeamUnknown(team)
    keyring = open_teams(key=join_custodians(*custodians))
    if team not in keyring.teams:
        raise CustodyRefused(f"The team {team!r} has no key that these custodians open: it was made before theirs.")
    with transaction.atomic():
        holder = to if to is not None else _founding_holder()
        for row in TeamKey.objects.filter(team=team):
            pair = keyring.find(GranteeKind.TEAM, team, row.generation)
            if pair is not None:
                add_holders(row, pair=pair, holders=[holder], now=now)
        record(verb=VaultVerb.TEAM_RECOVERED, by=by, subject=of_team(team), now=now, facts=whom(holder))


def _founding_holder() -> Grantee:
    founding = make_founding_key()
    transaction.on_commit(lambda: keep_founding_key(founding))
    return founding.grantee
