"""The family of errors of the public log.

NotaryError
├── LeafRefused      a leaf's kind, name or digest that could not stand in the log
├── FileUnreachable  a file of a log that could not be fetched
├── LeafUnknown      no leaf with this number
├── TileUnknown      no such tile, or not filled so far yet
├── KeyMissing       the log's signing key is not in the worker's folder
├── NoKeyLost        the files of all keys are there
├── LogForked        the database has another history than the one that was signed
└── LogMismatch      what a log serves does not agree with what it signed, or with what was kept of it
    ├── DayRefused           a leaf claims a day that a stamped checkpoint proves false (also a LeafRefused)
    ├── NoteMalformed        a signed note or a key that is not in the standard's form
    └── SignatureRefused     no signature by a known key, or a wrong one
"""


class NotaryError(Exception):
    """Anything about the public log that cannot be done or is not right; catch this one to catch them all."""


class LeafRefused(NotaryError, ValueError):
    """A leaf's kind, name or digest is not in the form that the log takes."""


class LeafUnknown(NotaryError):
    """There is no leaf with this number."""


class TileUnknown(NotaryError):
    """There is no such tile, or not so much of it yet."""


class FileUnreachable(NotaryError):
    """A file of a log could not be fetched; the message says why."""


class KeyMissing(NotaryError):
    """The private half of a key of the log is not in the folder, or is another one."""

    def __init__(self, path: object) -> None:
        super().__init__(
            f"The public log's key is not in {path}, or is another one. Run `leeward found` on the workers' account, "
            "or copy the file from the machine that has it. If it is lost for good, docs/notary.md says what to do."
        )


class NoKeyLost(NotaryError):
    """A key was to be replaced as lost, and the files of all keys are there."""


class LogForked(NotaryError):
    """The log in the database does not go on from the checkpoint that was signed last."""


class LogMismatch(NotaryError):
    """What a log serves does not agree with what it signed, or with what somebody kept of it."""


class DayRefused(LogMismatch, LeafRefused):
    """A leaf claims a day on which it cannot have been published."""


class NoteMalformed(LogMismatch):
    """A signed note, a checkpoint or a key is not in the standard's form."""


class SignatureRefused(LogMismatch):
    """A note has no signature by a key that is known, or a wrong one."""
