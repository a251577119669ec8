"""The rooms of Leeward that realise items of the model: the one list of their names.

A room that is built has a module, which a test looks for. One without is planned.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml


@dataclass(frozen=True, kw_only=True)
class Feature:
    """One room: what people find there, and the module where it lives, "" while it is only planned."""

    name: str
    title: str
    module: str = ""

    @property
    def is_planned(self) -> bool:
        """Whether nothing of it is built yet."""
        return not self.module


_FILE = Path(__file__).parents[1] / "data" / "features.yaml"
FEATURES: Mapping[str, Feature] = {
    each["name"]: Feature(**each) for each in yaml.load(_FILE.read_text("utf-8"), yaml.CSafeLoader)
}
