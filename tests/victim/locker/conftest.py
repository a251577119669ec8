"""What the tests of the locker share: somebody with one, and a helpline that has somebody."""

from copy import copy
from pathlib import Path
from typing import Any

import pytest

from tests.standing import Standing
from tests.victim.helpline.conftest import Worker, dee, house, lee, sam
from tests.victim.locker.keeper import Keeper

__all__ = ["dee", "house", "lee", "sam"]


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """The folder of sealed pieces."""
    settings.LEEWARD_LOCKER_PIECES = tmp_path / "locker"
    return tmp_path / "locker"


@pytest.fixture
def keeper(house: Standing, sam: Worker) -> Keeper:
    return copy(house("keeper", lambda: Keeper().begin()))
