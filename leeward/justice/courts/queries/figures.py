"""The Centre's own figures: the last whole quarters, what courts note at convictions protected."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from leeward.foundation.days import local_day
from leeward.foundation.protection.periods import Frequency, Period, period_of
from leeward.foundation.protection.tables import TOTAL, Published, Table, protect
from leeward.justice.courts.figures import (
    DueOrders,
    GoneOrders,
    ServedOrders,
    TurnedOrders,
    convictions,
    orders_asked,
    orders_due,
    orders_gone,
    orders_served,
    orders_turned,
)

QUARTERS = 4
ASKED, MADE, NOT_ASKED = "asked", "made", "not_asked"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Of orders of one kind, or of all: how many could be asked for, of these were not, and were made. Protected."""

    could: Published
    not_asked: Published
    made: Published


@dataclass(frozen=True, kw_only=True)
class Quarter:
    """The figures of one quarter. `asked` is by kind of order, TOTAL for all."""

    name: str
    convictions: Published
    nothing_asked: Published
    asked: Mapping[str, Asked]
    served: ServedOrders
    due: DueOrders
    gone: GoneOrders
    turned: TurnedOrders


def last_quarters(*, now: datetime) -> tuple[Quarter, ...]:
    """Return the last four whole quarters, the newest first."""
    found, period = [], period_of(local_day(now), step=Frequency.QUARTER)
    for _number in range(QUARTERS):
        period = period_of(period.start - timedelta(days=1), step=Frequency.QUARTER)
        found.append(_quarter(period))
    return tuple(found)


def _quarter(period: Period) -> Quarter:
    since, until = _begin(period.start), _begin(period.end)
    told = convictions(since=period.start, until=period.end)
    counts = {("nothing",): told.nothing_asked, ("something",): told.convictions - told.nothing_asked}
    whole = protect(Table(axes=(("nothing", "something"),), counts=counts))
    return Quarter(
        name=f"{period.start.year} Q{(period.start.month + 2) // 3}",
        convictions=whole[TOTAL,],
        nothing_asked=whole["nothing",],
        asked=_asked(period),
        served=orders_served(since=since, until=until),
        due=orders_due(since=since, until=until),
        gone=orders_gone(since=since, until=until),
        turned=orders_turned(since=since, until=until),
    )


def _asked(period: Period) -> Mapping[str, Asked]:
    lines = orders_asked(since=period.start, until=period.end)
    counts = {
        (line.kind.value, became): count
        for line in lines
        for became, count in ((MADE, line.made), (ASKED, line.asked - line.made), (NOT_ASKED, line.could - line.asked))
    }
    kinds = tuple(line.kind.value for line in lines)
    table = protect(Table(axes=(kinds, (MADE, ASKED, NOT_ASKED)), counts=counts))
    return {
        kind: Asked(could=table[kind, TOTAL], not_asked=table[kind, NOT_ASKED], made=table[kind, MADE])
        for kind in (*kinds, TOTAL)
    }


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
