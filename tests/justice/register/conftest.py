"""The register, off and on, and those who work on it."""

import pytest

from tests.foundation.accounts.people import at
from tests.justice.register.land import NOW, Land, found_land
from tests.standing import Standing
from tests.victim.removals.conftest import house

__all__ = ["house"]


@pytest.fixture
def land(house: Standing, monkeypatch: pytest.MonkeyPatch) -> Land:
    """Two agencies with their people and an authority; the register is off."""
    at(monkeypatch, NOW)
    return house("register", found_land)


@pytest.fixture
def on(land: Land, house: Standing) -> Land:
    """The same with a legal basis in force."""
    house("law", land.switch_on)
    return land
