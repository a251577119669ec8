"""Reads orders for those who may: clerks those of their own court, order officers all."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import due_words, nation_zone, when_due
from leeward.foundation.rows import read_row
from leeward.foundation.vault.operations import OpenFile, blind_index, open_file, open_files
from leeward.foundation.vault.rules.grants import Compartment, Keyring
from leeward.justice.courts.errors import ListUnknown, OrderUnknown
from leeward.justice.courts.models import OPEN_TARGETS, HashList, Order, OrderLink, Target, TargetEvent
from leeward.justice.courts.rules.hashes import Asked, ListState
from leeward.justice.courts.rules.orders import DeviceCertificate, Inside, OrderText, fold_file_number
from leeward.justice.courts.rules.targets import OVER, OWED, Standing, standing_events, worst
from leeward.justice.courts.rules.targets import TargetEvent as Happened
from leeward.justice.courts.rules.terms import (
    Action,
    Addressee,
    Effect,
    Happening,
    Opening,
    OrderState,
    Recorder,
    TargetState,
    Way,
)
from leeward.justice.courts.rules.types import ABOUT_DEVICES, OrderType

STAFF = (Role.COURT_CLERK, Role.ORDER_OFFICER)
OWED_STATES = sorted(state.value for state in OWED)
IS_OPEN = Q(state__in=OPEN_TARGETS)
NOT_SERVED = Q(served_at__isnull=True, state__in=OPEN_TARGETS)
DUE_DAYS = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class TargetLine(Standing):
    """One target on a list. `file_number` is "" where these keys do not open its order."""

    number: str
    ordinal: int
    addressee: Addressee
    action: Action
    name: str
    court: str
    file_number: str
    order_state: OrderState


@dataclass(frozen=True, kw_only=True)
class EventLine:
    """One thing that happened to a target, in the order in which it was noted."""

    ordinal: int
    kind: Happening
    at: datetime
    noted_at: datetime
    actor: str
    way: Way | None
    effect: Effect | None
    territory: tuple[str, ...]
    voids: int | None
    words: str
    is_voided: bool

    @property
    def certificate(self) -> DeviceCertificate | None:
        """What an officer certified of a device, where the line is that."""
        is_one = self.kind is Happening.SEEN_DONE and bool(self.words)
        return DeviceCertificate.from_text(self.words) if is_one else None


@dataclass(frozen=True, kw_only=True)
class TargetView(TargetLine):
    """One target with what happened to it, and its text; `text` is None where these keys do not open it."""

    reference: uuid.UUID
    platform_id: int | None
    text: OrderText | None
    told_at: datetime | None
    has_link: bool
    events: tuple[EventLine, ...]

    @property
    def is_about_device(self) -> bool:
        """Whether an officer can certify that it was done."""
        return self.action in ABOUT_DEVICES


@dataclass(frozen=True, kw_only=True)
class HashListView:
    """One list of hashes that hangs on an order: who brought and who confirmed it, and how many the bank holds."""

    reference: uuid.UUID
    state: ListState
    added_by: str
    added_at: datetime
    count: int
    answer: Asked | None
    confirmed_by: str
    confirmed_at: datetime | None
    held: int
    left_out: int
    withdrawn_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class OrderView:
    """One order for its court and the Centre. What these keys do not open is None or empty."""

    number: str
    court: str
    court_id: uuid.UUID
    jurisdiction: str
    kind: OrderType
    version: int
    recorded_by: Recorder
    recorder: str
    recorded_at: datetime
    confirmed_at: datetime | None
    state: OrderState
    issued_on: date
    comply_by: date | None
    territory: tuple[str, ...]
    language: str
    document_sha256: str
    follows: str
    followed_by: str
    record: str
    inside: Inside | None
    about: str
    person: str
    slip: str
    hides_person: bool
    targets: tuple[TargetView, ...]
    hash_lists: tuple[HashListView, ...]

    @property
    def worst(self) -> TargetState | None:
        """As which the whole order is shown."""
        return worst(each.state for each in self.targets)


def due_text(standing: Standing, *, now: datetime) -> str:
    """When a target is due or since when it is overdue; where nothing is owed any more, only when it was due."""
    if standing.due_at is None or standing.state in OVER:
        return ""
    return due_words(standing.due_at, now=now) if standing.state in OWED else when_due(standing.due_at, now=now)


def owed_text(standing: Standing, *, now: datetime) -> str:
    """When an addressee has to do it; "" once it owes nothing any more, so that nothing is due beside what is done."""
    return due_text(standing, now=now) if standing.state in OWED else ""


def targets_of(viewer: User) -> QuerySet[Target]:
    """Return the targets that somebody's list shows: of their own court, or all at the Centre."""
    rows = Target.objects.all()
    if viewer.role == Role.COURT_CLERK:
        return rows.filter(court__public_id=viewer.affiliation)
    return rows if viewer.role == Role.ORDER_OFFICER else rows.none()


def tell_targets(rows: QuerySet[Target]) -> QuerySet[Target]:
    """What a list shows of them besides."""
    return rows.select_related("order__court").defer("text")


def target_lines(rows: Sequence[Target], *, keyring: Keyring, by: Actor, now: datetime) -> tuple[TargetLine, ...]:
    """Return these targets as lines; the files of their orders are opened at once."""
    orders = {row.order_id: row.order for row in rows}
    asked = [each.reference for each in orders.values()]
    # The file number alone: who is ordered, and about what, no list opens.
    files = open_files(asked, keyring, by=by, now=now, only=Compartment.PACKET) if orders else {}
    inside = {key: _inside(order, files.get(order.reference)) for key, order in orders.items()}
    return tuple(_line(TargetLine, row, inside=inside[row.order_id]) for row in rows)


