"""What the desk's lists read; each in an order that has an index, so that a large desk is as fast as a small one."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import partial

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from leeward.foundation.work.keyset import Order, count_capped, page_rows
from leeward.foundation.work.rooms import COUNTED
from leeward.victim.removals.models import BY_NEWEST, Check, Notice, NoticeState, Report, Request, Review
from leeward.victim.removals.queries.cores import SEALED_OF_REPORT, SEALED_OF_REQUEST, DeskRequest, ReportCore
from leeward.victim.removals.rules.checks import CheckReason, Signal
from leeward.victim.removals.rules.reports import Band, ReportState
from leeward.victim.removals.rules.states import ENDED, RequestState

UNSENT_READ = (100, 900)  # requests, at first and where these are too few
MOST_REPORTS = 20
MOST_HELD = 200  # reports that one person has at a time, as lists are narrowed to them
# In these a platform has to answer.
THEIRS = (RequestState.SENT, RequestState.ACKNOWLEDGED, RequestState.STILL_UP, RequestState.APPEALED)
DOUBTFUL = (RequestState.DECIDED, RequestState.GONE, RequestState.STILL_UP)


class Queue(StrEnum):
    """One of the desk's work lists."""

    ATTENTION = "attention"  # answered, incomplete, contradicted, undeliverable: look
    DUE = "due"  # everything whose clock runs, the soonest first
    OVERDUE = "overdue"
    UNSENT = "unsent"  # nothing has gone out yet
    ALL = "all"


@dataclass(frozen=True, kw_only=True)
class LookLine(DeskRequest):
    """One address at which somebody should look; which one it is stands in its report, and is read with a key."""

    reason: CheckReason | None


@dataclass(frozen=True, kw_only=True)
class ReportLine(ReportCore):
    """One report on a list."""

    requests: int


@dataclass(frozen=True, kw_only=True)
class DeskCounts:
    """How much waits in each queue, counted to 999 at most."""

    attention: int
    overdue: int
    due: int
    unsent: int
    reports: int
    reviews: int
    undelivered: int


@dataclass(frozen=True, kw_only=True)
class OpenThere:
    """What is open at one platform, each counted to 999: what it has to answer, and what the desk has to do."""

    asked: int
    asked_late: int
    first_due_at: datetime | None
    incomplete: int
    unsent: int


def open_at(platform_id: int, *, now: datetime) -> OpenThere:
    """Count what is open at one platform."""
    rows = Request.objects.filter(platform_id=platform_id)
    asked = rows.filter(state__in=THEIRS)
    due = asked.filter(due_at__isnull=False)
    return OpenThere(
        asked=count_capped(asked),
        asked_late=count_capped(due.filter(due_at__lte=now)),
        first_due_at=due.order_by("due_at", "id").values_list("due_at", flat=True).first(),
        incomplete=count_capped(rows.filter(state=RequestState.INCOMPLETE)),
        unsent=count_capped(requests_in(Queue.UNSENT, now=now).filter(platform_id=platform_id)),
    )


def held_by(staff: str, *, now: datetime) -> Q:
    """Narrow requests to those whose report somebody has now; "" for those whose report nobody has."""
    if not staff:
        return Q(report__claimed_until__isnull=True) | Q(report__claimed_until__lte=now)
    reports = Report.objects.filter(claimed_by=staff, claimed_until__gt=now)
    return Q(report__in=list(reports.values_list("pk", flat=True)[:MOST_HELD]))


def requests_in(queue: Queue, *, now: datetime) -> QuerySet[Request]:
    """Return the requests of a queue."""
    rows = Request.objects.all()
    if queue is Queue.ATTENTION:
        return rows.filter(attention_at__isnull=False)
    if queue is Queue.DUE:
        return rows.filter(due_at__isnull=False)
    if queue is Queue.OVERDUE:
        return rows.filter(due_at__lte=now)
    if queue is Queue.UNSENT:
        # Without the person's yes or a court's order nothing can be sent, so nothing waits for the desk.
        may_be_sent = Q(report__notices_agreed_at__isnull=False) | ~Q(order_number="")
        return rows.filter(may_be_sent, state=RequestState.PREPARED, due_at__isnull=False)
    return rows


