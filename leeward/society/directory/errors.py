"""What the directory refuses, and why; every error says what is wrong and how to mend it.

DirectoryError
├── EntryRefused          an entry or a term that cannot be kept as it is
├── EntryUnknown          no such organisation, location, service or term (or none that this reader may see)
├── EntryInUse            something else still stands on it
├── EntryChanged          somebody else changed it since it was read
├── LinkUnknown           an owner's link that is none, is over, or was replaced
├── OwnerMissing          nobody is known who could be asked about an entry
├── ProposalUnknown       no such proposal, or one that was decided before
├── NothingProposed       a proposal that would change nothing
├── TooManyProposals      so many wait about one entry that no further one is taken
├── QuestionRefused       a question to the open API that cannot be answered as it is
├── PackageBusy           another process makes the package at this moment
└── PackageUnsettled      entries change faster than they can be written to a file
"""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, kw_only=True)
class FieldError:
    """One thing that is wrong: in which field (a name of the record), what, and how to mend it."""

    field: str
    what: str
    how: str = ""

    def __str__(self) -> str:
        return f"{self.field}: {self.what} {self.how}".strip()


class DirectoryError(Exception):
    """Anything that the directory refuses; catch this one to catch them all."""


class EntryRefused(DirectoryError):
    """A record cannot be kept as it is."""

    def __init__(self, errors: tuple[FieldError, ...]) -> None:
        super().__init__("; ".join(str(error) for error in errors))
        self.errors = errors

    @classmethod
    def of(cls, field: str, what: str, how: str = "") -> Self:
        """The refusal of one thing."""
        return cls((FieldError(field=field, what=what, how=how),))


class EntryUnknown(DirectoryError):
    """There is nothing by this id, or nothing that this reader may see."""


class EntryInUse(DirectoryError):
    """Something else still stands on it."""


class EntryChanged(DirectoryError):
    """Somebody else changed it since it was read; whoever wants to save must look at that first."""


class LinkUnknown(DirectoryError):
    """An owner's link that is none, is over, or was replaced."""


class ProposalUnknown(DirectoryError):
    """There is no such proposal, or it was decided before."""


class OwnerMissing(DirectoryError):
    """Nobody is known who could be asked about an entry: it has no owner's mailbox, or none that takes mail."""

    def __init__(self) -> None:
        super().__init__("The entry has no owner's mailbox that mail can be sent to. Enter one, then ask.")


class NothingProposed(DirectoryError):
    """A proposal that would change nothing."""

    def __init__(self) -> None:
        super().__init__("Nothing was changed and nothing was written. Change a field, or say what is wrong.")


class TooManyProposals(DirectoryError):
    """So many proposals about one entry wait to be looked at that no further one is taken."""

    def __init__(self, most: int) -> None:
        super().__init__(f"{most} messages about this entry wait already. Its editors look at them first.")
        self.most = most


class QuestionRefused(DirectoryError):
    """A question to the open API cannot be answered as it is."""

    def __init__(self, field: str, what: str, how: str) -> None:
        super().__init__(f"{field}: {what} {how}")
        self.field, self.what, self.how = field, what, how


class PackageUnsettled(DirectoryError):
    """Entries changed while they were written to a file, again and again."""

    def __init__(self) -> None:
        super().__init__("The entries changed while they were read, several times. Try again in a minute.")


class PackageBusy(DirectoryError):
    """Another process makes the package that everybody can download, at this moment."""

    def __init__(self) -> None:
        super().__init__("The file is being made at this moment.")
