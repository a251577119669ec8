"""What every test shares: a database that can be dropped, emptied and filled again; counters that start at nothing."""

from collections.abc import Generator, Iterator
from importlib import import_module

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connections

from leeward.foundation.reach.operations import ROBOTS
from tests.protected_rows import lift, restore

SHIPPED_DUTIES = import_module("leeward.industry.duties.migrations.0002_shipped")


DATABASES = {"db", "transactional_db", "django_db_setup", "live_server", "transactional_or_not"}


def _touches(item: pytest.Item) -> bool:
    asked_for = DATABASES.intersection(getattr(item, "fixturenames", ()))
    return bool(asked_for or item.get_closest_marker("django_db"))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None]:
    """Mark what touches a database; a test that is not marked is kept from it, and so runs alike on each of them.

    Slow tests with processes of their own come first, whatever the order is else: at the end, one of them alone would
    keep every other process of the run waiting. They leave the test database as it is, so nobody notices.
    """
    for item in items:
        if _touches(item):
            item.add_marker(pytest.mark.database)
    yield
    items.sort(key=lambda item: item.get_closest_marker("slow") is None or _touches(item))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    # Threads of the live server must give their connections back, or the test database cannot be dropped.
    for name in connections:
        connections[name].settings_dict["CONN_MAX_AGE"] = 0


@pytest.fixture(scope="session", autouse=True)
def _slow_places(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Tests that run beside these are no flood: each process of them has places for slow hashes of its own."""
    settings.LEEWARD_SLOW_PLACES = tmp_path_factory.mktemp("slow-places")


@pytest.fixture(autouse=True)
def _no_robots_known() -> None:
    """What a site's robots.txt said to one test is nothing to the next."""
    ROBOTS.forget()


@pytest.fixture
def transactional_db(transactional_db: None) -> Iterator[None]:
    """A database that threads share, with what the migrations loaded, whichever test was before and emptied it."""
    restore()
    SHIPPED_DUTIES.load(apps, None)
    yield
    # The audit trail and the strategy's history would refuse to be emptied.
    lift()
