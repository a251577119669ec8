"""What people who work here get for themselves: a pause, a debrief, supervision. Nothing says about what."""

from datetime import timedelta

from leeward.foundation.labels import Labelled, mark

# An offer that nobody takes is forgotten; the hours that were held stay for the figures.
OFFERED_FOR = timedelta(days=14)
KEPT = timedelta(days=800)
MOST_MINUTES = 480


class CareKind(Labelled):
    """What somebody gets."""

    PAUSE = "pause", mark("Pause")
    DEBRIEF = "debrief", mark("Debrief")
    SUPERVISION = "supervision", mark("Supervision")


class CareState(Labelled):
    """What became of it."""

    OFFERED = "offered", mark("Offered")
    ASKED = "asked", mark("Asked for")
    HELD = "held", mark("Held")
    DECLINED = "declined", mark("Not wanted")
