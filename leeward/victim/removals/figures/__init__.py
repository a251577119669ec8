"""Counts of the removal desk that may be published: no rows, no names."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Q

from leeward.foundation.work.keyset import count_capped
from leeward.industry.platforms.rules import Rung
from leeward.victim.removals.models import BY_NEWEST, OPEN, Notice, Request, RequestEvent
from leeward.victim.removals.rules.checks import Signal
from leeward.victim.removals.rules.decisions import REMOVING
from leeward.victim.removals.rules.ladder import PATIENCE, RungRecord
from leeward.victim.removals.rules.states import OPEN_STATES, RequestState, Step

AGES = (0, 1, 2, 7, 30)  # days
MOST_SITES = 40
LATEST = 1_000  # requests of one platform that a rung's record is made of
LATEST_NOTICES = 5_000  # by which it is known which platforms are written to most
ANSWERED = (RequestState.DECIDED, RequestState.GONE, RequestState.STILL_UP, RequestState.APPEALED)
# What was seen gone stays gone when its report is closed.
IS_GONE = (
    Q(state=RequestState.GONE)
    | Q(state=RequestState.DECIDED, last_outcome__in=sorted(REMOVING))
    | Q(state=RequestState.CLOSED, last_signal=Signal.GONE)
)


def rung_records(*, platform_id: int, now: datetime) -> Mapping[Rung, RungRecord]:
    """Return, for each rung taken at one platform, how many requests were sent on it and how many it removed.

    Only the latest 1,000 requests there are looked at: what it did years ago says little of what it does now.

    A request counts for the rung on which it stood when it ended; for those before, it counts as tried in vain. What
    has not had its time yet counts nowhere: neither an answer, nor the end of the law's time, nor of our patience.
    """
    at_platform = Request.objects.filter(platform_id=platform_id).annotate(newest=BY_NEWEST)
    # Chosen inside the database: a thousand numbers take longer to say than to count.
    latest = at_platform.order_by("newest").values("pk")[:LATEST]
    patience = now - PATIENCE / settings.LEEWARD_CLOCK_PACE
    has_had_time = (
        Q(request__state__in=ANSWERED)
        | Q(request__law_due_at__lte=now)
        | Q(request__law_due_at=None, request__law_paused_at=None, request__first_sent_at__lte=patience)
    )
    sent = RequestEvent.objects.filter(has_had_time, request__in=latest, step=Step.QUEUED)
    tried = Counter(dict(sent.values_list("code").annotate(number=Count("request_id", distinct=True))))
    gone = Request.objects.filter(IS_GONE, pk__in=latest)
    worked = Counter(dict(gone.values_list("rung").annotate(number=Count("id"))))
    return {rung: RungRecord(tried=tried[rung], worked=min(worked[rung], tried[rung])) for rung in Rung if tried[rung]}


@dataclass(frozen=True, kw_only=True)
class AgeCount:
    """The number of open requests of one age: at least `at_least` days and fewer than `below`."""

    at_least: int
    below: int | None
    number: int


@dataclass(frozen=True, kw_only=True)
class SiteRecord:
    """What one rung has done at one platform."""

    platform: str
    rung: Rung
    record: RungRecord


def open_by_age(*, now: datetime) -> tuple[AgeCount, ...]:
    """Count open requests by the days since they were opened, up to 999 each."""
    open_ones = Request.objects.filter(state__in=OPEN)
    edges = zip(AGES, (*AGES[1:], None), strict=True)
    return tuple(
        AgeCount(at_least=low, below=high, number=count_capped(open_ones.filter(_aged(low, high, now=now))))
        for low, high in edges
    )


def open_by_state() -> Mapping[RequestState, int]:
    """Count open requests by state, up to 999 each."""
    return {state: count_capped(Request.objects.filter(state=state)) for state in RequestState if state in OPEN_STATES}


def site_records(*, now: datetime, limit: int = MOST_SITES) -> tuple[SiteRecord, ...]:
    """Each rung's record at each platform, platforms by name; too many: those with most of the latest 5,000 notices."""
    latest = Notice.objects.order_by("-id").values("pk")[:LATEST_NOTICES]
    sent = Notice.objects.filter(pk__in=latest, platform__isnull=False).order_by()
    busiest = sent.values_list("platform_id", "platform__name").annotate(number=Count("id"))
    names = {platform_id: name for platform_id, name, _number in busiest.order_by("-number", "platform_id")[:limit]}
    return tuple(
        SiteRecord(platform=name, rung=rung, record=record)
        for platform_id, name in sorted(names.items(), key=lambda found: found[1].casefold())
        for rung, record in rung_records(platform_id=platform_id, now=now).items()
    )


def _aged(low: int, high: int | None, *, now: datetime) -> Q:
    younger = Q(opened_at__lte=now - timedelta(days=low))
    return younger if high is None else younger & Q(opened_at__gt=now - timedelta(days=high))
