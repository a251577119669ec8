"""What outcomes refuse, by name, each with words that say what is wrong and how to mend it.

OutcomesError
├── AuthorityUnknown    no such authority, or not the reader's own
├── SubmissionUnknown   no such submission, or another authority's
├── CohortUnknown       no such cohort
└── CohortEnded         its rows are gone: it was accepted, taken back or destroyed
"""

from leeward.foundation.labels import Labelled, mark
from leeward.foundation.work.errors import Absent, Refusal


class OutcomesMistake(Labelled):
    """What is wrong with what somebody entered."""

    CODE = "code", mark("Enter small letters, figures and hyphens, such as outer-isles-police")
    TAKEN = "taken", mark("Another authority has this already")


class OutcomesError(Refusal):
    """The family of errors that this app raises; `reason` is what a page says."""


class AuthorityUnknown(OutcomesError, Absent):
    """Raised alike for what is absent and for what is not the reader's own."""

    reason = mark("There is no such authority.")


class SubmissionUnknown(OutcomesError, Absent):
    """Raised alike for what is absent and for another authority's."""

    reason = mark("There is no such submission.")


class CohortMistake(Labelled):
    """What is wrong with a file of a cohort as a whole."""

    EARLY = "early", mark("Enter a day from %(about)s on: before that the quarter was not over")
    OLDER = "older", mark("The accepted file was made as of %(about)s: enter a later day, or leave it as it is")
    WAITS = "waits", mark("A file of this quarter waits already. Accept it or take it back first.")
    KNOWN = "known", mark("This very file was accepted already")
    OTHER_KEY = (
        "other_key",
        mark("Earlier files had another key, and files of two keys do not mix. If the key is new, tick the box."),
    )


class CohortUnknown(OutcomesError, Absent):
    """It is not there."""

    reason = mark("There is no such cohort.")


class CohortEnded(OutcomesError):
    """Its rows are gone."""

    reason = mark("This file was accepted, taken back or destroyed already. Look at its page again.")
