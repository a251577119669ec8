"""Until when the helpline promises the next human answer: counted in the hours in which it is open."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from leeward.society.directory.rules.open_time import OpenSpell, after_open_time, end_of_open_day
from leeward.victim.removals.rules.reports import Band

# Open hours within which a human answers. Green: by the end of an open day.
OPEN_HOURS = {Band.RED: timedelta(hours=1), Band.AMBER: timedelta(hours=4)}
# How far ahead open hours are looked for: longer than any closure.
HORIZON = timedelta(days=60)


def promise_due(
    band: Band, *, since: datetime, spells: Iterable[OpenSpell], zone: ZoneInfo, open_days: int = 1
) -> datetime | None:
    """Return until when she is answered who has waited since then; None where no open hours are known.

    `spells`: when the helpline is open after `since`, sorted and apart from each other. Red and amber count open hours.
    Green lasts to the end of the next open day after that of `since`, by the calendar of `zone`, or of the so-manyth
    one (`open_days`, see `rules/paces.py`).
    """
    if band is Band.GREEN:
        return end_of_open_day(spells, since=since, zone=zone, number=open_days)
    return after_open_time(spells, since=since, length=OPEN_HOURS[band])
