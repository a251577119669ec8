"""What the monitor could not tell: requests that wait for a person's eyes."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery

from leeward.victim.removals.models import Check, Request
from leeward.victim.removals.queries.lists import PAGE, make_cursor, read_cursor
from leeward.victim.removals.rules.checks import CheckReason, Signal
from leeward.victim.removals.rules.reports import Band
from leeward.victim.removals.rules.states import RequestState

DOUBTFUL = (RequestState.DECIDED.value, RequestState.GONE.value, RequestState.STILL_UP.value)


@dataclass(frozen=True, kw_only=True)
class LookLine:
    """One address at which somebody should look; which one it says is read in its report, with a key."""

    reference: uuid.UUID
    report: uuid.UUID
    ordinal: int
    platform: str
    state: RequestState
    band: Band
    reason: CheckReason | None
    looked_at: datetime | None
    waiting_since: datetime
    is_reupload: bool


def page_looks(cursor: str = "", limit: int = PAGE) -> tuple[tuple[LookLine, ...], str]:
    """One page of what needs a person's look, what has waited longest first, and the cursor of the next; "" at last."""
    last_reason = Check.objects.filter(request=OuterRef("pk")).order_by("-at", "-id").values("reason")[:1]
    rows = Request.objects.filter(
        attention_at__isnull=False, last_signal=Signal.UNSURE.value, state__in=DOUBTFUL
    ).annotate(last_reason=Subquery(last_reason))
    after = read_cursor(cursor)
    if after is not None and after[0] is not None:
        rows = rows.filter(attention_at__gte=after[0]).exclude(attention_at=after[0], pk__lte=after[1])
    found = list(
        rows.select_related("platform", "report")
        .defer("item", "watch", "report__story", "report__contact")
        .order_by("attention_at", "id")[: limit + 1]
    )
    lines = tuple(_line(row, reason=row.last_reason) for row in found[:limit])
    is_more = len(found) > limit
    return lines, make_cursor(found[limit - 1].attention_at, found[limit - 1].pk) if is_more else ""


def _line(row: Request, *, reason: str | None) -> LookLine:
    assert row.attention_at is not None  # noqa: S101  # narrows the type; the list is of these
    return LookLine(
        reference=row.reference,
        report=row.report.reference,
        ordinal=row.ordinal,
        platform=row.platform.name if row.platform else "",
        state=RequestState(row.state),
        band=Band(row.band),
        reason=CheckReason(reason) if reason else None,
        looked_at=row.last_checked_at,
        waiting_since=row.attention_at,
        is_reupload=row.parent_id is not None,
    )
