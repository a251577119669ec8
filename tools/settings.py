"""The settings of tests and of developers' tools: the demonstration's, with data that `make clean` removes."""

import os
from pathlib import Path

os.environ.setdefault("LEEWARD_ENV", "demo")
os.environ.setdefault("LEEWARD_DATA", str(Path(__file__).resolve().parents[1] / "build" / "leeward-data"))

from leeward.config.settings import *  # noqa: F403  # after the environment is set
