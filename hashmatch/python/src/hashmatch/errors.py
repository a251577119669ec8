"""The named errors of the library, each saying what is wrong and how to mend it."""

from collections.abc import Mapping


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


class UnreadableVideoError(HashmatchError):
    """A file cannot be read as a video, or not to its end."""


class NoVideoStreamError(UnreadableVideoError):
    """A file of a video's kind holds no pictures that can be read, only sound perhaps."""


class DamagedVideoError(UnreadableVideoError):
    """A video is cut short or damaged; what could be read before that is given where there is any."""


class UnsupportedVideoError(UnreadableVideoError):
    """A video is made by a codec that cannot be decoded here."""


class VideoTooLargeError(UnreadableVideoError):
    """A video's frames have more pixels than the hasher takes, so it was not decoded."""


class MissingPackageError(HashmatchError):
    """A package that comes with an extra is not installed; the message says how to get it."""


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


class SnapshotError(FeedError):
    """A snapshot of the feed is cut short, altered, too old, or older than one that was taken in before."""


class BlindValueError(HashmatchError, ValueError):
    """Bytes are not a point, a scalar, a seed or a batch of the blind check."""


class BlindProofError(FeedError):
    """The exchange's answer to a blind check was not made by its announced key, so nothing of it was used."""


class FeedbackValueError(HashmatchError, ValueError):
    """A feedback value or tag is not one that the exchange knows."""


class ScanError(HashmatchError):
    """A scan of an archive cannot begin or go on; the family of what follows."""


class ScanSourceError(ScanError):
    """What should be scanned does not exist, cannot be read, or lacks a column."""


class ScanOutputError(ScanError):
    """The output folder cannot be used: another scan's results are in it, it is in use, or it is damaged."""


class ScanEngineError(ScanError):
    """The asked engine is not installed or cannot be reached."""


class ArchiveError(HashmatchError):
    """An archive of hashes is missing, damaged, or not in a state in which it can be changed."""


class WithdrawalNotTakenInError(FeedError):
    """A matcher has not yet taken in a withdrawal, so it was not confirmed to the exchange."""


class MatcherStartError(HashmatchError):
    """The matcher service cannot start as it was told to."""


class RequestRefusedError(HashmatchError):
    """A request that the matcher service refuses: `status` of HTTP, `code` for machines, `how` to mend it."""

    def __init__(
        self, message: str, *, status: int, code: str, how: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.how = how
        self.headers = dict(headers or {})


class WorkerLostError(HashmatchError):
    """A process that hashes files has died or could not be started."""


class MatcherError(HashmatchError):
    """The matcher service could not be reached, or answered with something that cannot be used."""


class MatcherRefusedError(MatcherError):
    """The matcher service refused a request; `code` is its machine-readable name and `status` the HTTP status."""

    def __init__(self, message: str, *, status: int, code: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
