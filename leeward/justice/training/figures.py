"""Numbers of training for the nation's figures: no learner, no employer, no name."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Min, Q

from leeward.foundation.protection.tables import TOTAL
from leeward.justice.training.models import CoverageSheet, Trigger
from leeward.justice.training.rules.terms import ANSWER_WITHIN

YEAR = timedelta(days=365)


@dataclass(frozen=True, kw_only=True)
class TrainedFigures:
    """How many were in date, and under a course at all, as it may be told: rounded, and without who is exempt.

    Whoever is under two courses is counted in both.
    """

    in_date: int
    people: int


def trained_figures(*, today: date) -> TrainedFigures | None:
    """Return what was counted of all courses in the newest week; None where nothing of it may be told."""
    newest = CoverageSheet.objects.filter(week_on__lte=today).order_by("-week_on").first()
    if newest is None:
        return None
    in_date = people = 0
    for cells in CoverageSheet.objects.filter(week_on=newest.week_on).values_list("cells", flat=True):
        for employer, role, (all_, _why), (part, _its), *_rest in cells:
            if employer == role == TOTAL and all_ is not None and part is not None:
                people, in_date = people + all_, in_date + part
    return TrainedFigures(in_date=in_date, people=people) if people else None


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
