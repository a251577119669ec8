"""The lists of a shelf for its staff: its editions, and its calendar."""

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from leeward.foundation.editing.fields import box
from leeward.foundation.editions.queries import DRAFT, edition_lines, edition_rows, planned_lines, planned_rows
from leeward.foundation.editions.records import Edition, Planned
from leeward.foundation.editions.shelves import Shelf
from leeward.foundation.work.keyset import Order
from leeward.foundation.work.lists import Act, Column, Filter, Listing, Selection


def editions_list(shelf: Shelf) -> Listing[Edition]:
    """Editions, those that wait for a second person first, then the newest."""
    return Listing(
        rows=edition_rows(shelf.code),
        tell=lambda rows: rows.select_related("replaces"),
        lines=edition_lines,
        columns=[
            Column("title", _("Release"), lambda each: each.title),
            Column("state", _("State"), lambda each: each.state),
            Column(
                "drafted", _("Drafted"), lambda each: each.drafted_at, Order(by="drafted_at", parts=(DRAFT, ~DRAFT))
            ),
            Column("published", _("Published"), lambda each: each.signed_at),
            Column("covers", _("Periods up to"), lambda each: each.covers_until),
        ],
        sort="-drafted",
        address=lambda each: shelf.url("draft-show", each.name),
        filters=[
            Filter(
                key="discarded",
                field=box(_("Discarded drafts")),
                where=lambda _ticked: Q(discarded_at__isnull=False),
                otherwise=Q(discarded_at__isnull=True),
            )
        ],
        csv="releases",
        empty=_("There is no release yet. A draft waits here for a second person, who publishes it."),
    )


def planned_list(shelf: Shelf, *, today: date) -> Listing[Planned]:
    """The days on which editions are to come out, the next first; those that are ticked are taken out."""
    return Listing(
        rows=planned_rows(shelf.code, today=today),
        lines=planned_lines,
        columns=[
            Column("title", _("Release"), lambda each: each.title),
            Column("on", _("Day"), lambda each: each.on, Order(by="on", is_unique=True)),
            Column("note", _("Notes for readers"), lambda each: each.note),
        ],
        sort="on",
        selection=Selection(
            name="day",
            value=lambda each: each.on.isoformat(),
            acts=[Act(text=_("Take out of the calendar"), address=shelf.url("unplan"))],
        ),
        csv="releases-planned",
        empty=_("No day is planned. Days that are stand here, and on the public page of releases."),
    )
