"""Writes one mail: headers that cannot be extended, and nothing that tells about the machine that wrote it."""

import re
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from uuid import UUID

from leeward.foundation.outbox.rules.addresses import check_address
from leeward.foundation.outbox.rules.parcels import EmailContent

# 7bit: every server takes it, so nobody on the way needs to change the text.
MAIL_POLICY = policy.SMTP.clone(cte_type="7bit")
DOT_AT_START = re.compile(rb"^\.", re.MULTILINE)


def message_id(parcel: UUID, *, sender: str) -> str:
    """The Message-ID of a parcel's mail: the same however often it is sent, so that a repeat can be told."""
    return f"<{parcel}@{sender.rpartition('@')[2]}>"


def write_mail(content: EmailContent, *, parcel: UUID, sender: str, now: datetime) -> bytes:
    """The whole mail, with lines that end in CRLF."""
    mail = EmailMessage(policy=MAIL_POLICY)
    mail["From"] = sender
    mail["To"] = check_address(content.to)
    mail["Subject"] = content.subject
    mail["Date"] = format_datetime(now.astimezone(UTC))  # never the zone of whoever wrote it
    mail["Message-ID"] = message_id(parcel, sender=sender)
    if content.reply_to:
        mail["Reply-To"] = check_address(content.reply_to)
    if content.in_reply_to:
        mail["In-Reply-To"] = content.in_reply_to
        mail["References"] = content.in_reply_to
    mail.set_content(content.text)
    for attachment in content.attachments:
        maintype, _, subtype = attachment.type.partition("/")
        mail.add_attachment(attachment.data, maintype=maintype, subtype=subtype, filename=attachment.name)
    return mail.as_bytes()


def wire_lines(mail: bytes) -> bytes:
    """The mail as DATA carries it, but for its end: a dot that begins a line is doubled, the last line is ended."""
    return DOT_AT_START.sub(b"..", mail.removesuffix(b"\r\n") + b"\r\n")
