"""What is written is for its owner alone, whatever the machine's usual is; what others may open is named."""

import os
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from leeward.config.checks import check_files
from leeward.config.files import PrivateConnection, make_private_folder


@pytest.fixture(autouse=True)
def _usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_database_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    """In every process that opens it first, and so are the files that SQLite keeps beside it."""
    file = tmp_path / "some.sqlite3"
    with sqlite3.connect(file, factory=PrivateConnection) as database:
        assert mode(file) == 0o600  # before anything is in it
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE told (words TEXT)")
        found = {path.name: mode(path) for path in tmp_path.iterdir()}
    database.close()
    assert found == {f"some.sqlite3{ending}": 0o600 for ending in ("", "-wal", "-shm")}


def test_every_process_opens_its_database_so(settings: Any) -> None:
    from django.conf import settings as real

    if real.DATABASES["default"]["ENGINE"] != "django.db.backends.sqlite3":
        pytest.skip("SQLite alone has a file")
    assert real.DATABASES["default"]["OPTIONS"]["factory"] is PrivateConnection


def test_what_is_there_already_stays_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "shared.sqlite3"
    file.touch(mode=0o640)
    file.chmod(0o640)
    sqlite3.connect(file, factory=PrivateConnection).close()
    assert mode(file) == 0o640
    folder = tmp_path / "shared"
    folder.mkdir(mode=0o750)
    make_private_folder(folder)
    assert mode(folder) == 0o750


def test_a_folder_that_is_not_there_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        sqlite3.connect(tmp_path / "nowhere" / "some.sqlite3", factory=PrivateConnection)
    assert list(tmp_path.iterdir()) == []
    sqlite3.connect(":memory:", factory=PrivateConnection).close()


def test_what_others_may_open_is_named(tmp_path: Path, settings: Any) -> None:
    keys = tmp_path / "keys"
    settings.LEEWARD_SERVICE_KEYS, settings.LEEWARD_FOUNDING_KEY = keys, tmp_path / "founding.key"
    before = {message.msg for message in check_files()}
    make_private_folder(keys)
    (tmp_path / "founding.key").touch(mode=0o600)
    assert {message.msg for message in check_files()} == before
    keys.chmod(0o750)
    (tmp_path / "founding.key").chmod(0o604)
    named = [message for message in check_files() if message.msg not in before]
    assert [message.hint for message in named] == [
        f"Run: chmod 600 {tmp_path / 'founding.key'}",
        f"Run: chmod 700 {keys}",
    ]
