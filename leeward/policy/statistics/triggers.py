"""The database's own refusal to change what was gathered, printed, corrected or released, in SQL for both databases."""

from django.db.backends.base.base import BaseDatabaseWrapper

REFUSAL = "Statistics are never changed: a later number is a further row."
ALWAYS = ("fact", "printing", "behind", "correction", "releasefile")
# A release may be changed while it is a draft.
ONCE_RELEASED = "release"


def _statements(vendor: str) -> list[str]:
    made = []
    if vendor == "postgresql":
        made.append(
            f"""
            CREATE FUNCTION statistics_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$
            """
        )
    for table in (*ALWAYS, ONCE_RELEASED):
        condition = "OLD.released_at IS NOT NULL" if table == ONCE_RELEASED else ""
        before = f"CREATE TRIGGER statistics_no_update_{table} BEFORE UPDATE ON statistics_{table} FOR EACH ROW"
        if vendor == "postgresql":
            when = f"WHEN ({condition})" if condition else ""
            made.append(f"{before} {when} EXECUTE FUNCTION statistics_refuse()")
        else:
            when = f"WHEN {condition}" if condition else ""
            made.append(f"{before} {when} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END")
    return made


def _removals(vendor: str) -> list[str]:
    on = " ON statistics_{}" if vendor == "postgresql" else ""
    made = [
        f"DROP TRIGGER IF EXISTS statistics_no_update_{table}" + on.format(table) for table in (*ALWAYS, ONCE_RELEASED)
    ]
    return [*made, "DROP FUNCTION IF EXISTS statistics_refuse()"] if vendor == "postgresql" else made


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the database refuse changes from now on."""
    _run(connection, _statements(connection.vendor))


def remove(connection: BaseDatabaseWrapper) -> None:
    """Let rows be changed again; for undoing the migration."""
    _run(connection, _removals(connection.vendor))


def _run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
