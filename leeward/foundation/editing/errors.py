"""What can be refused when an entry is edited.

FieldRefused    a value cannot be kept; `field` says which, and `code` what is wrong with it, in words
EntryUnknown    there is no such entry, or nothing of it that this reader may see: one answer for both
EntryChanged    the entry does not say any more what was looked at, or there is none any more
StepRefused     the entry is not in the state that comes before this step
"""

from leeward.foundation.labels import Labelled, mark


class Mistake(Labelled):
    """What can be wrong with a value of any entry. An app's own mistakes stand in an enum of its `errors`.

    %(about)s is what a reader needs to mend it, such as a limit or the name that is not known.
    """

    MISSING = "missing", mark("Fill this in")
    LONG = "long", mark("Enter at most %(about)s characters")
    LINE = "line", mark("Enter one line, without line breaks or tabs")
    UNPRINTABLE = "unprintable", mark("This holds characters that cannot be printed. Type it anew.")
    FEW = "few", mark("Enter at least %(about)s, one on each line")
    MANY = "many", mark("Enter at most %(about)s lines")
    ADDRESS = "address", mark("Enter a web address that begins with https://, or leave it empty")
    MAILBOX = "mailbox", mark("Enter an e-mail address, such as name@example.com, or leave it empty")
    ADDRESS_NEEDED = "address_needed", mark("Enter an address that begins with https://")
    MAILBOX_NEEDED = "mailbox_needed", mark("Enter an e-mail address, such as name@example.com")
    MONEY = "money", mark("Enter a sum from zero on with at most two decimals, such as 1200.50")
    CURRENCY = "currency", mark("Enter the currency’s three letters, such as EUR")
    UNKNOWN = "unknown", mark("Choose from the list: %(about)s is not there (any more)")
    GONE = "gone", mark("Choose from the list: what you chose is not there any more")
    BEFORE = "before", mark("Enter a day that is not before the beginning")
    NOT_PAST = "not_past", mark("Enter a day that is over, or today")
    FUTURE = "future", mark("This lies in the future: wait until it has happened, or correct the day")


class FieldRefused(ValueError):
    """A value cannot be kept. `about` fills the words of `code`."""

    def __init__(self, field: str, code: Labelled, **about: object) -> None:
        self.field, self.code, self.about = field, code, about
        super().__init__(f"{field}: {code}")

    @property
    def message(self) -> str:
        """What is wrong in English, as an operator or a file's owner is told."""
        return self.code.label % self.about


class EntryUnknown(Exception):
    """There is no such entry, or nothing of it that this reader may see: one answer for both."""


class EntryChanged(Exception):
    """The entry does not say any more what was looked at, or there is none any more: it is looked at again first."""


class StepRefused(Exception):
    """The entry is not in the state that comes before this step."""
