"""What the register tells the home page: checks that wait for a registrar or for the second agency, and one review."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.rules import Role
from leeward.foundation.days import end_of_day, local_day, write_day
from leeward.foundation.holds.queries import Holdable
from leeward.foundation.work.rooms import Need, Room, RoomPage, Waiting, wait_in_rows
from leeward.justice.register.errors import CheckUnknown
from leeward.justice.register.operations.bases import TEAM
from leeward.justice.register.operations.closing import HELD
from leeward.justice.register.queries.bases import is_register_on, list_bases
from leeward.justice.register.queries.checks import CheckLine, find_held, lines_to_decide, open_lines
from leeward.justice.register.queries.entries import next_to_review
from leeward.justice.register.rules.basis import BasisState
from leeward.justice.register.rules.terms import CheckState
from leeward.justice.register.views.frame import BASES, CHECKS, DECIDE


def waiting(user: User, now: datetime) -> Iterable[Waiting]:
    """For a registrar and a disclosure officer: what waits for them."""
    if not is_register_on():
        return
    if user.role == Role.DISCLOSURE_OFFICER:
        found = lines_to_decide(user.affiliation, now=now)
        yield wait_in_rows(DECIDE, reverse("register:decide"), (_need(each, "decide-one") for each in found))
    if user.role == Role.REGISTRAR:
        asked = (each for each in open_lines(user.affiliation, now=now) if each.state is CheckState.ASKED)
        yield wait_in_rows(_("Checks to prepare"), reverse("register:checks"), (_need(each, "check") for each in asked))
        due = next_to_review(now=now)
        review = Need(
            about=_("One entry"),
            why=_("Its review is due"),
            press=_("Open the entry"),
            address=reverse("register:entry", args=[due.reference]) if due else "",
        )
        yield wait_in_rows(_("Review of an entry"), reverse("register:checks"), [review] if due else [])


def law_waiting(user: User, now: datetime) -> Iterable[Waiting]:
    """For policy officers: a legal basis that waits for a second person."""
    if user.role != Role.POLICY_OFFICER:
        return
    needs = (
        Need(
            about=each.entry.statute,
            why=gettext("A legal basis waits for a second person"),
            press=_("Read the legal basis"),
            address=reverse("register:basis", args=[each.public_id]),
        )
        for each in list_bases(on=local_day(now))
        if each.state is BasisState.WAITS and each.entered_by != user.reference
    )
    yield wait_in_rows(BASES, reverse("register:bases"), needs)


def _need(line: CheckLine, page: str) -> Need:
    return Need(
        about=f"{line.number} · {line.authority}",
        why=gettext("To be answered by %(day)s") % {"day": write_day(line.due_on)},
        press=_("Open the entry"),
        address=reverse(f"register:{page}", args=[line.reference]),
        due_at=end_of_day(line.due_on),
        is_urgent=line.is_late,
    )


def _held_check(user: User, check: str) -> str:
    if user.role != Role.REGISTRAR:
        raise CheckUnknown
    return find_held(check, agency=user.affiliation, now=timezone.now()).number


HOLDABLE = (
    Holdable(
        kind=HELD,
        label=_("Check of the register"),
        find=_held_check,
        address=lambda check: reverse("register:check", args=[check]),
        readers=lambda _check: (TEAM,),
    ),
)
ROOM = Room(
    pages=(
        RoomPage(name="register:checks", text=CHECKS, also=("register:check",)),
        RoomPage(name="register:check-new", text=_("Record a request")),
        RoomPage(name="register:entry-new", text=_("Enter a conviction")),
        RoomPage(name="register:look", text=_("Open one entry"), also=("register:entry", "register:nobody")),
        RoomPage(name="register:decide", text=DECIDE, also=("register:decide",)),
    ),
    waiting=waiting,
    is_locked=True,
    is_on=is_register_on,
)
LAW = Room(pages=(RoomPage(name="register:bases", also=("register:basis", "register:agency")),), waiting=law_waiting)
