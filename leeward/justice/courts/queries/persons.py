"""What a person's slip opens: where each place of an order stands since which day; never who was convicted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.vault.rules.grants import Keyring, PrivateKey
from leeward.justice.courts.models import Order
from leeward.justice.courts.rules.terms import OrderState
from leeward.victim.removals.operations.reports import open_report
from leeward.victim.removals.queries.mandates import reports_of_slip
from leeward.victim.removals.queries.reports import RequestView, read_report
from leeward.victim.removals.rules.states import RequestState


@dataclass(frozen=True, kw_only=True)
class Place:
    """One place that an order names: its site and address, where it stands, and since which day."""

    site: str
    address: str
    state: RequestState
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
        found.append(Ordered(state=row.state, ordered_on=row.issued_on, places=_places(view.requests)))
    return tuple(found)


def _places(requests: Sequence[RequestView]) -> tuple[Place, ...]:
    return tuple(
        Place(
            site=each.site_name,
            address=each.item.own_label if each.item else "",
            state=each.state,
            since=local_day(max([each.opened_at, *(event.at for event in each.events if not event.is_voided)])),
        )
        for each in requests
    )
