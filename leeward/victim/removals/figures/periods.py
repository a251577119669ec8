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
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
    Window,
)
from django.db.models.functions import RowNumber

from leeward.foundation.work.desks import sum_exposure
from leeward.victim.removals.models import Report, Request, RequestEvent
from leeward.victim.removals.rules.reports import ItemKind
from leeward.victim.removals.rules.states import RequestState, Step

FOLLOW_UP = timedelta(days=90)
ITEMS_AFTER = timedelta(days=30)  # in which places that a person adds to her report still count for it
ANSWERS = (Step.DECIDED_REMOVED, Step.DECIDED_KEPT, Step.FOUND_INCOMPLETE)
GONE_STEPS = (Step.SEEN_GONE, Step.DECIDED_REMOVED)
# The columns that tell a listed platform's items from another's; see `_places`.
PLACE = ("public_id", "name")
SENT_COUNTS = ("sent", "gone", "verified", "answered", "accepted", "law", "in_time")
EARLIER = Q(at__lt=OuterRef("at")) | Q(at=OuterRef("at"), pk__lt=OuterRef("pk"))
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
    agreed = Report.objects.filter(filed_at__isnull=False, statistics_agreed_at__isnull=False)
    found = agreed.aggregate(first=Min("filed_at"))["first"]
    return found.astimezone(UTC).date() if found else None


def sent_counts(*, since: date, until: date) -> tuple[SentCounts, ...]:
    """One line for each platform that was asked, listed ones by name, and one for all the rest together."""
    within = Q(at__lte=F("request__first_sent_at") + FOLLOW_UP)
    of_asked = _sent(since, until, path="request__")
    asked = Request.objects.filter(_sent(since, until)).annotate(**_places())
    gone = _gone().filter(of_asked, within).annotate(**_places("request__"))
    answered = _first(*ANSWERS).filter(of_asked, within).annotate(**_places("request__"))
    lines: dict[tuple[str, str], dict[str, int]] = {}
    for rows in (
        asked.values(*PLACE).annotate(sent=Count("pk"), law=Count("pk", filter=Q(law_due_at__isnull=False))),
        gone.values(*PLACE).annotate(
            gone=Count("pk"),
            verified=Count("pk", filter=Q(step=Step.SEEN_GONE)),
            in_time=Count("pk", filter=Q(at__lte=F("request__law_due_at"))),
        ),
        answered.values(*PLACE).annotate(
            answered=Count("pk"), accepted=Count("pk", filter=Q(step=Step.DECIDED_REMOVED))
        ),
    ):
        for row in rows.order_by():
            place = row.pop("name"), str(row.pop("public_id") or "")
            lines.setdefault(place, dict.fromkeys(SENT_COUNTS, 0)).update(row)
    return tuple(SentCounts(platform=platform, name=name, **line) for (name, platform), line in sorted(lines.items()))


def hours_to_removal(*, since: date, until: date, percents: tuple[int, ...]) -> tuple[Hours, ...]:
    """For all items first asked for in the period and gone in time: the hours by which so many per cent were gone."""
    return _hours(_gone_in_time(since, until), percents=percents, by=())


def hours_by_platform(*, since: date, until: date, percent: int) -> tuple[Hours, ...]:
    """The same for each platform."""
    return _hours(_gone_in_time(since, until), percents=(percent,), by=PLACE)


def gone_counts(*, since: date, until: date) -> GoneCounts:
    """What became of the items that were gone for the first time in the period."""
    start, end = _bounds(since, until)
    later = _happened(Step.CAME_BACK, Step.RESTORED).filter(
        request=OuterRef("request"), at__gte=OuterRef("at"), at__lte=OuterRef("at") + FOLLOW_UP
    )
    counts = (
        _gone()
        .filter(_counted("request__"), at__gte=start, at__lt=end)
        .annotate(
            has_returned=Exists(later.filter(step=Step.CAME_BACK)),
            was_restored=Exists(later.filter(step=Step.RESTORED)),
        )
        .aggregate(
            gone=Count("pk"),
            returned=Count("pk", filter=Q(has_returned=True)),
            restored=Count("pk", filter=Q(was_restored=True)),
            found=Count("pk", filter=Q(request__kind=ItemKind.MATCH)),
        )
    )
    return GoneCounts(**counts)


def escalated_counts(*, since: date, until: date) -> tuple[EscalatedCounts, ...]:
    """What came of taking a further rung, by the first one that was taken."""
    start, end = _bounds(since, until)
    after = _gone().filter(request=OuterRef("request"), at__gte=OuterRef("at"), at__lte=OuterRef("at") + FOLLOW_UP)
    rows = (
        _first(Step.ESCALATED)
        .filter(_counted("request__"), at__gte=start, at__lt=end)
        .annotate(is_gone=Exists(after))
        .values("code")
        .annotate(escalated=Count("pk"), gone=Count("pk", filter=Q(is_gone=True)))
        .order_by("code")
    )
    return tuple(EscalatedCounts(rung=row["code"], escalated=row["escalated"], gone=row["gone"]) for row in rows)


