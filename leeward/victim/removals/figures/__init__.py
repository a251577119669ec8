"""Counts of the removal desk that may be published: no rows, no names."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, F, Q

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
    Q(request__state=RequestState.GONE)
    | Q(request__state=RequestState.DECIDED, request__last_outcome__in=sorted(REMOVING))
    | Q(request__state=RequestState.CLOSED, request__last_signal=Signal.GONE)
)
STOOD_ON_IT = Q(code=F("request__rung"))


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
    # Both numbers by one walk over the same rows.
    sent = RequestEvent.objects.filter(request__in=latest, step=Step.QUEUED)
    found = sent.values_list("code").annotate(
        tried=Count("request_id", distinct=True, filter=has_had_time),
        worked=Count("request_id", distinct=True, filter=IS_GONE & STOOD_ON_IT),
    )
    records = {code: RungRecord(tried=tried, worked=min(worked, tried)) for code, tried, worked in found if tried}
    return {rung: records[rung] for rung in Rung if rung in records}


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
    sent = Notice.objects.filter(platform__isnull=False).order_by("-id")
    # Counted here: joined to itself, the database would walk over every notice there ever was.
    written_to = Counter(sent.values_list("platform_id", "platform__name")[:LATEST_NOTICES])
    names = dict(sorted(written_to, key=lambda each: (-written_to[each], each[0]))[:limit])
    return tuple(
        SiteRecord(platform=name, rung=rung, record=record)
        for platform_id, name in sorted(names.items(), key=lambda found: found[1].casefold())
        for rung, record in rung_records(platform_id=platform_id, now=now).items()
    )


def _aged(low: int, high: int | None, *, now: datetime) -> Q:
    younger = Q(opened_at__lte=now - timedelta(days=low))
    return younger if high is None else younger & Q(opened_at__gt=now - timedelta(days=high))
