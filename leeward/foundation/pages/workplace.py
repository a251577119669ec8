"""What this room tells the home page and the search: drafts and pictures to approve, and pages by their titles."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.queries import names_of
from leeward.foundation.days import write_day
from leeward.foundation.pages.models import Draft, Page, PageFile
from leeward.foundation.pages.queries import (
    RunView,
    drafts_to_approve,
    files_to_approve,
    page_rows,
    pages_to_look_at,
    runs_to_replace,
)
from leeward.foundation.pages.views.runs import told
from leeward.foundation.pages.views.staff import WRITERS
from leeward.foundation.work.rooms import COUNTED, FOUND, Hit, Need, Room, RoomPage, Waiting, wait_in_rows


def waiting(user: User, now: datetime) -> Iterable[Waiting]:
    """What somebody else wrote or added, pages to look at again, and copies of sheets that are not right any more."""
    del now  # each of these asks what day it is where it is asked
    if user.role not in WRITERS:
        return
    drafts = list(drafts_to_approve(but=user.reference)[:COUNTED])
    pictures = list(files_to_approve(but=user.reference)[:COUNTED])
    names = names_of([*(row.changed_by for row in drafts), *(row.added_by for row in pictures)])
    needs = (_read(row, names.get(row.changed_by, "–")) for row in drafts)
    yield wait_in_rows(_("Texts to approve"), reverse("pages:pages"), needs)
    looks = (_look(row, names.get(row.added_by, "–")) for row in pictures)
    yield wait_in_rows(_("Pictures to approve"), reverse("pages:pictures"), looks)
    due = map(_due, pages_to_look_at()[:COUNTED])
    yield wait_in_rows(_("Pages to look at again"), f"{reverse('pages:pages')}?due=on", due, is_late=True)
    runs = map(_replace, runs_to_replace())
    yield wait_in_rows(_("Print runs to replace"), f"{reverse('pages:runs')}?open=on", runs, is_late=True)


def find(user: User, term: str) -> Iterable[Hit]:
    """Pages by a part of their title or name."""
    if user.role not in WRITERS:
        return
    for row in page_rows().filter(Q(title__icontains=term) | Q(code__icontains=term))[:FOUND]:
        yield Hit(kind=_("Page"), title=row.title, standing=row.code, address=reverse("pages:staff", args=[row.code]))


def _read(row: Draft, name: str) -> Need:
    return Need(
        about=f"{row.title} ({get_language_info(row.language)['name_local']})",
        why=_("%(name)s wrote it, and somebody else must read it") % {"name": name},
        press=_("Read and approve"),
        address=reverse("pages:approve", args=[row.page.code, row.language]),
    )


def _due(row: Page) -> Need:
    return Need(
        about=row.title,
        why=_("Due since %(day)s: somebody must look at it again") % {"day": write_day(row.review_on)},
        press=_("Check the page"),
        address=reverse("pages:look-again", args=[row.code]),
    )


def _replace(run: RunView) -> Need:
    return Need(
        about=told(run),
        why=_("What these copies say is no longer right. They hang or lie here: %(place)s") % {"place": run.location},
        press=_("Replace it"),
        address=reverse("pages:run", args=[run.reference]),
    )


def _look(row: PageFile, name: str) -> Need:
    return Need(
        about=row.name,
        why=_("%(name)s added it, and somebody else must look at it") % {"name": name},
        press=_("Check and approve"),
        address=reverse("pages:look", args=[row.code]),
    )


ROOM = Room(
    pages=(
        RoomPage(name="pages:pages", also=("pages:",)),
        RoomPage(name="pages:pictures", text=_("Pictures")),
        RoomPage(name="pages:runs", text=_("Print runs"), also=("pages:new-run", "pages:run")),
        RoomPage(name="pages:references", text=_("What texts can refer to")),
    ),
    waiting=waiting,
    find=find,
)
