"""What the vault's tests share: a slow hash that is quick, key files of their own, and a team with a member."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.operations import (
    found_team,
    join_team,
    make_user_key,
    open_teams,
    team_grantee,
)
from leeward.foundation.vault.rules.grants import Grantee, Keyring, PrivateKey
from leeward.foundation.vault.rules.slots import SlotKind

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
WEEK = NOW + timedelta(days=7)
BY = Actor.operator()


@pytest.fixture(autouse=True)
def key_files(settings: Any, tmp_path: Path) -> Path:
    """A folder for the private halves that live beside the data."""
    settings.LEEWARD_SERVICE_KEYS = tmp_path / "service-keys"
    settings.LEEWARD_FOUNDING_KEY = tmp_path / "founding.key"
    return tmp_path


@dataclass(frozen=True, kw_only=True)
class Team:
    """A team and its first member's key."""

    name: str
    member: PrivateKey

    @property
    def grantee(self) -> Grantee:
        return team_grantee(self.name)

    @property
    def keyring(self) -> Keyring:
        return open_teams(key=self.member)


def make_member(holder: str) -> PrivateKey:
    """A user's key, which a passphrase unlocks."""
    return make_user_key(holder=holder, secret=f"six words of {holder}", kind=SlotKind.PASSPHRASE, by=BY, now=NOW)


def make_team(name: str, *, member: str) -> Team:
    """A founded team that its first member has joined."""
    found_team(team=name, by=BY, now=NOW)
    key = make_member(member)
    join_team(team=name, holder=key.grantee, keyring=None, by=BY, now=NOW)
    return Team(name=name, member=key)


@pytest.fixture
def helpline(db: None) -> Team:
    return make_team("helpline", member="amina")


@pytest.fixture
def desk(db: None) -> Team:
    return make_team("desk", member="bilal")
