"""Cheap passphrase hashes, so that tests of the rules around them take no time; test_hashers checks the real costs."""

from pathlib import Path
from typing import Any

import pytest

from leeward.foundation.accounts.hashers import Argon2idPasswordHasher
from leeward.foundation.vault.operations import slow
from leeward.foundation.vault.rules.seals import WorkFactor


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Argon2idPasswordHasher, "memory_cost", 64)
    monkeypatch.setattr(Argon2idPasswordHasher, "time_cost", 1)
    monkeypatch.setattr(slow, "WORK_FACTOR", WorkFactor(memory_kib=64, passes=1, lanes=1))


@pytest.fixture(autouse=True)
def _own_founding_key(settings: Any, tmp_path: Path) -> None:
    settings.LEEWARD_FOUNDING_KEY = tmp_path / "founding.key"
