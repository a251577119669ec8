"""Two employers with a manager each, courses and a requirement: what the tests of training share."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from leeward.foundation.vault.operations import found_services
from leeward.justice.training.operations.reckoning import reckon_stale
from tests.foundation.accounts import people
from tests.justice.training.force import NOW, OPERATOR, Force, add, person, publish, require
from tests.standing import Standing


@pytest.fixture
def house(standing: Standing, settings: Settings, tmp_path: Path) -> Standing:
    """The workers' keys, a course and what is required of first responders at the police."""
    settings.LEEWARD_SERVICE_KEYS = tmp_path / "keys" / "services"
    settings.LEEWARD_FOUNDING_KEY = tmp_path / "keys" / "founding.key"

    def found() -> None:
        found_services(by=OPERATOR, now=NOW)
        publish()
        require()

    standing("training", found)
    return standing


@pytest.fixture
def forces(house: Standing) -> tuple[Force, Force]:
    """Two employers; the first has twelve people in two teams."""

    def found() -> tuple[Force, Force]:
        north, south = add("North Police", "nadia"), add("South Police", "sol")
        north.load(*(person(each, team="North" if each < 6 else "South") for each in range(12)))
        reckon_stale(limit=100)
        return north, south

    return house("forces", found)


@pytest.fixture
def north(forces: tuple[Force, Force]) -> Force:
    return forces[0]


@pytest.fixture
def nadia(north: Force, monkeypatch: pytest.MonkeyPatch) -> Client:
    """The first employer's manager, in a browser, unlocked."""
    people.at(monkeypatch, NOW + timedelta(minutes=5))
    return people.come_in(north.manager)
