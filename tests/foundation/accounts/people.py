"""Makes staff for tests: enrolled, waiting, signed in."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leeward.foundation.accounts import operations
from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.operations import choose_passphrase, create_staff, keys
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
PASSPHRASE = "lantern orbit pepper quilt"


@dataclass(frozen=True, kw_only=True)
class Member:
    """Somebody who has enrolled."""

    name: str
    recovery_code: str
    waits: bool

    @property
    def user(self) -> User:
        return User.objects.get(username=self.name)


def employ(name: str, role: Role = Role.DESK_PRACTITIONER, *, affiliation: str = "", now: datetime = NOW) -> Member:
    link = create_staff(
        username=name, display_name=name.title(), role=role, affiliation=affiliation, by=Actor.operator(), now=now
    )
    enrolled = choose_passphrase(token=link.token, passphrase=PASSPHRASE, now=now)
    return Member(name=name, recovery_code=enrolled.recovery_code, waits=enrolled.waits)


def come_in(name: str, *, passphrase: str = PASSPHRASE) -> Client:
    """A browser in which somebody has signed in by passphrase, and so unlocked."""
    client = Client()
    response = client.post(reverse("accounts:sign-in"), {"username": name, "passphrase": passphrase})
    assert response.status_code == 303
    return client


def let_in(name: str, *, by: str) -> None:
    """Let a colleague who has their key give it to somebody who waits for it."""
    colleague, reference = User.objects.get(username=by), User.objects.get(username=name).reference
    ring = keys.open_teams_with(keys.open_by_passphrase(user=colleague, passphrase=PASSPHRASE))
    operations.let_in(colleague=colleague, reference=reference, keyring=ring, now=NOW)


def at(monkeypatch: Any, now: datetime) -> None:
    """Let the clock of the pages stand at `now`."""
    monkeypatch.setattr(timezone, "now", lambda: now)
