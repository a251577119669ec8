"""Many tries in the same moment are all counted: nobody gets more guesses by asking in parallel."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from leeward.foundation.accounts import operations
from leeward.foundation.accounts.errors import SignInRefused
from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.operations import slow

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TOGETHER = 5


def test_tries_at_the_same_time_are_all_counted(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    link = operations.create_staff(
        username="amina", display_name="Amina", role=Role.PRACTITIONER, by=Actor.operator(), now=NOW
    )
    operations.choose_passphrase(token=link.token, passphrase="lantern orbit pepper quilt", now=NOW)
    monkeypatch.setattr(slow, "RUNS_AT_ONCE", TOGETHER)
    start = threading.Barrier(TOGETHER)
    refused: list[bool] = []

    def attempt() -> None:
        start.wait()
        try:
            operations.sign_in(username="amina", passphrase="wrong", now=NOW)
        except SignInRefused:
            refused.append(True)
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt) for _ in range(TOGETHER)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    user = User.objects.get(username="amina")
    assert len(refused) == TOGETHER
    assert user.failed_tries == TOGETHER
    assert user.resting_until == NOW + timedelta(minutes=1)
