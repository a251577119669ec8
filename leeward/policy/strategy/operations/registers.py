"""Writes the registers: standards, agreements, and the reminders before an agreement expires.

A reminder and the mark that it was written are one transaction: a kill neither repeats one nor loses one.
"""

import uuid
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.editing.history import held, note
from leeward.foundation.outbox.errors import ContentRefused
from leeward.foundation.outbox.operations import post_parcel
from leeward.foundation.outbox.rules.parcels import EmailContent, ParcelKind
from leeward.foundation.rows import read_row
from leeward.foundation.vault.errors import ServiceUnknown
from leeward.policy.strategy.mails import expiry_mail
from leeward.policy.strategy.models import Agreement, Reminder, Standard
from leeward.policy.strategy.operations.writing import save
from leeward.policy.strategy.rules.registers import (
    NewAgreement,
    NewStandard,
    check_agreement,
    check_standard,
    reminder_step,
)
from leeward.policy.strategy.rules.terms import EntryKind, StrategyVerb

LOOKED_AGAIN_AFTER = timedelta(days=1)
MAIL_KEPT_FOR = timedelta(days=14)


@transaction.atomic
def save_standard(*, reference: UUID | None = None, new: NewStandard, by: Actor, now: datetime) -> UUID:
    """Write down a standard, or change one. Raises FieldRefused and EntryUnknown."""
    checked = check_standard(new, today=local_day(now))
    row = held(Standard.objects.all(), reference) if reference else Standard()
    return save(EntryKind.STANDARD, row, checked, by=by, now=now)


@transaction.atomic
def save_agreement(*, reference: UUID | None = None, new: NewAgreement, by: Actor, now: datetime) -> UUID:
    """Write down an agreement, or change one; its reminder is worked out anew. Raises FieldRefused and EntryUnknown."""
    checked = check_agreement(new)
    row = held(Agreement.objects.all(), reference) if reference else Agreement()
    row.look_at = now
    return save(EntryKind.AGREEMENT, row, checked, by=by, now=now)


def remind_keepers(*, now: datetime, limit: int) -> int:
    """Write to the keepers of up to `limit` agreements that end; returns to how many. Safe to repeat and to kill."""
    due = Agreement.objects.filter(look_at__lte=now).order_by("look_at", "pk")
    written = 0
    for pk in list(due.values_list("pk", flat=True)[:limit]):
        try:
            with transaction.atomic():
                written += _remind(pk, now=now)
        except ServiceUnknown:  # an installation without a courier: nobody could send it, and nothing is kept of it
            return written
    return written


def _remind(pk: int, *, now: datetime) -> int:
    can_pass_over = connection.features.has_select_for_update_skip_locked
    rows = Agreement.objects.select_for_update(of=("self",), skip_locked=can_pass_over)
    row = rows.filter(pk=pk, look_at__lte=now).first()
    if row is None:  # looked at meanwhile, or just now in another sweep's hands
        return 0
    Agreement.objects.filter(pk=pk).update(look_at=now + LOOKED_AGAIN_AFTER)
    entry, today = read_row(NewAgreement, row), local_day(now)
    if entry.expires_on is None or not entry.keeper_email or (entry.ended_on is not None and entry.ended_on <= today):
        return 0
    written = set(row.reminders.filter(expires_on=entry.expires_on).values_list("step", flat=True))
    step = reminder_step(expires_on=entry.expires_on, today=today, written=written)
    if step is None:
        return 0
    try:
        with transaction.atomic():
            _post(row, entry, step=step, now=now)
    except ContentRefused:  # no mail can be sent there; the register shows that it ends
        return 0
    return 1


def _post(row: Agreement, entry: NewAgreement, *, step: int, now: datetime) -> None:
    expires_on = entry.expires_on
    if expires_on is None:
        return
    words = expiry_mail(
        expires_on=expires_on,
        today=local_day(now),
        address=f"{settings.LEEWARD_URL}/staff/",
        language=entry.language or settings.LANGUAGE_CODE,
    )
    content = EmailContent(
        to=entry.keeper_email,
        subject=words.subject,
        text=words.text,
        sender=settings.LEEWARD_NEUTRAL_FROM,
        until=now + MAIL_KEPT_FOR,
    )
    Reminder.objects.create(agreement=row, expires_on=expires_on, step=step, written_at=now)
    by = Actor.system()
    post_parcel(parcel=uuid.uuid4(), kind=ParcelKind.EMAIL, content=content, due_at=now, by=by, now=now)
    note(
        EntryKind.AGREEMENT,
        row.public_id,
        StrategyVerb.REMINDED,
        by=by,
        now=now,
        after={"expires_on": expires_on.isoformat(), "step": step},
        facts={"step": step},
    )
