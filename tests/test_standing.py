"""What tests begin with stands as it was made the first time, and is made anew wherever it could differ."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.db import transaction

from tests.foundation.accounts.people import at
from tests.standing import Standing

ENDS = datetime(2027, 1, 1, tzinfo=UTC)

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the real clock a step is made anew each few minutes."""
    at(monkeypatch, ENDS)


def keep(key: str, data: str = "") -> None:
    Session.objects.update_or_create(session_key=key, defaults={"session_data": data, "expire_date": ENDS})


def there() -> dict[str, str]:
    return dict(Session.objects.values_list("session_key", "session_data"))


@contextmanager
def one_test(folder: Path, kept_copies: Path) -> Iterator[Standing]:
    """What one test begins, and its end undoes."""
    folder.mkdir()
    steps = Standing(folder, kept_copies)
    with transaction.atomic(), steps.watching():
        yield steps
        transaction.set_rollback(True)


def test_what_was_made_once_is_put_there_with_its_rows_and_files(tmp_path: Path, kept_copies: Path) -> None:
    made = []

    def begin(folder: Path) -> str:
        made.append("begin")
        keep("first", "as it began")
        keep("second")
        (folder / "key").write_text("words")
        return "given"

    def go_on() -> None:
        made.append("go on")
        keep("first", "changed")
        Session.objects.get(session_key="second").delete()
        keep("third")

    for number in range(3):
        folder = tmp_path / str(number)
        with one_test(folder, kept_copies) as standing:
            assert there() == {}
            assert standing(("begin", tmp_path), lambda folder=folder: begin(folder)) == "given"
            assert there() == {"first": "as it began", "second": ""}
            standing("go on", go_on)
            assert there() == {"first": "changed", "third": ""}
            assert (folder / "key").read_text() == "words"
    assert made == ["begin", "go on"]


def test_after_what_somebody_else_wrote_a_step_is_made(tmp_path: Path, kept_copies: Path) -> None:
    made = []
    for number in range(3):
        with one_test(tmp_path / str(number), kept_copies) as standing:
            standing(("begin", tmp_path), lambda: keep("first"))
            keep(f"other {number}")
            standing("go on", lambda: made.append("made"))
            assert set(there()) == {"first", f"other {number}"}
    assert made == ["made"] * 3


def test_where_a_table_holds_something_already_a_step_is_made(tmp_path: Path, kept_copies: Path) -> None:
    for other in ({}, {"other": ""}):
        for key in other:
            keep(key)
        with one_test(tmp_path / f"with {len(other)}", kept_copies) as standing:
            standing(("begin", tmp_path), lambda: keep("first"))
            assert there() == {"first": ""} | other


def test_under_another_clock_a_step_is_made(tmp_path: Path, kept_copies: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    for number, day in enumerate((1, 1, 2)):
        at(monkeypatch, datetime(2026, 11, day, tzinfo=UTC))
        with one_test(tmp_path / str(number), kept_copies) as standing:
            standing(("begin", tmp_path), lambda day=day: made.append(day))
    assert made == [1, 2]
