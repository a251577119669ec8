"""SQLite is spared what PostgreSQL tries beside it, and nothing else, and that only for a while."""

from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests import conftest, depth

MARK = pytest.mark.postgresql.mark
ALONE = pytest.mark.postgresql(alone=True).mark
BROWSER = pytest.mark.browser.mark
FIRST = date(2026, 11, 29)


@pytest.fixture(autouse=True)
def _beside_postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conftest, "BESIDE_POSTGRESQL", True)
    monkeypatch.setattr(conftest, "is_sqlite", lambda: True)
    monkeypatch.setattr(conftest, "DEEP", False)
    monkeypatch.setattr(depth, "DEEP", False)


def item(folder: Path, *marks: pytest.Mark, text: str = "") -> Any:
    file = folder / f"test_{len(text)}.py"
    file.write_text(text, encoding="utf-8")
    named = {mark.name: mark for mark in marks}
    return SimpleNamespace(nodeid=f"{file.name}::test", path=file, get_closest_marker=named.get)


def tried(one: Any, monkeypatch: pytest.MonkeyPatch) -> int:
    """On how many of five days SQLite tries it."""
    days = 0
    for number in range(5):
        monkeypatch.setattr(depth, "DAY", FIRST + timedelta(days=number))
        days += not conftest._is_left_to_postgresql(one)
    return days


def test_what_postgresql_tries_too_is_tried_on_one_of_five_days(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tried(item(tmp_path, MARK), monkeypatch) == 1
    assert tried(item(tmp_path, ALONE), monkeypatch) == 0
    assert tried(item(tmp_path), monkeypatch) == 5


def test_what_expects_something_else_of_sqlite_or_needs_a_browser_is_tried_each_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tried(item(tmp_path, MARK, text='if connection.vendor == "sqlite": ...'), monkeypatch) == 5
    assert tried(item(tmp_path, MARK, BROWSER), monkeypatch) == 5


def test_by_itself_and_in_a_deep_run_sqlite_is_spared_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conftest, "BESIDE_POSTGRESQL", False)
    assert tried(item(tmp_path, MARK), monkeypatch) == 5
    monkeypatch.setattr(conftest, "DEEP", True)
    assert tried(item(tmp_path, ALONE), monkeypatch) == 5
