"""The desk's lists: paged by key, filtered, and as fast on a hundred thousand requests as on a thousand."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Count, F, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan

from leeward.victim.removals.models import BY_NEWEST, Check, Notice, NoticeState, Report, Request, Review
from leeward.victim.removals.queries.cores import SEALED_OF_REPORT, SEALED_OF_REQUEST, DeskRequest, ReportCore
from leeward.victim.removals.rules.checks import CheckReason, Signal
from leeward.victim.removals.rules.reports import Band, ReportState
from leeward.victim.removals.rules.states import RequestState

PAGE = 50
COUNTED_TO = 999
MOMENTS = ("attention_at", "due_at")
EPOCH, MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)

DOUBTFUL = (RequestState.DECIDED, RequestState.GONE, RequestState.STILL_UP)


class Queue(StrEnum):
    """One of the desk's work lists."""

    ATTENTION = "attention"  # answered, incomplete, contradicted, undeliverable: look
    DUE = "due"  # everything whose clock runs, the soonest first
    OVERDUE = "overdue"
    UNSENT = "unsent"  # nothing has gone out yet
    ALL = "all"


@dataclass(frozen=True, kw_only=True)
class RequestFilter:
    """What a list is narrowed to; empty values narrow nothing."""

    queue: Queue = Queue.ATTENTION
    platform_id: int | None = None
    band: Band | None = None
    state: RequestState | None = None


@dataclass(frozen=True, kw_only=True)
class RequestPage:
    """One page of a list; `next_cursor` is "" on the last one."""

    lines: tuple[DeskRequest, ...]
    next_cursor: str


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


def page_requests(wanted: RequestFilter, *, now: datetime, cursor: str = "", limit: int = PAGE) -> RequestPage:
    """Return one page of requests in the queue's own order, after `cursor`; an invalid cursor begins anew."""
    order = _order_of(wanted)
    rows = _filtered(wanted, now=now).annotate(newest=BY_NEWEST)
    after = read_cursor(cursor)
    if after is not None:
        rows = rows.filter(_after(order, *after))
    ordering = (order, "id") if order in MOMENTS else (order,)
    # Which rows, and only then what is told of each: joined, they could lead the database away from the list's index.
    chosen = rows.order_by(*ordering).values("pk")[: limit + 1]
    told = Request.objects.filter(pk__in=chosen).annotate(newest=BY_NEWEST).select_related("platform", "report")
    found, cursor = cut_page(
        told.defer(*SEALED_OF_REQUEST).order_by(*ordering), limit=limit, at=order if order in MOMENTS else ""
    )
    return RequestPage(lines=tuple(map(DeskRequest.of, found)), next_cursor=cursor)


def page_reports(
    *, cursor: str = "", limit: int = PAGE, band: Band | None = None
) -> tuple[tuple[ReportLine, ...], str]:
    """Reports that the person has added to or that nobody has looked at, the longest waiting first."""
    rows = Report.objects.filter(attention_at__isnull=False).exclude(state=ReportState.DRAFT)
    if band:
        rows = rows.filter(band=band)
    after = read_cursor(cursor)
    if after is not None:
        rows = rows.filter(_after("attention_at", *after))
    found, cursor = cut_page(
        rows.defer(*SEALED_OF_REPORT).order_by("attention_at", "id"), limit=limit, at="attention_at"
    )
    of_these = Request.objects.filter(report__in=found).order_by()
    numbers = dict(of_these.values_list("report").annotate(number=Count("id")))
    return tuple(ReportLine.of(row, requests=numbers.get(row.pk, 0)) for row in found), cursor


def page_looks(cursor: str = "", limit: int = PAGE) -> tuple[tuple[LookLine, ...], str]:
    """Return one page of what needs a person's look, the longest waiting first, and the next cursor ("" at the end)."""
    last_reason = Check.objects.filter(request=OuterRef("pk")).order_by("-at", "-id").values("reason")[:1]
    rows = Request.objects.filter(attention_at__isnull=False, last_signal=Signal.UNSURE, state__in=DOUBTFUL).annotate(
        last_reason=Subquery(last_reason)
    )
    after = read_cursor(cursor)
    if after is not None and after[0] is not None:
        rows = rows.filter(attention_at__gte=after[0]).exclude(attention_at=after[0], pk__lte=after[1])
    told = rows.select_related("platform", "report").defer(*SEALED_OF_REQUEST).order_by("attention_at", "id")
    found, cursor = cut_page(told, limit=limit, at="attention_at")
    lines = (LookLine.of(row, reason=row.last_reason) for row in found)
    return tuple(lines), cursor


