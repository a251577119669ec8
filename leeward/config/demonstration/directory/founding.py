"""Puts the made-up nation's directory into the database, once."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from leeward.config.demonstration.directory.making import line_ids, make_directory
from leeward.foundation.audit.rules import Actor
from leeward.society.directory.errors import EntryUnknown
from leeward.society.directory.operations.bulk import add_entries
from leeward.society.directory.operations.founding import found_directory
from leeward.society.directory.operations.places import save_holidays, save_places
from leeward.society.directory.queries.showing import preview_service
from leeward.society.directory.rules.history import Source

SERVICES, SEED = 400, 5


def found_support(*, by: Actor, now: datetime) -> bool:
    """Found the words, places, holidays and services that are not there yet; whether there were any to add.

    A directory that has the nation's own lines is left as its editors made it.
    """
    found_directory(by=by, now=now)
    if _is_founded(now=now):
        return False
    made = make_directory(
        services=SERVICES, seed=SEED, today=now.astimezone(ZoneInfo(settings.LEEWARD_TIME_ZONE)).date()
    )
    save_places(made.places, by=by, now=now)
    save_holidays(made.holidays, by=by, now=now)
    add_entries(
        organizations=made.organizations,
        locations=made.locations,
        services=made.services,
        source=Source.SYSTEM,
        by=by,
        now=now,
    )
    return True


def _is_founded(*, now: datetime) -> bool:
    """Whether the last of the nation's lines is there; all services are added at once, so then all are."""
    try:
        preview_service(line_ids()[-1], language=settings.LANGUAGE_CODE, now=now)
    except EntryUnknown:
        return False
    return True
