"""Counts of what was reached, shown and followed: a number goes up by one, and nothing else is kept."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from leeward.foundation.days import local_day
from leeward.justice.perpetrators.models import EndingCount, TrialCount
from leeward.justice.perpetrators.rules.check import Ending
from leeward.justice.perpetrators.rules.trials import Arm


def count_ending(ending: Ending, *, now: datetime) -> None:
    """Count that the self-check ended in this way in this week."""
    day = local_day(now)
    week = day - timedelta(days=day.weekday())
    with transaction.atomic():
        row, _is_new = EndingCount.objects.get_or_create(week=week, ending=ending)
        EndingCount.objects.filter(pk=row.pk).update(number=F("number") + 1)


def count_shown(trial: str, arm: Arm) -> None:
    """Count that a text of a trial that runs was shown."""
    _running(trial, arm).update(shown=F("shown") + 1)


def count_followed(trial: str, arm: Arm) -> None:
    """Count that somebody followed it; never more often than it was shown."""
    _running(trial, arm).filter(followed__lt=F("shown")).update(followed=F("followed") + 1)


def _running(trial: str, arm: Arm) -> QuerySet[TrialCount]:
    return TrialCount.objects.filter(trial__code=trial, trial__ended_at__isnull=True, arm=arm)
