"""Supplies what a platform named as missing: the element's form stands on the request's page, and its answer here."""

import uuid

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from leeward.foundation.accounts.unlocking import UnlockedRequest
from leeward.foundation.editing.pages import go
from leeward.industry.duties.rules import Element
from leeward.victim.removals.errors import StepImpossible
from leeward.victim.removals.forms.supplying import SupplyForm
from leeward.victim.removals.operations.desk import claim_report
from leeward.victim.removals.operations.supplies import supply_missing
from leeward.victim.removals.rules.states import RequestState, Step
from leeward.victim.removals.views.desk.frame import desk_page, open_for
from leeward.victim.removals.views.desk.requests import answer_request


@desk_page()
@require_POST
def supply(request: UnlockedRequest, report: uuid.UUID, item: uuid.UUID) -> HttpResponse:
    """Send the corrected notice, and show it as it was sent."""
    found = open_for(request, report, reason="sending")
    view = found.request(item)
    if view.state is not RequestState.INCOMPLETE or not view.missing_element:
        raise StepImpossible(state=view.state, step=Step.COMPLETED)
    form = SupplyForm(request.POST, element=Element(view.missing_element))
    if not form.is_valid():
        return answer_request(request, report, item, form=form, supply_form=form)
    claim_report(reference=report, by=found.by, now=found.now)
    notice = supply_missing(
        opened=found.opened,
        request=item,
        words=form.cleaned_data["words"],
        signer=found.signer,
        by=found.by,
        now=found.now,
    )
    return go("removals:desk-notice", notice)
