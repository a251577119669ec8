"""What the directory tells the home page and the search: checks that are due, proposals, services and organisations."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.rules import Role
from leeward.foundation.days import local_day, write_day
from leeward.foundation.web.words import hint_of, word
from leeward.foundation.work.rooms import FOUND, Hit, Need, Room, RoomPage, Waiting, wait_in_list, wait_in_rows
from leeward.society.directory.queries import editing
from leeward.society.directory.queries.editing import Check, ServiceLine
from leeward.society.directory.queries.lines import Troubled, troubled_lines
from leeward.society.directory.queries.proposals import ProposalView
from leeward.society.directory.views.staff.home import checks_address, services_list
from leeward.society.directory.views.staff.proposals import proposals_list


def waiting(user: User, now: datetime) -> Iterable[Waiting]:
    """Proposals of owners, mistakes that anybody saw, entries to check, and lines that the file has otherwise."""
    if user.role != Role.DIRECTORY_EDITOR:
        return
    today = local_day(now)
    yield wait_in_list(_("Proposals"), reverse("directory:staff-proposals"), proposals_list(now=now), _proposal)
    for check in (Check.LABELLED, Check.HIDDEN, Check.NEVER):
        yield wait_in_list(
            word(check),
            checks_address(check),
            services_list(on=today),
            partial(_due, check=check),
            narrowed=editing.checked(check, today=today),
            is_late=check is not Check.LABELLED,
        )
    lines = map(_line, troubled_lines())
    yield wait_in_rows(_("Lines of the nation’s file"), reverse("directory:staff-home"), lines, is_late=True)


def find(user: User, term: str) -> Iterable[Hit]:
    """Services and organisations by a part of their name."""
    if user.role != Role.DIRECTORY_EDITOR:
        return
    for row in editing.service_rows().filter(editing.named(term)).order_by("name", "pk")[:FOUND]:
        address = reverse("directory:staff-service", args=[row.public_id])
        yield Hit(kind=_("Service"), title=row.name, standing="", address=address)
    for each in editing.find_organizations(term):
        address = reverse("directory:staff-organization", args=[each.id])
        yield Hit(kind=_("Organisation"), title=each.name, standing="", address=address)


def _proposal(each: ProposalView) -> Need:
    return Need(
        about=each.service.name,
        why=gettext("%(kind)s, since %(day)s") % {"kind": word(each.kind), "day": write_day(each.made_at)},
        press=_("Decide"),
        address=reverse("directory:staff-proposal", args=[each.id]),
    )


def _line(each: Troubled) -> Need:
    to = ("directory:staff-service", [each.service]) if each.service else ("directory:staff-home", [])
    return Need(
        about=str(each.line.name),
        why=word(each.trouble),
        press=_("Check the entry"),
        address=reverse(to[0], args=to[1]),
        is_urgent=True,
    )


def _due(line: ServiceLine, *, check: Check) -> Need:
    checked = gettext("Last checked on %(day)s.") % {"day": write_day(line.assured_date)} if line.assured_date else ""
    return Need(
        about=line.name,
        why=" ".join(filter(None, (checked, hint_of(check)))),
        press=_("Check"),
        address=reverse("directory:staff-service", args=[line.id]),
    )


ROOM = Room(
    pages=(
        RoomPage(name="directory:staff-home", text=_("Directory")),
        RoomPage(name="directory:staff-organizations", text=_("Organisations"), also=("directory:staff-location",)),
        RoomPage(name="directory:staff-proposals", text=_("Proposals")),
        RoomPage(name="directory:staff-taxonomies", text=_("Categories"), also=("directory:staff-term",)),
        RoomPage(name="directory:staff-synonyms", text=_("Synonyms")),
        RoomPage(name="directory:staff-holidays", text=_("Holidays")),
        RoomPage(name="directory:staff-places", text=_("Postcodes and towns")),
    ),
    waiting=waiting,
    find=find,
)
