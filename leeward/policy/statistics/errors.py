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


class StatisticsError(Exception):
    """Something about the nation's figures cannot be done."""


class IndicatorUnknown(StatisticsError):
    """The catalogue has no such indicator."""


class NothingToPublish(StatisticsError):
    """There is no figure yet that a release could carry."""


class DraftsTooMany(StatisticsError):
    """As many drafts wait as may: some are to be signed off or discarded first."""


class ReleaseUnknown(StatisticsError):
    """There is no such release, or it has no such part."""


class ReleaseFixed(StatisticsError):
    """A release is published, and nothing of it can be changed."""


class SameHands(StatisticsError):
    """A release is signed off by somebody else than whoever drafted it."""


class WordsRefused(StatisticsError):
    """A correction or a reply has no words, or more than fit."""


class ReplyUnknown(StatisticsError):
    """There is no such reply of a platform, or it no longer stands where this could be done to it."""
