"""The desk's own clock, and which of the two clocks of a request is due first."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from leeward.victim.removals.rules.reports import Band

RED_LIMIT = timedelta(hours=4)
WORKING_DAYS = {Band.AMBER: 1, Band.GREEN: 3}
SATURDAY = 5


def own_due(*, started_at: datetime, band: Band, zone: ZoneInfo) -> datetime:
    """Return when the first notice is due: after four hours for red, else after so many working days.

    A working day is Monday to Friday in the nation's own zone; the hour of the day is kept. What comes in at a weekend
    counts from Monday's beginning.
    """
    if band is Band.RED:
        return started_at + RED_LIMIT
    local = started_at.astimezone(zone)
    if local.weekday() >= SATURDAY:
        local = (local + timedelta(days=7 - local.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    left = WORKING_DAYS[band]
    while left:
        local += timedelta(days=1)
        if local.weekday() < SATURDAY:
            left -= 1
    return local.astimezone(started_at.tzinfo)


def first_due(*moments: datetime | None) -> datetime | None:
    """Return the earliest of the clocks that run; None where none does."""
    return min((moment for moment in moments if moment is not None), default=None)
