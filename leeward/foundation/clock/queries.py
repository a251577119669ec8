"""Reads the clock."""

from datetime import datetime

from leeward.foundation.clock.models import BrokenSweep, LastRound
from leeward.foundation.clock.rules import Reading


def read_clock(*, now: datetime) -> Reading:
    """This machine's time beside that of the last round."""
    return Reading(now=now, last=LastRound.objects.filter(pk=1).values_list("at", flat=True).first())


def broken_sweeps() -> tuple[str, ...]:
    """Return what is said of each sweep that fails: which, since when, and the kind of error."""
    return tuple(str(row) for row in BrokenSweep.objects.order_by("since", "word"))
