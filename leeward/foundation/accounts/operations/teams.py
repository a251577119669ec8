"""Let somebody into the team, and take somebody out; each by a colleague who holds the team's key."""

from datetime import datetime

from django.db import transaction

from leeward.foundation.accounts.errors import ColleagueUnknown, NotInTeam
from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.operations import keys
from leeward.foundation.accounts.operations.staff import close_locked
from leeward.foundation.accounts.operations.trail import AccountVerb, actor, subject
from leeward.foundation.accounts.rules import TAKING_OUT_ROLES, Role
from leeward.foundation.audit.operations import record
from leeward.foundation.vault.rules.grants import Keyring


def let_in(*, colleague: User, reference: str, keyring: Keyring, now: datetime) -> None:
    """Wrap the team's key for somebody who waits. Raises NotInTeam or ColleagueUnknown."""
    team = _own_team(colleague, keyring=keyring)
    with transaction.atomic():
        user = _in_team(team, reference=reference)
        if not keys.is_waiting(user=user):
            raise ColleagueUnknown
        keys.join(user=user, keyring=keyring, by=actor(colleague), now=now)
        record(verb=AccountVerb.LET_IN, by=actor(colleague), subject=subject(user), now=now)


def take_out(*, colleague: User, reference: str, keyring: Keyring, now: datetime) -> None:
    """Close somebody's account, sessions and slots, and give the team a new key that she never held.

    Raises NotInTeam, or ColleagueUnknown also for oneself: nobody shuts the last door behind herself.
    """
    team = _own_team(colleague, keyring=keyring)
    if Role(colleague.role) not in TAKING_OUT_ROLES or reference == colleague.reference:
        raise ColleagueUnknown
    with transaction.atomic():
        user = _in_team(team, reference=reference)
        close_locked(user, by=actor(colleague), now=now)
        record(verb=AccountVerb.TAKEN_OUT, by=actor(colleague), subject=subject(user), now=now)
    # Apart from the above, which must hold at once: moving the team's grants takes a while, and may be resumed.
    keys.renew_team(team=team, keyring=keyring, by=actor(colleague), now=now)


def renew_team_key(*, colleague: User, keyring: Keyring, now: datetime) -> None:
    """Give the team a new key after somebody was closed from the command line. Raises NotInTeam."""
    team = _own_team(colleague, keyring=keyring)
    if keys.is_key_old(team=team):
        keys.renew_team(team=team, keyring=keyring, by=actor(colleague), now=now)


def _own_team(colleague: User, *, keyring: Keyring) -> str:
    if colleague.team is None or colleague.team not in keyring.teams:
        raise NotInTeam
    return colleague.team


def _in_team(team: str, *, reference: str) -> User:
    user = User.objects.select_for_update().filter(reference=reference, is_active=True).first()
    if user is None or user.team != team:
        raise ColleagueUnknown
    return user
