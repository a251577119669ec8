"""The named errors about platforms, their keys, the addresses that belong to them, and the ways to reach them."""

from enum import StrEnum

from leeward.foundation.editing.errors import EntryUnknown, FieldRefused
from leeward.foundation.labels import Labelled, mark


class PlatformMistake(Labelled):
    """What can be wrong with a channel or a profile, beside what can be wrong with any entry."""

    INBOX = "inbox", mark("The inbox is here and has no address. Leave this empty")
    LETTER = "letter", mark("Enter the whole postal address, at most 600 characters")
    LANGUAGE = "language", mark("Enter the code of a language, such as en, ar or pt-BR")
    POSITION = "position", mark("Enter a whole number from 0 to 99")
    CHANNEL_TAKEN = "channel_taken", mark("The platform has this channel already")
    CHANNELS = "channels", mark("A platform can have no more channels. Remove one first.")
    JURISDICTION = "jurisdiction", mark("Enter two capital letters, such as DE, or EU for the Union")


class PlatformError(Exception):
    """Anything that is refused about a platform; catch this one to catch them all."""


class PlatformNameTaken(PlatformError):
    """Another platform has this name already."""


class PlatformNameRefused(PlatformError, ValueError):
    """A name is empty, too long or cannot be printed."""


class PlatformUnknown(PlatformError, EntryUnknown):
    """There is no such platform."""


class PlatformKeyless(PlatformUnknown):
    """A platform of this name is known, but it has never had keys to the exchange."""


class AddressFlaw(StrEnum):
    """Why a text is no address of anything on the web."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    MAIL = "mail"
    SCRIPT = "script"
    DATA = "data"
    LOCAL_FILE = "local_file"
    OTHER_SCHEME = "other_scheme"
    NO_HOST = "no_host"
    BAD_HOST = "bad_host"
    NOT_PUBLIC = "not_public"
    TOO_MANY = "too_many"


FLAW_MESSAGES = {
    AddressFlaw.EMPTY: "There is no address here. Paste the web address of the page.",
    AddressFlaw.TOO_LONG: "The address is longer than 2,000 characters. Paste the address of the page alone.",
    AddressFlaw.MAIL: "This is an e-mail address. Paste the web address of the page or profile.",
    AddressFlaw.SCRIPT: "This is a script, no address. Copy the address from the browser's address bar.",
    AddressFlaw.DATA: "This is the file itself, no address. Paste the address of the page that shows it.",
    AddressFlaw.LOCAL_FILE: "This is a file on a device. Paste the web address where it can be seen.",
    AddressFlaw.OTHER_SCHEME: "This is no web address. It should begin with https:// or http://.",
    AddressFlaw.NO_HOST: "This names no website. Paste the whole address, with the website's name.",
    AddressFlaw.BAD_HOST: "The website's name is misspelt. Copy the address from the browser's address bar.",
    AddressFlaw.NOT_PUBLIC: "This address opens on one network or device alone. Paste one that others can open.",
    AddressFlaw.TOO_MANY: "These are more than 200 addresses. Send the others separately.",
}


class AddressRefused(PlatformError, ValueError):
    """A text is no web address; `flaw` says why."""

    def __init__(self, flaw: AddressFlaw) -> None:
        self.flaw = flaw
        super().__init__(FLAW_MESSAGES[flaw])


class DomainRefused(PlatformError, ValueError):
    """A domain is misspelt, is shared by many sites, or the start of its path cannot be one."""


class DomainTaken(PlatformError):
    """Another platform, or this one, has this domain already."""


class DomainUnknown(PlatformError, EntryUnknown):
    """The platform has no such domain."""


class ChannelTaken(PlatformError, FieldRefused):
    """The platform has this channel already, in this language and on this rung."""

    def __init__(self) -> None:
        super().__init__("address", PlatformMistake.CHANNEL_TAKEN)


class ChannelUnknown(PlatformError, EntryUnknown):
    """The platform has no such channel."""


class TooManyRows(PlatformError):
    """A platform has as many domains or channels as one may have."""


class TooManyChannels(TooManyRows, FieldRefused):
    """A platform has as many channels as one may have."""

    def __init__(self) -> None:
        super().__init__("", PlatformMistake.CHANNELS)


class DirectoryRefused(PlatformError, ValueError):
    """A file of platforms cannot be taken in; the message names every place and what is wrong there."""
