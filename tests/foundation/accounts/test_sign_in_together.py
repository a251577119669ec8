"""Many tries in the same moment are all counted: nobody gets more guesses by asking in parallel."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from leeward.foundation.accounts import operations
from leeward.foundation.accounts.errors import SignInRefused
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.foundation.counters.operations import read
from leeward.foundation.counters.rules import CounterState
from leeward.foundation.vault.operations.tries import TRIED

pytestmark = pytest.mark.postgresql

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TOGETHER = 5


def test_tries_at_the_same_time_are_all_counted(transactional_db: None, settings: Any) -> None:
    link = operations.create_staff(
        username="amina", display_name="Amina", role=Role.PRACTITIONER, by=Actor.operator(), now=NOW
    )
    operations.choose_passphrase(token=link.token, passphrase="lantern orbit pepper quilt", now=NOW)
    settings.LEEWARD_SLOW_HASHES = 6 * TOGETHER  # a sixth of the places are the staff's
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
    assert len(refused) == TOGETHER
    counted = read(kind=TRIED, name="|staff|amina", now=NOW)
    assert counted == CounterState(amount=TOGETHER, rests_until=NOW + timedelta(minutes=1))
