"""Counts of orders and of what was asked for at convictions; no number of an order, no court, no company, no person.

What courts note at convictions is protected by the nation's statistics and nowhere else: no page of this room tells it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from statistics import median

from django.db.models import Count, Exists, F, Min, OuterRef, Q
from django.db.models.functions import TruncMonth

from leeward.foundation.days import local_day
from leeward.foundation.protection.contributors import left_without_largest
from leeward.foundation.protection.periods import Frequency, Period, period_of
from leeward.justice.courts.models import Order, Sheet, SheetLine, Target
from leeward.justice.courts.rules.terms import WAS_ASKED, LineState, OrderKind, OrderState, TargetState

# What ended before it was obeyed was not late.
OUT = (TargetState.REVOKED, TargetState.VARIED)
TURNED = (OrderState.REVOKED, OrderState.VARIED)
SOON = timedelta(days=7)
QUARTERS = 4


@dataclass(frozen=True, kw_only=True)
class DueOrders:
    """Of the targets that were due in a period, how many were done before: `seen` was seen, `said` said or seen."""

    due: int
    said: int
    seen: int


@dataclass(frozen=True, kw_only=True)
class ServedOrders:
    """Of what orders that began to count in a period ask of somebody: what was served, within seven days, and how soon.

    `median_hours`: within which half of what was served was; None where nothing was.
    """

    orders: int
    served: int
    soon: int
    median_hours: int | None


@dataclass(frozen=True, kw_only=True)
class GoneOrders:
    """Of what companies were served in a period, what was seen gone, and half of it within how many hours."""

    gone: int
    median_hours: int | None


@dataclass(frozen=True, kw_only=True)
class TurnedOrders:
    """Orders that began to count in a period, and those of them that were revoked or varied since."""

    orders: int
    turned: int


@dataclass(frozen=True, kw_only=True)
class Convictions:
    """Convictions of a period, and those at which no order was asked for.

    `left`, `nothing_left`: what is left of both without the court that has most, of each month; None where nobody is
    kept from another.
    """

    convictions: int
    nothing_asked: int
    left: int | None = None
    nothing_left: int | None = None


@dataclass(frozen=True, kw_only=True)
class AskedOrders:
    """Of one kind: how often an order could be asked for at a conviction, was asked for, and was made.

    The last three: what is left of these without the court that has most.
    """

    kind: OrderKind
    could: int
    asked: int
    made: int
    could_left: int | None = None
    asked_left: int | None = None
    made_left: int | None = None


@dataclass(frozen=True, kw_only=True)
class Quarter:
    """What became of the orders of one quarter."""

    name: str
    served: ServedOrders
    due: DueOrders
    gone: GoneOrders
    turned: TurnedOrders


def first_day() -> date | None:
    """Return the first day of which anything is counted here."""
    ordered = Order.objects.aggregate(first=Min("confirmed_at"))["first"]
    told = Sheet.objects.aggregate(first=Min("week"))["first"]
    return min(filter(None, (local_day(ordered) if ordered else None, told)), default=None)


def orders_due(*, since: datetime, until: datetime) -> DueOrders:
    """Return how many targets were due from `since` up to, not including, `until`, and what was done of them."""
    rows = Target.objects.filter(due_at__gte=since, due_at__lt=until).exclude(state__in=OUT)
    seen = Q(seen_at__lt=F("due_at"))
    said = seen | Q(said_at__lt=F("due_at"))
    return DueOrders(**rows.aggregate(due=Count("pk"), said=Count("pk", filter=said), seen=Count("pk", filter=seen)))


def orders_served(*, since: datetime, until: datetime) -> ServedOrders:
    """Return what was served of the orders that began to count in a period."""
    rows = Target.objects.filter(order__confirmed_at__gte=since, order__confirmed_at__lt=until)
    times = list(rows.values_list("order__confirmed_at", "served_at"))
    waits = [served - began for began, served in times if began and served]
    return ServedOrders(
        orders=len(times),
        served=len(waits),
        soon=sum(each <= SOON for each in waits),
        median_hours=_median_hours(waits),
    )


def orders_gone(*, since: datetime, until: datetime) -> GoneOrders:
    """Return what was seen gone of what companies were served in a period."""
    rows = Target.objects.filter(served_at__gte=since, served_at__lt=until, platform__isnull=False)
    waits = [seen - served for served, seen in rows.values_list("served_at", "seen_at") if served and seen]
    return GoneOrders(gone=len(waits), median_hours=_median_hours(waits))


def orders_turned(*, since: datetime, until: datetime) -> TurnedOrders:
    """Return what became of the orders that began to count in a period."""
    rows = Order.objects.filter(confirmed_at__gte=since, confirmed_at__lt=until)
    return TurnedOrders(**rows.aggregate(orders=Count("pk"), turned=Count("pk", filter=Q(state__in=TURNED))))


def convictions(*, since: date, until: date) -> Convictions:
    """Return the convictions of the weeks that begin in a period, and at how many nothing was asked for."""
    asked = Exists(SheetLine.objects.filter(sheet=OuterRef("pk"), state__in=WAS_ASKED))
    rows = (
        Sheet.objects.filter(week__gte=since, week__lt=until).order_by().annotate(month=TruncMonth("week"), was=asked)
    )
    found = {
        ((month, was), str(court)): number
        for month, was, court, number in rows.values("month", "was", "court")
        .annotate(number=Count("pk"))
        .values_list("month", "was", "court", "number")
    }
    left = left_without_largest(found)
    return Convictions(
        convictions=sum(found.values()),
        nothing_asked=sum(number for ((_month, was), _court), number in found.items() if not was),
        left=_left(sum(left.values())),
        nothing_left=_left(sum(number for (_month, was), number in left.items() if not was)),
    )


def orders_asked(*, since: date, until: date) -> tuple[AskedOrders, ...]:
    """Return what was asked for and made at the convictions of a period, one line for each kind of order."""
    rows = SheetLine.objects.filter(sheet__week__gte=since, sheet__week__lt=until).order_by()
    found = {
        ((month, kind, state), str(court)): number
        for month, kind, state, court, number in rows.annotate(month=TruncMonth("sheet__week"))
        .values("month", "kind", "state", "sheet__court")
        .annotate(number=Count("pk"))
        .values_list("month", "kind", "state", "sheet__court", "number")
    }
    return tuple(_asked(kind, found) for kind in OrderKind)


def _asked(kind: OrderKind, found: Mapping[tuple[tuple[date, OrderKind, LineState], str], int]) -> AskedOrders:
    """Add up one kind. What is left without a court is of each month and of those made, asked for and not asked for."""
    steps: dict[tuple[tuple[date, int], str], int] = {}
    for ((month, own, state), court), number in found.items():
        if own == kind:
            step = 2 if state == LineState.MADE else 1 if state in WAS_ASKED else 0
            steps[(month, step), court] = steps.get(((month, step), court), 0) + number
    left = left_without_largest(steps)
    could, asked, made = (
        sum(number for ((_month, step), _court), number in steps.items() if step >= least) for least in range(3)
    )
    could_left, asked_left, made_left = (
        _left(sum(number for (_month, step), number in left.items() if step >= least)) for least in range(3)
    )
    return AskedOrders(
        kind=kind,
        could=could,
        asked=asked,
        made=made,
        could_left=could_left,
        asked_left=asked_left,
        made_left=made_left,
    )


def _left(number: int) -> int | None:
    """What is left without a court; None while one court alone has noted anything, which knows all of it."""
    return number if Sheet.objects.order_by().values("court").distinct().count() > 1 else None


def last_quarters(*, now: datetime) -> tuple[Quarter, ...]:
    """Return the last four whole quarters, the newest first."""
    found, period = [], period_of(local_day(now), step=Frequency.QUARTER)
    for _number in range(QUARTERS):
        period = period_of(period.start - timedelta(days=1), step=Frequency.QUARTER)
        found.append(_quarter(period))
    return tuple(found)


def _quarter(period: Period) -> Quarter:
    since, until = _begin(period.start), _begin(period.end)
    return Quarter(
        name=f"{period.start.year} Q{(period.start.month + 2) // 3}",
        served=orders_served(since=since, until=until),
        due=orders_due(since=since, until=until),
        gone=orders_gone(since=since, until=until),
        turned=orders_turned(since=since, until=until),
    )


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _median_hours(waits: Iterable[timedelta]) -> int | None:
    hours = [max(0, round(each / timedelta(hours=1))) for each in waits]
    return round(median(hours)) if hours else None
