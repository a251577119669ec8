"""Lanes of slow hashes: how many may run at once for each errand, and who may wait for a place."""

from collections.abc import Mapping
from enum import StrEnum

MEMORY_MIB = 64  # what one run holds
LANES_LEAST = 2  # one place would make everybody wait for one slow caller
# Six places hold 384 MiB: less would leave a lane with one. Ninety-six hold 6 GiB: more is a slip of the finger.
PLACES_LEAST, PLACES_MOST = 6, 96
# A core does one run at a time; a second one in each lane keeps it busy while the first reads and writes.
PLACES_FOR_EACH_CORE = 2
# Of those who wait in one process, each lane always has room for this many, whatever the other two do.
WAITING_KEPT = 2


class Lane(StrEnum):
    """The purpose of a slow hash. A flood in one lane takes no place in another."""

    OPENING = "opening"  # opening by a code
    NEW_CODES = "new-codes"  # sendings, reports, another code
    STAFF = "staff"  # signing in, unlocking, enrolling


def places_by_default(*, cores: int) -> int:
    """Return how many slow hashes may run at once on a machine with this many cores."""
    return min(max(PLACES_LEAST, PLACES_FOR_EACH_CORE * cores), PLACES_MOST)


def share_places(total: int) -> Mapping[Lane, int]:
    """Return each lane's places: a few for staff, who are few, and what is left over for opening."""
    staff = max(LANES_LEAST, total // 6)
    new_codes = max(LANES_LEAST, (total - staff) // 2)
    return {Lane.STAFF: staff, Lane.NEW_CODES: new_codes, Lane.OPENING: total - staff - new_codes}


def may_wait(lane: Lane, waiting: Mapping[Lane, int], *, most: int) -> bool:
    """Whether one more may wait in this lane, where `waiting` wait and `most` may: what others are kept stays kept."""
    if waiting[lane] < WAITING_KEPT:
        return True
    kept = sum(max(0, WAITING_KEPT - waiting[other]) for other in Lane if other is not lane)
    return sum(waiting.values()) + kept < most
