"""Whether a database's history is ours: every step that it has taken is known here, and none is missing before it."""

from django.core.management import CommandError
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader


class HistoryForeign(CommandError):
    """The database was made by another version of Leeward, which this one cannot bring along."""

    def __init__(self, differs: str) -> None:
        super().__init__(
            f"This database was made by another version of Leeward, and this one cannot bring it along ({differs}): "
            "run the version that made it or a newer one, or restore a back-up of this version; "
            "where it is from before 2 December 2026, begin with an empty database.",
            returncode=2,
        )


def check_history() -> None:
    """Raise HistoryForeign where the database has steps that we do not know, or lacks some that others need.

    A database that cannot be asked passes: what is wrong with it is said by whoever uses it.
    """
    try:
        loader = MigrationLoader(connection)
    except DatabaseError:
        return
    applied = set(loader.applied_migrations or ())
    unknown = applied - set(loader.disk_migrations or ())
    known = applied - unknown
    missing = {parent.key for key in known for parent in loader.graph.node_map[key].parents} - applied
    if unknown or missing:
        raise HistoryForeign(_named("unknown", unknown) if unknown else _named("missing", missing))


def _named(what: str, steps: set[tuple[str, str]]) -> str:
    first, *others = sorted(".".join(step) for step in steps)
    return f"{what}: {first}" + (f" and {len(others)} more" if others else "")
