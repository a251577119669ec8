"""What every test shares: a database that can be dropped and emptied again, and counters that start at nothing."""

from collections.abc import Iterator
from importlib import import_module

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connection, connections
from pytest_django import DjangoDbBlocker

from leeward.foundation.audit import triggers

SHIPPED_DUTIES = import_module("leeward.industry.duties.migrations.0002_shipped")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    # Threads of the live server must give their connections back, or the test database cannot be dropped.
    for name in connections:
        connections[name].settings_dict["CONN_MAX_AGE"] = 0


@pytest.fixture
def transactional_db(transactional_db: None) -> Iterator[None]:
    """A database that threads share. Ends before it is emptied, which the audit trail would refuse."""
    yield
    triggers.remove(connection)


@pytest.fixture(autouse=True)
def _fresh_counters(request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """After a test that committed: no counters of attempts, and an audit trail that is append-only again, duties."""
    yield
    names = set(request.fixturenames)
    if names & {"live_server", "transactional_db"}:
        with django_db_blocker.unblock():
            cache.clear()
            triggers.remove(connection)
            triggers.install(connection)
            # Emptying takes what the migrations loaded too.
            SHIPPED_DUTIES.load(apps, None)
