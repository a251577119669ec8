"""What a person's slip opens: where each place of an order stands since which day; never who was convicted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.vault.rules.grants import Keyring, PrivateKey
from leeward.justice.courts.models import Order, Target
from leeward.justice.courts.queries.orders import happened
from leeward.justice.courts.rules.places import place_state
from leeward.justice.courts.rules.targets import standing_events, worst
from leeward.justice.courts.rules.terms import COMPANIES, OrderState, PlaceState
from leeward.victim.removals.operations.reports import open_report
from leeward.victim.removals.queries.mandates import reports_of_slip
from leeward.victim.removals.queries.reports import RequestView, read_report


@dataclass(frozen=True, kw_only=True)
class Place:
    """One place that an order names: its site and address, where it stands, and since which day."""

    site: str
    address: str
    state: PlaceState
    since: date


@dataclass(frozen=True, kw_only=True)
class Ordered:
    """One order as the person shown reads it: whether it stands, and its places."""

    state: OrderState
    ordered_on: date
    places: tuple[Place, ...]


def read_slip(key: PrivateKey, *, by: Actor, now: datetime) -> tuple[Ordered, ...]:
    """Return what the key of a slip opens, the newest order first; nothing where no order has such a slip."""
    keyring = Keyring(key)
    references = reports_of_slip(key)
    orders = {row.report: row for row in Order.objects.filter(report__in=references)}
    found = []
    for reference in references:
        if (row := orders.get(reference)) is None:
            continue
        opened = open_report(reference=reference, keyring=keyring, by=by, now=now)
        view = read_report(file=opened.file, keyring=keyring, by=by, now=now)
        found.append(Ordered(state=row.state, ordered_on=row.issued_on, places=_places(row, view.requests)))
    return tuple(found)


def _places(order: Order, requests: Sequence[RequestView]) -> tuple[Place, ...]:
    targets: dict[int | None, list[Target]] = {}
    for row in order.targets.filter(addressee__in=COMPANIES, platform__isnull=False).prefetch_related("events"):
        targets.setdefault(row.platform_id, []).append(row)
    return tuple(_place(each, targets.get(each.platform_id, ())) for each in requests)


def _place(request: RequestView, targets: Sequence[Target]) -> Place:
    """`targets`: what the order asks of the company at which the place is."""
    state, is_by_order = place_state(request.state, worst(row.state for row in targets))
    if is_by_order:
        days = [each.at for row in targets for each in standing_events(happened(row.events.all()))]
    else:
        days = [each.at for each in request.events if not each.is_voided]
    return Place(
        site=request.site_name,
        address=request.item.own_label if request.item else "",
        state=state,
        since=local_day(max([request.opened_at, *days])),
    )
