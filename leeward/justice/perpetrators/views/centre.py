"""What policy officers see and press: trials of messages."""

from datetime import datetime
from functools import partial

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.foundation.editing.pages import Asking, ask, takes_form, typed
from leeward.foundation.work.views import staff_pages
from leeward.justice.perpetrators.errors import TrialUnknown
from leeward.justice.perpetrators.forms import PlanForm, TrialForm
from leeward.justice.perpetrators.operations.trials import begin_trial, end_trial
from leeward.justice.perpetrators.queries.counts import list_trials

TRIALS = _("Trials of messages")
centre_page = staff_pages(Role.POLICY_OFFICER, back=lambda _named: (TRIALS, reverse("perpetrators:trials")))


@centre_page(
    title=TRIALS, summary=_("Two texts for people who might do harm, shown by chance; which is followed more.")
)
@require_safe
def trials(request: HttpRequest) -> HttpResponse:
    """Every trial, and how long another would take."""
    form = PlanForm(request.GET if "weekly" in request.GET else None)
    plan = form.plan if form.is_bound and form.is_valid() and form.plan.is_possible else None
    context = {"title": TRIALS, "trials": list_trials(), "form": form, "plan": plan}
    return render(request, "perpetrators/centre/trials.jinja", context)


@centre_page()
@takes_form
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a trial."""
    form = TrialForm(typed(request))
    asking = Asking(
        form=form,
        title=_("Begin a trial"),
        back=reverse("perpetrators:trials"),
        back_text=TRIALS,
        save=lambda by, now: begin_trial(new=form.new, by=by, now=now),
        button=_("Begin it"),
        lead=_("Each visitor sees one of the two, by chance. What is found is shown once it has ended, to everybody."),
    )
    return ask(request, asking)


@centre_page()
@takes_form
def end(request: HttpRequest, trial: str) -> HttpResponse:
    """End a trial, after saying what that means."""
    found = next((each for each in list_trials() if each.code == trial), None)
    if found is None or found.ended_at is not None:
        raise TrialUnknown
    asking = Asking(
        form=forms.Form(typed(request)),
        title=_("End this trial"),
        back=reverse("perpetrators:trials"),
        back_text=TRIALS,
        save=partial(_end, trial),
        button=_("End it"),
        kind="warning",
        lead=_("It cannot be begun again. If fewer saw it than was planned, its page says so for good."),
    )
    return ask(request, asking)


def _end(trial: str, by: Actor, now: datetime) -> None:
    end_trial(code=trial, by=by, now=now)
