"""What the declaration tells the home page and the search: who wishes to sign, what was handed in, who signed."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.models import User
from leeward.foundation.days import write_day
from leeward.foundation.web.words import word
from leeward.foundation.work.rooms import FOUND, Hit, Need, Room, RoomPage, Waiting, wait_in_list, wait_in_rows
from leeward.industry.declarations.queries import Handed, OrganisationLine, list_waiting, organisation_rows
from leeward.industry.declarations.queries.staff import UNDECIDED
from leeward.industry.declarations.rules.terms import Stage
from leeward.industry.declarations.views.staff import STAFF, organisations_list


def waiting(user: User, now: datetime) -> Iterable[Waiting]:
    """Organisations that wish to sign, and evidence, statements and signatures that wait for a decision."""
    if user.role not in STAFF:
        return
    home = reverse("declarations:home")
    yield wait_in_list(
        _("Organisations that wish to sign"), home, organisations_list(now=now), _applicant, narrowed=UNDECIDED
    )
    yield wait_in_rows(_("Handed in, to decide"), home, map(_handed, list_waiting()))


def find(user: User, term: str) -> Iterable[Hit]:
    """Organisations by a part of their name."""
    if user.role not in STAFF:
        return
    rows = organisation_rows().filter(Q(name__icontains=term)).order_by("name", "pk")[:FOUND]
    for row in rows:
        address = reverse("declarations:organisation", args=[row.public_id])
        yield Hit(kind=_("Signatory"), title=row.name, standing=word(Stage(row.stage)), address=address)


def _applicant(line: OrganisationLine) -> Need:
    words = gettext("Waits since %(day)s") % {"day": write_day(line.applied_at)}
    if line.forget_on:
        words += ". " + gettext("Ends on %(day)s unless somebody decides") % {"day": write_day(line.forget_on)}
    address = reverse("declarations:organisation", args=[line.public_id])
    return Need(about=line.name, why=words, press=_("Open it"), address=address)


def _handed(each: Handed) -> Need:
    address = reverse("declarations:organisation", args=[each.signatory_id])
    words = gettext("Handed in on %(day)s") % {"day": write_day(each.handed_in_on)}
    return Need(about=each.signatory, why=words, press=_("Decide"), address=address)


ROOM = Room(
    pages=(
        RoomPage(name="declarations:home", text=_("Declaration and signatories")),
        RoomPage(name="declarations:draft", text=_("Draft of the text")),
        RoomPage(name="declarations:platforms"),
    ),
    waiting=waiting,
    find=find,
)
