"""Exemptions: who need not pass for a time, and the second person that a long one needs."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from leeward.foundation.audit.rules import Actor, who
from leeward.foundation.editing.errors import FieldRefused, Mistake
from leeward.justice.training.errors import ExemptionUnknown, LearnerUnknown, OwnExemption, TrainingMistake
from leeward.justice.training.models import Exemption, Learner
from leeward.justice.training.operations.verbs import TrainingVerb, note
from leeward.justice.training.rules.terms import EXEMPT_ALONE, EXEMPT_MOST, ExemptReason


@dataclass(frozen=True, kw_only=True)
class NewExemption:
    """Why, and from when until when, both days included."""

    reason: ExemptReason
    from_on: date
    until_on: date


def exempt(
    *, learner: uuid.UUID, employer: uuid.UUID, new: NewExemption, exemption: uuid.UUID, by: Actor, now: datetime
) -> None:
    """Exempt somebody for a time; one over 180 days counts once a second person has agreed. Safe to repeat.

    Raises FieldRefused, LearnerUnknown.
    """
    if new.until_on < new.from_on:
        raise FieldRefused("until_on", Mistake.BEFORE)
    if new.until_on - new.from_on > EXEMPT_MOST:
        raise FieldRefused("until_on", TrainingMistake.TOO_LONG)
    with transaction.atomic():
        row = Learner.objects.filter(reference=learner, employer__public_id=employer).first()
        if row is None:
            raise LearnerUnknown
        _row, is_new = Exemption.objects.get_or_create(
            reference=exemption,
            defaults={
                "learner": row,
                "reason": new.reason,
                "from_on": new.from_on,
                "until_on": new.until_on,
                "asked_at": now,
                "asked_by": who(by),
                "needs_second": new.until_on - new.from_on >= EXEMPT_ALONE,  # both days count
            },
        )
        if is_new:
            note(TrainingVerb.EXEMPTED, "learner", learner, by=by, now=now, reason=new.reason)


def agree_exemption(*, exemption: uuid.UUID, employer: uuid.UUID, by: Actor, now: datetime) -> None:
    """Agree to a long exemption as the second person. Raises ExemptionUnknown, OwnExemption."""
    with transaction.atomic():
        row = _find(exemption, employer)
        if not row.needs_second or row.agreed_at is not None:
            raise ExemptionUnknown
        if row.asked_by == who(by):
            raise OwnExemption
        row.agreed_at, row.agreed_by = now, who(by)
        row.save(update_fields=["agreed_at", "agreed_by"])
        note(TrainingVerb.EXEMPTION_AGREED, "learner", row.learner.reference, by=by, now=now)


def end_exemption(*, exemption: uuid.UUID, employer: uuid.UUID, by: Actor, now: datetime) -> None:
    """End an exemption, or refuse one that waits for a second person. Raises ExemptionUnknown."""
    with transaction.atomic():
        row = _find(exemption, employer)
        row.ended_at = now
        row.save(update_fields=["ended_at"])
        note(TrainingVerb.EXEMPTION_ENDED, "learner", row.learner.reference, by=by, now=now)


def _find(exemption: uuid.UUID, employer: uuid.UUID) -> Exemption:
    row = (
        Exemption.objects.select_for_update(of=("self",))
        .select_related("learner")
        .filter(reference=exemption, learner__employer__public_id=employer, ended_at__isnull=True)
        .first()
    )
    if row is None:
        raise ExemptionUnknown
    return row
