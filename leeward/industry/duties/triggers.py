"""The database's own refusal to change a version of a regime, in SQL for SQLite and PostgreSQL."""

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "duties_regimeversion"
REFUSAL = "A version of a regime is never changed: publish the next one."

INSTALL = {
    "sqlite": (
        f"""
        CREATE TRIGGER duties_no_update BEFORE UPDATE ON {TABLE}
        BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END
        """,
    ),
    "postgresql": (
        f"""
        CREATE FUNCTION duties_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$
        """,
        f"""
        CREATE TRIGGER duties_no_update BEFORE UPDATE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION duties_refuse()
        """,
    ),
}
REMOVE = {
    "sqlite": ("DROP TRIGGER IF EXISTS duties_no_update",),
    "postgresql": (
        f"DROP TRIGGER IF EXISTS duties_no_update ON {TABLE}",
        "DROP FUNCTION IF EXISTS duties_refuse()",
    ),
}


class DatabaseUnsupported(Exception):
    """Versions can be protected on SQLite and PostgreSQL only."""


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the database refuse changes from now on."""
    _run(connection, INSTALL)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Let versions be changed again; for undoing the migration."""
    _run(connection, REMOVE)


def _run(connection: BaseDatabaseWrapper, statements: dict[str, tuple[str, ...]]) -> None:
    if connection.vendor not in statements:
        raise DatabaseUnsupported(f"Leeward runs on SQLite and PostgreSQL, not on {connection.display_name}.")
    with connection.cursor() as cursor:
        for statement in statements[connection.vendor]:
            cursor.execute(statement)
