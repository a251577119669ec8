"""What the strategy tells the home page and the search: late actions, reviews that are due, and numbered things."""

import re
from collections.abc import Iterable
from datetime import datetime, time

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.models import User
from leeward.foundation.days import nation_zone, write_day
from leeward.foundation.web.words import told, word
from leeward.foundation.work.rooms import FOUND, Hit, Need, Room, RoomPage, Waiting, wait_in_rows
from leeward.policy.strategy.queries.forum import find_decisions
from leeward.policy.strategy.queries.mapping import show_stakeholders, stakeholder_rows
from leeward.policy.strategy.queries.plan import Reader, ShownAction, list_actions
from leeward.policy.strategy.queries.registers import list_agreements, list_standards
from leeward.policy.strategy.queries.warnings import warnings_without_action
from leeward.policy.strategy.rules.registers import Force
from leeward.policy.strategy.views.shared import STAFF

ACTION, DECISION = re.compile(r"A(\d{1,6})", re.IGNORECASE), re.compile(r"D(\d{1,6})", re.IGNORECASE)


def waiting(user: User, now: datetime) -> Iterable[Waiting]:
    """Actions that are late or that nobody leads, and agreements and standards whose review is due."""
    if user.role not in STAFF:
        return
    actions = list_actions(reader=Reader.STAFF, now=now)
    home = reverse("strategy:home")
    late = sorted((each for each in actions if each.is_late and each.due_on), key=lambda each: str(each.due_on))
    yield wait_in_rows(_("Late actions"), home, map(_late, late), is_late=True)
    warnings = (
        Need(
            about=told(each.words),
            why=_("The government says that it acts on this warning, and no action comes of it yet"),
            press=_("Add an action"),
            address=reverse("strategy:warning", args=[each.public_id]),
        )
        for each in warnings_without_action(now=now)
    )
    yield wait_in_rows(_("Warnings without an action"), home, warnings)
    unled = (each for each in actions if each.is_running and (each.lead is None or each.lead.has_left))
    yield wait_in_rows(_("Actions that nobody leads"), home, map(_unled, unled))
    agreements = (
        Need(
            about=each.entry.title,
            why=word(each.force) if not each.is_review_due else _("Its review is due"),
            press=_("Open the entry"),
            address=reverse("strategy:agreement", args=[each.reference]),
        )
        for each in list_agreements(reader=Reader.STAFF, now=now)
        if each.is_review_due or each.force in (Force.EXPIRED, Force.ENDS_SOON)
    )
    yield wait_in_rows(_("Agreements to look at"), reverse("strategy:registers"), agreements)
    standards = (
        Need(
            about=each.entry.title,
            why=_("Its review is due"),
            press=_("Open the entry"),
            address=reverse("strategy:standard-edit", args=[each.reference]),
        )
        for each in list_standards(reader=Reader.STAFF, now=now)
        if each.is_review_due
    )
    yield wait_in_rows(_("Standards to review"), reverse("strategy:standards"), standards)


def find(user: User, term: str) -> Iterable[Hit]:
    """An action by its number (A12), a decision by its own (D3), and what bears the term in its name."""
    if user.role not in STAFF:
        return
    action, decision = ACTION.fullmatch(term), DECISION.fullmatch(term)
    wanted = term.casefold()
    for each in list_actions(reader=Reader.STAFF, now=timezone.now()):
        if (action and each.number == int(action[1])) or wanted in told(each.title).casefold():
            yield Hit(
                kind=_("Action"),
                title=f"A{each.number} {told(each.title)}",
                standing=word(each.status),
                address=reverse("strategy:action", args=[each.reference]),
            )
    if decision:
        for found in find_decisions(int(decision[1])):
            yield Hit(
                kind=_("Decision"),
                title=f"D{found.number} {found.text}",
                standing=write_day(found.held_on),
                address=reverse("strategy:meeting", args=[found.meeting]),
            )
    for body in show_stakeholders(stakeholder_rows().filter(name__icontains=term)[:FOUND]):
        address = reverse("strategy:stakeholder", args=[body.reference])
        yield Hit(kind=_("Organisation on the map"), title=body.entry.name, standing="", address=address)


def _late(each: ShownAction) -> Need:
    assert each.due_on is not None  # noqa: S101  # narrows the type; the others were left out
    return Need(
        about=f"A{each.number} {told(each.title)}",
        why=gettext("Was due on %(day)s") % {"day": write_day(each.due_on)},
        press=_("Open the entry"),
        address=reverse("strategy:action", args=[each.reference]),
        due_at=datetime.combine(each.due_on, time.max, nation_zone()),
    )


def _unled(each: ShownAction) -> Need:
    return Need(
        about=f"A{each.number} {told(each.title)}",
        why=_("Nobody leads it"),
        press=_("Name a lead"),
        address=reverse("strategy:action-edit", args=[each.reference]),
    )


ROOM = Room(
    pages=(
        RoomPage(name="strategy:home", text=_("Overview"), also=("strategy:warning",)),
        RoomPage(name="strategy:map", text=_("Map")),
        RoomPage(name="strategy:coverage", text=_("Coverage")),
        RoomPage(name="strategy:scopings", text=_("Scoping")),
        RoomPage(name="strategy:forum", text=_("Forum"), also=("strategy:meeting", "strategy:decision")),
        RoomPage(
            name="strategy:registers", text=_("What was agreed"), also=("strategy:standard", "strategy:agreement")
        ),
        RoomPage(name="strategy:calendars", text=_("Calendar")),
        RoomPage(name="strategy:history", text=_("History")),
    ),
    waiting=waiting,
    find=find,
)
