"""Posts a mail to a nominated person: from the neutral sender, and no longer than what it says is true."""

import uuid
from datetime import datetime

from django.conf import settings

from leeward.foundation.audit.rules import Actor
from leeward.foundation.outbox.operations import post_parcel
from leeward.foundation.outbox.rules.parcels import EmailContent, ParcelKind
from leeward.industry.declarations.mails import MailWords


def post_mail(*, to: str, words: MailWords, until: datetime, by: Actor, now: datetime) -> None:
    """Post it in the caller's transaction. Raises the outbox's ContentRefused and the vault's ServiceUnknown."""
    content = EmailContent(
        to=to, subject=words.subject, text=words.text, sender=settings.LEEWARD_NEUTRAL_FROM, until=until
    )
    post_parcel(parcel=uuid.uuid4(), kind=ParcelKind.EMAIL, content=content, due_at=now, by=by, now=now)