def count_queues(*, now: datetime) -> DeskCounts:
    """Count what waits in each queue."""
    queues = {
        queue: count_capped(_filtered(RequestFilter(queue=queue), now=now))
        for queue in (Queue.ATTENTION, Queue.OVERDUE, Queue.DUE, Queue.UNSENT)
    }
    return DeskCounts(
        attention=queues[Queue.ATTENTION],
        overdue=queues[Queue.OVERDUE],
        due=queues[Queue.DUE],
        unsent=queues[Queue.UNSENT],
        reports=count_capped(Report.objects.filter(attention_at__isnull=False).exclude(state=ReportState.DRAFT)),
        reviews=count_capped(Review.objects.filter(state=Review.State.OPEN)),
        undelivered=count_capped(Notice.objects.filter(state__in=(NoticeState.FAILED, NoticeState.UNSURE))),
    )


def count_capped(rows: QuerySet[Any]) -> int:
    """Count the rows, up to 999: the database stops there."""
    return min(rows.order_by()[: COUNTED_TO + 1].count(), COUNTED_TO)


def twins_of(reference: uuid.UUID, *, limit: int = 20) -> tuple[DeskRequest, ...]:
    """Return other requests about the same address: a repeat is often an escalation, so none is dropped."""
    row = Request.objects.filter(reference=reference).exclude(address_index="").first()
    if row is None:
        return ()
    others = Request.objects.filter(address_index=row.address_index).exclude(pk=row.pk)
    found = others.select_related("platform", "report").defer(*SEALED_OF_REQUEST).order_by("-id")[:limit]
    return tuple(map(DeskRequest.of, found))


def cut_page[M: Model](rows: QuerySet[M, Any], *, limit: int, at: str = "") -> tuple[list[M], str]:
    """The first `limit` rows and the cursor behind them, "" on the last page; `at`: the moment that orders them."""
    found = list(rows[: limit + 1])
    if len(found) <= limit:
        return found, ""
    last = found[limit - 1]
    return found[:limit], make_cursor(getattr(last, at) if at else None, last.pk)


def make_cursor(at: datetime | None, key: int) -> str:
    """Return a place in a list as text for a URL."""
    # Whole numbers alone: a moment that a float has shifted would show a row twice, or never.
    return f"{(at - EPOCH) // MICROSECOND if at else ''}.{key}"


def read_cursor(text: str) -> tuple[datetime | None, int] | None:
    """Return the place that a cursor names; None where the text is no cursor."""
    moment, dot, key = text.partition(".")
    if not dot or not key.isascii() or not key.isdigit() or len(text) > 40 or (moment and not moment.isascii()):
        return None
    if moment and not moment.isdigit():
        return None
    try:
        at = EPOCH + int(moment) * MICROSECOND if moment else None
    except OverflowError:
        return None
    return at, int(key)


def _filtered(wanted: RequestFilter, *, now: datetime) -> QuerySet[Request]:
    rows = Request.objects.all()
    if wanted.queue is Queue.ATTENTION:
        rows = rows.filter(attention_at__isnull=False)
    elif wanted.queue is Queue.DUE:
        rows = rows.filter(due_at__isnull=False)
    elif wanted.queue is Queue.OVERDUE:
        rows = rows.filter(due_at__lte=now)
    elif wanted.queue is Queue.UNSENT:
        rows = rows.filter(state=RequestState.PREPARED, due_at__isnull=False)
    if wanted.platform_id is not None:
        rows = rows.filter(platform_id=wanted.platform_id)
    if wanted.band:
        rows = rows.filter(band=wanted.band)
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    return rows


def later_than(first: str, at: object, key: int) -> TupleGreaterThan:
    """Select rows after a place in the order of `first` and then of the key, by a comparison that uses an index."""
    return TupleGreaterThan(Tuple(F(first), F("id")), (at, key))


def _order_of(wanted: RequestFilter) -> str:
    """Return what a list is ordered by. One platform's or one state's has an index of its own for the latest first."""
    if wanted.queue is Queue.ALL:
        return "-id" if wanted.platform_id is None and wanted.state is None else "newest"
    return "attention_at" if wanted.queue is Queue.ATTENTION else "due_at"


def _after(order: str, at: datetime | None, key: int) -> Q | TupleGreaterThan:
    if order == "-id":
        return Q(pk__lt=key)
    if order == "newest":
        return Q(newest__gt=-key)
    return Q(pk__gt=key) if at is None else later_than(order, at, key)
