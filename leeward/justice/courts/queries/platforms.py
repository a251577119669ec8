"""What a company sees of the orders that were served to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from leeward.foundation.rows import read_row
from leeward.justice.courts.models import OPEN_TARGETS, Target
from leeward.justice.courts.queries.orders import happened
from leeward.justice.courts.rules.targets import Standing, TargetEvent, standing_events
from leeward.justice.courts.rules.terms import Action, Happening, OrderState

IS_OPEN = Q(state__in=OPEN_TARGETS)
HAS_NEWS = Q(told_at__isnull=True)


@dataclass(frozen=True, kw_only=True)
class ServedLine(Standing):
    """One target as its company sees it on a list. `told_at` is None where it has not read how the order stands."""

    number: str
    court: str
    type_name: str
    action: Action
    order_state: OrderState
    told_at: datetime | None


def served_rows(platform_id: int) -> QuerySet[Target]:
    """Return what was served to a company."""
    return Target.objects.filter(platform_id=platform_id, served_at__isnull=False)


def tell_served(rows: QuerySet[Target]) -> QuerySet[Target]:
    """What a list shows of them besides."""
    return rows.select_related("order__court", "order__version__known").defer("text")


def last_answer(row: Target) -> TargetEvent | None:
    """Return what a company last said that it did, as far as it was not taken back."""
    said = [each for each in standing_events(happened(row.events.all())) if each.kind is Happening.EFFECT]
    return said[-1] if said else None


def served_lines(rows: Sequence[Target]) -> tuple[ServedLine, ...]:
    """These targets."""
    return tuple(
        read_row(
            ServedLine,
            row,
            number=row.order.number,
            court=row.order.court.name,
            type_name=row.order.version.as_type().name,
            order_state=row.order.state,
        )
        for row in rows
    )
