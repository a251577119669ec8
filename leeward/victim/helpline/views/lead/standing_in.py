"""A lead lends one case of the closed team to one colleague, and takes it back."""

import uuid
from datetime import timedelta

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from leeward.foundation.accounts.queries import names_of
from leeward.foundation.accounts.unlocking import UnlockedRequest, stamp
from leeward.foundation.days import when
from leeward.foundation.editing.pages import status_of, takes_form, typed
from leeward.victim.helpline.forms.lead import StandInForm
from leeward.victim.helpline.operations.standing_in import end_stand_in, lend_to_colleague
from leeward.victim.helpline.queries.standing_in import stand_ins_of, who_may_stand_in
from leeward.victim.helpline.views.desk.frame import open_for, open_keys, to_case
from leeward.victim.helpline.views.desk.lists import name_case
from leeward.victim.helpline.views.lead.frame import lead_page, page


@lead_page()
@takes_form
def lend(request: UnlockedRequest, case: uuid.UUID) -> HttpResponse:
    """To whom this one case is lent, to whom it was, and a colleague to choose."""
    found = open_for(request, case)
    form = StandInForm(typed(request), colleagues=who_may_stand_in(case, but=found.by.id))
    if form.is_bound and form.is_valid():
        until = found.now + timedelta(days=int(form.cleaned_data["days"]))
        lend_to_colleague(
            opened=found.opened, staff=form.cleaned_data["staff"], until=until, by=found.by, now=found.now
        )
        return to_case(case)
    rows = stand_ins_of(case)
    context = {
        "title": _("Lend this case to one colleague"),
        "name": name_case(case),
        "here": case,
        "back": reverse("helpline:desk-case", args=[case]),
        "form": form,
        "names": names_of([person for each in rows for person in (each.staff, each.by)]),
        "lent": [
            (each, when(each.at, now=found.now), when(each.until, now=found.now), each.until > found.now)
            for each in rows
        ],
    }
    return page(request, "stand_in", context, status=status_of(form))


@lead_page()
@require_POST
def take_back(request: UnlockedRequest, case: uuid.UUID) -> HttpResponse:
    """Take the case back before the end."""
    end_stand_in(opened=open_keys(request, case, now=timezone.now()), **stamp(request))
    return to_case(case)
