"""What can be refused about the declaration, its signatories and the findings about platforms, by name.

DeclarationError
├── FieldRefused          a value cannot be kept; `field` says which
├── DraftRefused          the next version is not whole; `problems` says where
├── DraftChanged          the draft is not what was looked at any more
├── VersionUnknown        there is no such version
├── SignatoryUnknown      there is no such organisation, or nothing of it that may be shown
├── StepRefused           the organisation is not at the step before this one
├── HandedInUnknown       there is no such piece of evidence or statement, or it was decided already
├── LinkUnknown           a link that is unknown, over, replaced or of somebody who has withdrawn
├── ContactMissing        there is no mailbox to which a link could be sent
├── TooManyWaiting        as much waits for review as one may hand in
├── FindingUnknown        there is no such finding
├── FigureUnknown         there is no such figure of the platform's own, or it was struck out already
└── RequestUnknown        there is no such request for information
"""

from collections.abc import Sequence


class DeclarationError(Exception):
    """The family: catch this one to catch them all."""


class FieldRefused(DeclarationError, ValueError):
    """A value cannot be kept; `field` says where to mend it."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)


class DraftRefused(DeclarationError, ValueError):
    """A version is not whole; `problems` are pairs of the place and what is missing there."""

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{place}: {what}" for place, what in self.problems))


class DraftChanged(DeclarationError):
    """The draft does not say any more what was looked at, or there is none any more: it is looked at again first."""


class VersionUnknown(DeclarationError):
    """There is no such version of the declaration."""


class SignatoryUnknown(DeclarationError):
    """There is no such organisation, or nothing of it that may be shown."""


class StepRefused(DeclarationError):
    """The organisation is not at the step that comes before this one."""


class HandedInUnknown(DeclarationError):
    """There is no such piece of evidence or statement, or somebody has decided about it already."""


class LinkUnknown(DeclarationError):
    """A link that is unknown, over, replaced, or of an organisation that has withdrawn: one answer for all."""


class ContactMissing(DeclarationError):
    """There is no mailbox to which a link could be sent."""


class TooManyWaiting(DeclarationError):
    """As much waits for review already as may be handed in."""


class FindingUnknown(DeclarationError):
    """There is no such finding about a platform."""


class FigureUnknown(DeclarationError):
    """The platform has no such figure of its own, or it was struck out already."""


class RequestUnknown(DeclarationError):
    """There is no such request for information to this platform."""