def order_of(queue: Queue, *, now: datetime, of_one_band: bool = False, of_one_kind: bool = False) -> Order:
    """Return by what a queue comes; what is overdue and what is red stand first, except among all that ever was.

    The latest of one platform or state (`of_one_kind`) have an index of their own: by their key, the database may walk
    over everything that came since.
    """
    if queue is Queue.ALL:
        newest = Order(by=BY_NEWEST, is_unique=True, is_turned=True) if of_one_kind else Order(is_unique=True)
        return replace(newest, is_falling=True)
    red, late, later = Q(band=Band.RED), Q(due_at__lte=now), Q(due_at__gt=now)
    if queue is Queue.ATTENTION:  # a closed one may stand here too, and is never urgent
        red, later = red & ~Q(state__in=ENDED), later | Q(due_at__isnull=True)
        return Order(by="attention_at", parts=(late, later) if of_one_band else (late, red & later, ~red & later))
    if queue is Queue.OVERDUE:
        return Order(by="due_at", parts=() if of_one_band else (red, ~red))
    return Order(by="due_at", parts=(late, later) if of_one_band else (late, red & later, ~red & later))


def tell_requests(rows: QuerySet[Request]) -> QuerySet[Request]:
    """Add what a list tells of requests."""
    return rows.select_related("platform", "report").defer(*SEALED_OF_REQUEST)


def request_lines(rows: Sequence[Request]) -> tuple[DeskRequest, ...]:
    """Return rows that were told as a list shows them."""
    return tuple(map(DeskRequest.of, rows))


def reports_with_unsent(*, now: datetime, limit: int = MOST_REPORTS) -> tuple[uuid.UUID, ...]:
    """Return reports with something to send, as the list of them shows: at most `limit`, and at most 20."""
    rows = requests_in(Queue.UNSENT, now=now).filter(platform__isnull=False)
    seen: dict[uuid.UUID, None] = {}
    cursor = ""
    # The first hundred nearly always name reports enough; the rest is read only where a few have very many places.
    for number in UNSENT_READ:
        page = page_rows(rows, order_of(Queue.UNSENT, now=now), cursor=cursor, limit=number, tell=tell_requests)
        seen |= dict.fromkeys(row.report.reference for row in page.rows)
        cursor = page.next_cursor
        if len(seen) >= limit or not cursor:
            break
    return tuple(seen)[: min(limit, MOST_REPORTS)]


def reports_with_news() -> QuerySet[Report]:
    """Return the reports that the person has added to or that nobody has looked at."""
    return Report.objects.filter(attention_at__isnull=False).exclude(state=ReportState.DRAFT)


def tell_reports(rows: QuerySet[Report]) -> QuerySet[Report]:
    """Add what a list tells of reports."""
    return rows.select_related("file").defer(*SEALED_OF_REPORT)


def report_lines(rows: Sequence[Report]) -> tuple[ReportLine, ...]:
    """Return reports as a list shows them."""
    of_these = Request.objects.filter(report__in=rows).order_by()
    numbers = dict(of_these.values_list("report").annotate(number=Count("id")))
    return tuple(ReportLine.of(row, requests=numbers.get(row.pk, 0)) for row in rows)


def looks() -> QuerySet[Request]:
    """Return the requests at which a person should look."""
    return Request.objects.filter(attention_at__isnull=False, last_signal=Signal.UNSURE, state__in=DOUBTFUL)


def tell_looks(rows: QuerySet[Request]) -> QuerySet[Request]:
    """Add why a person should look."""
    last_reason = Check.objects.filter(request=OuterRef("pk")).order_by("-at", "-id").values("reason")[:1]
    return tell_requests(rows).annotate(last_reason=Subquery(last_reason))


def look_lines(rows: Sequence[Request]) -> tuple[LookLine, ...]:
    """Return rows that were told as the list of looks shows them."""
    return tuple(LookLine.of(row, reason=getattr(row, "last_reason", None)) for row in rows)


def count_queues(*, now: datetime) -> DeskCounts:
    """Count what waits in each queue, up to 100."""
    count = partial(count_capped, most=COUNTED)
    return DeskCounts(
        attention=count(requests_in(Queue.ATTENTION, now=now)),
        overdue=count(requests_in(Queue.OVERDUE, now=now)),
        due=count(requests_in(Queue.DUE, now=now)),
        unsent=count(requests_in(Queue.UNSENT, now=now)),
        reports=count(reports_with_news()),
        reviews=count(Review.objects.filter(state=Review.State.OPEN)),
        undelivered=count(Notice.objects.filter(state__in=(NoticeState.FAILED, NoticeState.UNSURE))),
    )


def twins_of(reference: uuid.UUID, *, limit: int = 20) -> tuple[DeskRequest, ...]:
    """Return other requests about the same address: a repeat is often an escalation, so none is dropped."""
    row = Request.objects.filter(reference=reference).exclude(address_index="").first()
    if row is None:
        return ()
    others = Request.objects.filter(address_index=row.address_index).exclude(pk=row.pk)
    found = others.select_related("platform", "report").defer(*SEALED_OF_REQUEST).order_by("-id")[:limit]
    return tuple(map(DeskRequest.of, found))
