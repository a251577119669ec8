"""The web server's log: an error is its kind and its places, never its words, which somebody may have typed."""

import logging
from collections.abc import Iterator

import pytest
from gunicorn.config import Config

from leeward.config.server import STARTING, ServerLogger

TYPED = "planted in an error"


@pytest.fixture
def logger() -> Iterator[ServerLogger]:
    made = ServerLogger(Config())
    made.error_log.propagate = True
    yield made
    for handler in list(made.error_log.handlers):
        made.error_log.removeHandler(handler)
    logging.getLogger("gunicorn.error").propagate = False


def fail() -> None:
    raise ValueError(TYPED)


def test_an_error_is_written_without_its_words(logger: ServerLogger, caplog: pytest.LogCaptureFixture) -> None:
    try:
        fail()
    except ValueError:
        logger.exception("Error handling request %s", f"/{TYPED}")
    assert TYPED not in caplog.text
    assert "ValueError" in caplog.text
    assert "fail" in caplog.text  # where it was


def test_while_it_starts_all_of_it_is_written(logger: ServerLogger, caplog: pytest.LogCaptureFixture) -> None:
    """Nobody has asked anything yet, and the operator must see what is wrong."""
    try:
        fail()
    except ValueError:
        logger.exception(STARTING)
    assert TYPED in caplog.text
