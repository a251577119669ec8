"""A provider with a programme, and its worker, unlocked."""

import pytest

from tests.foundation.accounts.people import at
from tests.justice.perpetrators.programme import NOW, Programmes, found_programmes
from tests.standing import Standing
from tests.victim.removals.conftest import house

__all__ = ["house"]


@pytest.fixture
def programmes(house: Standing, monkeypatch: pytest.MonkeyPatch) -> Programmes:
    at(monkeypatch, NOW)
    return house("programmes", found_programmes)
