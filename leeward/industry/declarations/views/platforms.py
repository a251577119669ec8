"""The staff's pages about platforms: the model checklist, the process audit, and what platforms count themselves."""

import contextlib
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.foundation.accounts.access import require_role
from leeward.foundation.accounts.unlocking import actor_of
from leeward.industry.declarations import words
from leeward.industry.declarations.editions import read_checklist
from leeward.industry.declarations.errors import FieldRefused, FigureUnknown, FindingUnknown, RequestUnknown
from leeward.industry.declarations.forms.fields import say
from leeward.industry.declarations.forms.findings import AnswerForm, FigureForm, FindingForm, InformationForm, ReplyForm
from leeward.industry.declarations.operations.findings import record_finding, record_reply, state_figure, strike_figure
from leeward.industry.declarations.operations.information import drop_request, record_answer, record_request
from leeward.industry.declarations.queries import (
    ItemFound,
    StepFound,
    checklist_of,
    information_requests_of,
    overdue_requests,
    policy_lines,
    process_of,
    stated_figures_of,
)
from leeward.industry.declarations.rules.terms import FindingKind, ProcessStep
from leeward.industry.declarations.views.showing import item_words, platform_in_words
from leeward.industry.declarations.views.staff import STAFF
from leeward.industry.platforms.errors import PlatformUnknown
from leeward.industry.platforms.queries import find_partner, listed_platforms
from leeward.industry.platforms.rules import Partner


@require_role(
    *STAFF,
    desk_title=gettext_lazy("Platforms against the model policy"),
    desk_summary=gettext_lazy(
        "What each platform’s rules and process have, with its reply, and what it counts itself."
    ),
)
@require_safe
def list_all(request: HttpRequest) -> HttpResponse:
    """Platforms, with how far each is known to meet the checklist."""
    context = {
        "lines": policy_lines(listed_platforms()),
        "total": len(read_checklist().items),
        "overdue": overdue_requests(now=timezone.now()),
    }
    return render(request, "declarations/staff/platforms.jinja", context)


@require_role(*STAFF)
@require_safe
def show(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One platform's checklist, process and figures."""
    partner, now = _find(public_id), timezone.now()
    context = {
        **platform_in_words(partner, now=now),
        "requests": [
            {
                "it": each,
                "asker": words.ASKERS[each.asker_kind],
                "asked_for": words.ASKED_FOR[each.asked_for],
                "state": words.REQUEST_STATES[each.state],
                "colour": words.REQUEST_COLOURS[each.state],
            }
            for each in information_requests_of(partner, now=now)
        ],
    }
    return render(request, "declarations/staff/platform.jinja", context)


@require_role(*STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest, public_id: UUID, kind: str, code: str) -> HttpResponse:
    """Record what was found about one item or step."""
    partner, (subject, known, title) = _find(public_id), _subject(kind, code)
    form = FindingForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            new = form.as_finding(kind=subject, code=known)
            record_finding(partner=partner, new=new, by=actor_of(request), now=timezone.now())
        except FieldRefused as error:
            say(form, error)
        else:
            return _back(partner)
    return _form_page(request, partner, form=form, title=title)


@require_role(*STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: HttpRequest, public_id: UUID, reference: UUID) -> HttpResponse:
    """Write down what the platform says to a finding."""
    partner = _find(public_id)
    if reference not in _references(partner):
        raise Http404
    form = ReplyForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data["reply"]
        try:
            record_reply(partner=partner, reference=reference, reply=said, by=actor_of(request), now=timezone.now())
        except FieldRefused as error:
            say(form, error)
        except FindingUnknown as error:
            raise Http404 from error
        else:
            return _back(partner)
    return _form_page(request, partner, form=form, title=_("What the platform says to it"))


@require_role(*STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def add_figure(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Write down what the platform counts itself."""
    partner = _find(public_id)
    form = FigureForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            state_figure(partner=partner, new=form.as_figure(), by=actor_of(request), now=timezone.now())
        except FieldRefused as error:
            say(form, error)
        else:
            return _back(partner)
    return _form_page(request, partner, form=form, title=_("Add a figure of the platform’s own"))


@require_role(*STAFF)
@require_POST
def strike(request: HttpRequest, public_id: UUID, reference: UUID) -> HttpResponse:
    """Strike out a figure that was written down wrongly; a second press finds it struck out and says no more."""
    partner = _find(public_id)
    if reference not in _figure_references(partner):
        raise Http404
    with contextlib.suppress(FigureUnknown):
        strike_figure(partner=partner, reference=reference, by=actor_of(request), now=timezone.now())
    return _back(partner)


@require_role(*STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def add_request(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Write down that the platform was asked for information."""
    partner = _find(public_id)
    form = InformationForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            record_request(partner=partner, new=form.as_request(), by=actor_of(request), now=timezone.now())
        except FieldRefused as error:
            say(form, error)
        else:
            return _back(partner)
    return _form_page(request, partner, form=form, title=_("Add a request for information"))


@require_role(*STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def answer_request(request: HttpRequest, public_id: UUID, reference: UUID) -> HttpResponse:
    """Write down what the platform answered."""
    partner, now = _find(public_id), timezone.now()
    if reference not in {each.reference for each in information_requests_of(partner, now=now)}:
        raise Http404
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            answer = form.as_answer()
            record_answer(partner=partner, reference=reference, answer=answer, by=actor_of(request), now=now)
        except FieldRefused as error:
            say(form, error)
        except RequestUnknown as error:
            raise Http404 from error
        else:
            return _back(partner)
    return _form_page(request, partner, form=form, title=_("Record its answer"))


@require_role(*STAFF)
@require_POST
def remove_request(request: HttpRequest, public_id: UUID, reference: UUID) -> HttpResponse:
    """Take out what was entered by mistake."""
    partner = _find(public_id)
    try:
        drop_request(partner=partner, reference=reference, by=actor_of(request), now=timezone.now())
    except RequestUnknown as error:
        raise Http404 from error
    return _back(partner)


def _subject(kind: str, code: str) -> tuple[FindingKind, str, str]:
    """What a finding is to be about: its kind, its code and its title."""
    item = read_checklist().item(code)
    if kind == FindingKind.POLICY.value and item is not None:
        return FindingKind.POLICY, code, item_words(item).title
    step = code.replace("-", "_")
    if kind == FindingKind.PROCESS.value and step in set(ProcessStep):
        return FindingKind.PROCESS, step, str(words.STEPS[ProcessStep(step)])
    raise Http404


def _references(partner: Partner) -> set[UUID]:
    now = timezone.now()
    groups: list[ItemFound | StepFound] = [*checklist_of(partner, now=now).items, *process_of(partner, now=now)]
    return {line.reference for each in groups for line in (each.newest, *each.earlier) if line is not None}


def _figure_references(partner: Partner) -> set[UUID]:
    figures = stated_figures_of(partner)
    return {said.reference for each in figures for said in (each.newest, *each.earlier) if said is not None}


def _form_page(request: HttpRequest, partner: Partner, *, form: Any, title: str) -> HttpResponse:
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    context = {"partner": partner, "form": form, "title": title}
    return render(request, "declarations/staff/platform_form.jinja", context, status=status)


def _find(public_id: UUID) -> Partner:
    try:
        return find_partner(public_id)
    except PlatformUnknown as error:
        raise Http404 from error


def _back(partner: Partner) -> HttpResponse:
    address = reverse("declarations:platform", args=[partner.public_id])
    return HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)
