"""The family of errors of editions.

EditionError
├── EditionUnknown    no such shelf, edition or file, or none that this can be done to
├── DraftsTooMany     drafts that nobody has signed or discarded
├── AlreadySigned     something signed or discarded, of which nothing can be changed
└── SameHands         whoever drafted something would sign it too
"""

from leeward.foundation.editing.errors import EntryUnknown, FieldRefused
from leeward.foundation.labels import Labelled, mark


class EditionMistake(Labelled):
    """What can be wrong with an edition."""

    MANY = "many", mark("Too many drafts wait already. Sign some of them off, or discard them, first.")
    SAME = "same", mark("You drafted this release. Ask somebody else to look at it and to sign it off.")
    DIGEST = "digest", mark("This draft is not the one that you looked at. Look at it again")
    OVER = "over", mark("Enter a day that is not over")


class EditionError(Exception):
    """Something about an edition cannot be done."""


class EditionUnknown(EditionError, EntryUnknown):
    """There is no such edition, or it has no such part."""


class DraftsTooMany(EditionError, FieldRefused):
    """As many drafts wait as may: some are to be signed or discarded first."""

    def __init__(self) -> None:
        FieldRefused.__init__(self, "edition", EditionMistake.MANY)


class AlreadySigned(EditionError):
    """Something is signed or discarded, and nothing of it can be changed."""


class SameHands(EditionError, FieldRefused):
    """Something is signed by somebody else than whoever drafted it."""

    def __init__(self, own: Labelled = EditionMistake.SAME) -> None:
        """`own`: what is said, which names what they drafted."""
        FieldRefused.__init__(self, "edition", own)
