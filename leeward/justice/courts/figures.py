"""Counts of orders and of what was asked for at convictions; no number of an order, no court, no company, no person.

What courts note at convictions is protected by the nation's statistics and nowhere else: no page of this room tells it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from statistics import median

from django.db.models import Count, Exists, F, Min, OuterRef, Q

from leeward.foundation.days import local_day
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
    """Convictions of a period, and those at which no order was asked for."""

    convictions: int
    nothing_asked: int


@dataclass(frozen=True, kw_only=True)
class AskedOrders:
    """Of one kind: how often an order could be asked for at a conviction, was asked for, and was made."""

    kind: OrderKind
    could: int
    asked: int
    made: int


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
    rows = Sheet.objects.filter(week__gte=since, week__lt=until)
    asked = Exists(SheetLine.objects.filter(sheet=OuterRef("pk"), state__in=WAS_ASKED))
    return Convictions(convictions=rows.count(), nothing_asked=rows.exclude(asked).count())


def orders_asked(*, since: date, until: date) -> tuple[AskedOrders, ...]:
    """Return what was asked for and made at the convictions of a period, one line for each kind of order."""
    rows = SheetLine.objects.filter(sheet__week__gte=since, sheet__week__lt=until).order_by()
    asked, made = Q(state__in=WAS_ASKED), Q(state=LineState.MADE)
    counts = {"could": Count("pk"), "asked": Count("pk", filter=asked), "made": Count("pk", filter=made)}
    found = {line[0]: line[1:] for line in rows.values("kind").annotate(**counts).values_list("kind", *counts)}
    told = ((kind, found.get(kind, (0, 0, 0))) for kind in OrderKind)
    return tuple(AskedOrders(kind=kind, could=could, asked=asked, made=made) for kind, (could, asked, made) in told)


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
