"""When a parcel is tried again, and when that ends: five tries within about a day."""

from datetime import datetime, timedelta

# After the first failure a server that is restarting is met again soon; a night's repair is still within the last.
PAUSES = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=3), timedelta(hours=20))
TRIES = len(PAUSES) + 1
# Whoever claims a parcel has this long: more than the slowest server is given. Who comes later still is believed.
LEASE = timedelta(minutes=15)
# How long the content of what was not delivered is kept for another try.
CONTENT_KEPT = timedelta(days=30)


def next_try(*, failures: int, now: datetime) -> datetime | None:
    """When to try again after that many failures, or None where it has been enough."""
    if failures < 1:
        raise ValueError("Ask for the next try after a failure, not before the first try.")
    return now + PAUSES[failures - 1] if failures < TRIES else None
