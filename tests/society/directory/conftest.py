"""What the directory's tests share."""

from collections.abc import Iterator

import pytest

from leeward.society.directory.queries.asking import VOCABULARY


@pytest.fixture(autouse=True)
def _fresh_vocabulary() -> Iterator[None]:
    """Another test's words are not this test's."""
    VOCABULARY.forget()
    yield
    VOCABULARY.forget()
