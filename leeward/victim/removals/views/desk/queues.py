"""The desk's home and its queues; no list says what anything is about."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from leeward.foundation.accounts.unlocking import UnlockedRequest, actor_of
from leeward.foundation.days import nation_zone
from leeward.foundation.outbox.errors import ParcelUnknown
from leeward.foundation.outbox.queries import find_parcel
from leeward.industry.platforms.queries import known_platforms
from leeward.victim.removals.desk_words import TROUBLES
from leeward.victim.removals.forms.desk import QueueForm
from leeward.victim.removals.queries.cores import DeskRequest
from leeward.victim.removals.queries.desk import (
    NoticeLine,
    NoticeQueue,
    count_notices,
    exposure_today,
    page_notices,
    who_is_on_what,
)
from leeward.victim.removals.queries.lists import (
    Queue,
    RequestFilter,
    count_queues,
    page_looks,
    page_reports,
    page_requests,
)
from leeward.victim.removals.views.desk.frame import colleagues, desk_page, page

SOON = timedelta(hours=4)
TITLES = {
    Queue.ATTENTION: _("Needs a look"),
    Queue.DUE: _("Due"),
    Queue.OVERDUE: _("Overdue"),
    Queue.UNSENT: _("Not sent yet"),
    Queue.ALL: _("All requests"),
}


@dataclass(frozen=True, kw_only=True)
class Group:
    """Lines of a list that are due at about the same time."""

    title: Any
    lines: tuple[DeskRequest, ...]


@desk_page(
    title=_("Removal desk"),
    summary=_("Reports, what is due, what waits to be sent, and what platforms have answered."),
)
@require_safe
def home(request: UnlockedRequest) -> HttpResponse:
    """How much waits, and where."""
    now, by = timezone.now(), actor_of(request)
    mine = [each for each in who_is_on_what(now=now) if each.claimed_by == by.id]
    context = {
        "counts": count_queues(now=now),
        "by_hand": count_notices(NoticeQueue.BY_HAND),
        "undelivered": count_notices(NoticeQueue.UNDELIVERED),
        "mine": mine,
        "now": now,
        "exposure": exposure_today(by.id, day=now.date()),
    }
    return page(request, "home", context)


@desk_page()
@require_safe
def show_queue(request: UnlockedRequest, queue: str) -> HttpResponse:
    """One page of a queue of requests."""
    if queue not in {each.value for each in Queue}:
        raise Http404
    now = timezone.now()
    platforms = known_platforms()
    form = QueueForm(request.GET, platforms=[(str(each.public_id), each.name) for each in platforms])
    chosen = form.chosen
    wanted = RequestFilter(
        queue=Queue(queue),
        platform_id=next((each.id for each in platforms if str(each.public_id) == chosen.get("platform")), None),
        band=form.band_chosen,
        state=form.state_chosen,
    )
    found = page_requests(wanted, now=now, cursor=request.GET.get("after", ""))
    context = {
        "queue": wanted.queue,
        "title": TITLES[wanted.queue],
        "titles": TITLES,
        "groups": _groups(found.lines, now=now) if wanted.queue is Queue.DUE else [Group(title="", lines=found.lines)],
        "is_empty": not found.lines,
        "next": urlencode({**chosen, "after": found.next_cursor}) if found.next_cursor else "",
        "filter": form,
        "is_narrowed": bool(chosen),
        "names": colleagues(request),
        "now": now,
    }
    return page(request, "queue", context)


@desk_page()
@require_safe
def list_reports(request: UnlockedRequest) -> HttpResponse:
    """Reports to which the person has added something, or at which nobody has looked yet."""
    now = timezone.now()
    form = QueueForm(request.GET, platforms=[])
    lines, cursor = page_reports(cursor=request.GET.get("after", ""), band=form.band_chosen)
    chosen = {"band": form.chosen["band"]} if "band" in form.chosen else {}
    context = {
        "lines": lines,
        "next": urlencode({**chosen, "after": cursor}) if cursor else "",
        "filter": form,
        "names": colleagues(request),
        "now": now,
    }
    return page(request, "reports", context)


@desk_page()
@require_safe
def list_notices(request: UnlockedRequest, queue: str) -> HttpResponse:
    """Notices that wait for a person: to be posted by hand, or that did not arrive."""
    if queue not in {each.value for each in NoticeQueue}:
        raise Http404
    wanted = NoticeQueue(queue)
    lines, cursor = page_notices(wanted, cursor=request.GET.get("after", ""))
    context = {
        "queue": wanted,
        "lines": lines,
        "troubles": _troubles(lines),
        "next": urlencode({"after": cursor}) if cursor else "",
        "now": timezone.now(),
    }
    return page(request, "notices", context)


@desk_page()
@require_safe
def list_looks(request: UnlockedRequest) -> HttpResponse:
    """What waits for a person's eyes, what has waited longest first; the addresses are in the reports."""
    lines, cursor = page_looks(request.GET.get("after", ""))
    context = {"lines": lines, "next": urlencode({"after": cursor}) if cursor else "", "now": timezone.now()}
    return page(request, "looks", context)


def _troubles(lines: tuple[NoticeLine, ...]) -> dict[uuid.UUID, Any]:
    """What went wrong with each, as the outbox knows it."""
    said = {}
    for line in lines:
        if not line.by_courier:
            continue
        try:
            said[line.reference] = TROUBLES[find_parcel(line.reference).trouble]
        except ParcelUnknown:
            said[line.reference] = _("The outbox has forgotten it. Make a new notice.")
    return said


def _groups(lines: tuple[DeskRequest, ...], *, now: datetime) -> list[Group]:
    """The lines by the hour at which they are due; the list is in that order already."""
    zone = nation_zone()
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    titles = (_("Overdue"), _("In the next 4 hours"), _("Later today"), _("After today"))
    sorted_out: list[list[DeskRequest]] = [[] for _title in titles]
    for line in lines:
        sorted_out[_place(line, now=now, midnight=midnight)].append(line)
    return [Group(title=title, lines=tuple(found)) for title, found in zip(titles, sorted_out, strict=True) if found]


def _place(line: DeskRequest, *, now: datetime, midnight: datetime) -> int:
    if line.due_at is None:
        return 3
    if line.due_at <= now:
        return 0
    if line.due_at <= now + SOON:
        return 1
    return 2 if line.due_at < midnight else 3
