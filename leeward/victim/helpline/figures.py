"""Counts of the helpline that may be shown: no rows, no names. Only cases whose person agreed to it are counted."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Count, F, Min, Q, Sum

from leeward.foundation.days import local_day
from leeward.foundation.protection.tables import TOTAL
from leeward.society.directory.rules.open_time import OpenSpell
from leeward.victim.file.rules.story import Harm
from leeward.victim.helpline.models import CallHour, Case, Help, LawGaps, Override, Review, Signal
from leeward.victim.helpline.queries.care import held_minutes
from leeward.victim.helpline.queries.cases import TEAM
from leeward.victim.helpline.queries.funding import list_funding, paid_until
from leeward.victim.helpline.queries.hours import open_between
from leeward.victim.helpline.rules.helps import HelpKind, Met
from leeward.victim.helpline.rules.telephone import NUMBERS
from leeward.victim.network.figures import AskedCounts, asked_counts
from leeward.victim.network.handed import LawGapCounts

LATEST = 5_000  # cases of which figures are made
AGREED = {"statistics_agreed_at__isnull": False}


@dataclass(frozen=True, kw_only=True)
class FirstAnswers:
    """First answers that were promised: how many were due or given, how many in time, and after how many open hours.

    `median_hours`: within which half of those that were promised were given; None where fewer were, or no hours are
    known.
    """

    promised: int
    in_time: int
    median_hours: float | None


@dataclass(frozen=True, kw_only=True)
class CallCounts:
    """Calls that were offered to the helpline, and of these those answered, and given up before anybody answered."""

    offered: int
    answered: int
    abandoned: int


@dataclass(frozen=True, kw_only=True)
class HelpCounts:
    """Help of one kind that ended: how often, of how many people said how it went, and how many got it."""

    kind: str
    ended: int
    said: int
    met: int


@dataclass(frozen=True, kw_only=True)
class SignalsLookedAt:
    """What programmes told, and was looked at or had to be; `in_time`: within one open hour."""

    due: int
    in_time: int


def signals_looked_at(*, since: datetime, until: datetime, now: datetime) -> SignalsLookedAt:
    """Count what programmes told the helpline in a period. Which of it says that a risk is higher, no row tells."""
    rows = Signal.objects.filter(team=TEAM, at__gte=since, at__lt=until, due_at__isnull=False)
    due = rows.filter(Q(looked_at__isnull=False) | Q(due_at__lte=now))
    in_time = Count("pk", filter=Q(looked_at__lte=F("due_at")))
    return SignalsLookedAt(**due.aggregate(due=Count("pk"), in_time=in_time))


def first_answers(*, since: datetime, until: datetime, now: datetime) -> FirstAnswers:
    """Count the first answers of cases that came in a period; what is neither given nor due now counts nowhere."""
    rows = Case.objects.filter(opened_at__gte=since, opened_at__lt=until, first_due__isnull=False, **AGREED)
    told = rows.order_by("-opened_at").values_list("opened_at", "first_due", "answered_at")[:LATEST]
    given = [(opened, due, answered) for opened, due, answered in told if answered is not None and due is not None]
    missed = sum(answered is None and due is not None and due <= now for _opened, due, answered in told)
    promised = len(given) + missed
    spells = open_between(since, now) if given else ()
    hours = sorted(_open_hours(opened, answered, spells) for opened, _due, answered in given)
    middle = (promised + 1) // 2
    return FirstAnswers(
        promised=promised,
        in_time=sum(answered <= due for _opened, due, answered in given),
        median_hours=round(hours[middle - 1], 1) if spells and 0 < middle <= len(hours) else None,
    )


def needs_met(*, since: datetime, until: datetime) -> Mapping[HelpKind, Mapping[Met | None, int]]:
    """What people say of the help that ended in a period, by its kind; None for those who have not said it yet."""
    rows = Help.objects.filter(ended_at__gte=since, ended_at__lt=until, case__statistics_agreed_at__isnull=False)
    found = Counter(rows.values_list("kind", "met"))
    return {kind: {met: found[kind, met] for met in (*Met, None)} for kind in HelpKind}


def helps_judged(*, since: datetime, until: datetime) -> tuple[HelpCounts, ...]:
    """The same in numbers: one line for each kind of help."""
    found = needs_met(since=since, until=until)
    judged = (Met.YES, Met.PARTLY, Met.NO)
    return tuple(
        HelpCounts(
            kind=kind.value,
            ended=sum(counts.values()),
            said=sum(counts[met] for met in judged),
            met=counts[Met.YES],
        )
        for kind, counts in found.items()
    )


def calls_counted(*, since: datetime, until: datetime) -> CallCounts | None:
    """Count the calls of a period, as a telephone system told them by the hour; None where it told none of it."""
    rows = CallHour.objects.filter(hour__gte=since, hour__lt=until)
    found = rows.aggregate(**{name: Sum(name) for name in NUMBERS})
    return CallCounts(**found) if found["offered"] is not None else None


def referral_counts(*, since: datetime, until: datetime) -> AskedCounts:
    """Count what became of the times that a service was asked in a period to help one of these people."""
    return asked_counts(Case.objects.filter(**AGREED).values("file"), since=since, until=until)


def overrides_decided(*, since: date, until: date) -> Mapping[str, int]:
    """How often a second person let something be passed on without a yes in a period, and how often they refused."""
    rows = Override.objects.filter(decided_on__gte=since, decided_on__lte=until)
    found = Counter(rows.filter(review__case__statistics_agreed_at__isnull=False).values_list("state", flat=True))
    return {state.value: found[state] for state in (Review.State.AGREED, Review.State.REFUSED)}


def law_gaps(*, since: date) -> tuple[LawGapCounts, ...]:
    """What may be printed of the gaps in the law as the front line meets them, of quarters that are over from a day on.

    It is protected already, and the newest quarter is there once somebody at the helpline has opened their figures.
    """
    rows = LawGaps.objects.filter(quarter__gte=since).order_by("quarter").values_list("quarter", "kept_at", "counts")
    return tuple(
        LawGapCounts(
            quarter=quarter,
            counted_on=local_day(kept_at),
            people=counts.get(TOTAL),
            by_harm={harm: counts[harm] for harm in Harm if counts.get(harm) is not None},
        )
        for quarter, kept_at, counts in rows
    )


def first_day() -> date | None:
    """The first day of which there is anything to count."""
    opened = Case.objects.filter(**AGREED).aggregate(first=Min("opened_at"))["first"]
    called = CallHour.objects.aggregate(first=Min("hour"))["first"]
    return min((found.astimezone(UTC).date() for found in (opened, called) if found), default=None)


def months_paid(*, today: date) -> int | None:
    """For how many whole months from today the helpline is paid without a gap; None where nobody has entered any."""
    if not list_funding():
        return None
    until = paid_until(today=today)
    if until is None:
        return 0
    end = until + timedelta(days=1)  # paid to the last day of a month is paid for the whole of it
    return (end.year - today.year) * 12 + end.month - today.month - (end.day < today.day)


def supervision_hours(*, since: datetime, until: datetime) -> float:
    """How many hours of debriefs and supervision everybody who works here had together."""
    return sum(held_minutes(since=since, until=until).values()) / 60


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
