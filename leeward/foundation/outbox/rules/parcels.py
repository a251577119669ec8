"""The content of parcels, their states, and the list of what can go wrong on their way."""

import base64
import binascii
import json
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from leeward.foundation.outbox.errors import ContentBroken, ContentRefused, ContentTooLarge
from leeward.foundation.outbox.rules.addresses import check_address, check_attachment, check_header, check_text

CONTENT_LIMIT = 8 * 1024 * 1024  # bytes of everything, packed
URL_LENGTH = 2_048


class ParcelKind(StrEnum):
    """The way by which a parcel leaves."""

    EMAIL = "email"
    WEBHOOK = "webhook"


class Stage(StrEnum):
    """The state of a parcel."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNSURE = "unsure"  # handed over, but no answer came: a person finds out whether it arrived
    RECALLED = "recalled"  # taken back before it was handed over; it never leaves


class Trouble(StrEnum):
    """What went wrong last. The list is fixed, because a server's own words may repeat the parcel's content."""

    NONE = ""
    NO_SERVER = "no_server"  # the installation names no mail server
    UNREACHABLE = "unreachable"
    INSECURE = "insecure"  # no certificate that holds, or no encryption at all
    SIGN_IN_REFUSED = "sign_in_refused"
    SERVER_REFUSED = "server_refused"
    SENDER_REFUSED = "sender_refused"
    RECIPIENT_REFUSED = "recipient_refused"
    MESSAGE_REFUSED = "message_refused"
    BROKE_OFF = "broke_off"
    TOO_SLOW = "too_slow"
    NO_RESULT = "no_result"  # handed over, and then nothing
    ADDRESS_REFUSED = "address_refused"  # a webhook's address that is never fetched
    ANSWERED_BADLY = "answered_badly"  # an answer that is none, or not a 2xx
    CONTENT_BROKEN = "content_broken"
    TOO_LATE = "too_late"  # its time had passed before it could be handed over


class Verdict(StrEnum):
    """The verdict on one try."""

    DELIVERED = "delivered"
    TRY_AGAIN = "try_again"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class Settlement(StrEnum):
    """What a person found out about a parcel that may have arrived."""

    ARRIVED = "arrived"
    SEND_AGAIN = "send_again"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, kw_only=True)
class TryResult:
    """The result of one try. `reply_code` is the server's SMTP or HTTP number, or 0."""

    verdict: Verdict
    trouble: Trouble = Trouble.NONE
    reply_code: int = 0


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """One file of a mail: its name, its media type and its bytes."""

    name: str
    type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class EmailContent:
    """One mail to one address. Its Message-ID is made from the parcel's id: see `rules.mail.message_id`.

    `sender` is "" for the installation's own; from `until` on it does not leave any more.
    Raises ContentRefused where it could not be sent: an address that is none, a line break in a header.
    """

    to: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    attachments: tuple[Attachment, ...] = ()
    reply_to: str = field(default="", repr=False)
    in_reply_to: str = field(default="", repr=False)
    sender: str = ""
    until: datetime | None = None

    def __post_init__(self) -> None:
        check_address(self.to)
        if self.sender:
            check_address(self.sender)
        if self.reply_to:
            check_address(self.reply_to)
        check_header(self.subject)
        check_text(self.text)
        if self.in_reply_to:
            check_header(self.in_reply_to)
        for attachment in self.attachments:
            check_attachment(attachment.name, attachment.type)


@dataclass(frozen=True, kw_only=True)
class WebhookContent:
    """One signed POST: where to, and the JSON text."""

    url: str = field(repr=False)
    body: str = field(repr=False)

    def __post_init__(self) -> None:
        if not self.url or len(self.url) > URL_LENGTH:
            raise ContentRefused(f"A webhook's address has 1 to {URL_LENGTH} characters.")
        check_text(self.body)


type ParcelContent = EmailContent | WebhookContent


@dataclass(frozen=True, kw_only=True)
class ParcelState:
    """A parcel as other apps see it: where it is and what went wrong, nothing of what it says."""

    parcel: UUID
    kind: ParcelKind
    state: Stage
    attempts: int
    posted_at: datetime
    next_try_at: datetime | None
    handed_over_at: datetime | None
    sent_at: datetime | None
    trouble: Trouble
    reply_code: int
    has_content: bool


def kind_of(content: ParcelContent) -> ParcelKind:
    """Return the way by which this content leaves."""
    return ParcelKind.EMAIL if isinstance(content, EmailContent) else ParcelKind.WEBHOOK


def pack_content(content: ParcelContent) -> str:
    """The content as one text. Raises ContentTooLarge."""
    if isinstance(content, WebhookContent):
        fields: dict[str, Any] = {"url": content.url, "body": content.body}
    else:
        fields = {
            "to": content.to,
            "subject": content.subject,
            "text": content.text,
            "reply_to": content.reply_to,
            "in_reply_to": content.in_reply_to,
            "sender": content.sender,
            "until": content.until.isoformat() if content.until else "",
            "attachments": [
                [attachment.name, attachment.type, base64.b64encode(attachment.data).decode()]
                for attachment in content.attachments
            ],
        }
    packed = json.dumps(fields, separators=(",", ":"))
    if len(packed) > CONTENT_LIMIT:
        raise ContentTooLarge(CONTENT_LIMIT)
    return packed


def unpack_content(packed: str, *, kind: ParcelKind) -> ParcelContent:
    """The content of a packed text. Raises ContentBroken."""
    try:
        fields = json.loads(packed)
        if kind is ParcelKind.WEBHOOK:
            return WebhookContent(**fields)
        attachments = tuple(
            Attachment(name=name, type=media, data=base64.b64decode(data, validate=True))
            for name, media, data in fields.pop("attachments")
        )
        until = fields.pop("until", "")  # a parcel of an earlier release has no end
        return EmailContent(attachments=attachments, until=datetime.fromisoformat(until) if until else None, **fields)
    except (ValueError, TypeError, KeyError, AttributeError, binascii.Error) as error:
        raise ContentBroken from error
