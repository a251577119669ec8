"""The family of errors of the statistics.

StatisticsError
├── IndicatorUnknown     no such indicator in the catalogue
├── NothingToPublish     a release without a single figure
├── DraftsTooMany        drafts that nobody has signed off or discarded
├── ReleaseUnknown       no such release, file or chart
├── ReplyUnknown         no such reply, or none that this can be done to
├── ReleaseFixed         a published release, of which nothing can be changed
├── SameHands            whoever drafted a release would sign it off too
└── WordsRefused         a correction or a reply without words, or with too many
"""

from leeward.foundation.editing.errors import EntryUnknown, FieldRefused
from leeward.foundation.labels import Labelled, mark


class ReleaseMistake(Labelled):
    """What can be wrong with a release."""

    NOTHING = "nothing", mark("There is no figure yet. It is gathered each night; come back after the first one.")
    MANY = "many", mark("Too many drafts wait already. Sign some of them off, or discard them, first.")
    SAME = "same", mark("You drafted this release. Ask somebody else to look at it and to sign it off.")
    DIGEST = "digest", mark("This draft is not the one that you looked at. Look at it again")
    OVER = "over", mark("Enter a day that is not over")


class StatisticsError(Exception):
    """Something about the nation's figures cannot be done."""


class IndicatorUnknown(StatisticsError, EntryUnknown):
    """The catalogue has no such indicator."""


class NothingToPublish(StatisticsError, FieldRefused):
    """There is no figure yet that a release could carry."""

    def __init__(self) -> None:
        FieldRefused.__init__(self, "release", ReleaseMistake.NOTHING)


class DraftsTooMany(StatisticsError, FieldRefused):
    """As many drafts wait as may: some are to be signed off or discarded first."""

    def __init__(self) -> None:
        FieldRefused.__init__(self, "release", ReleaseMistake.MANY)


class ReleaseUnknown(StatisticsError, EntryUnknown):
    """There is no such release, or it has no such part."""


class ReleaseFixed(StatisticsError):
    """A release is published, and nothing of it can be changed."""


class SameHands(StatisticsError, FieldRefused):
    """A release is signed off by somebody else than whoever drafted it."""

    def __init__(self) -> None:
        FieldRefused.__init__(self, "release", ReleaseMistake.SAME)


class WordsRefused(StatisticsError):
    """A correction or a reply has no words, or more than fit."""


class ReplyUnknown(StatisticsError, EntryUnknown):
    """There is no such reply of a platform, or it no longer stands where this could be done to it."""
