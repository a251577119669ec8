"""What each list must show, said a second time and more simply than the queries that are measured."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, F, Q, QuerySet, When

from leeward.foundation.work.keyset import Order, make_cursor
from leeward.victim.removals.models import NEVER, Request
from leeward.victim.removals.queries.lists import Queue
from leeward.victim.removals.queries.platforms import ARRIVAL
from leeward.victim.removals.rules.states import AT_PLATFORM

DEEP = 0.6  # of a list lies before the page deep inside


@dataclass(frozen=True, kw_only=True)
class Slice:
    """One page of a list as it must be, and the cursor behind which it begins."""

    cursor: str
    references: tuple[UUID, ...]


def slice_queue(queue: Queue, narrow: Mapping[str, Any], *, now: datetime, is_deep: bool, limit: int) -> Slice:
    """A page of one of the desk's queues."""
    rows = Request.objects.filter(_queue(queue, now=now), **narrow)
    if queue is Queue.ALL:
        sign = -1 if {"platform_id", "state"} & set(narrow) else 1
        return _slice(rows.order_by("-id"), is_deep=is_deep, limit=limit, place=lambda row: sign * row.pk)
    moment = "attention_at" if queue is Queue.ATTENTION else "due_at"
    first = [] if queue is Queue.OVERDUE else [Q(due_at__lte=now)]
    if "band" not in narrow:
        first.append(Q(band="red"))
    order = (moment, "id")
    parts = [When(each, then=number) for number, each in enumerate(first)]
    return _slice(
        rows.annotate(part=Case(*parts, default=len(first))).order_by("part", *order)
        if first
        else rows.order_by(*order),
        is_deep=is_deep,
        limit=limit,
        place=lambda row: getattr(row, moment),
        part=(lambda row: f"{row.part}~") if first else lambda _row: "",
    )


def slice_asked(platform_id: int, *, order: Order, is_deep: bool, limit: int) -> Slice:
    """A page of what waits at a platform."""
    states = [state.value for state in AT_PLATFORM]
    rows = Request.objects.filter(platform_id=platform_id, state__in=states, first_sent_at__isnull=False)
    if order is ARRIVAL:
        return _slice(
            rows.order_by("notice_id", "id"), is_deep=is_deep, limit=limit, place=lambda row: row.notice_id or 0
        )
    by_due = rows.order_by(F("due_at").asc(nulls_last=True), "id")
    return _slice(by_due, is_deep=is_deep, limit=limit, place=lambda row: row.due_at or NEVER)


def _queue(queue: Queue, *, now: datetime) -> Q:
    return {
        Queue.ATTENTION: Q(attention_at__isnull=False),
        Queue.DUE: Q(due_at__isnull=False),
        Queue.OVERDUE: Q(due_at__lte=now),
        Queue.UNSENT: Q(state="prepared", due_at__isnull=False),
        Queue.ALL: Q(),
    }[queue]


def _slice(
    rows: QuerySet[Request, Any],
    *,
    is_deep: bool,
    limit: int,
    place: Callable[[Any], object],
    part: Callable[[Any], str] = lambda _row: "",
) -> Slice:
    """A page of these rows; `place` is what orders a row, `part` what stands before it in a cursor."""
    total = rows.count() if is_deep else 0
    if total == 0:
        return Slice(cursor="", references=tuple(rows.values_list("reference", flat=True)[:limit]))
    begin = max(1, min(int(total * DEEP), total - limit - 1))
    before = rows[begin - 1]
    return Slice(
        cursor=f"{part(before)}{make_cursor(place(before), before.pk)}",
        references=tuple(row.reference for row in rows[begin : begin + limit]),
    )
