"""What every test shares: a database that can be dropped again, and counters that start at nothing."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import connections


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    # Threads of the live server must give their connections back, or the test database cannot be dropped.
    for name in connections:
        connections[name].settings_dict["CONN_MAX_AGE"] = 0


@pytest.fixture(autouse=True)
def _fresh_counters(request: pytest.FixtureRequest) -> Iterator[None]:
    """Counters of attempts live in a table of the cache; a test that may use the database starts without any."""
    yield
    names = set(request.fixturenames)
    if names & {"live_server", "transactional_db"}:
        cache.clear()
