"""How long a locker is kept, how much fits into it, and until when an entry may be shown."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from leeward.foundation.labels import Labelled, mark
from leeward.foundation.vault.rules.codes import month_after

YEARS = (1, 2, 5, 10)
YEARS_DEFAULT = 2
# So long before its end the person's page says so.
SAID_BEFORE = timedelta(days=90)
LONGEST_SHOWN = timedelta(days=366)
MIB = 1024 * 1024
PIECE_BYTES = 4 * MIB
UNFINISHED_FOR = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What fits: bytes of one file, bytes of all files of a locker, and its entries."""

    file_bytes: int = 50 * MIB
    locker_bytes: int = 500 * MIB
    items: int = 300


class PartKind(StrEnum):
    """What a sealed file is: a copy as it is kept, or the smaller one that staff look at."""

    COPY = "copy"
    VIEW = "view"


class PartState(StrEnum):
    """Whether all pieces of a file have come."""

    SENDING = "sending"
    KEPT = "kept"


class KeptState(Labelled):
    """How far something has come: all of it is not here yet, it is kept, or its time is proven too."""

    SENDING = "sending", mark("Being sent"), "yellow"
    KEPT = "kept", mark("Kept"), "blue"
    STAMPED = "stamped", mark("Time proven"), "green"


def end_of(years: int, *, now: datetime) -> date:
    """Until when a locker is kept that was opened now: to the month, as the code under which it lies."""
    return month_after(now.date(), months=12 * years + 1)


def is_ending(expires_on: date, *, now: datetime) -> bool:
    """Whether the page says that the end is near."""
    return expires_on - now.date() <= SAID_BEFORE


def may_show_until(until: date, *, today: date) -> bool:
    """Whether an entry may be shown until the end of that day."""
    return today <= until <= today + LONGEST_SHOWN
