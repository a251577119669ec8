"""The copy of a picture that a person shows a team: grey and covered until somebody of the team presses."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import UnlockedRequest, actor_of, require_unlocked, staff_of
from leeward.foundation.vault.errors import NotGranted
from leeward.foundation.work.desks import count_exposure
from leeward.victim.locker.errors import LockerError
from leeward.victim.locker.operations.opening import find_shown, open_view, read_view_piece
from leeward.victim.locker.views.files import answer_open, locked_piece, show_frame

NOT_SHOWN = (LockerError, NotGranted)
# Who works in a team to which somebody can show an entry.
reads_shown = require_unlocked(Role.PRACTITIONER, Role.DESK_PRACTITIONER, Role.SUPERVISOR)


def _team_of(request: HttpRequest) -> str:
    return staff_of(request).team or ""  # "": a team to which nothing is ever shown


@reads_shown
@require_safe
def see_shown(request: UnlockedRequest, item: uuid.UUID, generation: int) -> HttpResponse:
    """The page with the frame. Nothing is opened yet, and nothing is counted."""
    team = _team_of(request)
    try:
        ordinal = find_shown(item, generation=generation, team=team, now=timezone.now())
    except NOT_SHOWN as error:
        raise Http404 from error
    context = {"item": item, "generation": generation, "ordinal": ordinal}
    return show_frame(request, "locker/see_shown.jinja", context, frame="show")


@reads_shown
@require_POST
def open_shown_file(request: UnlockedRequest, item: uuid.UUID, generation: int) -> HttpResponse:
    """Give the page what opens the copy to look at; the entry's chain and the load of the day say that it was."""
    team, by, now = _team_of(request), actor_of(request), timezone.now()
    try:
        found = open_view(item, generation=generation, team=team, keyring=request.keyring, by=by, now=now)
    except NOT_SHOWN as error:
        raise Http404 from error
    count_exposure(by=by, now=now)
    at = [reverse("locker:shown-piece", args=[item, generation, number]) for number in range(1, found.pieces + 1)]
    return answer_open(found, pieces=at)


@reads_shown
@require_safe
def shown_piece(request: HttpRequest, item: uuid.UUID, generation: int, number: int) -> HttpResponse:
    """One piece of it, locked."""
    team, now = _team_of(request), timezone.now()
    try:
        return locked_piece(read_view_piece(item, generation=generation, number=number, team=team, now=now))
    except NOT_SHOWN as error:
        raise Http404 from error
