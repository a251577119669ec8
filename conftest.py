"""What the tests of all packages share: one Playwright, since one thread can run but one."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Playwright, sync_playwright


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The driver of real browsers."""
    with sync_playwright() as running:
        yield running
