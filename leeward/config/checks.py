"""Says at the start what would hurt later: files that others on this machine may read, keys that nobody has founded."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core import checks
from django.db import DatabaseError, connections
from django.utils.module_loading import import_string

from leeward.config.environment import SECRETS_FILE
from leeward.config.files import is_open_to_others

# What `leeward found` takes in, and the table that is empty before.
SHIPPED = {
    "duties of platforms": "duties.Regime",
    "types of court orders": "courts.KnownType",
    "words of the directory": "directory.Term",
}
# What SQLite keeps beside a database's file.
BESIDE = ("", "-wal", "-shm", "-journal")


@checks.register(checks.Tags.security)
def check_files(**_: Any) -> list[checks.CheckMessage]:
    """Name each file and folder of ours that others than its owner may open."""
    return [
        checks.Warning(
            f"{path} may be opened by other accounts of this machine.",
            hint=f"Run: chmod {'700' if path.is_dir() else '600'} {path}",
            id="config.W001",
        )
        for path in _private_places()
        if is_open_to_others(path)
    ]


@checks.register(checks.Tags.database)
def check_founded(*, databases: Sequence[str] | None = None, **_: Any) -> list[checks.CheckMessage]:
    """Without the workers' keys no notice can be sent: better said now than to whoever presses the button."""
    if not databases:
        return []
    try:  # their tables are there only now
        missing = import_string("leeward.foundation.vault.operations.missing_services")()
        is_signed = import_string("leeward.foundation.signing.operations.keys.present_key")() is not None
    except DatabaseError:  # no tables yet, or no database
        named = "everything"
    else:
        lacks = [
            word
            for word, table in SHIPPED.items()
            if not apps.get_model(table)._default_manager.exists()  # noqa: SLF001  # how Django names it
        ]
        named = ", ".join([*(service.value for service in missing), *([] if is_signed else ["signer"]), *lacks])
    if not named:
        return []
    return [
        checks.Warning(
            f"What Leeward needs before the first notice is not founded yet ({named}): nothing can be sent or signed.",
            hint="Run `leeward migrate`, then `leeward found` on the workers' account.",
            id="config.W002",
        )
    ]


@checks.register(checks.Tags.database)
def check_sweeps(*, databases: Sequence[str] | None = None, **_: Any) -> list[checks.CheckMessage]:
    """Name each part of the workers' round that fails, and since when."""
    if not databases:
        return []
    try:
        broken = import_string("leeward.foundation.clock.queries.broken_sweeps")()
    except DatabaseError:  # no tables yet, or no database: `check_founded` says so
        return []
    return [
        checks.Warning(
            f"A part of what falls due is not done: {told}.",
            hint="The log of `leeward work` says where it fails. Everything else goes on.",
            id="config.W003",
        )
        for told in broken
    ]


@checks.register(checks.Tags.database)
def check_doors(*, databases: Sequence[str] | None = None, **_: Any) -> list[checks.CheckMessage]:
    """Name each team that takes in nothing new, since nobody in it who could read that has signed in."""
    if not databases:
        return []
    try:
        closed = import_string("leeward.foundation.work.doors.closed_doors")(
            import_string("leeward.foundation.work.rooms.all_doors")()
        )
    except DatabaseError:  # no tables yet, or no database: the check above says so
        return []
    return [
        checks.Warning(
            f"{door.name}: nobody who could read what comes in has signed in and stayed. {door.shut}",
            hint="An administrator finds at /staff/people/set-up who is missing. Or run `leeward create-staff NAME"
            f" --role {door.roles[0].value}{f' --body {door.body}' if door.body else ''}`, and let the link be used.",
            id="config.W004",
        )
        for door in closed
    ]


@checks.register(checks.Tags.database)
def check_store(*, databases: Sequence[str] | None = None, **_: Any) -> list[checks.CheckMessage]:
    """Compare the store of the locker's files with the database; counts alone are told."""
    if not databases:
        return []
    try:
        troubles = import_string("leeward.victim.locker.queries.store.compare_store")()
    except DatabaseError:  # no tables yet, or no database: `check_founded` says so
        return []
    return [checks.Warning(what, hint=hint, id="config.W005") for what, hint in troubles]


def _private_places() -> tuple[Path, ...]:
    data, name = settings.ENVIRONMENT.data, str(connections["default"].settings_dict["NAME"])
    kept = () if connections["default"].vendor != "sqlite" else tuple(Path(f"{name}{ending}") for ending in BESIDE)
    keys = Path(settings.LEEWARD_SERVICE_KEYS)
    return (data, data / SECRETS_FILE, Path(settings.LEEWARD_FOUNDING_KEY), keys, *kept)
