"""Lets a test change rows that nobody may change, as somebody with every right on the database could."""

from django.db import connection

# The names of the triggers that AppendOnly makes.
NAMED = r"%\_no\_%"
IN_POSTGRESQL = r"SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE %s ESCAPE '\'"
IN_SQLITE = r"SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s ESCAPE '\'"
# The statements that make SQLite's triggers again, by name, as long as they are away.
_AWAY: dict[str, str] = {}


def triggers() -> dict[str, str]:
    """Return the triggers that are installed: by name the table in PostgreSQL, the statement in SQLite."""
    with connection.cursor() as cursor:
        cursor.execute(IN_POSTGRESQL if connection.vendor == "postgresql" else IN_SQLITE, [NAMED])
        return dict(cursor.fetchall())


def lift() -> None:
    """Switch off every trigger that a migration's AppendOnly has installed."""
    with connection.cursor() as cursor:
        for name, rest in triggers().items():
            if connection.vendor == "postgresql":
                cursor.execute(f"ALTER TABLE {rest} DISABLE TRIGGER {name}")
            else:
                _AWAY[name] = rest
                cursor.execute(f"DROP TRIGGER {name}")


def restore() -> None:
    """Switch them on again."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for name, table in triggers().items():
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {name}")
        while _AWAY:
            name, statement = _AWAY.popitem()
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            cursor.execute(statement)
