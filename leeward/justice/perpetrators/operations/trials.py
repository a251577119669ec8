"""Trials of messages: begun with a plan that can tell, ended once. Nobody looks at the counts in between."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.editing.errors import FieldRefused
from leeward.justice.perpetrators.errors import PerpetratorsMistake, TrialUnknown
from leeward.justice.perpetrators.models import Trial, TrialCount
from leeward.justice.perpetrators.operations.verbs import ChangeVerb, note
from leeward.justice.perpetrators.rules.trials import Arm, TrialPlan


@dataclass(frozen=True, kw_only=True)
class NewTrial:
    """Two texts, each by language, and what is expected of them."""

    code: str
    texts: Mapping[Arm, Mapping[str, str]]
    plan: TrialPlan


def begin_trial(*, new: NewTrial, by: Actor, now: datetime) -> None:
    """Show these two texts by chance from now on. Raises FieldRefused."""
    if not new.plan.is_possible:
        raise FieldRefused("more_percent", PerpetratorsMistake.NO_SUCH_SHARE)
    if new.texts[Arm.A] == new.texts[Arm.B]:
        raise FieldRefused("b_en", PerpetratorsMistake.SAME_TEXT)
    with transaction.atomic():
        runs = Trial.objects.select_for_update().filter(ended_at__isnull=True).first()
        if runs is not None:
            raise FieldRefused("code", PerpetratorsMistake.TRIAL_RUNS, about=runs.code)
        if Trial.objects.filter(code=new.code).exists():
            raise FieldRefused("code", PerpetratorsMistake.CODE_TAKEN)
        row = Trial.objects.create(
            code=new.code,
            texts={arm.value: dict(texts) for arm, texts in new.texts.items()},
            followed=new.plan.followed,
            more_percent=new.plan.more_percent,
            weekly=new.plan.weekly,
            begun_at=now,
        )
        TrialCount.objects.bulk_create(TrialCount(trial=row, arm=arm) for arm in Arm)
        note(ChangeVerb.TRIAL_BEGUN, "trial", new.code, by=by, now=now, showings=new.plan.showings)


def end_trial(*, code: str, by: Actor, now: datetime) -> None:
    """End a trial, whatever was counted. Safe to repeat. Raises TrialUnknown."""
    with transaction.atomic():
        row = Trial.objects.select_for_update().filter(code=code).first()
        if row is None:
            raise TrialUnknown
        if row.ended_at is None:
            row.ended_at = now
            row.save(update_fields=["ended_at"])
            note(ChangeVerb.TRIAL_ENDED, "trial", code, by=by, now=now)
