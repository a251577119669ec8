"""The database's own refusal to change a published version of the declaration, in SQL for SQLite and PostgreSQL."""

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "declarations_publishedversion"
REFUSAL = "A version of the declaration is never changed: publish the next one."

INSTALL = {
    "sqlite": (
        f"""
        CREATE TRIGGER declarations_no_update BEFORE UPDATE ON {TABLE}
        BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END
        """,
    ),
    "postgresql": (
        f"""
        CREATE FUNCTION declarations_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$
        """,
        f"""
        CREATE TRIGGER declarations_no_update BEFORE UPDATE ON {TABLE}
        FOR EACH ROW EXECUTE FUNCTION declarations_refuse()
        """,
    ),
}
REMOVE = {
    "sqlite": ("DROP TRIGGER IF EXISTS declarations_no_update",),
    "postgresql": (
        f"DROP TRIGGER IF EXISTS declarations_no_update ON {TABLE}",
        "DROP FUNCTION IF EXISTS declarations_refuse()",
    ),
}


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the database refuse changes from now on."""
    _run(connection, INSTALL)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Let versions be changed again; for undoing the migration."""
    _run(connection, REMOVE)


def _run(connection: BaseDatabaseWrapper, statements: dict[str, tuple[str, ...]]) -> None:
    with connection.cursor() as cursor:
        for statement in statements[connection.vendor]:
            cursor.execute(statement)
