"""What somebody who works here presses for themselves: a pause, to go on, a debrief or none."""

import uuid

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import UnlockedRequest, staff_of, stamp
from leeward.foundation.editing.pages import go as go_to
from leeward.foundation.work.views import staff_pages
from leeward.victim.helpline.operations.care import answer_offer
from leeward.victim.helpline.operations.care import go_on as end_pause
from leeward.victim.helpline.operations.care import pause as begin_pause

worker_page = staff_pages(
    Role.PRACTITIONER, Role.VOLUNTEER, back=lambda _named: (_("Back to what waits"), reverse("work:home"))
)


@worker_page()
@require_POST
def pause(request: UnlockedRequest) -> HttpResponse:
    """Take a pause; a lead is told."""
    begin_pause(**stamp(request))
    return _home(request)


@worker_page()
@require_POST
def go_on(request: UnlockedRequest) -> HttpResponse:
    """End one's own pause."""
    end_pause(**stamp(request))
    return _home(request)


@worker_page()
@require_POST
def debrief(request: UnlockedRequest, care: uuid.UUID) -> HttpResponse:
    """Take the debrief that is offered, or leave it."""
    answer_offer(care=care, wants=request.POST.get("wants") == "yes", **stamp(request))
    return _home(request)


def _home(request: UnlockedRequest) -> HttpResponse:
    is_volunteer = staff_of(request).role == Role.VOLUNTEER
    return go_to("helpline:volunteer-home" if is_volunteer else "helpline:desk-home")
