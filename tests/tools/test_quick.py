"""`make quick` finds what a change touches, and says what it leaves out."""

from pathlib import Path

import pytest

from tools import quick

STRATEGY = "tests/policy/strategy/test_operations.py"


def test_a_change_in_an_app_touches_its_own_tests_and_those_of_what_leads_to_it() -> None:
    touched = quick.touched_tests(["leeward/policy/strategy/operations/plan.py"])
    assert {quick.ALWAYS, STRATEGY, "tests/policy/strategy/test_rules.py"} <= touched.keys()
    assert "tests/demo/test_made_up_strategy.py" in touched  # it founds a strategy by these operations
    assert "tests/society/directory/test_search.py" not in touched
    assert touched[STRATEGY] < touched["tests/demo/test_made_up_strategy.py"]


def test_a_page_touches_the_tests_of_its_app_alone() -> None:
    touched = quick.touched_tests(["leeward/policy/strategy/jinja2/strategy/home.jinja"])
    assert all(name.startswith("tests/policy/strategy/") for name in touched if name != quick.ALWAYS)
    assert STRATEGY in touched


def test_a_helper_of_tests_touches_those_that_use_it() -> None:
    touched = quick.touched_tests(["tests/foundation/outbox/killing.py"])
    assert {"tests/foundation/outbox/test_kill.py", "tests/victim/removals/test_news_kill.py"} <= touched.keys()


def test_what_does_not_fit_into_the_time_is_left_out_by_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(quick, "WRITTEN", tmp_path / "never-measured.json")
    touched = quick.touched_tests(["leeward/foundation/audit/operations.py"])
    chosen, left_out = quick.within_budget(touched)
    assert sorted(chosen + left_out) == sorted(touched)
    assert left_out
    assert chosen[0] == quick.ALWAYS
    assert {name for name in touched if name.startswith("tests/foundation/audit/")} <= set(chosen)
