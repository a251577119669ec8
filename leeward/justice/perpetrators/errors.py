"""What can go wrong with change, programmes and referrals.

PerpetratorsError (a Refusal of the work surface: `reason` is what a page says)
└── TrialUnknown      there is no such trial of messages
"""

from leeward.foundation.labels import Labelled, mark
from leeward.foundation.work.errors import Absent, Refusal


class PerpetratorsError(Refusal):
    """Something about programmes, referrals or messages could not be done."""


class TrialUnknown(PerpetratorsError, Absent):
    """There is no such trial."""


class PerpetratorsMistake(Labelled):
    """What can be wrong with a value here, beside what can be wrong with any."""

    TRIAL_RUNS = (
        "trial_runs",
        mark("The trial “%(about)s” still runs. End it first: two at once would spoil each other"),
    )
    CODE_TAKEN = "code_taken", mark("There was a trial of this code. Choose another")
    SAME_TEXT = "same_text", mark("Both texts are the same. Change one")
    NO_SUCH_SHARE = "no_such_share", mark("That many more than this is over everybody. Lower one of the two")
