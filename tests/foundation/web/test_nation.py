"""The nation's file is checked before anybody is shown a number from it."""

import json
from pathlib import Path

import pytest

from leeward.foundation.web.nation import NationMalformed, read_nation

MADE_UP = Path(__file__).resolve().parents[3] / "leeward" / "config" / "data" / "fairhaven.json"


def test_the_made_up_nation_can_be_read() -> None:
    nation = read_nation(MADE_UP.read_text(encoding="utf-8"))
    assert nation.name == "Fairhaven"
    assert nation.children.dial == "08005550118"
    assert len(nation.services) == 3


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"name": ""}, "name"),
        ({"children": None}, "children"),
        ({"children": {"name": "A line"}}, "about in children"),
        ({"services": {}}, "services"),
        ({"services": [{}] * 21}, "services"),
        ({"services": [7]}, r"services\[0\]"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, object], named: str) -> None:
    good = json.loads(MADE_UP.read_text(encoding="utf-8"))
    with pytest.raises(NationMalformed, match=named):
        read_nation(json.dumps(good | change))


def test_a_file_that_is_not_json_is_refused() -> None:
    with pytest.raises(NationMalformed, match="line 1"):
        read_nation("{")
