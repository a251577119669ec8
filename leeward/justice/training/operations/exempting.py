"""Exemptions: who need not pass for a time, and the second person that a long one needs."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from leeward.foundation.audit.rules import Actor, who
from leeward.foundation.days import day_in
from leeward.foundation.editing.errors import FieldRefused, Mistake
from leeward.justice.training.errors import ExemptionUnknown, LearnerUnknown, OwnExemption, TrainingMistake
from leeward.justice.training.models import Exemption, Learner
from leeward.justice.training.operations.verbs import TrainingVerb, note
from leeward.justice.training.rules.exempting import Days, exempt_together
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
    """Exempt somebody for a time; over 180 days it counts once a second person has agreed. Safe to repeat.

    What it joins is counted with it (`exempt_together`). Raises FieldRefused, LearnerUnknown.
    """
    if new.until_on < new.from_on:
        raise FieldRefused("until_on", Mistake.BEFORE)
    if new.until_on - new.from_on > EXEMPT_MOST:
        raise FieldRefused("until_on", TrainingMistake.TOO_LONG)
    with transaction.atomic():
        # Locked, so that two exemptions at once do not pass by each other.
        people = Learner.objects.select_for_update(of=("self",)).select_related("employer")
        row = people.filter(reference=learner, employer__public_id=employer).first()
        if row is None:
            raise LearnerUnknown
        together = exempt_together((new.from_on, new.until_on), _counted(row))
        _row, is_new = Exemption.objects.get_or_create(
            reference=exemption,
            defaults={
                "learner": row,
                "reason": new.reason,
                "from_on": new.from_on,
                "until_on": new.until_on,
                "asked_at": now,
                "asked_by": who(by),
                "needs_second": together > EXEMPT_ALONE,
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


def _counted(row: Learner) -> Iterator[Days]:
    """The days of somebody's exemptions: of one that was ended until that day, of one that was refused none."""
    for each in row.exemptions.all():
        if each.ended_at is None:
            yield each.from_on, each.until_on
        elif not each.needs_second or each.agreed_at is not None:
            last = min(each.until_on, day_in(row.employer.zone, each.ended_at))
            if last >= each.from_on:
                yield each.from_on, last


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
