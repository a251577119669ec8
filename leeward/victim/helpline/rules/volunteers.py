"""Shifts of volunteers."""

from datetime import timedelta

from leeward.foundation.labels import Labelled, mark

LONGEST_SHIFT = timedelta(hours=12)
# From which a mentor chooses how long volunteers may read.
SHIFT_HOURS = (2, 4, 6, 8, 12)


class Withdrawn(Labelled):
    """Why nobody decides a second look any more that waited; in the words of a volunteer's reply, which waits most."""

    KEPT_OUT = "kept_out", mark("The person stopped the volunteers before this reply was sent.")
    STOPPED = "stopped", mark("The person stopped the helpline before this reply was sent.")
    CLOSED = "closed", mark("The case was closed before this reply was sent.")
    KNOWN = "known", mark("The volunteer who wrote this reply has since said that they know the person.")
