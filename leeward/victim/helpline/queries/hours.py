"""When the helpline is open: what its own entry in the directory says, so clock and public hours cannot differ."""

from datetime import datetime
from uuid import UUID

from django.conf import settings

from leeward.society.directory.queries.hours import open_spells
from leeward.society.directory.rules.schedules import Spell
from leeward.victim.helpline.rules.promise import HORIZON


def helpline_service() -> UUID | None:
    """The directory's service that the helpline is; None where the nation's file names none."""
    service: UUID | None = settings.LEEWARD_LINES["helpline"].service
    return service


def open_after(since: datetime) -> tuple[Spell, ...]:
    """When the helpline is open from then on, for as far as a promise can reach; empty where no hours are known."""
    service = helpline_service()
    return open_spells(service, start=since, end=since + HORIZON) if service else ()
