"""The named errors of the bank."""

import uuid


class BankError(Exception):
    """Anything that the bank refuses; catch this one to catch them all."""


class SubmissionUnknown(BankError):
    """There is no submission with this reference: it never existed, or it has been erased."""

    def __init__(self, reference: uuid.UUID) -> None:
        super().__init__("There is no such submission. It may have been erased.")
        self.reference = reference


class SubmissionClosed(BankError):
    """The submission was withdrawn or has expired, so nothing can be added to it."""


class PictureUnknown(BankError):
    """The submission has no picture of that number."""


class MalformedHash(BankError, ValueError):
    """A text is not a hash of the type that it is said to be."""


class MalformedPicture(BankError, ValueError):
    """A picture's hashes cannot belong together: none, too many, or of a type that its kind does not have."""


class TooManyPictures(BankError):
    """The submission would hold more pictures than one submission may."""


class EntryUnknown(BankError):
    """The bank holds no such hash."""


class VariantNotConfirmable(BankError):
    """A practitioner confirms a picture, and only its upright hash is a picture that she can have seen."""


class UnreadableList(BankError):
    """A file of hashes cannot be read at all: not there, not text, empty, or without the columns that are needed."""
