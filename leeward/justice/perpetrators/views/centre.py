"""What policy officers see and press: providers and programmes, who refers by a link, trials of messages."""

import uuid
from collections.abc import Callable
from datetime import datetime
from functools import partial

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import stamp
from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.editing.fields import OnceForm, Words
from leeward.foundation.editing.pages import Asking, ask, takes_form, typed
from leeward.foundation.work.views import staff_pages
from leeward.justice.perpetrators.errors import TrialUnknown
from leeward.justice.perpetrators.forms.referrals import ProgrammeForm, ProviderForm, ReferrerForm
from leeward.justice.perpetrators.forms.trials import PlanForm, TrialForm
from leeward.justice.perpetrators.operations.programmes import add_provider, add_referrer, keep_programme, renew_link
from leeward.justice.perpetrators.operations.trials import begin_trial, end_trial
from leeward.justice.perpetrators.queries.counts import list_trials
from leeward.justice.perpetrators.queries.programmes import (
    find_programme,
    find_provider,
    list_providers,
    list_referrers,
)
from leeward.justice.perpetrators.rules.referrals import ReferrerKind, Way

TRIALS, PROVIDERS = _("Trials of messages"), _("Providers and programmes")
centre_page = staff_pages(Role.POLICY_OFFICER, back=lambda _named: (PROVIDERS, reverse("perpetrators:providers")))


@centre_page(title=PROVIDERS, summary=_("Programmes for people who did harm, with their places; who refers by a link."))
@require_safe
def providers(request: HttpRequest) -> HttpResponse:
    """Every provider with its programmes, and who refers by a link."""
    today = local_day(timezone.now())
    context = {"title": PROVIDERS, "providers": list_providers(on=today), "referrers": list_referrers()}
    return render(request, "perpetrators/centre/providers.jinja", context)


@centre_page()
@takes_form
def add(request: HttpRequest) -> HttpResponse:
    """Add a provider."""
    form = ProviderForm(typed(request), initial=OnceForm.fresh())

    def save(by: Actor, now: datetime) -> None:
        given = form.cleaned_data
        add_provider(name=given["name"], way=Way(given["way"]), provider=given["once"], by=by, now=now)

    return ask(request, _to_providers(form, _("Add a provider"), save))


@centre_page()
@takes_form
def referrer(request: HttpRequest) -> HttpResponse:
    """Let somebody refer by a link."""
    form = ReferrerForm(typed(request), initial=OnceForm.fresh())

    def save(by: Actor, now: datetime) -> None:
        given = form.cleaned_data
        add_referrer(name=given["name"], kind=ReferrerKind(given["kind"]), referrer=given["once"], by=by, now=now)

    return ask(request, _to_providers(form, _("Create a link for referrals"), save))


@centre_page()
@takes_form
def programme(request: HttpRequest, provider: uuid.UUID, programme: uuid.UUID | None = None) -> HttpResponse:
    """Add a programme, or change one."""
    today = local_day(timezone.now())
    owner = find_provider(provider, on=today)
    if programme is None:
        form = ProgrammeForm(typed(request), initial={**OnceForm.fresh(), "is_open": True})
    else:
        found = find_programme(programme, provider=provider, on=today)
        known = {**vars(found), "is_open": found.is_open, "once": programme}
        form = ProgrammeForm(typed(request), initial=known)

    def save(by: Actor, now: datetime) -> None:
        which = programme or form.cleaned_data["once"]
        keep_programme(entry=form.entry, provider=provider, programme=which, by=by, now=now)

    title = _("Change the programme") if programme else _("Add a programme")
    return ask(request, _to_providers(form, title, save, lead=owner.name))


@centre_page()
@require_POST
def link(request: HttpRequest, body: uuid.UUID) -> HttpResponse:
    """Draw a link anew and show it, this once."""
    token = renew_link(body=body, **stamp(request))
    is_provider = any(each.public_id == body for each in list_providers(on=local_day(timezone.now())))
    page = "link-inbox" if is_provider else "link-referred"
    address = request.build_absolute_uri(reverse(f"perpetrators:{page}", args=[token]))
    return render(request, "perpetrators/centre/link.jinja", {"address": address, "title": _("The new link")})


def _to_providers(form: forms.Form, title: Words, save: Callable[[Actor, datetime], None], *, lead: str = "") -> Asking:
    return Asking(
        form=form,
        title=title,
        back=reverse("perpetrators:providers"),
        back_text=PROVIDERS,
        save=save,
        lead=lead,
    )


@centre_page(
    title=TRIALS, summary=_("Two texts for people who might do harm, shown at random: which one is followed more.")
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
        button=_("Start the trial"),
        lead=_(
            "Each visitor sees one of the two at random. The result is shown to everybody once the trial has ended."
        ),
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
        button=_("End the trial"),
        kind="warning",
        lead=_("It cannot be started again. If fewer people saw it than planned, its page will always say so."),
    )
    return ask(request, asking)


def _end(trial: str, by: Actor, now: datetime) -> None:
    end_trial(code=trial, by=by, now=now)
