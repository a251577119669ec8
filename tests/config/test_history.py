"""A database whose history is not ours is refused in one sentence, whatever is done with it first."""

import os
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from leeward.config.history import HistoryForeign, check_history
from tests.databases import LEEWARD, copy_as, is_sqlite

pytestmark = pytest.mark.postgresql

WHAT_TO_DO = "run the version that made it or a newer one"
LACKS = "DELETE FROM django_migrations WHERE app = 'file'"
KNOWS_MORE = "INSERT INTO django_migrations (app, name, applied) VALUES ('removals', '0099_later', '2026-12-02')"


@pytest.mark.django_db
def test_our_own_history_passes_also_where_steps_are_still_to_come() -> None:
    check_history()
    newest = MigrationRecorder(connection).migration_qs.filter(app="register")
    assert newest.delete()[0]  # nothing else needs that room
    check_history()


@pytest.mark.django_db
def test_steps_that_we_do_not_know_are_counted_and_one_is_named() -> None:
    for name in ("0001_initial", "0002_more"):
        MigrationRecorder(connection).record_applied("zz_elsewhere", name)
    with pytest.raises(HistoryForeign, match=r"\(unknown: zz_elsewhere.0001_initial and 1 more\)"):
        check_history()


@pytest.mark.django_db
def test_a_step_that_others_need_is_named_where_it_is_missing() -> None:
    MigrationRecorder(connection).migration_qs.filter(app="file").delete()
    with pytest.raises(HistoryForeign, match=r"\(missing: file.0001_initial"):
        check_history()


@pytest.fixture
def refused(migrated: str, tmp_path: Path) -> Callable[..., str]:
    """Return what a command says of a database of which a statement has changed the history; it must refuse it."""
    file = tmp_path / "own.sqlite3"
    copy_as(migrated, str(file))

    def run(command: str, statement: str) -> str:
        with closing(sqlite3.connect(file)) as database:
            database.execute(statement)
            database.commit()
        environment = {
            "PATH": os.environ["PATH"], "LEEWARD_ENV": "demo", "LEEWARD_DATA": str(tmp_path),
            "DATABASE_URL": f"sqlite:///{file}",
        }  # fmt: skip
        done = subprocess.run(
            [str(LEEWARD), command], env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 2, done.stderr
        assert done.stdout == ""
        return done.stderr

    return run


@pytest.mark.skipif(not is_sqlite(), reason="the command does not ask which database it is")
@pytest.mark.parametrize(
    ("command", "statement"),
    [("migrate", LACKS), ("check", KNOWS_MORE), ("serve", LACKS), ("found", KNOWS_MORE)],
    ids=["migrate", "check", "serve", "found"],
)
def test_each_command_refuses_it_in_one_sentence(refused: Callable[..., str], command: str, statement: str) -> None:
    said = refused(command, statement)
    assert WHAT_TO_DO in said
    assert said.count("\n") == 1
    assert said.count(". ") == 0
