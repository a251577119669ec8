"""The nation's clock: its zone, the day that it is there, and one way to write a day and a moment for people."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

NEAR = timedelta(days=6)
HOUR, MINUTE = 3_600, 60


def nation_zone() -> ZoneInfo:
    """Return the time zone in which the nation's people live."""
    return ZoneInfo(settings.LEEWARD_TIME_ZONE)


def local_day(at: datetime) -> date:
    """Return the day that it is in the nation at a moment."""
    return at.astimezone(nation_zone()).date()


def day_in(zone: str, at: datetime) -> date:
    """Return the day that it is in a zone at a moment; "" is the nation's."""
    return at.astimezone(ZoneInfo(zone)).date() if zone else local_day(at)


def whole_months(since: date, until: date) -> int:
    """Return how many whole months lie between two days; 0 where the second one is not later."""
    months = (until.year - since.year) * 12 + until.month - since.month
    return max(0, months - (until.day < since.day))


def end_of_day(day: date) -> datetime:
    """The last moment of that day there."""
    return datetime.combine(day, time.max, tzinfo=nation_zone())


def write_day(value: date) -> str:
    """Write a day, or a moment's day in the nation, in the reader's language: "4 January 2027"."""
    return _write(value, "j F Y")


def write_last_day(end: datetime) -> str:
    """Write the last day before an end: midnight ends the day that is over then."""
    return write_day(end - timedelta(microseconds=1))


def write_weekday(value: date) -> str:
    """Write a day with its weekday: "Monday 4 January 2027"."""
    return _write(value, "l j F Y")


def write_moment(at: datetime) -> str:
    """Write a moment on the nation's clock, with the zone named since readers may be elsewhere."""
    return _write(at, "j F Y, H:i T")


def when(at: datetime, *, now: datetime) -> str:
    """A time as the nation's wall clocks show it: "Thursday 14:20", with the date where it is far."""
    there = at.astimezone(nation_zone())
    # An hour that the clocks show twice needs its zone.
    is_repeated = there.replace(fold=1 - there.fold).utcoffset() != there.utcoffset()
    return f"{_name_day(at, now=now)} {there:%H:%M}{f' {there:%Z}' if is_repeated else ''}"


def short_when(at: datetime, *, now: datetime) -> str:
    """Return a time as a list has room for it: "today 15:00", "Friday 09:00", "18 Nov 2026" where it is far."""
    if local_day(at) == local_day(now):
        return gettext("today %(time)s") % {"time": f"{at.astimezone(nation_zone()):%H:%M}"}
    return when(at, now=now) if abs(at - now) < NEAR else _write(at, "j M Y")


def when_due(at: datetime, *, now: datetime) -> str:
    """Write when something is due; midnight ends the day before: "at the end of Thursday"."""
    if at.astimezone(nation_zone()).time() != time.min:
        return when(at, now=now)
    return gettext("at the end of %(day)s") % {"day": _name_day(at - timedelta(microseconds=1), now=now)}


def short_due(due_at: datetime | None, *, now: datetime) -> str:
    """Return how long something is overdue, or when it is due, as a list has room for it."""
    if due_at is None:
        return gettext("No deadline")
    if due_at <= now:
        return gettext("%(span)s overdue") % {"span": span(now - due_at)}
    return short_when(due_at, now=now)


def span(length: timedelta) -> str:
    """How long: in days, hours or minutes, whichever says enough."""
    seconds = int(abs(length).total_seconds())
    hours = seconds // HOUR
    if hours >= 48:
        return ngettext("%(number)d day", "%(number)d days", hours // 24) % {"number": hours // 24}
    if hours:
        return ngettext("%(number)d hour", "%(number)d hours", hours) % {"number": hours}
    minutes = seconds // MINUTE
    return ngettext("%(number)d minute", "%(number)d minutes", minutes) % {"number": minutes}


def due_words(due_at: datetime | None, *, now: datetime) -> str:
    """When something is due, or since when it has been."""
    if due_at is None:
        return gettext("No deadline")
    left = span(due_at - now)
    if due_at <= now:
        return gettext("Overdue since %(when)s (%(span)s)") % {"when": when(due_at, now=now), "span": left}
    return gettext("Due %(when)s (in %(span)s)") % {"when": when_due(due_at, now=now), "span": left}


def _name_day(at: datetime, *, now: datetime) -> str:
    there = at.astimezone(nation_zone())
    return date_format(there, "l", use_l10n=False) if abs(at - now) < NEAR else write_weekday(there)


def _write(value: date, pattern: str) -> str:
    there = value.astimezone(nation_zone()) if isinstance(value, datetime) else value
    return date_format(there, pattern, use_l10n=False)
