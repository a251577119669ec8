"""A test whose turn comes on one of so many days runs on that day alone; a test in a browser may run twice."""

from datetime import timedelta
from types import SimpleNamespace

import pytest


def test_a_turn_comes_on_one_of_so_many_days(pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch) -> None:
    house = pytestconfig.pluginmanager.get_plugin(str(pytestconfig.rootpath / "conftest.py"))
    first, left = house.DAY, []
    for mark in (pytest.mark.turn(1, days=3).mark, pytest.mark.slow.mark):
        item = SimpleNamespace(get_closest_marker={mark.name: mark}.get)
        for number in range(6):
            monkeypatch.setattr(house, "DAY", first + timedelta(days=number))
            left.append(house._is_left_today(item))
    assert left[:3] == left[3:6]
    assert left[:3].count(False) == 1
    assert left[6:] == [False] * 6


@pytest.mark.parametrize("marks", ["browser", "browser proof", "slow"])
def test_a_browser_may_be_tried_again_but_no_proof(pytestconfig: pytest.Config, marks: str) -> None:
    house = pytestconfig.pluginmanager.get_plugin(str(pytestconfig.rootpath / "conftest.py"))
    given: list[pytest.MarkDecorator] = []
    house.pytest_itemcollected(
        SimpleNamespace(get_closest_marker=lambda name: name in marks.split() or None, add_marker=given.append)
    )
    assert [(mark.name, mark.kwargs) for mark in given] == ([("flaky", {"reruns": 1})] if marks == "browser" else [])
