"""Rules of counters, and how many of them there may be."""

from dataclasses import dataclass
from datetime import datetime, timedelta

# Some 20 MB of rows: more than a busy day needs, and no flood of new addresses can fill the disk with them.
MOST_COUNTERS = 100_000
# A process looks whether there are too many after as many new ones of its own: a look is cheap, but not free.
LOOK_EVERY = 500


@dataclass(frozen=True, kw_only=True)
class CounterState:
    """A counter's state: its amount, and until when nothing more is counted, if it rests."""

    amount: int = 0
    rests_until: datetime | None = None


def end_of_hour(at: datetime) -> datetime:
    """The next full hour after `at`: a counter's end must not tell to the second when it began."""
    return at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
