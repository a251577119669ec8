"""What every test shares: a database that can be dropped, emptied and filled again; counters that start at nothing."""

from collections.abc import Generator, Iterator
from functools import cache, lru_cache
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections
from django.template import engines
from django.template.backends.jinja2 import Jinja2
from django.test import TransactionTestCase
from django.urls import ResolverMatch, URLResolver
from django.utils import translation
from jinja2 import FileSystemBytecodeCache
from pytest_django import DjangoDbBlocker
from whitenoise.middleware import WhiteNoiseMiddleware

from demo.quick import quick_hashes
from leeward.foundation.reach.operations import ROBOTS
from leeward.foundation.vault.operations import slow
from tests.databases import copied, copy_as, is_sqlite, kept_rows, migrated_once
from tests.depth import BESIDE_POSTGRESQL, DEEP, is_its_day
from tests.standing import Standing

REAL_WORK = slow.WORK_FACTOR
DATABASES = {"db", "transactional_db", "django_db_setup", "live_server", "transactional_or_not"}


def _touches(item: pytest.Item) -> bool:
    asked_for = DATABASES.intersection(getattr(item, "fixturenames", ()))
    return bool(asked_for or item.get_closest_marker("django_db"))


def _is_long(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(name) for name in ("slow", "browser"))


def _is_left_to_postgresql(item: pytest.Item) -> bool:
    """Whether SQLite is spared a test: one that PostgreSQL tries alone, or on four of five days what it tries too."""
    mark = item.get_closest_marker("postgresql")
    if mark is None or not is_sqlite() or DEEP or item.get_closest_marker("browser"):
        return False
    if mark.kwargs.get("alone"):
        return True
    return BESIDE_POSTGRESQL and not is_its_day(item.nodeid, days=5) and not _tells_databases_apart(item.path)


@cache
def _tells_databases_apart(file: Path) -> bool:
    """Whether a file's tests expect something else of one database than of the other."""
    return "connection.vendor" in file.read_text(encoding="utf-8")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Generator[None]:
    """Mark what touches a database; a test that is not marked is kept from it, and so runs alike on each of them.

    Long tests come first, whatever the order is else, and those with processes of their own before them: at the end,
    one of them alone would keep every other process of the run waiting. What they commit is undone, so nobody notices.
    """
    for item in items:
        if _touches(item):
            item.add_marker(pytest.mark.database)
    yield
    if left := [item for item in items if _is_left_to_postgresql(item)]:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if not _is_left_to_postgresql(item)]
    items.sort(key=lambda item: (not _is_long(item), _touches(item)))


@pytest.fixture(scope="session", autouse=True)
def _pages_compiled_once(of_the_run: Path) -> None:
    """What one process of a run has compiled of the pages is read by the others."""
    folder = of_the_run / "compiled-pages"
    folder.mkdir(exist_ok=True)
    engine = engines["jinja2"]
    assert isinstance(engine, Jinja2)
    engine.env.bytecode_cache = FileSystemBytecodeCache(str(folder))


@pytest.fixture(scope="session")
def migrated(of_the_run: Path) -> str:
    """A database that was migrated once in a run of the tests: for `tests.databases` to copy, not for use."""
    return migrated_once(of_the_run)


@pytest.fixture
def database(migrated: str, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated database for processes of the test's own."""
    with copied(migrated, tmp_path) as address:
        yield address


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """The test database is there before Django looks for it: a copy."""
    return True


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, migrated: str) -> None:
    # Threads of the live server must give their connections back, or the test database cannot be dropped.
    for name in connections:
        connections[name].settings_dict["CONN_MAX_AGE"] = 0
    copy_as(migrated, connection.creation._get_test_db_name())


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The test database; what a test committed is undone by putting back the rows that were there before all tests."""
    with django_db_blocker.unblock(), kept_rows() as put_back, pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: put_back())
        yield


@pytest.fixture(scope="session", autouse=True)
def _slow_places(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Tests that run beside these are no flood: each process of them has places for slow hashes of its own."""
    settings.LEEWARD_SLOW_PLACES = tmp_path_factory.mktemp("slow-places")


@pytest.fixture(scope="session", autouse=True)
def _locker_pieces(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Each process of tests has a store of the locker's files of its own."""
    settings.LEEWARD_LOCKER_PIECES = tmp_path_factory.mktemp("locker-pieces")


@pytest.fixture(scope="session", autouse=True)
def _quick_hashes() -> Iterator[None]:
    """Slow hashes take no time where no test is about their cost; processes that a test starts hash as in earnest."""
    with quick_hashes():
        yield


@pytest.fixture(scope="session", autouse=True)
def _static_files_once() -> Iterator[None]:
    """Each of Django's clients makes the middlewares anew, of which one looks through all folders for static files."""
    look = WhiteNoiseMiddleware.add_files_from_finders
    found: dict[str, object] = {}

    def look_once(middleware: WhiteNoiseMiddleware) -> None:
        if not found:
            look(middleware)
            found.update(middleware.files)
        middleware.files.update(found)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", look_once)
        patch.setattr(settings, "WHITENOISE_MAX_AGE", 3600)
        yield


@pytest.fixture(scope="session", autouse=True)
def _addresses_found_once() -> Iterator[None]:
    """Where an address leads is looked for once in a process: among hundreds, and tests ask the same ones."""
    look = URLResolver.resolve

    @lru_cache(maxsize=2_000)
    def look_once(resolver: URLResolver, path: str) -> ResolverMatch:
        found = look(resolver, path)
        found.tried = None  # hundreds of others, which nobody asks for
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(URLResolver, "resolve", lambda resolver, path: look_once(resolver, str(path)))
        yield


@pytest.fixture(scope="session")
def kept_copies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the files of what stands stay."""
    return tmp_path_factory.mktemp("standing")


@pytest.fixture
def standing(db: None, kept_copies: Path, tmp_path: Path) -> Iterator[Standing]:
    """Steps that are made once in a process."""
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o700)
    steps = Standing(folder, kept_copies)
    with steps.watching():
        yield steps


@pytest.fixture
def real_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slow hashes as in earnest."""
    monkeypatch.setattr(slow, "WORK_FACTOR", REAL_WORK)


@pytest.fixture(autouse=True)
def _own_language() -> None:
    """In which language the test before asked for a page is nothing to the next."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def _no_robots_known() -> None:
    """What a site's robots.txt said to one test is nothing to the next."""
    ROBOTS.forget()
