"""Writes the calendar as iCalendar (RFC 5545), in the nation's own language: a calendar program asks in none."""

from collections.abc import Iterable
from datetime import UTC
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override
from icalendar import Calendar
from icalendar import Event as Entry

from leeward.foundation.web.words import told
from leeward.policy.strategy.queries.calendar import Event, EventKind

CONTENT_TYPE = "text/calendar; charset=utf-8"


def write_calendar(events: Iterable[Event]) -> bytes:
    """The whole file. The same events give the same bytes; whoever draws it again finds each by its UID."""
    host = urlsplit(settings.LEEWARD_URL).hostname or "leeward"
    with override(settings.LANGUAGE_CODE):
        made = Calendar()
        made.add("prodid", "-//Leeward//National strategy//EN")
        made.add("version", "2.0")
        made.add("calscale", "GREGORIAN")
        made.add("method", "PUBLISH")
        made.add("x-wr-calname", _("National strategy of %(nation)s") % {"nation": settings.LEEWARD_NATION})
        for event in events:
            made.add_component(_entry(event, host=host))
    written: bytes = made.to_ical()
    return written


def _entry(event: Event, *, host: str) -> Entry:
    entry = Entry()
    entry.add("uid", f"{event.key}@{host}")
    entry.add("dtstamp", event.changed_at.astimezone(UTC).replace(microsecond=0))
    entry.add("dtstart", event.begins)
    entry.add("dtend", event.ends)
    entry.add("summary", _summary(event))
    if event.place:
        entry.add("location", event.place)
    if event.lines:
        entry.add("description", "\n".join(f"{place}. {each}" for place, each in enumerate(event.lines, start=1)))
    entry.add("status", "CANCELLED" if event.is_cancelled else "CONFIRMED")
    entry.add("transp", "OPAQUE" if event.kind is EventKind.MEETING else "TRANSPARENT")
    return entry


def _summary(event: Event) -> str:
    title = told(event.texts) if event.texts else event.plain
    said = {"number": event.number, "title": title}
    if event.kind is EventKind.ACTION:
        return _("A%(number)s is due: %(title)s") % said
    if event.kind is EventKind.MILESTONE:
        return _("Milestone of A%(number)s: %(title)s") % said
    if event.kind is EventKind.EXPIRY:
        return _("Agreement expires: %(title)s") % said
    if event.kind is EventKind.REVIEW:
        return _("Agreement is to be reviewed: %(title)s") % said
    return title
