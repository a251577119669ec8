"""The desk's lists: paged by key, filtered, and as fast on a hundred thousand requests as on a thousand."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan

from leeward.victim.removals.models import BY_NEWEST, Notice, NoticeState, Report, Request, Review
from leeward.victim.removals.queries.cores import SEALED_OF_REPORT, SEALED_OF_REQUEST, DeskRequest, ReportCore
from leeward.victim.removals.rules.reports import Band, ReportState
from leeward.victim.removals.rules.states import RequestState

PAGE = 50
COUNTED_TO = 999
MOMENTS = ("attention_at", "due_at")
EPOCH, MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


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
class ReportLine(ReportCore):
    """One report on a list."""

    requests: int


@dataclass(frozen=True, kw_only=True)
class DeskCounts:
    """How much waits, counted to 999 at most: a number that nobody reads is not worth counting."""

    attention: int
    overdue: int
    due: int
    unsent: int
    reports: int
    reviews: int
    undelivered: int


def page_requests(wanted: RequestFilter, *, now: datetime, cursor: str = "", limit: int = PAGE) -> RequestPage:
    """One page of requests, in the queue's own order, after `cursor` (a text that is none begins anew)."""
    order = _order_of(wanted)
    rows = _filtered(wanted, now=now).annotate(newest=BY_NEWEST)
    after = read_cursor(cursor)
    if after is not None:
        rows = rows.filter(_after(order, *after))
    ordering = (order, "id") if order in MOMENTS else (order,)
    # Which rows, and only then what is told of each: joined, they could lead the database away from the list's index.
    chosen = rows.order_by(*ordering).values("pk")[: limit + 1]
    found = list(
        Request.objects.filter(pk__in=chosen)
        .annotate(newest=BY_NEWEST)
        .select_related("platform", "report")
        .defer(*SEALED_OF_REQUEST)
        .order_by(*ordering)
    )
    lines = tuple(map(DeskRequest.of, found[:limit]))
    is_more = len(found) > limit
    last = found[limit - 1] if is_more else None
    at = None if last is None or order not in MOMENTS else getattr(last, order)
    return RequestPage(lines=lines, next_cursor=make_cursor(at, last.pk) if last else "")


def page_reports(
    *, cursor: str = "", limit: int = PAGE, band: Band | None = None
) -> tuple[tuple[ReportLine, ...], str]:
    """Reports that the person has added to or that nobody has looked at, the longest waiting first."""
    rows = Report.objects.filter(attention_at__isnull=False).exclude(state=ReportState.DRAFT.value)
    if band:
        rows = rows.filter(band=band.value)
    after = read_cursor(cursor)
    if after is not None:
        rows = rows.filter(_after("attention_at", *after))
    found = list(rows.defer(*SEALED_OF_REPORT).order_by("attention_at", "id")[: limit + 1])
    of_these = Request.objects.filter(report__in=found).order_by()
    numbers = dict(of_these.values_list("report").annotate(number=Count("id")))
    lines = tuple(ReportLine.of(row, requests=numbers.get(row.pk, 0)) for row in found[:limit])
    is_more = len(found) > limit
    return lines, make_cursor(found[limit - 1].attention_at, found[limit - 1].pk) if is_more else ""


def count_queues(*, now: datetime) -> DeskCounts:
    """How much waits in each queue."""
    queues = {
        queue: count_capped(_filtered(RequestFilter(queue=queue), now=now))
        for queue in (Queue.ATTENTION, Queue.OVERDUE, Queue.DUE, Queue.UNSENT)
    }
    return DeskCounts(
        attention=queues[Queue.ATTENTION],
        overdue=queues[Queue.OVERDUE],
        due=queues[Queue.DUE],
        unsent=queues[Queue.UNSENT],
        reports=count_capped(Report.objects.filter(attention_at__isnull=False).exclude(state=ReportState.DRAFT.value)),
        reviews=count_capped(Review.objects.filter(state=Review.State.OPEN)),
        undelivered=count_capped(Notice.objects.filter(state__in=(NoticeState.FAILED, NoticeState.UNSURE))),
    )


def count_capped(rows: QuerySet[Any]) -> int:
    """How many rows there are, 999 at most: the database stops there."""
    return min(rows.order_by()[: COUNTED_TO + 1].count(), COUNTED_TO)


def twins_of(reference: uuid.UUID, *, limit: int = 20) -> tuple[DeskRequest, ...]:
    """Other requests about the very same address: linked, never dropped, for a repeat is often an escalation."""
    row = Request.objects.filter(reference=reference).exclude(address_index="").first()
    if row is None:
        return ()
    others = Request.objects.filter(address_index=row.address_index).exclude(pk=row.pk)
    found = others.select_related("platform", "report").defer(*SEALED_OF_REQUEST).order_by("-id")[:limit]
    return tuple(map(DeskRequest.of, found))


def make_cursor(at: datetime | None, key: int) -> str:
    """A place in a list as text for an address."""
    # Whole numbers alone: a moment that a float has shifted would show a row twice, or never.
    return f"{(at - EPOCH) // MICROSECOND if at else ''}.{key}"


def read_cursor(text: str) -> tuple[datetime | None, int] | None:
    """The place that a cursor names; None for no cursor, or for a text that is none."""
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
        rows = rows.filter(state=RequestState.PREPARED.value, due_at__isnull=False)
    if wanted.platform_id is not None:
        rows = rows.filter(platform_id=wanted.platform_id)
    if wanted.band:
        rows = rows.filter(band=wanted.band.value)
    if wanted.state:
        rows = rows.filter(state=wanted.state.value)
    return rows


def later_than(first: str, at: object, key: int) -> TupleGreaterThan:
    """Rows behind a place, in the order of `first` and then of their number: a comparison that an index seeks by."""
    return TupleGreaterThan(Tuple(F(first), F("id")), (at, key))


def _order_of(wanted: RequestFilter) -> str:
    """What a list goes by. One of a platform or a state has its own index for the latest first."""
    if wanted.queue is Queue.ALL:
        return "-id" if wanted.platform_id is None and wanted.state is None else "newest"
    return "attention_at" if wanted.queue is Queue.ATTENTION else "due_at"


def _after(order: str, at: datetime | None, key: int) -> Q | TupleGreaterThan:
    if order == "-id":
        return Q(pk__lt=key)
    if order == "newest":
        return Q(newest__gt=-key)
    return Q(pk__gt=key) if at is None else later_than(order, at, key)
