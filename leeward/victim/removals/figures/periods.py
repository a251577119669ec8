"""Counts of what happened between two days, for the nation's statistics: of items and reports, never of people.

Only reports are counted whose person has said yes to that; what she took back is not. An item is one request for
removal. It is *gone* once it was seen gone, or, where nobody has looked, once its platform said that it is removed; and
not if it was seen up after that. What became of an item counts if it did within `FOLLOW_UP`.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import (
    Case,
    Count,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce, RowNumber

from leeward.victim.removals.models import Exposure, Report, Request, RequestEvent
from leeward.victim.removals.rules.reports import ItemKind
from leeward.victim.removals.rules.states import RequestState, Step

FOLLOW_UP = timedelta(days=90)
ITEMS_AFTER = timedelta(days=30)  # in which places that a person adds to her report still count for it
ANSWERS = (Step.DECIDED_REMOVED.value, Step.DECIDED_KEPT.value, Step.FOUND_INCOMPLETE.value)
GONE_STEPS = (Step.SEEN_GONE.value, Step.DECIDED_REMOVED.value)
MINUTES_AN_HOUR = 60
ALL_PERCENT = 100


@dataclass(frozen=True, kw_only=True)
class SentCounts:
    """Items first asked for in the period at one platform, and what became of them within the follow-up.

    `platform` is a listed platform's public id and `name` what it is called; both empty for all other sites.
    `verified` are those of `gone` that we saw gone; `in_time` those of `law`, the items with a law's clock, that were
    gone before it ran out; `accepted` those whose platform's first answer was that it is removed.
    """

    platform: str
    name: str
    sent: int
    gone: int
    verified: int
    answered: int
    accepted: int
    law: int
    in_time: int


@dataclass(frozen=True, kw_only=True)
class Hours:
    """The hours, whole and rounded to the nearest, within which so many per cent of `number` gone items were gone."""

    platform: str
    name: str
    percent: int
    number: int
    hours: int


@dataclass(frozen=True, kw_only=True)
class GoneCounts:
    """Items gone for the first time in the period: up again, put back rightly, and found by a platform by a hash."""

    gone: int
    returned: int
    restored: int
    found: int


@dataclass(frozen=True, kw_only=True)
class EscalatedCounts:
    """Items for which a rung above the platform was first taken in the period, and those gone after it."""

    rung: str
    escalated: int
    gone: int


@dataclass(frozen=True, kw_only=True)
class FiledCounts:
    """Reports handed in, and the items that they named within the first 30 days; what was found by hashes is none."""

    reports: int
    items: int


@dataclass(frozen=True, kw_only=True)
class ViewCounts:
    """How often staff opened evidence; on how many days, one for each person and day; and how many people did."""

    views: int
    days: int
    staff: int


def first_day() -> date | None:
    """The first day of which there is anything to count."""
    found = Report.objects.filter(filed_at__isnull=False).aggregate(first=Min("filed_at"))["first"]
    return found.astimezone(UTC).date() if found else None


def sent_counts(*, since: date, until: date) -> tuple[SentCounts, ...]:
    """One line for each platform that was asked, listed ones by name, and one for all the rest together."""
    within = Q(gone_at__lte=F("first_sent_at") + FOLLOW_UP)
    early = F("first_sent_at") + FOLLOW_UP
    rows = (
        _sent(since, until)
        .annotate(
            seen_at=_first_at(Step.SEEN_GONE.value),
            is_answered=Exists(_events(*ANSWERS).filter(at__lte=OuterRef("first_sent_at") + FOLLOW_UP)),
            first_answer=Subquery(_events(*ANSWERS).order_by("at", "id").values("step")[:1]),
        )
        .values("public_id", "name")
        .annotate(
            sent=Count("pk"),
            gone=Count("pk", filter=within),
            verified=Count("pk", filter=within & Q(seen_at__lte=early)),
            answered=Count("pk", filter=Q(is_answered=True)),
            accepted=Count("pk", filter=Q(is_answered=True, first_answer=Step.DECIDED_REMOVED.value)),
            law=Count("pk", filter=Q(law_due_at__isnull=False)),
            in_time=Count("pk", filter=within & Q(law_due_at__isnull=False, gone_at__lte=F("law_due_at"))),
        )
        .order_by("name")
    )
    return tuple(
        SentCounts(platform=str(row.pop("public_id") or ""), name=row.pop("name") or "", **row) for row in rows
    )


def hours_to_removal(*, since: date, until: date, percents: tuple[int, ...]) -> tuple[Hours, ...]:
    """For all items first asked for in the period and gone in time: the hours by which so many per cent were gone."""
    return _hours(_gone_in_time(since, until), percents=percents, by=())


def hours_by_platform(*, since: date, until: date, percent: int) -> tuple[Hours, ...]:
    """The same for each platform."""
    return _hours(_gone_in_time(since, until), percents=(percent,), by=("public_id", "name"))


def gone_counts(*, since: date, until: date) -> GoneCounts:
    """What became of the items that were gone for the first time in the period."""
    start, end = _bounds(since, until)
    near = RequestEvent.objects.filter(step__in=GONE_STEPS, at__gte=start, at__lt=end)
    gone = _with_gone(_counted().filter(pk__in=near.values("request"))).filter(gone_at__gte=start, gone_at__lt=end)
    later = {
        name: Exists(_events(step.value).filter(at__gte=OuterRef("gone_at"), at__lte=OuterRef("gone_at") + FOLLOW_UP))
        for name, step in (("has_returned", Step.CAME_BACK), ("was_restored", Step.RESTORED))
    }
    counts = gone.annotate(**later).aggregate(
        gone=Count("pk"),
        returned=Count("pk", filter=Q(has_returned=True)),
        restored=Count("pk", filter=Q(was_restored=True)),
        found=Count("pk", filter=Q(kind=ItemKind.MATCH.value)),
    )
    return GoneCounts(**counts)


def escalated_counts(*, since: date, until: date) -> tuple[EscalatedCounts, ...]:
    """What came of taking a further rung, by the first one that was taken."""
    start, end = _bounds(since, until)
    near = RequestEvent.objects.filter(step=Step.ESCALATED.value, at__gte=start, at__lt=end)
    first = _events(Step.ESCALATED.value).order_by("at", "id")
    rows = (
        _with_gone(_counted().filter(pk__in=near.values("request")))
        .annotate(escalated_at=Subquery(first.values("at")[:1]), first_rung=Subquery(first.values("code")[:1]))
        .filter(escalated_at__gte=start, escalated_at__lt=end)
        .values("first_rung")
        .annotate(
            escalated=Count("pk"),
            gone=Count("pk", filter=Q(gone_at__gte=F("escalated_at"), gone_at__lte=F("escalated_at") + FOLLOW_UP)),
        )
        .order_by("first_rung")
    )
    return tuple(EscalatedCounts(rung=row["first_rung"], escalated=row["escalated"], gone=row["gone"]) for row in rows)


def filed_counts(*, since: date, until: date) -> FiledCounts:
    """How many reports were handed in, and how many items they named."""
    start, end = _bounds(since, until)
    filed = Report.objects.filter(statistics_agreed_at__isnull=False, filed_at__gte=start, filed_at__lt=end)
    items = (
        _counted()
        .filter(report__in=filed, parent__isnull=True, opened_at__lte=F("report__filed_at") + ITEMS_AFTER)
        .exclude(kind=ItemKind.MATCH.value)
    )
    return FiledCounts(reports=filed.count(), items=items.count())


def view_counts(*, since: date, until: date) -> ViewCounts:
    """How often staff opened evidence: a count of what work shows to those who do it, not of victims."""
    counts = Exposure.objects.filter(day__gte=since, day__lt=until, opened__gt=0).aggregate(
        views=Coalesce(Sum("opened"), 0), days=Count("pk"), staff=Count("staff", distinct=True)
    )
    return ViewCounts(**counts)


def _counted() -> QuerySet[Request]:
    """Items that may be counted."""
    return Request.objects.filter(report__statistics_agreed_at__isnull=False).exclude(
        state=RequestState.WITHDRAWN.value
    )


def _sent(since: date, until: date) -> QuerySet[Any]:
    start, end = _bounds(since, until)
    asked = _counted().filter(first_sent_at__gte=start, first_sent_at__lt=end)
    listed = Q(platform__is_listed=True)
    found: QuerySet[Any] = _with_gone(asked).annotate(
        public_id=Case(When(listed, then=F("platform__public_id")), default=None),
        name=Case(When(listed, then=F("platform__name")), default=Value("")),
    )
    return found


def _gone_in_time(since: date, until: date) -> QuerySet[Any]:
    return _sent(since, until).filter(gone_at__gte=F("first_sent_at"), gone_at__lte=F("first_sent_at") + FOLLOW_UP)


def _with_gone(requests: QuerySet[Request]) -> QuerySet[Any]:
    seen, said = _first_at(Step.SEEN_GONE.value), _first_at(Step.DECIDED_REMOVED.value)
    is_up = Q(state=RequestState.STILL_UP.value)
    found: QuerySet[Any] = requests.annotate(
        gone_at=Case(When(is_up, then=None), default=Coalesce(seen, said), output_field=DateTimeField())
    )
    return found


def _events(*steps: str) -> QuerySet[RequestEvent]:
    """What happened to the request outside, without what was noted wrongly."""
    voided = RequestEvent.objects.filter(voids=OuterRef("pk"))
    return RequestEvent.objects.filter(~Exists(voided), request=OuterRef("pk"), step__in=steps)


def _first_at(step: str) -> Subquery:
    return Subquery(_events(step).order_by("at", "id").values("at")[:1])


def _hours(gone: QuerySet[Any], *, percents: tuple[int, ...], by: tuple[str, ...]) -> tuple[Hours, ...]:
    """Nearest ranks: the smallest duration that at least so many per cent do not exceed. Every division rounds down."""
    took = ExpressionWrapper(F("gone_at") - F("first_sent_at"), output_field=DurationField())
    apart: Any = [F(name) for name in by] or None
    ranked = gone.annotate(
        took=took,
        place=Window(RowNumber(), partition_by=apart, order_by=["took", "pk"]),
        number=Window(Count("pk"), partition_by=apart),
    )
    found = []
    for percent in percents:
        wanted = ExpressionWrapper(
            (F("number") * percent + (ALL_PERCENT - 1)) / ALL_PERCENT, output_field=IntegerField()
        )
        rows = ranked.filter(place=wanted).values("took", "number", *by)
        found += [
            Hours(
                platform=str(row.get("public_id") or ""),
                name=row.get("name") or "",
                percent=percent,
                number=row["number"],
                hours=_whole_hours(row["took"]),
            )
            for row in rows
        ]
    return tuple(found)


def _whole_hours(took: timedelta) -> int:
    minutes = took // timedelta(minutes=1)
    return (minutes + MINUTES_AN_HOUR // 2) // MINUTES_AN_HOUR


def _bounds(since: date, until: date) -> tuple[datetime, datetime]:
    return datetime.combine(since, time(), UTC), datetime.combine(until, time(), UTC)
