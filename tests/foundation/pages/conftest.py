"""Two who write and approve pages, each signed in."""

import pytest
from django.test import Client

from leeward.foundation.accounts.rules import Role
from tests.foundation.accounts.people import come_in, employ


@pytest.fixture
def dana() -> Client:
    employ("dana", Role.DIRECTORY_EDITOR)
    return come_in("dana")


@pytest.fixture
def petra() -> Client:
    employ("petra", Role.POLICY_OFFICER)
    return come_in("petra")
