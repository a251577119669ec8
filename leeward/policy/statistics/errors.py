"""The family of errors of the statistics.

StatisticsError
├── IndicatorUnknown     no such indicator in the catalogue
├── NothingToPublish     a release without a single figure
├── ReplyUnknown         no such reply, or none that this can be done to
└── WordsRefused         a correction or a reply without words, or with too many
"""

from leeward.foundation.editing.errors import EntryUnknown, FieldRefused
from leeward.foundation.labels import Labelled, mark


class ReleaseMistake(Labelled):
    """What can be wrong with a release."""

    NOTHING = "nothing", mark("There is no figure yet. It is gathered each night; come back after the first one.")


class StatisticsError(Exception):
    """Something about the nation's figures cannot be done."""


class IndicatorUnknown(StatisticsError, EntryUnknown):
    """The catalogue has no such indicator."""


class NothingToPublish(StatisticsError, FieldRefused):
    """There is no figure yet that a release could carry."""

    def __init__(self) -> None:
        FieldRefused.__init__(self, "release", ReleaseMistake.NOTHING)


class WordsRefused(StatisticsError):
    """A correction or a reply has no words, or more than fit."""


class ReplyUnknown(StatisticsError, EntryUnknown):
    """There is no such reply of a platform, or it no longer stands where this could be done to it."""
