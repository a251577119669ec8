"""What orders tell the home page and the search: of clerks, order officers, and companies' people."""

from collections.abc import Iterable
from datetime import datetime
from typing import NoReturn
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.queries import bodies_with_accounts
from leeward.foundation.accounts.rules import PLATFORM_ROLES, Role
from leeward.foundation.days import due_words, local_day, when
from leeward.foundation.holds.queries import Holdable
from leeward.foundation.web.words import word
from leeward.foundation.work.doors import Door
from leeward.foundation.work.rooms import Hit, Need, Room, RoomPage, Waiting, wait_in_rows
from leeward.industry.platforms.errors import PlatformUnknown
from leeward.industry.platforms.queries import find_partner
from leeward.justice.courts.errors import OrderUnknown
from leeward.justice.courts.models import HashList, Order, Sheet, Target
from leeward.justice.courts.operations.founding import ORDERS
from leeward.justice.courts.operations.retention import HELD as HELD_ORDER
from leeward.justice.courts.operations.sheets import HELD as HELD_SHEET
from leeward.justice.courts.queries.courts import court_lines, court_rows, types_in_use
from leeward.justice.courts.queries.orders import NOT_SERVED, STAFF, find_row, overdue, targets_of
from leeward.justice.courts.queries.platforms import HAS_NEWS, IS_OPEN, served_rows
from leeward.justice.courts.queries.sheets import read_sheet
from leeward.justice.courts.rules.hashes import ListState
from leeward.justice.courts.rules.numbers import NumberMalformed, NumberMistyped, read_number, write_number
from leeward.justice.courts.rules.sheets import write_week
from leeward.justice.courts.rules.targets import OVER, OWED
from leeward.justice.courts.rules.terms import OrderState

SHOWN = 100


def waiting(user: User, now: datetime) -> Iterable[Waiting]:
    """What is overdue, not served, or waits for a second officer; at a company, what was served and not done."""
    if user.role in PLATFORM_ROLES:
        yield _at_company(user, now)
    if user.role not in STAFF:
        return
    path = reverse("courts:orders")
    if user.role == Role.ORDER_OFFICER:
        rows = Order.objects.filter(state=OrderState.UNCONFIRMED).exclude(recorder=user.reference)
        needs = (
            Need(
                about=write_number(row.number),
                why=gettext("Copied from paper %(when)s. Confirm it with the court")
                % {"when": when(row.recorded_at, now=now)},
                press=_("Call the court"),
                address=reverse("courts:order", args=[row.number]),
            )
            for row in rows.order_by("recorded_at")[:SHOWN]
        )
        yield wait_in_rows(_("Orders to confirm"), path, needs)
        lists = HashList.objects.filter(state=ListState.WAITING).exclude(added_by=user.reference)
        asked = (
            Need(
                about=write_number(row.order.number),
                why=gettext("A list of hashes was brought %(when)s. Answer for the person shown")
                % {"when": when(row.added_at, now=now)},
                press=_("Answer"),
                address=reverse("courts:hashes", args=[row.order.number, row.reference]),
            )
            for row in lists.select_related("order").defer("hashes").order_by("added_at")[:SHOWN]
        )
        yield wait_in_rows(_("Hashes to confirm"), path, asked)
    mine = targets_of(user).select_related("order").defer("text")
    yield wait_in_rows(_("Overdue orders"), path, _needs(mine.filter(overdue(now)), now=now), is_late=True)
    unserved = mine.filter(NOT_SERVED, order__state__in=[OrderState.STANDS, OrderState.STAYED])
    yield wait_in_rows(_("Orders not served"), path, _needs(unserved, now=now))


def find(user: User, term: str) -> Iterable[Hit]:
    """One order by its number, as far as this person may see it."""
    if user.role not in STAFF:
        return
    try:
        row = find_row(user, read_number(term))
    except (NumberMalformed, NumberMistyped, OrderUnknown):
        return
    yield Hit(
        kind=_("Court order"),
        title=write_number(row.number),
        standing=word(row.state),
        address=reverse("courts:order", args=[row.number]),
    )


