"""Opens a team's door for tests as it opens in the world: somebody there holds its key and has signed in."""

from datetime import UTC, datetime

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.rules import OWN_TEAMS, Role
from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.models import TeamKey
from leeward.foundation.vault.operations import found_team, make_user_key, open_teams
from leeward.foundation.vault.operations.teams import add_holders, with_founding_key
from leeward.foundation.vault.rules.grants import GranteeKind, Keyring
from leeward.foundation.vault.rules.slots import SlotKind

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ROLES = {team: role for role, team in reversed(OWN_TEAMS.items())}
BY = Actor.operator()


def open_door(team: str, *, now: datetime = NOW) -> Keyring:
    """Found a team with one member who has signed in; returns the keys of that member.

    The founding key stays, so that a test can let its own people come in as the first ones do.
    """
    holder = reader_of(team)
    found_team(team=team, by=BY, now=now)
    key = make_user_key(holder=holder, secret="six words that stay", kind=SlotKind.PASSPHRASE, by=BY, now=now)
    row = TeamKey.objects.get(team=team, retired_at__isnull=True)
    pair = with_founding_key(None, team=team).find(GranteeKind.TEAM, team, row.generation)
    assert pair is not None
    add_holders(row, pair=pair, holders=[key.grantee], now=now)
    sign_in(holder, ROLES[team], now=now)
    return open_teams(key=key)


def reader_of(team: str) -> str:
    """The reference of the member by whom a door is open."""
    return f"reads-{team}"[:16]


def close_door(team: str) -> None:
    """Let that member leave."""
    User.objects.filter(reference=reader_of(team)).update(is_active=False)


def sign_in(name: str, role: Role, *, affiliation: str = "", now: datetime = NOW) -> None:
    """Let whoever holds keys under this reference have an account, and have signed in."""
    User.objects.create(
        reference=name,
        username=f"of-{name}",
        display_name=f"The reader of {name}",
        role=role.value,
        affiliation=affiliation,
        password="no passphrase fits this",
        created_at=now,
        last_login=now,
    )
