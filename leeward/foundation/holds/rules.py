"""Where a hold stands, and how long it may last."""

from datetime import date, datetime, timedelta

from leeward.foundation.labels import Labelled, mark

LONGEST_DAYS = 366
# So long before its last day it is asked whether the record must still be kept.
ASKED_AGAIN = timedelta(days=30)
# A second person has so long; afterwards it counts as never asked.
WAITS = timedelta(days=14)
# Of a hold that is over the row goes after this; its lines in the trail stay.
ROW_KEPT = timedelta(days=365)


class HoldState(Labelled):
    """Where a hold stands. Only one in force keeps a record."""

    ASKED = "asked", mark("Awaits confirmation by a second person"), "yellow"
    IN_FORCE = "in_force", mark("Legal hold"), "purple"
    LIFTED = "lifted", mark("Lifted"), "grey"
    OVER = "over", mark("Its last day is over"), "grey"
    LAPSED = "lapsed", mark("Nobody confirmed it"), "grey"


def state_of(
    *,
    asked_at: datetime,
    confirmed_at: datetime | None,
    lifted_at: datetime | None,
    until: date,
    now: datetime,
    today: date,
) -> HoldState:
    """Return where a hold stands; its last day still counts."""
    if lifted_at is not None:
        return HoldState.LIFTED
    if confirmed_at is None:
        return HoldState.ASKED if now < asked_at + WAITS and today <= until else HoldState.LAPSED
    return HoldState.IN_FORCE if today <= until else HoldState.OVER
