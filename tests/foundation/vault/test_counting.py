"""Tries at the same moment are all counted, by a statement each, whatever becomes of what was tried."""

import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.checks import run_checks
from django.db import connection, transaction

from leeward.foundation.counters.models import Counter
from leeward.foundation.counters.operations import read
from leeward.foundation.vault.errors import TooManyAtOnce, TooManyTries
from leeward.foundation.vault.operations import count_network_try, forgive_network_try, network_try
from leeward.foundation.vault.operations.tries import NETWORK as KIND
from leeward.foundation.vault.operations.tries import _in_window

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
NETWORK, PURPOSE, LIMIT, TOGETHER = "192.0.2.1", "code", 6, 12

pytestmark = [pytest.mark.usefixtures("transactional_db"), pytest.mark.postgresql]


def _count(amount: int = 1) -> None:
    count_network_try(network=NETWORK, purpose=PURPOSE, now=NOW, limit=LIMIT, amount=amount)


def _counted() -> int:
    return read(kind=KIND, name=_in_window(network=NETWORK, purpose=PURPOSE, now=NOW), now=NOW).amount


def _all_at_once() -> list[str]:
    """What became of tries that begin in the same moment."""
    start = threading.Barrier(TOGETHER, timeout=30)
    ends: list[str] = []

    def attempt() -> None:
        start.wait()
        try:
            _count()
        except TooManyTries:
            ends.append("refused")
        else:
            ends.append("counted")
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt) for _ in range(TOGETHER)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(ends)


def test_none_of_many_at_once_slips_under_the_counter() -> None:
    assert _all_at_once() == ["counted"] * LIMIT + ["refused"] * (TOGETHER - LIMIT)
    assert _counted() == LIMIT  # who was turned away added nothing
    forgive_network_try(network=NETWORK, purpose=PURPOSE, now=NOW)
    _count()
    with pytest.raises(TooManyTries):
        _count()


def test_what_weighs_more_counts_more() -> None:
    _count(amount=4)
    with pytest.raises(TooManyTries):
        _count(amount=3)
    with pytest.raises(TooManyTries):
        count_network_try(network="192.0.2.9", purpose=PURPOSE, now=NOW, limit=LIMIT, amount=LIMIT + 1)
    _count(amount=2)
    assert _counted() == LIMIT
    forgive_network_try(network=NETWORK, purpose=PURPOSE, now=NOW, amount=5)
    assert _counted() == 1


def test_a_count_stays_when_what_was_tried_is_rolled_back() -> None:
    def fail() -> None:
        _count()
        with transaction.atomic():
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert _counted() == 1
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        _count()  # inside somebody's transaction it would be rolled back with it


def test_who_is_turned_away_for_want_of_a_place_has_not_tried() -> None:
    def turned_away() -> None:
        with network_try(network=NETWORK, purpose=PURPOSE, now=NOW, limit=LIMIT):
            raise TooManyAtOnce

    for _ in range(LIMIT + 1):
        with pytest.raises(TooManyAtOnce):
            turned_away()
    assert _counted() == 0
    with pytest.raises(ZeroDivisionError), network_try(network=NETWORK, purpose=PURPOSE, now=NOW):
        raise ZeroDivisionError
    assert _counted() == 1


def test_the_table_tells_neither_network_nor_purpose() -> None:
    _count()
    rows = list(Counter.objects.values_list())
    assert len(rows) == 1
    assert NETWORK not in str(rows)
    assert PURPOSE not in str(rows)


@pytest.mark.parametrize(
    "backend",
    [
        "django.core.cache.backends.db.DatabaseCache",
        "django.core.cache.backends.filebased.FileBasedCache",
        "django.core.cache.backends.redis.RedisCache",
    ],
)
def test_whatever_unpickles_is_refused_at_the_start(settings: Any, backend: str) -> None:
    assert [message.id for message in run_checks() if message.id == "vault.E001"] == []
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": "leeward_cache"}}
    settings.SESSION_SERIALIZER = "django.contrib.sessions.serializers.PickleSerializer"
    assert [message.id for message in run_checks() if message.id == "vault.E001"] == ["vault.E001"] * 2
