"""Says when something is due, as a person says it and never as a countdown; the other words stand in the templates."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from leeward.foundation.days import local_day, nation_zone, write_day
from leeward.industry.duties.rules import local_due

WEEK_DAYS = 6
SEVERAL = 2


def due_words(at: datetime, *, now: datetime) -> str:
    """When something is due, on the nation's own clock: "14:20 today", "Thursday 14:20", or with the date."""
    due = local_due(at, nation_zone())
    there, today = due.at, local_day(now)
    days = (there.date() - today).days
    if days == 0:
        return _("%(time)s today") % {"time": date_format(there, "H:i")}
    pattern = "l H:i" if 0 < days <= WEEK_DAYS else "l j F, H:i"
    return date_format(there, pattern if not due.is_repeated else f"{pattern} T")


def moment_words(at: datetime, *, among: Iterable[datetime]) -> str:
    """A day, and the time where several of these moments are on the same day."""
    day = write_day(at)
    is_alone = sum(local_day(each) == local_day(at) for each in among) < SEVERAL
    return day if is_alone else f"{day}, {date_format(at.astimezone(nation_zone()), 'H:i')}"


def clock_note() -> str:
    """What the demonstration says about its sped-up clocks; "" elsewhere."""
    pace = settings.LEEWARD_CLOCK_PACE
    return _("Demonstration: clocks run %(pace)s times faster.") % {"pace": f"{pace:g}"} if pace > 1 else ""