def _needs(rows: QuerySet[Target], *, now: datetime) -> Iterable[Need]:
    for row in rows.order_by("sorted_at", "pk")[:SHOWN]:
        yield Need(
            about=" · ".join(filter(None, (write_number(row.order.number), row.name))),
            why=due_words(row.due_at, now=now) if row.due_at else gettext("Not served yet"),
            press=_("Open the order"),
            address=reverse("courts:order", args=[row.order.number]),
            due_at=row.due_at,
        )


def _at_company(user: User, now: datetime) -> Waiting:
    path = reverse("courts:platform-orders")
    try:
        partner = find_partner(UUID(user.affiliation))
    except (PlatformUnknown, ValueError):
        return wait_in_rows(_("Court orders"), path, [])
    rows = served_rows(partner.id).filter(HAS_NEWS | (IS_OPEN & Q(said_at__isnull=True))).select_related("order")
    needs = [
        Need(
            about=write_number(row.order.number),
            why=f"{word(row.order.state)}. {due_words(row.due_at, now=now) if row.state in OWED else ''}".strip(),
            press=_("Open the order"),
            address=reverse("courts:platform-order", args=[row.order.number]),
            due_at=row.due_at if row.state in OWED else None,
            is_urgent=row.told_at is None and row.state not in OVER,
        )
        for row in rows.defer("text").order_by("sorted_at", "pk")[:SHOWN]
    ]
    return wait_in_rows(_("Court orders"), path, needs)


def _held_order(user: User, number: str) -> str:
    return write_number(find_row(user, number).number) if user.role in STAFF else _absent()


def _held_sheet(user: User, sheet: str) -> str:
    if user.role != Role.COURT_CLERK:
        _absent()
    try:
        return write_week(read_sheet(UUID(sheet), court=user.affiliation).week)
    except ValueError:
        return _absent()


def _readers_of_order(number: str) -> tuple[str, ...]:
    row = Order.objects.select_related("court").filter(number=number).first()
    return (row.court.team, ORDERS) if row else ()


def _readers_of_sheet(sheet: str) -> tuple[str, ...]:
    row = Sheet.objects.select_related("court").filter(public_id=sheet).first()
    return (row.court.team,) if row else ()


def _absent() -> NoReturn:
    raise OrderUnknown


HOLDABLE = (
    Holdable(
        kind=HELD_ORDER,
        label=_("Court order"),
        find=_held_order,
        address=lambda number: reverse("courts:order", args=[number]),
        readers=_readers_of_order,
    ),
    Holdable(
        kind=HELD_SHEET,
        label=_("What was asked for at a conviction"),
        find=_held_sheet,
        address=lambda sheet: reverse("courts:sheet", args=[sheet]),
        readers=_readers_of_sheet,
    ),
)


def doors() -> Iterable[Door]:
    """What courts can hand to the Centre, and each court that has accounts; nothing before a type of order is known.

    Orders of a court without accounts come on paper. Nothing is sealed to a court alone but what its own clerks draft:
    the Centre opens every order that is recorded.
    """
    if not types_in_use(on=local_day(timezone.now())):
        return
    yield Door(
        name=_("Court orders"),
        team=ORDERS,
        roles=(Role.ORDER_OFFICER,),
        shut=_("No new order can be recorded."),
    )
    with_accounts = bodies_with_accounts(Role.COURT_CLERK)
    for each in court_lines(court_rows().order_by("name")):
        if (body := str(each.public_id)) not in with_accounts:
            continue
        yield Door(
            name=each.name,
            team=each.team,
            roles=(Role.COURT_CLERK,),
            body=body,
            shut=_("This court cannot record orders itself yet. The Centre can record them from paper."),
        )


ROOM = Room(
    pages=(
        RoomPage(name="courts:orders", also=("courts:order", "courts:question", "courts:check-answers")),
        RoomPage(name="courts:sheets", also=("courts:sheet", "courts:sheet-add")),
        RoomPage(name="courts:sheet-load"),
        RoomPage(name="courts:figures"),
        RoomPage(name="courts:types"),
        RoomPage(name="courts:courts"),
        RoomPage(name="courts:platform-orders"),
    ),
    waiting=waiting,
    find=find,
    is_locked=True,
    doors=doors,
)
