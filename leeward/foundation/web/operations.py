"""Finds out whether this installation can do its work: the database answers and keeps what it is given."""

import secrets
import shutil
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection, transaction

from leeward.foundation.clock.queries import broken_sweeps
from leeward.foundation.web.models import Trial
from leeward.foundation.web.rules import is_trial_due

# More than one page of any database, and no pattern that it could pack: it must find room for it.
TRIAL_BYTES = 16 * 1024
# Below this, a day's reports may not find room; and SQLite needs some to bring its log into the file.
FREE_LEAST_BYTES = 64 * 1024 * 1024


class Health:
    """What `/healthz` says. A trial costs a write to the disk, and anybody may ask: so not every question makes one."""

    def __init__(self) -> None:
        self._wrote_at: float | None = None

    def find_trouble(self, *, now: float) -> str:
        """Return what is wrong, in a few words for an operator; "" if nothing is. `now`: seconds of a steady clock."""
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        except DatabaseError:
            return "database unreachable"
        if any(shutil.disk_usage(place).free < FREE_LEAST_BYTES for place in _places()):
            return "disk nearly full"
        if is_trial_due(wrote_at=self._wrote_at, now=now):
            self._wrote_at = None
            try:
                try_to_write()
            except DatabaseError:
                return "database cannot be written"
            self._wrote_at = now
        return ""


def find_broken() -> tuple[str, ...]:
    """Return what is said of each part of the workers' round that fails; nothing where the tables are not there yet."""
    try:
        return broken_sweeps()
    except DatabaseError:
        return ()


def try_to_write() -> None:
    """Have the database keep something, and take it away again. Raises DatabaseError."""
    with transaction.atomic():
        Trial.objects.create(content=secrets.token_bytes(TRIAL_BYTES)).delete()


def _places() -> set[Path]:
    """The folders that we write to, of those that are there already."""
    places = {Path(settings.LEEWARD_SLOW_PLACES).parent}
    if connection.vendor == "sqlite":
        places.add(Path(connection.settings_dict["NAME"]).parent)
    return {place for place in places if place.is_dir()}
