"""What the directory refuses, and why; every error says what is wrong and how to mend it.

DirectoryError
├── EntryRefused          an entry or a term that cannot be kept as it is
├── EntryInUse            something else still stands on it
├── LinkUnknown           an owner's link that is none, is over, or was replaced
├── OwnerMissing          nobody is known who could be asked about an entry
├── ProposalUnknown       no such proposal, or one that was decided before
├── NothingProposed       a proposal that would change nothing
├── TooManyProposals      so many wait about one entry that no further one is taken
├── QuestionRefused       a question to the open API that cannot be answered as it is
├── PackageBusy           another process makes the package at this moment
└── PackageUnsettled      entries change faster than they can be written to a file

What is not there is the kit's EntryUnknown, and what somebody else has changed meanwhile its EntryChanged.
"""

from typing import Self

from leeward.foundation.editing.errors import EntryChanged, EntryUnknown, FieldRefused
from leeward.foundation.labels import Labelled, mark

__all__ = [
    "DirectoryError",
    "EntryChanged",
    "EntryInUse",
    "EntryRefused",
    "EntryUnknown",
    "LinkUnknown",
    "Mistake",
    "NothingProposed",
    "OwnerMissing",
    "PackageBusy",
    "PackageUnsettled",
    "ProposalUnknown",
    "QuestionRefused",
    "TooManyProposals",
    "in_files",
]

WEB_WORDS = mark("Enter a whole web address that begins with https://, such as https://example.org/help")
RING_WORDS = mark("The two would be parts of each other. Choose another organisation")
DAYS_WORDS = mark("We cannot read these days. Write them as 1MO,3WE, or use the ticks")
CLOSING_WORDS = mark("Enter a time of closing that is not the time of opening. A whole day is 00:00 to 24:00")


