"""Files and folders that are for their owner alone, whatever the machine's usual is."""

import sqlite3
from pathlib import Path
from typing import Any

OTHERS = 0o077
PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700


class PrivateConnection(sqlite3.Connection):
    """A database file is made for its owner alone before SQLite opens it, which gives its other files the same rights.

    A file that is there already stays as it is: whoever opened it to a group may have meant it. `leeward check` names
    it.
    """

    def __init__(self, database: str, *args: Any, **kwargs: Any) -> None:
        path = Path(database)
        in_memory = str(database).startswith((":memory:", "file:"))
        if not in_memory and path.parent.is_dir() and not path.exists():
            path.touch(mode=PRIVATE_FILE)
        super().__init__(database, *args, **kwargs)


def make_private_folder(path: Path) -> None:
    """A folder that only its owner opens. One that is there already stays as it is, and `leeward check` names it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)


def is_open_to_others(path: Path) -> bool:
    """Whether others than its owner may read or change it; what we cannot look at is taken for closed."""
    try:
        return bool(path.stat().st_mode & OTHERS)
    except OSError:
        return False
