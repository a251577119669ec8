"""Editions in the words of catalogues of data, and the calendar of a shelf as iCalendar."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext, ngettext
from icalendar import Calendar, Event

from leeward.foundation.editions.records import CalendarDay, Edition
from leeward.foundation.editions.rules.datafiles import CSV_TYPE, About, describe_schema, describe_series
from leeward.foundation.editions.rules.datafiles import cite as cite_as
from leeward.foundation.editions.shelves import Shelf
from leeward.foundation.records import Record


def describe(
    shelf: Shelf, *, name: str, title: str, note: str, licence: str, covers: tuple[date, date], at: datetime
) -> About:
    """Return what the standards' files say of one edition; without a name, of the shelf."""
    home = shelf.whole_url("releases")
    return About(
        base=shelf.whole_url("release", name) if name else home,
        home=home,
        package=f"leeward-{shelf.package}-{name}",
        shelf=shelf.english,
        shelf_about=shelf.about,
        theme=shelf.theme,
        keywords=shelf.keywords,
        edition=name,
        title=title,
        note=note,
        publisher=settings.LEEWARD_NATION,
        licence=licence,
        first_day=covers[0],
        covers_until=covers[1],
        made_at=at,
    )


def about_edition(shelf: Shelf, edition: Edition) -> About:
    """Return the same of an edition that is signed, as of the day on which it was."""
    at = edition.signed_at or edition.drafted_at
    covers = (edition.covers_from or at.date(), edition.covers_until or at.date())
    return describe(
        shelf,
        name=edition.name,
        title=edition.title,
        note=edition.note,
        licence=edition.licence,
        covers=covers,
        at=at,
    )


def cite(shelf: Shelf, edition: Edition) -> str:
    """Return the line by which an edition is cited."""
    return cite_as(about_edition(shelf, edition), sha256=edition.sha256)


def schema_of(shelf: Shelf, edition: Edition) -> Record:
    """Return an edition as a Dataset of schema.org."""
    about = about_edition(shelf, edition)
    return describe_schema(edition.files, about, citation=cite(shelf, edition))


def series_of(shelf: Shelf, editions: Sequence[Edition], *, at: datetime) -> Record:
    """Return a shelf as a dataset series of DCAT-AP, with these editions."""
    abouts = {each.name: about_edition(shelf, each) for each in editions}
    members = [
        (
            [file for file in each.files if file.media_type == CSV_TYPE],
            abouts[each.name],
            abouts.get(each.replaces),
        )
        for each in editions
    ]
    whole = describe(shelf, name="", title="", note="", licence="", covers=(at.date(), at.date()), at=at)
    return describe_series(members, whole)


def say_punctuality(each: CalendarDay, *, today: date) -> str:
    """Say whether something came out on its day; "" of what is to come."""
    late = each.days_late(today=today)
    if each.out_on is None:
        if not late:
            return ""
        return ngettext(
            "Late: due one day ago, not published.", "Late: due %(days)d days ago, not published.", late
        ) % {"days": late}
    if each.due_on is None:
        return gettext("Published. No day was announced.")
    if not late:
        return gettext("Published on its day.")
    return ngettext("Published one day late.", "Published %(days)d days late.", late) % {"days": late}


def write_calendar(shelf: Shelf, days: Iterable[CalendarDay], *, now: datetime) -> bytes:
    """Return a shelf's calendar as a file that calendar programs read (RFC 5545)."""
    host = urlsplit(settings.LEEWARD_URL).hostname or "leeward"
    made = Calendar()
    made.add("prodid", "-//Leeward//Calendar of editions//EN")
    made.add("version", "2.0")
    made.add("x-wr-calname", str(shelf.title))
    for each in days:
        entry = Event()
        entry.add("uid", f"{shelf.code}-{each.code}@{host}")
        entry.add("dtstamp", now.replace(microsecond=0))
        entry.add("dtstart", each.on)
        entry.add("summary", str(each.title))
        said = [each.note, say_punctuality(each, today=now.astimezone(UTC).date())]
        if description := "\n".join(filter(None, said)):
            entry.add("description", description)
        if each.address:
            entry.add("url", settings.LEEWARD_URL + each.address)
        entry.add("transp", "TRANSPARENT")
        made.add_component(entry)
    written: bytes = made.to_ical()
    return written
