"""The cases that were moved to those who lead the helpline, since somebody of its own team knows the person."""

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from leeward.foundation.accounts.queries import team_names
from leeward.foundation.accounts.unlocking import UnlockedRequest, actor_of, staff_of
from leeward.foundation.web.components import Text
from leeward.foundation.work.lists import show_list
from leeward.foundation.work.way import shows_list
from leeward.victim.helpline.queries.cases import LEADS
from leeward.victim.helpline.queries.desk import Queue
from leeward.victim.helpline.views.desk.lists import TITLES, queue_list
from leeward.victim.helpline.views.lead.frame import lead_page, page

TITLE = _("Closed team")


@lead_page(title=TITLE, summary=_("Cases whose person somebody at the helpline knows. Only you open them."))
@require_safe
@shows_list
def cases(request: UnlockedRequest) -> HttpResponse:
    """The open ones, and where each stands; nothing of what any is about."""
    return _show(request, Queue.OPEN, title=TITLE)


@lead_page()
@require_safe
@shows_list
def queue(request: UnlockedRequest, queue: str) -> HttpResponse:
    """One of their queues."""
    if queue not in {each.value for each in Queue}:
        raise Http404
    return _show(request, Queue(queue), title=TITLES[Queue(queue)])


def _show(request: UnlockedRequest, wanted: Queue, *, title: Text) -> HttpResponse:
    names, own = team_names(viewer=staff_of(request)), actor_of(request).id
    listing = queue_list(wanted, names=names, now=timezone.now(), asked=request.GET, own=own, team=LEADS)
    return show_list(request, listing, lambda found: page(request, "list", {"found": found, "title": title}))
