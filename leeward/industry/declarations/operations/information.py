"""Writes down that platforms were asked for information, and what they answered; nothing of any case."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from leeward.foundation.audit.rules import Actor, who
from leeward.foundation.days import local_day
from leeward.foundation.editing.errors import EntryUnknown
from leeward.foundation.rows import add_row
from leeward.industry.declarations.models import InformationRequest
from leeward.industry.declarations.operations.verbs import DeclarationVerb, note
from leeward.industry.declarations.rules.information import (
    InformationAnswer,
    NewInformationRequest,
    check_answer,
    check_information_request,
)
from leeward.industry.platforms.rules import Partner


@transaction.atomic
def record_request(*, partner: Partner, new: NewInformationRequest, by: Actor, now: datetime) -> UUID:
    """Write down that a platform was asked. Raises FieldRefused."""
    checked = check_information_request(new, today=local_day(now))
    row = add_row(InformationRequest, checked, platform_id=partner.id, recorded_at=now, recorded_by=who(by))
    facts = {"platform": str(partner.public_id), "asker": checked.asker_kind.value}
    note(DeclarationVerb.ASKED, "request", row.public_id, by=by, now=now, facts=facts)
    return row.public_id


@transaction.atomic
def record_answer(*, partner: Partner, reference: UUID, answer: InformationAnswer, by: Actor, now: datetime) -> None:
    """Write down what the platform answered; again to mend it. Raises EntryUnknown, FieldRefused."""
    row = _held(partner, reference)
    checked = check_answer(answer, sent_on=row.sent_on, today=local_day(now))
    row.answer, row.answered_on = checked.kind.value, checked.answered_on
    row.save(update_fields=["answer", "answered_on"])
    note(DeclarationVerb.ANSWERED, "request", reference, by=by, now=now, facts={"answer": checked.kind.value})


@transaction.atomic
def drop_request(*, partner: Partner, reference: UUID, by: Actor, now: datetime) -> None:
    """Take out what was entered by mistake; the trail keeps that it was there. Raises EntryUnknown."""
    _held(partner, reference).delete()
    note(DeclarationVerb.DROPPED, "request", reference, by=by, now=now)


def _held(partner: Partner, reference: UUID) -> InformationRequest:
    rows = InformationRequest.objects.select_for_update(of=("self",))
    row = rows.filter(public_id=reference, platform_id=partner.id).first()
    if row is None:
        raise EntryUnknown
    return row
