"""The nation's clock: its zone, the day that it is there, and one way to write a day and a moment for people."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.formats import date_format


def nation_zone() -> ZoneInfo:
    """Return the time zone in which the nation's people live."""
    return ZoneInfo(settings.LEEWARD_TIME_ZONE)


def local_day(at: datetime) -> date:
    """Return the day that it is in the nation at a moment."""
    return at.astimezone(nation_zone()).date()


def write_day(value: date) -> str:
    """Write a day, or a moment's day in the nation, in the reader's language: "4 January 2027"."""
    return _write(value, "j F Y")


def write_weekday(value: date) -> str:
    """Write a day with its weekday: "Monday 4 January 2027"."""
    return _write(value, "l j F Y")


def write_moment(at: datetime) -> str:
    """Write a moment on the nation's clock, with the zone named since readers may be elsewhere."""
    return _write(at, "j F Y, H:i T")


def _write(value: date, pattern: str) -> str:
    there = value.astimezone(nation_zone()) if isinstance(value, datetime) else value
    return date_format(there, pattern, use_l10n=False)
