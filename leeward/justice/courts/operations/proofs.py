"""What the record of orders must say for each sentence about state on a person's pages."""

from collections.abc import Callable, Mapping, Sequence

from leeward.foundation.days import write_day
from leeward.foundation.labels import mark
from leeward.foundation.vault.operations import reads
from leeward.justice.courts.models import Order
from leeward.justice.courts.operations.recording import slip_key
from leeward.justice.courts.rules.joining import ORDER
from leeward.justice.courts.rules.numbers import slip_of
from leeward.justice.courts.rules.terms import OrderState
from leeward.victim.portal.rules.proofs import Proof, Shown
from leeward.victim.removals.queries.desk import DESK_TEAM
from leeward.victim.removals.queries.mandates import has_open_requests, reports_of_slip


def _of_orders(holds: Callable[[Sequence[Order], Shown], bool]) -> Proof:
    """Ask the orders of the slip that somebody has typed; without one no sentence about an order is so."""

    def is_so(shown: Shown) -> bool:
        held = shown.bearer.holds.get(ORDER)
        rows = Order.objects.filter(report__in=reports_of_slip(slip_key(slip_of(held)))) if held else ()
        return bool(rows) and holds(list(rows), shown)

    return is_so


def _any_is(state: OrderState) -> Proof:
    return _of_orders(lambda rows, _shown: any(row.state is state for row in rows))


def _desk_works(rows: Sequence[Order], shown: Shown) -> bool:
    """Whether an order stands for which the desk can open what it has to do."""
    reports = [row.report for row in rows if row.state is OrderState.STANDS and row.report]
    return any(reads(DESK_TEAM, report, now=shown.now) for report in reports)


def _desk_has_ended(rows: Sequence[Order], _shown: Shown) -> bool:
    ended = all(row.state not in (OrderState.STANDS, OrderState.STAYED) for row in rows)
    return ended and not has_open_requests([row.number for row in rows])


PROOFS: Mapping[str, Proof] = {
    mark("Ordered on %(when)s."): _of_orders(
        lambda rows, shown: shown.said["when"] in {write_day(row.issued_on) for row in rows}
    ),
    mark("The order is stayed for now."): _any_is(OrderState.STAYED),
    mark("A newer order has taken its place."): _any_is(OrderState.VARIED),
    mark("The order was revoked. What was removed may come back."): _any_is(OrderState.REVOKED),
    mark("The order has ended."): _any_is(OrderState.ENDED),
    mark("You do not need to do anything. The removal desk takes care of it."): _of_orders(_desk_works),
    mark("You do not need to do anything now. We show here when the stay ends."): _of_orders(
        lambda rows, _shown: {OrderState.STAYED, OrderState.STANDS} & {row.state for row in rows} == {OrderState.STAYED}
    ),
    mark(
        "The removal desk does nothing more because of this order. You can still ask it for removal yourself."
    ): _of_orders(_desk_has_ended),
}
