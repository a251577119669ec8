"""Databases that are migrated once in a run and then copied, for each process of the run and for tests' processes."""

import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql

BUSY_TRIES = 400
LEEWARD = Path(sys.executable).with_name("leeward")


def is_sqlite() -> bool:
    """Whether this run of the suite is the one on SQLite."""
    return str(settings.DATABASES["default"]["ENGINE"]).endswith("sqlite3")


def migrated_once(shared: Path) -> str:
    """A migrated database that nobody may use, only copy: the path of a file, or the name of one on the server.

    Processes that run tests beside each other share the folder, so one migrates and the others wait for it.
    """
    file = shared / "migrated.sqlite3"
    name = str(file) if is_sqlite() else f"migrated_{shared.name.replace('-', '_')}"
    done = shared / "migrated.done"
    with (shared / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            if is_sqlite():
                file.unlink(missing_ok=True)
                address = f"sqlite:///{file}"
            else:
                address = _make(name, template="template1")
            environment = {
                "PATH": os.environ["PATH"], "LEEWARD_ENV": "demo", "LEEWARD_DATA": str(shared), "DATABASE_URL": address,
            }  # fmt: skip
            subprocess.run([str(LEEWARD), "migrate"], env=environment, check=True, capture_output=True)
            done.touch()
    return name


def copy_as(migrated: str, name: str) -> None:
    """Copy what was migrated to this path, or to the database of this name."""
    if is_sqlite():
        for ending in ("", "-wal", "-shm"):
            Path(name + ending).unlink(missing_ok=True)
        shutil.copy(migrated, name)
    else:
        _make(name, template=migrated)


@contextmanager
def copied(migrated: str, data: Path) -> Iterator[str]:
    """The address of a copy, which is gone afterwards: of the kind that this run of the suite uses."""
    name = str(data / "own.sqlite3") if is_sqlite() else f"own_{uuid.uuid4().hex}"
    copy_as(migrated, name)
    if is_sqlite():
        yield f"sqlite:///{name}"
        return
    yield _address(name)
    _drop(name)


@contextmanager
def empty(data: Path) -> Iterator[str]:
    """The address of an empty database, for whoever migrates it as an operator does."""
    if is_sqlite():
        yield f"sqlite:///{data / 'leeward.sqlite3'}"
        return
    name = f"empty_{uuid.uuid4().hex}"
    yield _make(name, template="template1")
    _drop(name)


def _server() -> dict[str, str]:
    default = settings.DATABASES["default"]
    found = {"host": default["HOST"], "port": default["PORT"], "user": default["USER"], "password": default["PASSWORD"]}
    return {key: str(value) for key, value in found.items() if value}


def _address(name: str) -> str:
    of = _server()
    secret = f":{of['password']}" if "password" in of else ""
    return f"postgres://{of['user']}{secret}@{of['host']}:{of['port']}/{name}"


def _make(name: str, *, template: str) -> str:
    _drop(name)
    with psycopg.connect("dbname=postgres", autocommit=True, **_server()) as admin:
        made = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        admin.execute(made)
    return _address(name)


def _drop(name: str) -> None:
    with psycopg.connect("dbname=postgres", autocommit=True, **_server()) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def kept_rows() -> Iterator[Callable[[], None]]:
    """Keep the rows of the test database as they are now, and give what puts them back after a test that commits."""
    connection.ensure_connection()
    with _kept_file() if is_sqlite() else _kept_tables() as put_back:
        yield put_back


@contextmanager
def _kept_file() -> Iterator[Callable[[], None]]:
    waited: list[int] = []

    def give_up(status: int, _remaining: int, _total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            waited.append(status)
            assert len(waited) < BUSY_TRIES, "a connection of the test still holds the database"

    def put_back() -> None:
        waited.clear()
        connection.ensure_connection()
        before.backup(connection.connection, progress=give_up, sleep=0.05)
        connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # nothing of it is left for the next to find

    with closing(sqlite3.connect(":memory:")) as before:
        connection.connection.backup(before)
        yield put_back


@contextmanager
def _kept_tables() -> Iterator[Callable[[], None]]:
    """Only tables that have rows are touched: to empty all of them, as Django does, takes half a second."""

    def filled(cursor: CursorWrapper) -> list[str]:
        each = sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})")
        cursor.execute(sql.SQL(" UNION ALL ").join(each.format(name, sql.Identifier(name)) for name in tables))
        return [name for (name,) in cursor.fetchall()]

    def put_back() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")  # triggers and references rest
            for name in filled(cursor):
                cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
            for name in kept:
                table = sql.Identifier(name)
                cursor.execute(sql.SQL("INSERT INTO {} SELECT * FROM kept.{}").format(table, table))

    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        kept = filled(cursor)
        cursor.execute("CREATE SCHEMA kept")
        for name in kept:
            table = sql.Identifier(name)
            cursor.execute(sql.SQL("CREATE TABLE kept.{} AS TABLE {}").format(table, table))
    yield put_back


def database_text() -> str:
    """Return every value of every table, as somebody who has stolen the database reads it."""
    with connection.cursor() as cursor:
        parts = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608  # our own table names
            parts += [
                bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)
                for row in cursor.fetchall()
                for value in row
            ]
    return "\n".join(parts)
