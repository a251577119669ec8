"""The database's own refusal to change an answer or a round's step, in SQL for SQLite and PostgreSQL."""

from django.db.backends.base.base import BaseDatabaseWrapper

TABLES = ("assessment_score", "assessment_roundevent")
REFUSAL = "What was answered stays: add the new answer."

INSTALL = {
    "sqlite": tuple(
        f"""
        CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
        BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END
        """
        for table in TABLES
    ),
    "postgresql": (
        f"""
        CREATE FUNCTION assessment_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$
        """,
        *(
            f"""
            CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
            FOR EACH ROW EXECUTE FUNCTION assessment_refuse()
            """
            for table in TABLES
        ),
    ),
}
REMOVE = {
    "sqlite": tuple(f"DROP TRIGGER IF EXISTS {table}_no_update" for table in TABLES),
    "postgresql": (
        *(f"DROP TRIGGER IF EXISTS {table}_no_update ON {table}" for table in TABLES),
        "DROP FUNCTION IF EXISTS assessment_refuse()",
    ),
}


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the database refuse changes from now on."""
    _run(connection, INSTALL)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Let rows be changed again; for undoing the migration."""
    _run(connection, REMOVE)


def _run(connection: BaseDatabaseWrapper, statements: dict[str, tuple[str, ...]]) -> None:
    with connection.cursor() as cursor:
        for statement in statements[connection.vendor]:
            cursor.execute(statement)