def overdue(now: datetime) -> Q:
    """Select targets that are owed and whose time is over."""
    return Q(state__in=OWED_STATES, due_at__lte=now)


def due_soon(now: datetime) -> Q:
    """Select targets that are due within seven days.

    What is due is sorted by when it is, so the index leads to them without the years before.
    """
    begins = Q(sorted_at__gt=now, sorted_at__lte=now + DUE_DAYS)
    return begins & Q(state__in=OWED_STATES, due_at__gt=now, due_at__lte=now + DUE_DAYS)


def with_file_number(court: uuid.UUID | str, typed: str) -> Q:
    """Select what has this court's file number, exactly."""
    return Q(order__file_index=file_index(court, typed))


def file_index(court: uuid.UUID | str, typed: str) -> str:
    """Return the blind name of a court's file number."""
    return blind_index(f"{court}|{fold_file_number(typed)}", purpose="courts/file")


def find_row(viewer: User, number: str) -> Order:
    """One order that somebody may see. Raises OrderUnknown for an absent one and for another court's alike."""
    rows = Order.objects.select_related("court", "version__known", "follows")
    row = rows.filter(number=number).first()
    if row is None or not may_see(viewer, row):
        raise OrderUnknown
    return row


def may_see(viewer: User, row: Order) -> bool:
    """Whether somebody may see an order: a clerk that of their own court, an order officer each."""
    is_own = viewer.role == Role.COURT_CLERK and viewer.affiliation == str(row.court.public_id)
    return is_own or viewer.role == Role.ORDER_OFFICER


def read_order(
    viewer: User, number: str, *, keyring: Keyring, by: Actor, now: datetime, why: Opening | None = None
) -> OrderView:
    """Read one order with its targets and their lines of events. Raises OrderUnknown.

    Who is ordered, and about what, an order officer reads for a reason alone, which stands in the trail.
    """
    row = find_row(viewer, number)
    is_courts = viewer.role == Role.COURT_CLERK
    shows_person = is_courts or why is not None
    if why is not None:
        open_file(file=row.reference, keyring=keyring, by=by, now=now, reason=why)
    targets = list(row.targets.select_related("order__court").order_by("ordinal"))
    files = open_files([row.reference, *(each.reference for each in targets)], keyring, by=by, now=now)
    file = files.get(row.reference)
    inside = _inside(row, file)
    return read_row(
        OrderView,
        row,
        court=row.court.name,
        court_id=row.court.public_id,
        jurisdiction=row.court.jurisdiction,
        kind=row.version.as_type(),
        version=row.version.number,
        follows=row.follows.number if row.follows else "",
        followed_by=_successor(row),
        inside=inside,
        about=row.peek(file, "about") if shows_person else "",
        person=row.peek(file, "contact") if shows_person else "",
        slip=row.peek(file, "slip") if is_courts else "",
        hides_person=bool(row.contact) and not shows_person,
        targets=tuple(_view(each, files.get(each.reference), inside=inside) for each in targets),
        hash_lists=tuple(read_row(HashListView, each) for each in row.hash_lists.defer("hashes").order_by("pk")),
    )


def find_list(number: str, reference: uuid.UUID) -> HashListView:
    """One list of hashes of an order. Raises ListUnknown."""
    row = HashList.objects.filter(order__number=number, reference=reference).defer("hashes").first()
    if row is None:
        raise ListUnknown
    return read_row(HashListView, row)


def happened(events: Iterable[TargetEvent]) -> tuple[Happened, ...]:
    """Return a target's events as the rules read them."""
    return tuple(
        Happened(
            kind=row.kind,
            at=row.at,
            ordinal=row.ordinal,
            voids=row.voids,
            effect=row.effect,
            territory=frozenset(row.territory),
        )
        for row in events
    )


def comply_by_of(order: Order) -> datetime | None:
    """Return the moment from which an order that names a day is overdue: the beginning of the next one, here."""
    return start_of(order.comply_by + timedelta(days=1)) if order.comply_by else None


def start_of(day: date) -> datetime:
    """Return the beginning of a day here, as which a day without a time is noted."""
    return datetime.combine(day, time.min, nation_zone())


def _view(row: Target, file: OpenFile | None, *, inside: Inside | None) -> TargetView:
    told = row.peek(file, "text")
    events = list(row.events.order_by("ordinal"))
    counted = {each.ordinal for each in standing_events(happened(events))}
    lines = tuple(
        read_row(
            EventLine,
            each,
            words=each.peek(file, "words"),
            is_voided=each.kind is not Happening.VOIDED and each.ordinal not in counted,
        )
        for each in events
    )
    text = OrderText.from_text(told) if told else None
    has_link = OrderLink.objects.filter(target=row).exists()
    return _line(TargetView, row, inside=inside, text=text, events=lines, has_link=has_link)


def _line[L: TargetLine](kind: type[L], row: Target, *, inside: Inside | None, **more: Any) -> L:
    order = row.order
    return read_row(
        kind,
        row,
        number=order.number,
        court=order.court.name,
        order_state=order.state,
        file_number=inside.file_number if inside else "",
        **more,
    )


def _inside(row: Order, file: OpenFile | None) -> Inside | None:
    told = row.peek(file, "packet")
    return Inside.from_text(told) if told else None


def _successor(row: Order) -> str:
    later = row.successors.filter(confirmed_at__isnull=False).first()
    return later.number if later else ""
