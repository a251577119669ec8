"""A person's plan from a case: suggest how it could read, and note that it was looked at with them."""

import uuid

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from leeward.foundation.accounts.unlocking import UnlockedRequest, stamp
from leeward.foundation.editing.pages import Asking, ask, takes_form, typed
from leeward.victim.helpline.forms.plan import SuggestForm
from leeward.victim.helpline.operations.plans import note_plan_seen, suggest_change
from leeward.victim.helpline.rules.cases import CaseState
from leeward.victim.helpline.views.desk.frame import case_page, open_for, take, to_case


@case_page()
@takes_form
def suggest(request: UnlockedRequest, case: uuid.UUID) -> HttpResponse:
    """Suggest how the plan could read; it changes with the person's yes alone."""
    found = open_for(request, case)
    if found.view.state is CaseState.CLOSED:
        return to_case(case)
    plans = found.view.plans
    base = plans.current.apply(plans.waiting.plan) if plans.waiting else plans.current
    form = SuggestForm(typed(request), plan=base, current=plans.current, initial=SuggestForm.fresh())
    asking = Asking(
        form=form,
        title=_("Suggest a change to their plan"),
        back=f"{reverse('helpline:desk-case', args=[case])}#plan",
        back_text=_("Back to the case"),
        button=_("Suggest it to them"),
        lead=_("They read on their page what would change, and take it or leave it. Write it as they would."),
        save=lambda by, now: suggest_change(
            opened=take(request, case), plan=form.plan, reference=form.cleaned_data["once"], by=by, now=now
        ),
    )
    return ask(request, asking)


@case_page()
@require_POST
def seen(request: UnlockedRequest, case: uuid.UUID) -> HttpResponse:
    """Note that the plan was looked at with the person."""
    note_plan_seen(opened=take(request, case), **stamp(request))
    return to_case(case, at="plan")
