"""A signer whose keys are quick to make, and records for it to sign."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import RSAKey

from leeward.foundation.audit.rules import Actor
from leeward.foundation.kept import Kept
from leeward.foundation.signing.operations import keys
from leeward.foundation.signing.operations.asking import ask_for_signature
from leeward.foundation.signing.operations.keys import found_signer
from leeward.foundation.signing.operations.signing import sign_due, sign_lists

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
BY = Actor.operator()


@dataclass(frozen=True, kw_only=True)
class Claims(Kept):
    words: str


@pytest.fixture(scope="session")
def drawn() -> list[RSAKey]:
    """Keys that are drawn once, since each takes long."""
    return [RSAKey.generate_key(2048) for _ in range(2)]


@pytest.fixture
def folder(settings: Any, tmp_path: Path, drawn: list[RSAKey], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The signer's folder, not founded yet."""
    settings.LEEWARD_SERVICE_KEYS = tmp_path / "service-keys"
    settings.LEEWARD_URL = "https://leeward.example"
    waiting = iter(drawn)
    monkeypatch.setattr(keys.RSAKey, "generate_key", lambda _bits: next(waiting))
    return tmp_path / "service-keys"


@pytest.fixture
def signer(db: None, folder: Path) -> Path:
    """A founded signer; its folder."""
    found_signer(by=BY, now=NOW)
    return folder


def ask(words: str = "made up", *, until: timedelta | None = timedelta(days=30), since: timedelta = timedelta()) -> str:
    """Ask for a record of today, or of another day."""
    return ask_for_signature(
        kind="test_record",
        about=f"https://leeward.example/things/{secrets.token_hex(4)}",
        title="A made-up record",
        subject=Claims(words=words),
        valid_from=NOW + since,
        valid_until=NOW + since + until if until else None,
        by=BY,
        now=NOW,
    )


def sign_all(now: datetime = NOW) -> int:
    """One round of the signer."""
    lists = sign_lists(now=now)
    return lists + sign_due(now=now, limit=100)
