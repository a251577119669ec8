"""The named errors of the library, each saying what is wrong and how to mend it."""


class HashmatchError(Exception):
    """Anything that this library refuses or cannot do; catch this one to catch them all."""


class InvalidHashError(HashmatchError, ValueError):
    """A text or a byte string is not a hash of the type that was asked for."""


class InvalidEntryError(HashmatchError, ValueError):
    """A record of an entry or tombstone is not as the exchange's contract says."""


class UnreadableImageError(HashmatchError):
    """A file cannot be read as a picture: empty, cut short, damaged, or of a kind that is not known."""


class ImageTooLargeError(HashmatchError):
    """A picture has more pixels than the hasher takes, so it was not decoded."""


class UnreadableFileError(HashmatchError):
    """A file cannot be opened or read at all."""


class IndexFileError(HashmatchError):
    """A saved index is damaged, cut short, or of another version."""


class IndexIdError(HashmatchError, ValueError):
    """An id is not a whole number, is used twice, or is not in the index."""


class DistanceRangeError(HashmatchError, ValueError):
    """A distance is outside 0 to 256."""


class BankFileError(HashmatchError):
    """A bank file is missing, damaged, cut short, or of another version."""


class BankLockedError(HashmatchError):
    """Another process is writing to the bank."""


class KeysFileError(HashmatchError):
    """The file of keys is missing, is not JSON, or lacks a key."""


class FeedError(HashmatchError):
    """The exchange could not be reached, refused, or answered with something that cannot be used."""


class FeedUnreachableError(FeedError):
    """The exchange did not answer after every retry."""


class FeedRefusedError(FeedError):
    """The exchange answered with an error; `code` is its machine-readable name and `status` the HTTP status."""

    def __init__(self, message: str, *, status: int, code: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class FeedAnswerError(FeedError):
    """The exchange's answer does not follow the contract, so nothing of it was used."""


class FeedSignatureError(FeedError):
    """A page's signature is missing or wrong, so nothing of it was used."""


class SigningKeyError(FeedError):
    """The exchange signs with another key than the one that was pinned."""


class FeedbackValueError(HashmatchError, ValueError):
    """A feedback value or tag is not one that the exchange knows."""
