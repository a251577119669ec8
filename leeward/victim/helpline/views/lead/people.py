"""The load of everybody who works on cases, who needs a lead now, and hours of supervision; nothing says about what."""

import uuid

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
from leeward.victim.helpline.queries.care import CareLine, asked_care, people_here
from leeward.victim.helpline.rules.care import CareKind
from leeward.victim.helpline.views.lead.frame import lead_page, page


@lead_page(title=_("Load and well-being"), summary=_("Who needs you now, how much each has, and hours of supervision."))
@takes_form
def people(request: UnlockedRequest) -> HttpResponse:
    """Everybody who works on cases, and who waits for a lead; supervision is noted here."""
    now, here = timezone.now(), people_here(now=timezone.now())
    form = SupervisionForm(typed(request), people=[(each.reference, each.name) for each in here])
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        note_supervision(staff=said["staff"], minutes=said["minutes"], **stamp(request))
        return go("helpline:lead-people")
    waiting = asked_care()
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
            (names.get(each.staff, gettext("A colleague")), each, when(each.at, now=now), _held_form(each))
            for each in waiting
        ],
        "form": form,
    }
    return page(request, "people", context, status=status_of(form))


def _held_form(line: CareLine) -> HeldForm:
    return HeldForm(auto_id=f"held_{line.reference}_%s")


@lead_page()
@require_POST
def held(request: UnlockedRequest, care: uuid.UUID) -> HttpResponse:
    """A lead is with somebody who takes a pause, or has held a debrief, of so many minutes."""
    line = next((each for each in asked_care() if each.reference == care), None)
    if line is None:
        raise Http404
    form = HeldForm(request.POST)
    if line.kind is CareKind.DEBRIEF and not form.is_valid():
        return go("helpline:lead-people")
    minutes = form.cleaned_data["minutes"] if line.kind is CareKind.DEBRIEF else None
    hold(care=care, minutes=minutes, **stamp(request))
    return go("helpline:lead-people")
