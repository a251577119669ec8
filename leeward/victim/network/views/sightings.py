"""Which tactic did this person meet? The fifth person raises an alert; nobody learns from whom it came.

The helpline and the removal desk come to it from their own pages, and a member from that of a referral.
"""

import uuid
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.unlocking import stamp
from leeward.foundation.editing.fields import Words
from leeward.foundation.editing.pages import status_of, typed
from leeward.victim.file.holders import Door
from leeward.victim.network.forms.tactic import TacticForm
from leeward.victim.network.operations.sightings import note_sighting
from leeward.victim.network.queries.alerts import list_tactics
from leeward.victim.network.rules.tactics import TacticWords

TITLE = _("Which tactic was used on them?")
TOLD = "counted"


def ask_tactic(request: HttpRequest, door: Door) -> HttpResponse:
    """The page for staff of another room, who work on the person's file."""

    def note(tactic: uuid.UUID, said: TacticWords | None) -> None:
        note_sighting(opened=door.take(), team=door.team, tactic=tactic, said=said, **stamp(request))

    return ask(request, note, is_agreed=door.is_agreed, name=door.name, back=door.back, back_text=door.back_text)


def ask(
    request: HttpRequest,
    note: Callable[[uuid.UUID, TacticWords | None], None],
    *,
    is_agreed: bool,
    name: str,
    back: str,
    back_text: Words,
    frame: str = "web/staff.jinja",
) -> HttpResponse:
    """The tactics that others met lately, and a form for a new one; without the person's yes, why not."""
    form = TacticForm(typed(request), tactics=list_tactics(now=timezone.now()), initial={"once": uuid.uuid4()})
    if form.is_bound and form.is_valid():
        note(*form.said)
        return HttpResponseRedirect(f"{request.path}?told={TOLD}", status=HTTPStatus.SEE_OTHER)
    context = {
        "title": TITLE,
        "frame": frame,
        "name": name,
        "back": back,
        "back_text": back_text,
        "here": request.path,
        "is_agreed": is_agreed,
        "told": request.GET.get("told") == TOLD,
        "form": form,
    }
    return render(request, "network/sighting.jinja", context, status=status_of(form))
