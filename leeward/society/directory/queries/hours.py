"""When one service is open, for rooms whose clocks run in its hours."""

from datetime import datetime
from uuid import UUID

from leeward.foundation.days import nation_zone
from leeward.society.directory.models import Holiday, Service
from leeward.society.directory.rules.schedules import Spell, spells_between


def open_spells(service: UUID, *, start: datetime, end: datetime) -> tuple[Spell, ...]:
    """When a published service is open between two aware times, by its own schedules; empty where it names none."""
    row = Service.objects.published().filter(public_id=service).whole().first()
    if row is None:
        return ()
    record = row.as_record()
    holidays = frozenset(Holiday.objects.values_list("day", flat=True))
    return spells_between(
        record.schedules,
        zone=nation_zone(),
        holidays=holidays,
        holiday_hours=record.holidays,
        start=start,
        end=end,
    )
