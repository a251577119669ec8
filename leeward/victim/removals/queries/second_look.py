"""A platform's refusals that wait for a second person there."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from leeward.foundation.vault.operations import open_files
from leeward.victim.removals.errors import RequestUnknown
from leeward.victim.removals.models import Decision, Request
from leeward.victim.removals.queries.packets import read_answer
from leeward.victim.removals.queries.platforms import Asked, show_requests
from leeward.victim.removals.rules.at_platform import AtPlatform
from leeward.victim.removals.rules.decisions import Answer


@dataclass(frozen=True, kw_only=True)
class WaitingDecision:
    """One decision that does not count yet."""

    reference: uuid.UUID
    asked: Asked
    answer: Answer
    decided_at: datetime
    decided_by: str


def waiting_rows(side: AtPlatform) -> QuerySet[Decision, Any]:
    """Return this platform's decisions that wait."""
    # Asked of each of the few that wait: joined, the database may begin with all that the platform was ever asked.
    platform = Request.objects.filter(pk=OuterRef("request_id")).values("platform_id")
    rows = Decision.objects.filter(confirmed_at__isnull=True, by_hand=False)
    return rows.alias(platform_id=Subquery(platform)).filter(platform_id=side.platform_id)


def tell_waiting(rows: QuerySet[Decision]) -> QuerySet[Decision]:
    """Add what a list tells of decisions."""
    return rows.select_related("notice", "request__notice")


def count_waiting(side: AtPlatform) -> int:
    """Count the decisions that wait, up to 99."""
    return min(waiting_rows(side)[:100].count(), 99)


def find_waiting(side: AtPlatform, reference: uuid.UUID, *, now: datetime) -> WaitingDecision:
    """Find one of them. Raises RequestUnknown alike for an absent one and another platform's."""
    row = tell_waiting(waiting_rows(side)).filter(reference=reference).first()
    if row is None:
        raise RequestUnknown
    return show_waiting(side, [row], now=now)[0]


def show_waiting(side: AtPlatform, rows: Sequence[Decision], *, now: datetime) -> tuple[WaitingDecision, ...]:
    """Return decisions as a second person sees them."""
    requests = {row.request_id: row.request for row in rows}
    asked = dict(zip(requests, show_requests(side, list(requests.values()), now=now), strict=True))
    files = [row.notice.reference for row in rows if row.notice]
    packets = open_files(files, side.keyring, by=side.actor, now=now) if files else {}
    return tuple(
        WaitingDecision(
            reference=row.reference,
            asked=asked[row.request_id],
            answer=read_answer(row, packets.get(row.notice.reference) if row.notice else None),
            decided_at=row.decided_at,
            decided_by=row.decided_by,
        )
        for row in rows
    )
