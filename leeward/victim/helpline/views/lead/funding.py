"""What pays for the helpline: entered by its leads, told to everybody."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from leeward.foundation.accounts.unlocking import UnlockedRequest
from leeward.foundation.days import local_day
from leeward.foundation.editing.pages import Asking, ask, takes_form, typed
from leeward.foundation.rows import read_values
from leeward.foundation.web.access import public
from leeward.victim.helpline.forms.lead import FundingForm
from leeward.victim.helpline.operations.funding import save_funding
from leeward.victim.helpline.queries.funding import find_funding, list_funding, paid_until
from leeward.victim.helpline.rules.funding import Grant, is_near_end
from leeward.victim.helpline.views.lead.frame import lead_page, page


@public
@require_safe
def paid(request: HttpRequest) -> HttpResponse:
    """Tell everybody what pays for the helpline, and until when."""
    return render(request, "helpline/funding.jinja", _told())


@lead_page(title=_("Funding"), summary=_("What pays for the helpline, and until when. Everybody can read it."))
@require_safe
def funding(request: UnlockedRequest) -> HttpResponse:
    """The same for leads, who correct it."""
    return page(request, "funding", _told())


@lead_page()
@takes_form
def add_funding(request: UnlockedRequest) -> HttpResponse:
    """Add what pays."""
    return _ask(request, None, FundingForm(typed(request)))


@lead_page()
@takes_form
def correct_funding(request: UnlockedRequest, funding: uuid.UUID) -> HttpResponse:
    """Correct what pays."""
    found = find_funding(funding)
    if found is None:
        raise Http404
    initial = {name: getattr(found, name) for name in FundingForm.base_fields}
    return _ask(request, funding, FundingForm(typed(request), initial=initial))


def _ask(request: UnlockedRequest, reference: uuid.UUID | None, form: FundingForm) -> HttpResponse:
    asking = Asking(
        form=form,
        title=_("Funding of the helpline"),
        back=reverse("helpline:lead-funding"),
        back_text=_("Funding"),
        save=lambda by, now: save_funding(read_values(Grant, form.cleaned_data), reference=reference, by=by, now=now),
        lead=_("Everybody can read this."),
    )
    return ask(request, asking)


def _told() -> dict[str, Any]:
    today = local_day(timezone.now())
    until = paid_until(today=today)
    return {"grants": list_funding(), "until": until, "is_near_end": is_near_end(until, today=today), "today": today}
