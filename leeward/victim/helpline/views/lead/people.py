"""The load of everybody who works on cases, who needs a lead now, and hours of supervision; nothing says about what."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from leeward.foundation.accounts.queries import names_of
from leeward.foundation.accounts.unlocking import UnlockedRequest, stamp
from leeward.foundation.days import when
from leeward.foundation.editing.pages import go, status_of, takes_form, typed
from leeward.victim.helpline.forms.lead import HeldForm, SupervisionForm
from leeward.victim.helpline.operations.care import hold, note_supervision
from leeward.victim.helpline.queries.care import CareLine, PersonLine, asked_care, people_here
from leeward.victim.helpline.rules.care import CareKind
from leeward.victim.helpline.views.lead.frame import lead_page, page


@lead_page(title=_("Load and well-being"), summary=_("Who needs you now, how much each has, and hours of supervision."))
@takes_form
def people(request: UnlockedRequest) -> HttpResponse:
    """Everybody who works on cases, and who waits for a lead; supervision is noted here."""
    form = _supervision_form(people_here(now=timezone.now()), typed(request))
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        note_supervision(staff=said["staff"], minutes=said["minutes"], **stamp(request))
        return go("helpline:lead-people")
    return _people_page(request, form)


def _people_page(
    request: UnlockedRequest, form: SupervisionForm | None = None, *, wrong: tuple[uuid.UUID, HeldForm] | None = None
) -> HttpResponse:
    """The page; `wrong`: how long a debrief was, which is said again beside it."""
    now, here = timezone.now(), people_here(now=timezone.now())
    form = form or _supervision_form(here)
    waiting, sent = asked_care(), wrong[1] if wrong else form
    names = names_of(each.staff for each in waiting)
    context = {
        "people": here,
        "rows": [
            [
                each.name,
                each.role_name,
                each.has
                if each.most is None
                else gettext("%(has)d of %(most)d") % {"has": each.has, "most": each.most},
                each.opened,
                round(each.minutes / 60, 1),
            ]
            for each in here
        ],
        "waiting": [
            (
                names.get(each.staff, gettext("A colleague")),
                each,
                when(each.at, now=now),
                wrong[1] if wrong and wrong[0] == each.reference else _held_form(each),
            )
            for each in waiting
        ],
        "supervision": form,
        "form": sent,
    }
    return page(request, "people", context, status=status_of(sent))


def _supervision_form(here: Sequence[PersonLine], data: Any = None) -> SupervisionForm:
    return SupervisionForm(data, people=[(each.reference, each.name) for each in here])


def _held_form(line: CareLine) -> HeldForm:
    return HeldForm(auto_id=f"held_{line.reference}_%s")


@lead_page()
@require_POST
def held(request: UnlockedRequest, care: uuid.UUID) -> HttpResponse:
    """A lead is with somebody who takes a pause, or has held a debrief, of so many minutes."""
    line = next((each for each in asked_care() if each.reference == care), None)
    if line is None:
        raise Http404
    form = HeldForm(request.POST, auto_id=f"held_{care}_%s")
    if line.kind is CareKind.DEBRIEF and not form.is_valid():
        return _people_page(request, wrong=(care, form))
    minutes = form.cleaned_data["minutes"] if line.kind is CareKind.DEBRIEF else None
    hold(care=care, minutes=minutes, **stamp(request))
    return go("helpline:lead-people")
