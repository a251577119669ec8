"""The named errors about platforms, their keys, the addresses that belong to them, and the ways to reach them."""

from enum import StrEnum

from leeward.foundation.editing.errors import EntryUnknown


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


class DomainUnknown(PlatformError):
    """The platform has no such domain."""


class ChannelRefused(PlatformError, ValueError):
    """A channel lacks something or has what its kind cannot use; `field` says where to mend it."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)


class ChannelTaken(PlatformError):
    """The platform has this channel already."""


class ChannelUnknown(PlatformError):
    """The platform has no such channel."""


class ProfileRefused(PlatformError, ValueError):
    """A platform's profile has a value that cannot be; `field` says where to mend it."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)


class TooManyRows(PlatformError):
    """A platform has as many domains or channels as one may have."""


class DirectoryRefused(PlatformError, ValueError):
    """A file of platforms cannot be taken in; the message names every place and what is wrong there."""
