"""What can be refused about the declaration, its signatories and the findings about platforms, by name.

Beside what can be refused about any entry:
├── DraftRefused      the next version is not whole; `problems` says where
├── VersionUnknown    there is no such version
├── LinkUnknown       a link that is unknown, over, replaced or of somebody who has withdrawn
├── ContactMissing    there is no mailbox to which a link could be sent
└── TooManyWaiting    as much waits for review as one may hand in
"""

from collections.abc import Sequence

from leeward.foundation.editing.errors import EntryUnknown, StepRefused
from leeward.foundation.labels import Labelled, mark


class DeclarationMistake(Labelled):
    """What can be wrong with a value here, beside what can be wrong with any."""

    CONTACT = "contact", mark("Enter a contact of the role, not the person’s own mailbox: it is shown to everybody")
    EXPIRES = "expires", mark("Enter a day that is still to come, or leave it empty")
    SHA256 = "sha256", mark("Enter the 64 digits of the file’s SHA-256")
    SIGNED = (
        "signed",
        mark("Enter a day between the version’s publication and today, which is not on record yet"),
    )
    LEFT = "left", mark("Enter a day after the last signature, not in the future")
    RENEW = "renew", mark("Choose a later day. The first version has none: nobody has anything to renew")
    PLATFORM = "platform", mark("Another organisation on the list is this platform")
    DUE = "due", mark("Enter the day of the request, or a later one within a year of it")
    ANSWERED = "answered", mark("Enter a day between the request and today")
    PERIOD = "period", mark("Enter a period that is over and lasts three years at most")
    SAID = "said", mark("Enter the period’s last day or a later one, not in the future")
    VALUE = "value", mark("Enter a number from zero on; only hours may have decimals")
    REPLY = "reply", mark("Enter 1 to 2,000 characters")
    CODE = "code", mark("The draft has a commitment with this code: change that one, or use another code")


class DraftProblem(Labelled):
    """What can be missing from a version; the words follow the place."""

    MISSING = "missing", mark("is missing")
    TITLE = "title", mark("needs a title of at most 200 characters")
    TEXT = "text", mark("needs a text of at most 20,000 characters")
    LEAD = "lead", mark("has an introduction of more than 2,000 characters")
    PROMISE = "promise", mark("needs a promise of at most 2,000 characters")
    EVIDENCE = "evidence", mark("needs what shows it, at most 2,000 characters")
    CODE = "code", mark("has a code that cannot be kept: small letters, digits and single hyphens")
    DAYS = "days", mark("has days or months beyond their limits")
    TWICE = "twice", mark("has a code twice")
    TOO_MANY = "too_many", mark("has too many commitments")


class DraftRefused(ValueError):
    """A version is not whole; `problems` are pairs of the place and what is missing there."""

    def __init__(self, problems: Sequence[tuple[str, DraftProblem]]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{place}: {what}" for place, what in self.problems))


class VersionUnknown(EntryUnknown):
    """There is no such version of the declaration, or it is not in force any more."""


class LinkUnknown(Exception):
    """A link that is unknown, over, replaced, or of an organisation that has withdrawn: one answer for all."""


class ContactMissing(Exception):
    """There is no mailbox to which a link could be sent."""


class TooManyWaiting(StepRefused):
    """As much waits for review already as may be handed in."""
