"""What the tests of all packages share: none judges by time, and one Playwright, since a thread can run but one."""

import signal
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Playwright, sync_playwright

# How long an example takes says something about the machine, nothing about the code.
settings.register_profile("leeward", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("leeward")


# A shell that runs tests in the background tells them, and all they start, to ignore Ctrl-C, which some tests press.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The driver of real browsers."""
    with sync_playwright() as running:
        yield running
