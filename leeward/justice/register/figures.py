"""Yearly counts of the register for everybody: protected, and without any name, agency or reference."""

from dataclasses import dataclass
from datetime import date
from statistics import median

from django.db.models import F, Min, Q

from leeward.foundation.days import local_day
from leeward.foundation.protection.tables import TOTAL, Published, may_publish_quantile, protect_list
from leeward.justice.register.models import Check, Entry
from leeward.justice.register.rules.terms import DECIDED, OPEN, CheckState, EntryState

YEARS_SHOWN = 5
STILL_OPEN = "open"


@dataclass(frozen=True, kw_only=True)
class RegisterYear:
    """A whole year. `by_one`: decided by one person alone, which the database refuses."""

    year: int
    entries: Published
    checks: Published
    told: Published
    days: int | None
    by_one: int


def register_years(*, today: date) -> tuple[RegisterYear, ...]:
    """The last whole years since the first entry or check, the newest first."""
    firsts = [
        Entry.objects.aggregate(first=Min("entered_on"))["first"],
        Check.objects.aggregate(first=Min("asked_on"))["first"],
    ]
    known = [each.year for each in firsts if each is not None]
    first = max(min(known, default=today.year), today.year - YEARS_SHOWN)
    return tuple(_year(year) for year in range(today.year - 1, first - 1, -1))


def _year(year: int) -> RegisterYear:
    begin, end = date(year, 1, 1), date(year, 12, 31)
    checks = Check.objects.filter(asked_on__gte=begin, asked_on__lte=end)
    counted = {each.value: checks.filter(state=each).count() for each in CheckState if each not in OPEN}
    counted[STILL_OPEN] = checks.filter(state__in=[each.value for each in OPEN]).count()
    published = protect_list(counted)
    decided = checks.filter(state__in=[each.value for each in DECIDED])
    days = [
        (local_day(at) - asked).days for asked, at in decided.values_list("asked_on", "decided_at") if at is not None
    ]
    may_print = may_publish_quantile(percent=50, observations=len(days))
    is_there = Q(entered_on__lte=end) & (Q(destroyed_at__isnull=True) | Q(destroyed_at__date__gt=end))
    suspended = EntryState.SUSPENDED.value
    there = Entry.objects.filter(is_there).exclude(state=suspended).count()
    return RegisterYear(
        year=year,
        entries=protect_list({"there": there})["there"],
        checks=published[TOTAL],
        told=published[CheckState.TOLD.value],
        days=round(median(days)) if may_print else None,
        by_one=decided.filter(decided_by=F("prepared_by")).count(),
    )
