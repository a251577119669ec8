"""Errors of parcels. No message repeats an address or a text.

OutboxError
├── ContentRefused         a parcel that could never be sent
│   ├── AddressRefused     an e-mail address that is not one plain address
│   └── ContentTooLarge    more than one parcel may carry
├── ContentBroken          a sealed parcel whose content is not one of ours
├── ServerMalformed        LEEWARD_SMTP_URL or its credentials cannot be used
├── ParcelUnknown          no parcel of this id
├── ParcelNotFailed        only a failed parcel can be tried again
├── ParcelNotUnsure        only a parcel whose end is unsure can be settled
├── ContentForgotten       the content of an old failure is gone
└── ClaimLost              another courier has taken the parcel over
"""


class OutboxError(Exception):
    """The family of errors that this app raises."""


class ContentRefused(OutboxError, ValueError):
    """The content could never be sent as it is."""


class AddressRefused(ContentRefused):
    """The text is not one plain e-mail address."""

    def __init__(self) -> None:
        super().__init__("This is not one plain e-mail address, such as desk@example.org. Correct it.")


class ContentTooLarge(ContentRefused):
    """More than one parcel may carry."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"One parcel carries at most {limit // 1024} KiB. Shorten the text or leave attachments out.")


class ContentBroken(OutboxError):
    """An opened parcel holds something else than the content of a parcel."""

    def __init__(self) -> None:
        super().__init__("The parcel's content cannot be read. Post it again.")


class ServerMalformed(OutboxError, ValueError):
    """The mail server's address or credentials cannot be used as they stand."""


class ParcelUnknown(OutboxError, LookupError):
    """There is no parcel of this id."""

    def __init__(self) -> None:
        super().__init__("There is no parcel of this id.")


class ParcelNotFailed(OutboxError):
    """Only a parcel that has failed can be tried again."""

    def __init__(self) -> None:
        super().__init__("Only a parcel that has failed can be tried again; look at its state.")


class ParcelNotUnsure(OutboxError):
    """Only a parcel of which nobody knows whether it arrived can be settled."""

    def __init__(self) -> None:
        super().__init__("Only a parcel whose end is unsure can be settled; look at its state.")


class ContentForgotten(OutboxError):
    """The parcel's content was wiped, so there is nothing left to send."""

    def __init__(self) -> None:
        super().__init__("The content of this parcel was wiped after its time. Post a new one.")


class ClaimLost(OutboxError):
    """The parcel was taken over by another courier before it was handed over; nothing was sent."""

    def __init__(self) -> None:
        super().__init__("Another courier has taken this parcel over. Nothing was sent here.")
