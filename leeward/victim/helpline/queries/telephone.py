"""Counts of calls, by month; nothing here is about a call."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum
from django.db.models.functions import TruncMonth

from leeward.foundation.days import nation_zone
from leeward.foundation.rows import read_values
from leeward.victim.helpline.models import CallHour
from leeward.victim.helpline.rules.telephone import NUMBERS

MONTHS = 13


@dataclass(frozen=True, kw_only=True)
class MonthOfCalls:
    """The calls of one month on one line."""

    month: datetime
    line: str
    offered: int
    answered: int
    abandoned: int


def months_of_calls() -> tuple[MonthOfCalls, ...]:
    """The last months by line, the newest first."""
    by_month = CallHour.objects.annotate(month=TruncMonth("hour", tzinfo=nation_zone())).values("month", "line")
    sums = {name: Sum(name) for name in NUMBERS}
    rows = by_month.annotate(**sums).order_by("-month", "line")
    return tuple(read_values(MonthOfCalls, row) for row in rows[: MONTHS * 5])
