"""What many tests begin with is made once in a process; for others its rows and files are put there as they were."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

WRITES = ("INSERT", "UPDATE", "DELETE")
REAL_NOW = timezone.now
SECONDS_FRESH = 300  # what was made by the real clock is made anew after these, lest a session has ended
type Row = tuple[Any, ...]
type Rows = dict[Any, Row]  # by primary key, which is each row's first value


@dataclass(frozen=True)
class Change:
    """What was done to one table."""

    columns: tuple[str, ...]
    rows_before: int
    gone: list[Any]
    changed: list[Row]
    added: list[Row]


@dataclass(frozen=True)
class Made:
    """What a step gave, and what it did to tables and to the folder."""

    value: Any
    changes: dict[str, Change]
    files: Path


_made: dict[tuple[object, ...], Made] = {}


class Standing:
    """The steps of one test. A step is put there as it was if all before it were, and nothing else was written."""

    def __init__(self, folder: Path, kept: Path) -> None:
        self._folder, self._kept = folder, kept
        self._steps: tuple[object, ...] | None = (_clock(), connection.in_atomic_block)
        self._is_ours = False

    def __call__[T](self, name: object, make: Callable[[], T]) -> T:
        """Do what `make` does to the database and to the folder, and give what it gives, which nobody may change."""
        if self._steps is None:
            return make()
        self._steps = (*self._steps, name)
        with self._writing():
            made = _made.get(self._steps)
            if made is None:
                made = _made[self._steps] = self._make(make)
            elif not self._put(made):
                self._steps = None
                return make()
        return made.value  # type: ignore[no-any-return]  # what the same step gave

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Notice what others write: the steps after it are not those that were kept."""

        def notice(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001  # Django's
            if not self._is_ours and sql.startswith(WRITES):
                self._steps = None
            return execute(sql, params, many, context)

        with connection.execute_wrapper(notice):
            yield

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._is_ours = True
        try:
            yield
        finally:
            self._is_ours = False

    def _make[T](self, make: Callable[[], T]) -> Made:
        before = _all_rows()
        value = make()
        changes = {}
        for table, (columns, rows) in _all_rows().items():
            old = before[table][1]
            if rows != old:
                changes[table] = Change(
                    columns=columns,
                    rows_before=len(old),
                    gone=[key for key in old if key not in rows],
                    changed=[row for key, row in rows.items() if key in old and old[key] != row],
                    added=[row for key, row in rows.items() if key not in old],
                )
        files = self._kept / str(len(_made))
        shutil.copytree(self._folder, files)
        return Made(value=value, changes=changes, files=files)

    def _put(self, made: Made) -> bool:
        with transaction.atomic(), connection.cursor() as cursor:
            for table, change in made.changes.items():
                cursor.execute(f"SELECT count(*) FROM {_quoted(table)}")  # noqa: S608  # our own tables
                if cursor.fetchone() != (change.rows_before,):
                    return False
            for table, change in made.changes.items():
                _do(cursor, table, change)
        shutil.copytree(made.files, self._folder, dirs_exist_ok=True)
        return True


def _clock() -> object:
    """The hour at which a test's clock stands, or the minutes of the real one."""
    if timezone.now is not REAL_NOW:
        return timezone.now()
    return int(datetime.now(UTC).timestamp()) // SECONDS_FRESH


def _do(cursor: Any, table: str, change: Change) -> None:
    name, (key, *others) = _quoted(table), map(_quoted, change.columns)
    if change.gone:
        cursor.executemany(f"DELETE FROM {name} WHERE {key} = %s", [(each,) for each in change.gone])  # noqa: S608
    if change.changed:
        sets = ", ".join(f"{column} = %s" for column in others)
        cursor.executemany(
            f"UPDATE {name} SET {sets} WHERE {key} = %s",  # noqa: S608
            [(*rest, one) for one, *rest in change.changed],
        )
    if change.added:
        places = ", ".join(["%s"] * len(change.columns))
        columns = ", ".join([key, *others])
        cursor.executemany(f"INSERT INTO {name} ({columns}) VALUES ({places})", change.added)  # noqa: S608


def _all_rows() -> dict[str, tuple[tuple[str, ...], Rows]]:
    with connection.cursor() as cursor:
        return {table: _rows(cursor, table) for table in connection.introspection.table_names(cursor)}


def _rows(cursor: Any, table: str) -> tuple[tuple[str, ...], Rows]:
    key = connection.introspection.get_primary_key_column(cursor, table)
    cursor.execute(f"SELECT {_quoted(key) + ', ' if key else ''}* FROM {_quoted(table)}")  # noqa: S608
    names: Sequence[str] = [column[0] for column in cursor.description]
    keep = [place for place, name in enumerate(names) if place == 0 or name != key]
    rows = [tuple(row[place] for place in keep) for row in cursor.fetchall()]
    return tuple(names[place] for place in keep), {row[0]: row for row in rows}


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