class Mistake(Labelled):
    """What can be wrong with an entry: as the owner of a file is told, who mends it there, and as an editor is.

    Where there is one sentence, both read it. %(most)s and its like are what `FieldRefused` knows of it.
    """

    def __new__(cls, value: str, label: str = "") -> Self:
        """A member is what a file's owner reads; its label is what an editor reads."""
        member = str.__new__(cls, value)
        member._value_, member.label, member.colour = value, label or value, ""
        return member

    # Texts and numbers.
    EMPTY = mark("It is empty. Fill it in.")
    LONG = mark("It has %(count)s characters. Use at most %(most)s.")
    SIGNS = mark("There are signs in it that cannot be shown. Type it anew.")
    WEB = "This is no web address. Begin it with https://.", WEB_WORDS
    MAIL = (
        "This is no e-mail address. Write it as name@example.org.",
        mark("Enter one e-mail address, such as help@example.org"),
    )
    CODE = (
        "This cannot be a code. Use small letters, digits, and - _ . : between them.",
        mark("Use small letters, digits, and - _ . : between them"),
    )
    LANGUAGE = mark("This is no language's code. Give one such as en, ar or pt-BR.")
    YEAR = mark("This is no year. Give a year from %(least)s to %(most)s.")
    POSITION = mark("This is no place in a list. Give a whole number from 0 to %(most)s.")
    MANY = mark("These are more than %(most)s. Leave the others out.")
    NUMBER = (
        "This cannot be dialled. Give 3 to 15 digits, with a plus in front where it is international.",
        mark("Enter a number of 3 to 15 digits, with a plus in front where it is international"),
    )
    EXTENSION = (
        "This is no extension. Give up to 8 digits.",
        mark("Enter the extension in digits, such as 204"),
    )
    CURRENCY = (
        "This is no currency. Give three capital letters, such as EUR.",
        mark("Enter the currency in three letters, such as GBP"),
    )
    AMOUNT = (
        "This is no price. Give 0 or more, and less than 1000000000.",
        mark("Enter an amount of 0 or more, such as 12.50"),
    )
    LINK_EMPTY = "A link has no address. Give it, or take the link out.", WEB_WORDS
    AREA_EMPTY = mark("An area has no name. Give it, or take the area out.")
    # Translations.
    LANGUAGES_MANY = mark("These are too many. Leave some languages out.")
    NOT_TRANSLATED = mark("This is not translated. Use one of: %(names)s.")
    TRANSLATION_LONG = mark("This is too long. Shorten it.")
    TRANSLATION_EMPTY = mark("The text is empty. Write it, or take the translation out.")
    TRANSLATED_TWICE = mark("There are two translations of one text. Keep one.")
    # Organisations and places.
    ORGANIZATION = "There is no such organisation. Add it first.", mark("This organisation no longer exists")
    PART_OF_ITSELF = (
        "It cannot be a part of itself. Leave it out.",
        RING_WORDS,
    )
    PARTS_OF_EACH_OTHER = "The two would be parts of each other. Choose another one.", RING_WORDS
    COORDINATE = mark("One coordinate is missing. Give latitude and longitude, or neither.")
    NOT_ON_EARTH = mark("This is not on Earth. Give degrees from -%(most)s to %(most)s.")
    SECRET_KIND = mark("A confidential place is shown to nobody. Make it virtual.")
    SECRET_WHERE = mark("A confidential place must not say where it is. Take this out.")
    ADDRESS_LINE = mark("The standard asks for it. Fill it in.")
    COUNTRY = (
        "This is no country's code. Give two capital letters, such as PT.",
        mark("Enter the country in two letters, such as GB"),
    )
    ADDRESS_CLOSED = mark(
        "An address cannot be entered here. We never keep where this service is, so that nobody can find out."
    )
    SECRET_HERE = (
        "A service that hides its address is given here. Keep it confidential.",
        mark("A service that hides its places is given here, so this place must stay confidential"),
    )
    # Services.
    AGE = mark("This is no age. Give whole years from 0 to %(most)s.")
    AGES = mark("The oldest is younger than the youngest. Change the two ages.")
    WAY = (
        "There is no number, address or place for %(way)s. Add it, or take this out.",
        mark(
            "For one of these ways there is no number, web page, e-mail address or place yet. Add it first, or take the"
            " tick out"
        ),
    )
    CRISIS_WAY = (
        "A crisis line must be reachable at once. Give it a phone number or a chat.",
        mark("A crisis line needs a phone number, a text number or a chat. Add it first"),
    )
    CRISIS_AREAS = (
        "For whom is this crisis line? Name its areas, or make it national.",
        mark("A crisis line that is not for the whole nation needs its areas. Enter at least one"),
    )
    PLACE_SEEN = (
        (
            "A service that hides its address is given at a place that everybody can see. Make the place confidential,"
            " or take it out."
        ),
        mark("A service that hides its places can be given at confidential places only"),
    )
    PLACE_TWICE = mark("One place is named twice. Name it once.")
    PLACE = mark("One of the places is not there. Add it first.")
    TERM = mark("One of the terms is not there. Add it first.")
    UNKNOWN = mark("There is no %(about)s. Add it first.")
    # Taxonomies and terms.
    TAXONOMY = "There is no such taxonomy. Add it first.", mark("This set of categories no longer exists")
    TAXONOMY_CODE = (
        "Another taxonomy has this code. Choose another one.",
        mark("Another family has this short name"),
    )
    TERM_CODE = (
        "Another term of this taxonomy has this code. Choose another one.",
        mark("Another word of this family has this short name"),
    )
    TERM_STAYS = mark("A term stays in its taxonomy. Add a new term there.")
    PARENT = (
        "There is no such term in this taxonomy. Add it first.",
        mark("There is no such word in this family any more. Choose another one"),
    )
    UNDER_ITSELF = (
        "The term would stand under itself. Choose a parent that is not below.",
        mark("The word would stand under itself. Choose one that is not below it"),
    )
    DEEP = mark("Terms stand at most %(most)s levels deep. Choose a higher parent.")
    # Opening times.
    NEVER_CLOSES = "It opens and never closes. Say when it closes. A whole day is 00:00 to 23:59.", CLOSING_WORDS
    NEVER_OPENS = mark("It closes and never opens. Say when it opens. A whole day is 00:00 to 23:59.")
    OWN_ZONE = mark("This time has a zone of its own. Give the time on the clocks of this nation.")
    NO_TIME_BETWEEN = (
        "It closes in the minute in which it opens. Change one of the two. A whole day is 00:00 to 23:59.",
        CLOSING_WORDS,
    )
    DAY = mark("This year cannot be meant. Give a day from %(least)s to %(most)s.")
    ENDS_EARLY = mark("It ends before it begins. Change one of the two days.")
    NO_WEEKDAYS = (
        "These are no days of the week. Write them as MO,TU or, within a month, as 1MO,-1FR.",
        DAYS_WORDS,
    )
    NUMBERED_DAYS = (
        "Days are numbered within a month only. Leave the numbers out, or let it repeat by the month.",
        DAYS_WORDS,
    )
    NO_MONTH_DAYS = (
        "These are no numbers of days or weeks. Write them as 1,15,-1, up to %(most)s.",
        mark("Enter numbers of days, such as 1, 15 or -1"),
    )
    NO_NUMBERS = mark("These are no numbers of days or weeks. Write them as 1,15,-1, up to %(most)s.")
    NOT_REPEATED = mark("This says how it repeats, and it does not repeat. Say WEEKLY or MONTHLY, or leave it out.")
    ON_NO_DAY = (
        "It opens on no day. Name the days of the week, or the days from which to which it holds.",
        DAYS_WORDS,
    )
    RULE_ON_NO_DAY = "It opens on no day. Name the days.", DAYS_WORDS
    DAYS_WITHOUT_TIMES = mark("It has days and no times. Say when it opens and closes on these days.")
    NOTHING = mark("It says nothing. Give days and times, or take it out.")
    RULE_WITHOUT_TIMES = mark("It repeats and has no times. Say when it opens and closes.")
    INTERVAL = mark("It cannot repeat like this. Give a whole number from 1 to %(most)s.")
    COUNT = mark("It cannot happen so often. Give a whole number from 1 to %(most)s.")
    TWO_ENDS = mark("It has a last day and a number of times. Keep one of the two.")
    COUNTED_FROM = mark("From which day is it counted? Give the first day.")


def in_files(error: FieldRefused) -> str:
    """What is wrong, as the owner of a file is told."""
    return error.code.value % error.about


class DirectoryError(Exception):
    """Anything that the directory refuses; catch this one to catch them all."""


class EntryRefused(DirectoryError):
    """A record cannot be kept as it is."""

    def __init__(self, errors: tuple[FieldRefused, ...]) -> None:
        super().__init__("; ".join(f"{error.field}: {in_files(error)}" for error in errors))
        self.errors = errors

    @classmethod
    def of(cls, field: str, code: Mistake, **about: object) -> Self:
        """The refusal of one thing."""
        return cls((FieldRefused(field, code, **about),))


class EntryInUse(DirectoryError):
    """Something else still stands on it."""


class LinkUnknown(DirectoryError):
    """An owner's link that is none, is over, or was replaced."""


class ProposalUnknown(DirectoryError, EntryUnknown):
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
