"""For how long one colleague may stand in for those who lead the helpline on one case."""

from datetime import datetime, timedelta

LONGEST = timedelta(days=14)
# From which a lead chooses, in days.
DAYS = (1, 2, 3, 7, 14)


def may_last(until: datetime, *, now: datetime) -> bool:
    """Whether it may be lent until then."""
    return now < until <= now + LONGEST
