"""Tries at the same moment are all counted, in the cache that the product uses and in each that it may use."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.core.checks import run_checks
from django.db import connection

from leeward.foundation.vault.errors import TooManyAtOnce, TooManyTries
from leeward.foundation.vault.operations import count_network_try, forgive_network_try, network_try
from leeward.foundation.vault.operations.tries import _network_key

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
NETWORK, PURPOSE, LIMIT, TOGETHER = "192.0.2.1", "code", 6, 12
MEMORY = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
DJANGOS_TABLE = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "leeward_cache"},
}


@pytest.fixture(autouse=True)
def _clean(transactional_db: None) -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def _count() -> None:
    count_network_try(network=NETWORK, purpose=PURPOSE, now=NOW, limit=LIMIT)


def _counted() -> int:
    return int(cache.get(_network_key(network=NETWORK, purpose=PURPOSE, now=NOW), 0))


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


@pytest.mark.parametrize("other", [None, MEMORY], ids=["table", "memory"])
def test_none_of_many_at_once_slips_under_the_counter(settings: Any, other: dict[str, Any] | None) -> None:
    if other:
        settings.CACHES = other
    assert _all_at_once() == ["counted"] * LIMIT + ["refused"] * (TOGETHER - LIMIT)
    assert _counted() == LIMIT  # who was turned away added nothing
    forgive_network_try(network=NETWORK, purpose=PURPOSE, now=NOW)
    _count()
    with pytest.raises(TooManyTries):
        _count()


def test_a_counter_keeps_its_end_and_none_is_made_up() -> None:
    _count()
    with connection.cursor() as cursor:
        cursor.execute("SELECT expires FROM leeward_cache")
        before = cursor.fetchall()
        _count()
        cursor.execute("SELECT expires FROM leeward_cache")
        assert cursor.fetchall() == before
    assert _counted() == 2
    with pytest.raises(ValueError, match="no counter"):
        cache.incr("vault:network:none")


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


def test_a_counter_that_was_thrown_out_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(*_: Any, **__: Any) -> int:
        raise ValueError

    with monkeypatch.context() as patch:
        patch.setattr(type(caches["default"]), "incr", nothing)
        cache.clear()
        patch.setattr(type(caches["default"]), "add", lambda self, key, value, **_: value and self.set(key, value))
        _count()
        forgive_network_try(network=NETWORK, purpose=PURPOSE, now=NOW)
    assert _counted() == 1


def test_a_cache_that_cannot_count_in_one_step_is_refused(settings: Any) -> None:
    assert [message.id for message in run_checks() if message.id == "vault.E001"] == []
    settings.CACHES = DJANGOS_TABLE
    assert [message.id for message in run_checks() if message.id == "vault.E001"] == ["vault.E001"]
