"""How often an answer of a talk is chosen: counted by week and employer when it ends, once, and never of whom."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from leeward.foundation.counters.operations import take
from leeward.foundation.days import local_day
from leeward.foundation.lessons.rules.talk import Said, Talk
from leeward.foundation.protection.periods import Frequency, period_of
from leeward.justice.training.models import Learner, SayingCount

ONCE = "training.talk"
LASTS = timedelta(hours=3)


def count_talk(*, talk: Talk, said: tuple[Said, ...], once: str, learner: int | None, now: datetime) -> bool:
    """Count each answer of a talk that ended; False where this very talk was counted before.

    `once` names it. `learner`: by whose link it was held, None for anybody; only their employer is kept of that.
    """
    if not take(kind=ONCE, name=once, until=now + LASTS, now=now):
        return False
    row = Learner.objects.select_related("employer").filter(pk=learner).first() if learner else None
    employer = row.employer if row else None
    week = period_of(local_day(now), step=Frequency.WEEK).start
    with transaction.atomic():
        for turn, saying in said:
            count, _made = SayingCount.objects.get_or_create(
                week=week,
                employer=employer,
                talk=talk.slug,
                version=talk.version,
                turn=turn.id,
                saying=saying.id,
            )
            SayingCount.objects.filter(pk=count.pk).update(number=F("number") + 1)
    return True
