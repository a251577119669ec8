"""What the directory's tests share."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from leeward.society.directory.queries.asking import VOCABULARY
from tests.society.directory.varied import Varied, fill

NEXT = pytest.StashKey[pytest.Item | None]()


class _Kept:
    """The varied directory in an open transaction: each test's own lies inside it and is undone as ever."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._varied: Varied | None = None

    def varied(self) -> Varied:
        """What is kept. Written now where nothing is."""
        if self._varied is None:
            self._open.enter_context(transaction.atomic())
            self._varied = fill()
        return self._varied

    def undo(self) -> None:
        transaction.set_rollback(True)
        self._varied = None
        self._open.close()


KEPT = _Kept()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    item.stash[NEXT] = nextitem


@pytest.fixture(autouse=True)
def _fresh_vocabulary() -> Iterator[None]:
    """Another test's words are not this test's."""
    VOCABULARY.forget()
    yield
    VOCABULARY.forget()


@pytest.fixture(scope="class")  # of a function its own, but before the transaction of the test
def varied(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Varied]:
    """A directory in which everything stands once; written again only after a test that did not begin with it."""
    with django_db_blocker.unblock():
        varied = KEPT.varied()
    yield varied
    following = request.node.stash[NEXT]
    names = following.fixturenames if isinstance(following, pytest.Function) else ()
    if "varied" not in names or "transactional_db" in names:
        with django_db_blocker.unblock():
            KEPT.undo()
