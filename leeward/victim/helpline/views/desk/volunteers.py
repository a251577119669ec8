"""A mentor's page of the volunteers: begin a shift, take a case back, and say who answers alone."""

import uuid
from datetime import timedelta

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from leeward.foundation.accounts.unlocking import UnlockedRequest, actor_of, stamp
from leeward.foundation.days import when
from leeward.foundation.editing.pages import go, status_of, takes_form, typed
from leeward.victim.helpline.forms.desk import ShiftForm
from leeward.victim.helpline.operations.recusals import move_to_leads, recuse
from leeward.victim.helpline.operations.volunteers import begin_shift, clear_volunteer, take_back
from leeward.victim.helpline.queries.desk import (
    lendable_cases,
    lent_cases,
    lent_lines,
    tell_lines,
    volunteers_now,
)
from leeward.victim.helpline.views.desk.frame import helpline_page, open_keys, page
from leeward.victim.helpline.views.desk.lists import name_case
from leeward.victim.removals.rules.reports import Band

MOST = 50


@helpline_page(
    title=_("Volunteers"), summary=_("Begin a shift of volunteers with some cases, and say who answers alone.")
)
@takes_form
def volunteers(request: UnlockedRequest) -> HttpResponse:
    """Who is a volunteer, which cases they may read now, and a shift to begin."""
    now, own = timezone.now(), actor_of(request).id
    lent = lent_lines(tell_lines(lent_cases(now=now, viewer=own).select_related("lent")).order_by("id")[:MOST], now=now)
    others = lendable_cases(now=now, viewer=own)
    form = ShiftForm(typed(request), cases=others.values_list("reference", "band")[:MOST], name=name_case)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        chosen = {uuid.UUID(each) for each in said["cases"]}
        if said["green"]:
            green = others.filter(band=Band.GREEN, waiting_since__isnull=False)
            chosen |= set(green.values_list("reference", flat=True)[:MOST])
        until = now + timedelta(hours=int(said["hours"]))
        begin_shift(cases=chosen, until=until, keyring=request.keyring, by=actor_of(request), now=now)
        return go("helpline:desk-volunteers")
    context = {
        "volunteers": volunteers_now(),
        "lent": [(name_case(each.reference), each, when(each.until, now=now)) for each in lent],
        "form": form,
    }
    return page(request, "volunteers", context, status=status_of(form))


@helpline_page()
@require_POST
def back(request: UnlockedRequest, case: uuid.UUID) -> HttpResponse:
    """Take a case back before the shift ends."""
    now = timezone.now()
    take_back(opened=open_keys(request, case, now=now), by=actor_of(request), now=now)
    return go("helpline:desk-volunteers")


@helpline_page()
@require_POST
def clear(request: UnlockedRequest) -> HttpResponse:
    """Let a volunteer answer alone, or with a mentor again."""
    clear_volunteer(
        staff=request.POST.get("staff", ""), is_cleared=request.POST.get("alone") == "yes", **stamp(request)
    )
    return go("helpline:desk-volunteers")


@helpline_page()
@require_POST
def know(request: UnlockedRequest, case: uuid.UUID) -> HttpResponse:
    """They know this person: it is shown to their account nowhere, or moved away from their whole team, by key."""
    if request.POST.get("move") == "leads":
        now = timezone.now()
        opened = open_keys(request, case, now=now)
        move_to_leads(opened=opened, keyring=request.keyring, by=actor_of(request), now=now)
    recuse(reference=case, keyring=request.keyring, **stamp(request))
    return go("helpline:desk-home")
