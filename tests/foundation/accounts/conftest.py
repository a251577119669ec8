"""A founding key of each test's own."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _own_founding_key(settings: Any, tmp_path: Path) -> None:
    settings.LEEWARD_FOUNDING_KEY = tmp_path / "founding.key"
