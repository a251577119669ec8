"""Numbers of training for the nation's figures: no learner, no employer, no name."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Min, Q

from leeward.justice.training.models import Trigger
from leeward.justice.training.rules.terms import ANSWER_WITHIN

YEAR = timedelta(days=365)


@dataclass(frozen=True, kw_only=True)
class TriggerFigures:
    """Changes for courses. `oldest_days`: for how long the oldest one has waited for its answer, None where none waits.

    `asked`: those of the last year whose 30 days are over or that have their answer; `in_time`: answered within them.
    """

    waiting: int
    oldest_days: int | None
    asked: int
    in_time: int


def trigger_figures(*, today: date) -> TriggerFigures:
    """Return how authors answer what changes outside."""
    waits = Trigger.objects.filter(answered_on__isnull=True).aggregate(number=Count("pk"), oldest=Min("noticed_on"))
    asked = Trigger.objects.filter(noticed_on__gt=today - ANSWER_WITHIN - YEAR).filter(
        Q(due_on__lt=today) | Q(answered_on__isnull=False)
    )
    found = asked.aggregate(asked=Count("pk"), in_time=Count("pk", filter=Q(answered_on__lte=F("due_on"))))
    oldest = waits["oldest"]
    return TriggerFigures(waiting=waits["number"], oldest_days=(today - oldest).days if oldest else None, **found)
