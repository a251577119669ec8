"""The time that the law gives: as a line across a chart, and as words under it."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext

from leeward.foundation.days import local_day
from leeward.foundation.web.charts import Mark
from leeward.foundation.web.charts.numbers import say
from leeward.industry.duties.figures import LegalLimit, legal_limits
from leeward.policy.statistics.records import Unit


def limits_now(now: datetime) -> tuple[LegalLimit, ...]:
    """Return today's limits of the nation's own laws: those whose jurisdiction is its name or its code."""
    own = (settings.LEEWARD_NATION, settings.LEEWARD_JURISDICTION)
    return legal_limits(on=local_day(now), jurisdictions=own)


def marks_of(limits: Iterable[LegalLimit]) -> tuple[Mark, ...]:
    """Return a line for each limit that a law sets."""
    return tuple(
        Mark(name=gettext("the law: %(time)s") % {"time": say(hours, Unit.HOURS)}, value=hours)
        for hours in sorted({limit.hours for limit in limits})
    )


def limits_in_words(limits: Iterable[LegalLimit]) -> tuple[str, ...]:
    """Say which law gives how long, and how the line differs from the law's own clock."""
    told = [
        gettext("The line across: %(law)s gives a platform %(time)s.")
        % {"law": limit.law, "time": say(limit.hours, Unit.HOURS)}
        for limit in limits
    ]
    if told:
        told.append(
            gettext("A law’s clock may begin after the first notice, and stand still; the line shows its length alone.")
        )
    return tuple(told)
