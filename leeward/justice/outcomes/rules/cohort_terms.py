"""How far a file of a cohort has come, and how long its rows may wait."""

from datetime import timedelta

from leeward.foundation.labels import Labelled, mark

# Rows of persons that nobody has accepted by then are destroyed.
ROWS_LAST = timedelta(days=90)
LINES_A_PART = 5_000


class CohortState(Labelled):
    """How far a file has come."""

    RECEIVED = "received", mark("Awaits an analyst"), "yellow"
    ACCEPTED = "accepted", mark("Accepted"), "green"
    WITHDRAWN = "withdrawn", mark("Withdrawn"), "grey"
    EXPIRED = "expired", mark("Destroyed after 90 days"), "grey"
