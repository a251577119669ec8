"""What the tests of all packages share: none judges by time, and one Playwright, since a thread can run but one."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Playwright, sync_playwright

# How long an example takes says something about the machine, nothing about the code.
settings.register_profile("leeward", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("leeward")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The driver of real browsers."""
    with sync_playwright() as running:
        yield running
