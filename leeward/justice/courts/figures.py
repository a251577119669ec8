"""Counts of orders' targets for the nation's figures; no number of an order, no court, no company."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q

from leeward.justice.courts.models import Target
from leeward.justice.courts.rules.terms import TargetState

# What ended before it was obeyed was not late.
OUT = (TargetState.REVOKED, TargetState.VARIED)


@dataclass(frozen=True, kw_only=True)
class DueOrders:
    """Of the targets that were due in a period: how many were done before, by their addressee's word."""

    due: int
    said: int


def orders_due(*, since: datetime, until: datetime) -> DueOrders:
    """Return how many targets were due from `since` up to, not including, `until`, and what was done of them."""
    rows = Target.objects.filter(due_at__gte=since, due_at__lt=until).exclude(state__in=OUT)
    done = Q(said_at__lt=F("due_at")) | Q(said_at__isnull=True, seen_at__lt=F("due_at"))
    return DueOrders(**rows.aggregate(due=Count("pk"), said=Count("pk", filter=done)))
