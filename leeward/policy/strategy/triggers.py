"""The database's own refusal to change or delete the strategy's history, in SQL for SQLite and PostgreSQL."""

from django.db.backends.base.base import BaseDatabaseWrapper

TABLES = ("strategy_change", "strategy_statusentry")
REFUSAL = "The history of the strategy is never changed: write what is true now as a new line."
VERBS = ("UPDATE", "DELETE")


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the database refuse changes from now on."""
    statements: list[str] = []
    if connection.vendor == "postgresql":
        statements.append(
            "CREATE FUNCTION strategy_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
    for table in TABLES:
        for verb in VERBS:
            what = (
                "EXECUTE FUNCTION strategy_refuse()"
                if connection.vendor == "postgresql"
                else f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
            statements.append(f"CREATE TRIGGER {_name(table, verb)} BEFORE {verb} ON {table} FOR EACH ROW {what}")
    _run(connection, statements)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Let the history be changed again; for undoing the migration."""
    on = " ON {table}" if connection.vendor == "postgresql" else ""
    statements = [
        f"DROP TRIGGER IF EXISTS {_name(table, verb)}" + on.format(table=table) for table in TABLES for verb in VERBS
    ]
    if connection.vendor == "postgresql":
        statements.append("DROP FUNCTION IF EXISTS strategy_refuse()")
    _run(connection, statements)


def _name(table: str, verb: str) -> str:
    return f"{table}_no_{verb.lower()}"


def _run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
