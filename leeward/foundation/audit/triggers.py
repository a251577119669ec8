"""The database's own refusal to change or delete a line of the audit trail, in SQL for SQLite and PostgreSQL.

A line may be changed once, from unsealed to sealed, and by then nothing but the seal may change.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "audit_auditevent"
WRITTEN = ("id", "at", "verb", "actor_kind", "actor_id", "subject_kind", "subject_reference", "facts")
REFUSAL = "The audit trail is append-only."

SQLITE_INSTALL = (
    f"""
    CREATE TRIGGER audit_no_update BEFORE UPDATE ON {TABLE}
    WHEN OLD.sequence IS NOT NULL OR {" OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in WRITTEN)}
    BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END
    """,
    f"CREATE TRIGGER audit_no_delete BEFORE DELETE ON {TABLE} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
)
SQLITE_REMOVE = ("DROP TRIGGER IF EXISTS audit_no_update", "DROP TRIGGER IF EXISTS audit_no_delete")

POSTGRESQL_INSTALL = (
    f"""
    CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$
    """,
    f"""
    CREATE TRIGGER audit_no_update BEFORE UPDATE ON {TABLE} FOR EACH ROW
    WHEN (OLD.sequence IS NOT NULL OR {" OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in WRITTEN)})
    EXECUTE FUNCTION audit_refuse()
    """,
    f"CREATE TRIGGER audit_no_delete BEFORE DELETE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
    f"CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
)
POSTGRESQL_REMOVE = (
    f"DROP TRIGGER IF EXISTS audit_no_truncate ON {TABLE}",
    f"DROP TRIGGER IF EXISTS audit_no_delete ON {TABLE}",
    f"DROP TRIGGER IF EXISTS audit_no_update ON {TABLE}",
    "DROP FUNCTION IF EXISTS audit_refuse()",
)


class DatabaseUnsupported(Exception):
    """The trail can be protected on SQLite and PostgreSQL only."""


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the database refuse changes from now on."""
    _run(connection, {"sqlite": SQLITE_INSTALL, "postgresql": POSTGRESQL_INSTALL})


def remove(connection: BaseDatabaseWrapper) -> None:
    """Let the table be emptied again; for undoing the migration, and for tests that empty every table."""
    _run(connection, {"sqlite": SQLITE_REMOVE, "postgresql": POSTGRESQL_REMOVE})


def _run(connection: BaseDatabaseWrapper, statements: dict[str, tuple[str, ...]]) -> None:
    if connection.vendor not in statements:
        raise DatabaseUnsupported(f"Leeward runs on SQLite and PostgreSQL, not on {connection.display_name}.")
    with connection.cursor() as cursor:
        for statement in statements[connection.vendor]:
            cursor.execute(statement)
