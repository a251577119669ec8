"""The day that it is in the nation, by which evidence is in date or not."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings


def local_day(now: datetime) -> date:
    """The day that it is in the nation."""
    return now.astimezone(ZoneInfo(settings.LEEWARD_TIME_ZONE)).date()
