"""What outcomes refuse, by name, each with words that say what is wrong and how to mend it.

OutcomesError
├── AuthorityUnknown    no such authority, or not the reader's own
└── SubmissionUnknown   no such submission, or another authority's
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
