"""What each list must show, said a second time and more simply than the queries that are measured."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from leeward.victim.removals.models import NEVER, Request
from leeward.victim.removals.queries.lists import Queue, RequestFilter, make_cursor
from leeward.victim.removals.queries.platforms import Order
from leeward.victim.removals.rules.states import AT_PLATFORM

DEEP = 0.6  # of a list lies before the page deep inside


@dataclass(frozen=True, kw_only=True)
class Slice:
    """One page of a list as it must be, and the cursor behind which it begins."""

    cursor: str
    references: tuple[UUID, ...]


def slice_queue(wanted: RequestFilter, *, now: datetime, is_deep: bool, limit: int) -> Slice:
    """A page of one of the desk's queues."""
    rows = Request.objects.filter(_queue(wanted.queue, now=now))
    if wanted.platform_id is not None:
        rows = rows.filter(platform_id=wanted.platform_id)
    if wanted.band is not None:
        rows = rows.filter(band=wanted.band.value)
    if wanted.state is not None:
        rows = rows.filter(state=wanted.state.value)
    if wanted.queue is Queue.ALL:
        return _slice(rows.order_by("-id"), is_deep=is_deep, limit=limit, moment=None)
    moment = "attention_at" if wanted.queue is Queue.ATTENTION else "due_at"
    return _slice(rows.order_by(moment, "id"), is_deep=is_deep, limit=limit, moment=moment)


def slice_asked(platform_id: int, *, order: Order, is_deep: bool, limit: int) -> Slice:
    """A page of what waits at a platform."""
    states = [state.value for state in AT_PLATFORM]
    rows = Request.objects.filter(platform_id=platform_id, state__in=states, first_sent_at__isnull=False)
    if order is Order.ARRIVAL:
        arrived = _slice(rows.order_by("notice_id", "id"), is_deep=is_deep, limit=limit, moment=None)
        return replace(arrived, cursor=_behind_notice(arrived.cursor))
    found = _slice(rows.order_by(F("due_at").asc(nulls_last=True), "id"), is_deep=is_deep, limit=limit, moment="due_at")
    if not found.cursor.startswith("."):
        return found
    return Slice(cursor=make_cursor(NEVER, int(found.cursor[1:])), references=found.references)


def _behind_notice(cursor: str) -> str:
    """The cursor with the notice of its request, which is what a platform's list goes by."""
    if not cursor:
        return ""
    key = int(cursor.removeprefix("."))
    return f"{Request.objects.values_list('notice_id', flat=True).get(pk=key)}.{key}"


def _queue(queue: Queue, *, now: datetime) -> Q:
    return {
        Queue.ATTENTION: Q(attention_at__isnull=False),
        Queue.DUE: Q(due_at__isnull=False),
        Queue.OVERDUE: Q(due_at__lte=now),
        Queue.UNSENT: Q(state="prepared", due_at__isnull=False),
        Queue.ALL: Q(),
    }[queue]


def _slice(rows: QuerySet[Request, Any], *, is_deep: bool, limit: int, moment: str | None) -> Slice:
    total = rows.count() if is_deep else 0
    if total == 0:
        return Slice(cursor="", references=tuple(rows.values_list("reference", flat=True)[:limit]))
    place = max(1, min(int(total * DEEP), total - limit - 1))
    before = rows[place - 1]
    at = getattr(before, moment) if moment else None
    return Slice(
        cursor=make_cursor(at, before.pk),
        references=tuple(rows.values_list("reference", flat=True)[place : place + limit]),
    )
