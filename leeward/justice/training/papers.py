"""A certificate on paper, as tagged PDF, and a learner's days as a calendar's file."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from leeward.foundation.pages.papers import qr_modules
from leeward.foundation.references import write_reference
from leeward.foundation.signing.queries import RecordLine
from leeward.foundation.web.documents import make_document
from leeward.foundation.web.words import told
from leeward.justice.training.queries.people import CompletionShown, DueLine

STYLE = """
@page { size: A4; margin: 30mm 25mm }
html { font: 12pt/1.5 "Noto Sans", "Noto Sans Arabic", "DejaVu Sans", sans-serif }
h1 { font-size: 22pt; line-height: 1.25 }
.name { font-size: 18pt; font-weight: bold }
.check { display: flex; gap: 1em; align-items: center; border-top: .6pt solid #505a5f }
.check { padding-top: 1em; margin-top: 3em }
svg { width: 32mm; height: 32mm }
"""
CALENDAR_TYPE = "text/calendar; charset=utf-8"


def certificate_pdf(record: RecordLine, completion: CompletionShown, *, name: str) -> bytes:
    """A certificate as PDF/UA with the name that was typed, which is kept nowhere."""
    address = f"{settings.LEEWARD_URL}/check/{record.number}"
    context = {
        "language": get_language(),
        "direction": "rtl" if get_language_bidi() else "ltr",
        "name": name,
        "record": record,
        "number": write_reference(record.number),
        "completion": completion,
        "issuer": settings.LEEWARD_NATION,
        "address": address,
        "qr": qr_modules(address),
    }
    return make_document(render_to_string("training/certificate.jinja", context, using="jinja2"), style=STYLE)


def write_calendar(dues: Iterable[DueLine], *, now: datetime) -> bytes:
    """The days on which somebody is due, as iCalendar (RFC 5545): whoever fetches it again finds each by its UID."""
    host = urlsplit(settings.LEEWARD_URL).hostname or "leeward"
    made = Calendar()
    made.add("prodid", "-//Leeward//Training//EN")
    made.add("version", "2.0")
    for each in dues:
        entry = Event()
        entry.add("uid", f"training-{each.course}-{each.learner}@{host}")
        entry.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
        entry.add("dtstart", each.due_on)
        entry.add("dtend", each.due_on + timedelta(days=1))
        entry.add("summary", _("Pass by today: %(title)s") % {"title": told(each.title)})
        entry.add("transp", "TRANSPARENT")
        made.add_component(entry)
    written: bytes = made.to_ical()
    return written
