"""Cheap passphrase hashes, so that tests of the rules around them take no time; test_hashers checks the real costs."""

import pytest

from leeward.foundation.accounts.hashers import Argon2idPasswordHasher


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Argon2idPasswordHasher, "memory_cost", 64)
    monkeypatch.setattr(Argon2idPasswordHasher, "time_cost", 1)
