"""Until when the helpline is paid for, and when that is told to those who lead it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

# So long before the money ends it stands among what waits for the leads: a grant takes that long to apply for.
WARNED = timedelta(days=182)


@dataclass(frozen=True, kw_only=True)
class Grant:
    """Money for the helpline: from whom, for how many hours of work a week, from its first to its last day."""

    source: str
    hours: int
    begins_on: date
    ends_on: date


def funded_until(grants: Iterable[Grant], *, today: date) -> date | None:
    """Return the last day until which some grant pays without a gap from today on; None where none pays today."""
    until: date | None = None
    for grant in sorted(grants, key=lambda each: each.begins_on):
        begins_in_time = grant.begins_on <= (until + timedelta(days=1) if until else today)
        if begins_in_time and grant.ends_on >= today:
            until = max(until or grant.ends_on, grant.ends_on)
    return until


def is_near_end(until: date | None, *, today: date) -> bool:
    """Whether the leads are told: nothing pays any more, or only for half a year."""
    return until is None or until - today <= WARNED
