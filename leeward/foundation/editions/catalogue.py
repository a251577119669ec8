"""Editions in the words of catalogues of data, and the calendar of a shelf as iCalendar."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Calendar, Event

from leeward.foundation.editions.records import Edition, Planned
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


def write_calendar(shelf: Shelf, planned: Iterable[Planned], *, now: datetime) -> bytes:
    """Return the days on which editions are to come out, as a file that calendar programs read (RFC 5545)."""
    host = urlsplit(settings.LEEWARD_URL).hostname or "leeward"
    made = Calendar()
    made.add("prodid", "-//Leeward//Calendar of editions//EN")
    made.add("version", "2.0")
    made.add("x-wr-calname", str(shelf.title))
    for each in planned:
        entry = Event()
        entry.add("uid", f"{shelf.code}-{each.on.isoformat()}@{host}")
        entry.add("dtstamp", now.replace(microsecond=0))
        entry.add("dtstart", each.on)
        entry.add("summary", each.title)
        if each.note:
            entry.add("description", each.note)
        entry.add("transp", "TRANSPARENT")
        made.add_component(entry)
    written: bytes = made.to_ical()
    return written
