"""Lets a test begin again as if nobody had tried, called or asked anything before."""

from leeward.foundation.counters.models import Counter
from leeward.foundation.reach.operations import ROBOTS


def start_afresh() -> None:
    """Forget what was counted, and what sites' robots.txt said."""
    Counter.objects.all().delete()
    ROBOTS.forget()