def filed_counts(*, since: date, until: date) -> FiledCounts:
    """How many reports were handed in, and how many items they named."""
    start, end = _bounds(since, until)
    filed = Report.objects.filter(statistics_agreed_at__isnull=False, filed_at__gte=start, filed_at__lt=end)
    items = (
        Request.objects.filter(_counted(), report__in=filed, parent__isnull=True)
        .filter(opened_at__lte=F("report__filed_at") + ITEMS_AFTER)
        .exclude(kind=ItemKind.MATCH)
    )
    return FiledCounts(reports=filed.count(), items=items.count())


def view_counts(*, since: date, until: date) -> ViewCounts:
    """How often staff opened evidence: a count of what work shows to those who do it, not of victims."""
    return ViewCounts(**sum_exposure(since=since, until=until))


def _counted(path: str = "") -> Q:
    """Select items that may be counted; `path` is the look-up that leads to them."""
    agreed = Q(**{f"{path}report__statistics_agreed_at__isnull": False})
    return agreed & ~Q(**{f"{path}state": RequestState.WITHDRAWN})


def _sent(since: date, until: date, *, path: str = "") -> Q:
    """Select items that may be counted and were first asked for in the period."""
    start, end = _bounds(since, until)
    return _counted(path) & Q(**{f"{path}first_sent_at__gte": start, f"{path}first_sent_at__lt": end})


def _places(path: str = "") -> dict[str, Case]:
    """Return the columns PLACE of an item's platform."""
    listed = Q(**{f"{path}platform__is_listed": True})
    return {
        "public_id": Case(When(listed, then=F(f"{path}platform__public_id")), default=None),
        "name": Case(When(listed, then=F(f"{path}platform__name")), default=Value("")),
    }


def _happened(*steps: str) -> QuerySet[RequestEvent]:
    """Return these events, without those that were voided later."""
    voided = RequestEvent.objects.filter(voids=OuterRef("pk"))
    return RequestEvent.objects.filter(~Exists(voided), step__in=steps)


def _first(*steps: str) -> QuerySet[RequestEvent]:
    """Return the first of these events of each request, in one query."""
    return _happened(*steps).filter(~Exists(_happened(*steps).filter(EARLIER, request=OuterRef("request"))))


def _gone() -> QuerySet[RequestEvent]:
    """Of each request that is gone, the event by which it was, as one set: what we saw goes before what was said."""
    is_seen = Q(step=Step.SEEN_GONE) & ~Q(step=OuterRef("step"))
    goes_before = is_seen | (Q(step=OuterRef("step")) & EARLIER)
    first = ~Exists(_happened(*GONE_STEPS).filter(goes_before, request=OuterRef("request")))
    return _happened(*GONE_STEPS).filter(first).exclude(request__state=RequestState.STILL_UP)


def _gone_in_time(since: date, until: date) -> QuerySet[Any]:
    sent_at = F("request__first_sent_at")
    found: QuerySet[Any] = (
        _gone()
        .filter(_sent(since, until, path="request__"), at__gte=sent_at, at__lte=sent_at + FOLLOW_UP)
        .annotate(**_places("request__"))
    )
    return found


def _hours(gone: QuerySet[Any], *, percents: tuple[int, ...], by: tuple[str, ...]) -> tuple[Hours, ...]:
    """Nearest ranks: the smallest duration that at least so many per cent do not exceed. Every division rounds down."""
    took = ExpressionWrapper(F("at") - F("request__first_sent_at"), output_field=DurationField())
    apart: Any = [F(name) for name in by] or None
    ranked = gone.annotate(
        took=took,
        place=Window(RowNumber(), partition_by=apart, order_by=["took", "pk"]),
        number=Window(Count("pk"), partition_by=apart),
    )
    is_wanted = Q()
    for percent in percents:
        is_wanted |= Q(place=ExpressionWrapper(_rank(F("number"), percent) / ALL_PERCENT, output_field=IntegerField()))
    rows = list(ranked.filter(is_wanted).values("took", "place", "number", *by))
    return tuple(
        Hours(
            platform=str(row.get("public_id") or ""),
            name=row.get("name") or "",
            percent=percent,
            number=row["number"],
            hours=_whole_hours(row["took"]),
        )
        for percent in percents
        for row in rows
        if row["place"] == _rank(row["number"], percent) // ALL_PERCENT
    )


def _rank(number: Any, percent: int) -> Any:
    """Return a hundred times the nearest rank; the caller divides by 100 and rounds down."""
    return number * percent + (ALL_PERCENT - 1)


def _whole_hours(took: timedelta) -> int:
    minutes = took // timedelta(minutes=1)
    return (minutes + MINUTES_AN_HOUR // 2) // MINUTES_AN_HOUR


def _bounds(since: date, until: date) -> tuple[datetime, datetime]:
    return datetime.combine(since, time(), UTC), datetime.combine(until, time(), UTC)
