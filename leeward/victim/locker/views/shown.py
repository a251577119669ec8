"""The copy of a picture that a person shows a team: grey and covered until somebody of the team presses."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import UnlockedRequest, actor_of, require_unlocked, staff_of
from leeward.foundation.vault.errors import NotGranted
from leeward.foundation.work.desks import count_exposure
from leeward.foundation.work.errors import Refusal
from leeward.victim.locker.errors import LockerError
from leeward.victim.locker.operations.opening import find_shown, open_view, read_view_piece
from leeward.victim.locker.operations.showing import is_ours
from leeward.victim.locker.views.files import answer_open, locked_piece, show_frame
from leeward.victim.portal.holders import receivers

# Who works in a team to which somebody can show an entry.
reads_shown = require_unlocked(
    Role.PRACTITIONER, Role.HELPLINE_LEAD, Role.DESK_PRACTITIONER, Role.SUPERVISOR, Role.MEMBER_WORKER
)


@reads_shown
@require_safe
def see_shown(request: UnlockedRequest, about: uuid.UUID, item: uuid.UUID, generation: int) -> HttpResponse:
    """The page with the frame. Nothing is opened yet, and nothing is counted."""
    with _let_in(request, about, item) as team:
        ordinal = find_shown(item, generation=generation, team=team, now=timezone.now())
    is_service = not is_ours(team)
    context = {
        "about": about,
        "item": item,
        "generation": generation,
        "ordinal": ordinal,
        "is_service": is_service,
    }
    return show_frame(request, "locker/see_shown.jinja", context, frame="show")


@reads_shown
@require_POST
def open_shown_file(request: UnlockedRequest, about: uuid.UUID, item: uuid.UUID, generation: int) -> HttpResponse:
    """Give the page what opens the copy to look at; the entry's chain and the load of the day say that it was."""
    by, now = actor_of(request), timezone.now()
    with _let_in(request, about, item) as team:
        found = open_view(item, generation=generation, team=team, keyring=request.keyring, by=by, now=now)
    count_exposure(by=by, now=now)
    at = [reverse("locker:shown-piece", args=[about, item, generation, each]) for each in range(1, found.pieces + 1)]
    return answer_open(found, pieces=at)


@reads_shown
@require_safe
def shown_piece(
    request: UnlockedRequest, about: uuid.UUID, item: uuid.UUID, generation: int, number: int
) -> HttpResponse:
    """One piece of it, locked."""
    with _let_in(request, about, item) as team:
        return locked_piece(read_view_piece(item, generation=generation, number=number, team=team, now=timezone.now()))


@contextmanager
def _let_in(request: UnlockedRequest, about: uuid.UUID, item: uuid.UUID) -> Iterator[str]:
    """Go on as a team, where the entry is shown to it in the work that the address names, and who asks may open that.

    An address that somebody has kept leads no further than the work itself does. All else is answered by 404.
    """
    team, by, now = staff_of(request).team or "", actor_of(request), timezone.now()
    try:
        if item not in receivers().shown(team, about, request.keyring, by, now):
            raise Http404
        yield team
    except (LockerError, NotGranted, Refusal) as error:
        raise Http404 from error
