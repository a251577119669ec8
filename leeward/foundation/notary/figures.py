"""How the log does: how many leaves, how long each waited for its checkpoint, and what waits now."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from leeward.foundation.notary.models import Leaf

AIM = timedelta(hours=1)
DAY = timedelta(days=1)
LOOKED_AT = 500


@dataclass(frozen=True, kw_only=True)
class Delays:
    """`median_hours` and `longest_hours` are of the newest 500 leaves, None where there is none.

    `open_days`: full days for which the oldest leaf waits now without a checkpoint.
    """

    leaves: int
    waiting: int
    oldest_at: datetime | None
    open_days: int
    is_late: bool
    median_hours: float | None
    longest_hours: float | None


def read_delays(*, now: datetime) -> Delays:
    """Return how long leaves waited, and wait."""
    waiting = Leaf.objects.filter(sequence__isnull=True)
    oldest = waiting.order_by("entered_at").values_list("entered_at", flat=True).first()
    sealed = Leaf.objects.filter(sequence__isnull=False)
    times = sealed.order_by("-sequence").values_list("entered_at", "sealed_at")[:LOOKED_AT]
    hours = [max(0.0, (done - entered) / timedelta(hours=1)) for entered, done in times if done is not None]
    waits = now - oldest if oldest else timedelta(0)
    return Delays(
        leaves=sealed.count(),
        waiting=waiting.count(),
        oldest_at=oldest,
        open_days=max(0, waits // DAY),
        is_late=waits > AIM,
        median_hours=median(hours) if hours else None,
        longest_hours=max(hours, default=None),
    )
