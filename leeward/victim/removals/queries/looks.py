"""What the monitor could not tell: requests that wait for a person's eyes."""

from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from leeward.victim.removals.models import Check, Request
from leeward.victim.removals.queries.cores import SEALED_OF_REQUEST, DeskRequest
from leeward.victim.removals.queries.lists import PAGE, make_cursor, read_cursor
from leeward.victim.removals.rules.checks import CheckReason, Signal
from leeward.victim.removals.rules.states import RequestState

DOUBTFUL = (RequestState.DECIDED.value, RequestState.GONE.value, RequestState.STILL_UP.value)


@dataclass(frozen=True, kw_only=True)
class LookLine(DeskRequest):
    """One address at which somebody should look; which one it is stands in its report, and is read with a key."""

    reason: CheckReason | None


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
        rows.select_related("platform", "report").defer(*SEALED_OF_REQUEST).order_by("attention_at", "id")[: limit + 1]
    )
    lines = tuple(
        LookLine.of(row, reason=CheckReason(row.last_reason) if row.last_reason else None) for row in found[:limit]
    )
    is_more = len(found) > limit
    return lines, make_cursor(found[limit - 1].attention_at, found[limit - 1].pk) if is_more else ""
