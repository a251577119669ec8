"""Counts of the helpline that may be shown: no rows, no names. Only cases whose person agreed to it are counted."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from leeward.society.directory.rules.open_time import OpenSpell
from leeward.victim.helpline.models import Case, Help
from leeward.victim.helpline.queries.hours import open_between
from leeward.victim.helpline.rules.helps import HelpKind, Met

LATEST = 5_000  # cases of which figures are made
AGREED = {"statistics_agreed_at__isnull": False}


@dataclass(frozen=True, kw_only=True)
class FirstAnswers:
    """First answers that were promised: how many were due or given, how many in time, and after how many open hours.

    `median_hours`: of those that were given; None where none was, or no hours are known.
    """

    promised: int
    in_time: int
    median_hours: float | None


def first_answers(*, since: datetime, until: datetime) -> FirstAnswers:
    """Count the first answers of cases that came in a period; what is neither given nor due yet counts nowhere."""
    rows = Case.objects.filter(opened_at__gte=since, opened_at__lt=until, first_due__isnull=False, **AGREED)
    told = rows.order_by("-opened_at").values_list("opened_at", "first_due", "answered_at")[:LATEST]
    given = [(opened, due, answered) for opened, due, answered in told if answered is not None and due is not None]
    missed = sum(answered is None and due is not None and due <= until for _opened, due, answered in told)
    spells = open_between(since, until) if given else ()
    hours = [_open_hours(opened, answered, spells) for opened, _due, answered in given]
    return FirstAnswers(
        promised=len(given) + missed,
        in_time=sum(answered <= due for _opened, due, answered in given),
        median_hours=round(median(hours), 1) if hours and spells else None,
    )


def needs_met(*, since: datetime, until: datetime) -> Mapping[HelpKind, Mapping[Met | None, int]]:
    """What people say of the help that ended in a period, by its kind; None for those who have not said it yet."""
    rows = Help.objects.filter(ended_at__gte=since, ended_at__lt=until, case__statistics_agreed_at__isnull=False)
    found = Counter(rows.values_list("kind", "met"))
    return {kind: {met: found[kind, met] for met in (*Met, None)} for kind in HelpKind}


def open_cases() -> int:
    """How many cases are open now."""
    return Case.objects.filter(closed_at__isnull=True).count()


def _open_hours(since: datetime, until: datetime, spells: Sequence[OpenSpell]) -> float:
    """How many open hours lie between two moments."""
    first = max(0, bisect_right([spell.opens_at for spell in spells], since) - 1)
    total = timedelta()
    for spell in spells[first:]:
        if spell.opens_at >= until:
            break
        total += max(min(spell.closes_at, until) - max(spell.opens_at, since), timedelta())
    return total / timedelta(hours=1)
