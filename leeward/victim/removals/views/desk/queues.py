"""The desk's home and its queues; no list says what anything is about."""

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from leeward.foundation.accounts.queries import team_names
from leeward.foundation.accounts.unlocking import UnlockedRequest, actor_of, staff_of
from leeward.foundation.editing.pages import takes_form
from leeward.foundation.work.desks import exposure_today
from leeward.foundation.work.lists import Found
from leeward.foundation.work.views import take_first
from leeward.foundation.work.way import shows_list
from leeward.victim.removals.errors import ClaimedByAnother
from leeward.victim.removals.queries.desk import NoticeQueue, count_notices, who_is_on_what
from leeward.victim.removals.queries.lists import Queue, count_queues
from leeward.victim.removals.views.desk.frame import answer_list, desk_page, page, take
from leeward.victim.removals.views.desk.lists import (
    NOTICE_TITLES,
    TITLES,
    looks_list,
    notices_list,
    queue_list,
    reports_list,
)


@desk_page(
    title=_("Removal desk"),
    summary=_("Reports, what is due, what waits to be sent, and what platforms have answered."),
)
@require_safe
def home(request: UnlockedRequest) -> HttpResponse:
    """How much waits, and where."""
    now, by = timezone.now(), actor_of(request)
    context = {
        "counts": count_queues(now=now),
        "by_hand": count_notices(NoticeQueue.BY_HAND),
        "undelivered": count_notices(NoticeQueue.UNDELIVERED),
        "signer": staff_of(request).working_name,
        "mine": who_is_on_what(now=now, by=by.id),
        "now": now,
        "exposure": exposure_today(by.id, day=now.date()),
    }
    return page(request, "home", context)


@desk_page()
@takes_form
@shows_list
def show_queue(request: UnlockedRequest, queue: str) -> HttpResponse:
    """One page of a queue of requests; a press takes the first report of it that no colleague has, and opens it."""
    if queue not in {each.value for each in Queue}:
        raise Http404
    wanted, names, now = Queue(queue), team_names(viewer=staff_of(request)), timezone.now()
    listing = queue_list(wanted, names=names, now=now, asked=request.GET, own=actor_of(request).id)
    if request.method == "POST":
        return take_first(
            request,
            Found(request, listing),
            take=lambda line: take(request, line.report),
            lost=(ClaimedByAnother,),
        )
    send = reverse("removals:desk-send-several") if wanted is Queue.UNSENT and listing.rows.exists() else ""
    return answer_list(request, listing, title=TITLES[wanted], send=send, may_take=wanted is not Queue.ALL)


@desk_page()
@require_safe
@shows_list
def list_reports(request: UnlockedRequest) -> HttpResponse:
    """Reports to which the person has added something, or at which nobody has looked yet."""
    listing = reports_list(names=team_names(viewer=staff_of(request)), now=timezone.now(), asked=request.GET)
    return answer_list(request, listing, title=_("Reports with news"))


@desk_page()
@require_safe
@shows_list
def list_notices(request: UnlockedRequest, queue: str) -> HttpResponse:
    """Notices that wait for a person: to be posted by hand, or that did not arrive."""
    if queue not in {each.value for each in NoticeQueue}:
        raise Http404
    wanted = NoticeQueue(queue)
    return answer_list(request, notices_list(wanted, now=timezone.now()), title=NOTICE_TITLES[wanted])


@desk_page()
@require_safe
@shows_list
def list_looks(request: UnlockedRequest) -> HttpResponse:
    """What waits for a person's eyes, what has waited longest first; the addresses are in the reports."""
    lead = _(
        "Here a machine cannot tell. Open the request, look at the address, and note what you see: gone, or still "
        "there. You may skip any of them."
    )
    listing = looks_list(now=timezone.now())
    return answer_list(request, listing, title=_("Check whether it is gone"), lead=lead)
