"""How often stamps come in time: counted in hours, whatever was kept, so that it tells nothing of anybody."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import F

from leeward.foundation.stamps.models import Stamp
from leeward.foundation.stamps.queries import HOUR, to_hour

# From the beginning of the hour in which something came.
IN_TIME = 2 * HOUR


@dataclass(frozen=True, kw_only=True)
class HoursStamped:
    """How many hours of a period are over, and in how many of them all that came was stamped within two hours."""

    hours: int
    in_time: int


def hours_stamped(*, since: datetime, until: datetime) -> HoursStamped | None:
    """Count the hours of a period, but those before the first tree; None where there is none yet.

    The tree of the next hour must be there, with the authority's token where the nation has one. Hours of which that
    time is not over at `until` do not count.
    """
    first = Stamp.objects.order_by("hour").values_list("hour", flat=True).first()
    if first is None:
        return None
    begin, end = to_hour(max(since, first - HOUR)), to_hour(until - IN_TIME)
    rows = Stamp.objects.filter(hour__gt=begin, hour__lte=end)
    if settings.LEEWARD_STAMP_AUTHORITY is not None:
        rows = rows.filter(token_at__lte=F("hour") + HOUR)
    return HoursStamped(hours=max(0, (end - begin) // HOUR), in_time=rows.count())
