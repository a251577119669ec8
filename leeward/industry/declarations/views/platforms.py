"""The staff's pages about platforms: the model checklist, the process audit, and what platforms count themselves."""

import contextlib
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.foundation.accounts.access import require_role
from leeward.foundation.accounts.unlocking import actor_of
from leeward.foundation.audit.rules import Actor
from leeward.foundation.editing.errors import EntryUnknown
from leeward.foundation.editing.fields import line
from leeward.foundation.editing.pages import WRITING, Asking, ask, go, typed
from leeward.foundation.web.words import word
from leeward.foundation.work.lists import Column, Filter, Listing, Tag, show_list
from leeward.foundation.work.way import shows_list
from leeward.industry.declarations.editions import read_checklist
from leeward.industry.declarations.forms.findings import AnswerForm, FigureForm, FindingForm, InformationForm, ReplyForm
from leeward.industry.declarations.operations.findings import record_finding, record_reply, state_figure, strike_figure
from leeward.industry.declarations.operations.information import drop_request, record_answer, record_request
from leeward.industry.declarations.queries import (
    ItemFound,
    PolicyLine,
    StepFound,
    checklist_of,
    information_requests_of,
    overdue_requests,
    policy_lines,
    process_of,
    stated_figures_of,
)
from leeward.industry.declarations.rules.terms import FindingKind, ProcessStep
from leeward.industry.declarations.views import showing
from leeward.industry.declarations.views.staff import STAFF
from leeward.industry.platforms.queries import BY_NAME, as_partners, find_partner, holds, platform_rows
from leeward.industry.platforms.rules import Partner
from leeward.industry.platforms.views import PAGE as JOINED

COMPLETE = {
    True: Tag(gettext_lazy("Policy complete"), "green"),
    False: Tag(gettext_lazy("Policy not complete"), "grey"),
}
LEAD = {True: Tag(gettext_lazy("Lead named"), "green"), False: Tag(gettext_lazy("No lead named"), "orange")}


def policies_list(*, now: datetime) -> Listing[PolicyLine]:
    """Platforms by name, with how far each is known to meet the checklist."""
    total, overdue = len(read_checklist().items), overdue_requests(now=now)
    return Listing(
        rows=platform_rows().filter(is_listed=True),
        lines=lambda rows: policy_lines(as_partners(rows)),
        columns=[
            Column("name", gettext_lazy("Platform"), lambda each: each.partner.name, BY_NAME),
            Column("policy", gettext_lazy("Policy"), lambda each: COMPLETE[each.is_complete]),
            Column("lead", gettext_lazy("Lead"), lambda each: LEAD[each.has_lead]),
            Column(
                "met", gettext_lazy("Met"), lambda each: _("%(part)d of %(all)d") % {"part": each.met, "all": total}
            ),
            Column("overdue", gettext_lazy("Information"), lambda each: _overdue(overdue.get(each.partner.id, 0))),
        ],
        sort="name",
        address=lambda each: reverse(JOINED, args=[each.partner.public_id]),
        filters=[Filter(key="search", field=line(gettext_lazy("Name or domain")), where=holds)],
        csv="platforms-policy",
        empty=gettext_lazy("There are no platforms yet."),
    )


def tell_overdue(number: int) -> str:
    """How many requests for information are overdue, in words."""
    words = ngettext("%(num)s request for information overdue", "%(num)s requests for information overdue", number)
    return words % {"num": number}


def _overdue(number: int) -> Tag | None:
    return Tag(tell_overdue(number), "red") if number else None


@require_role(
    *STAFF,
    desk_title=gettext_lazy("Platforms against the model policy"),
    desk_summary=gettext_lazy(
        "What each platform’s rules and process have, with its reply, and what it counts itself."
    ),
)
@require_safe
@shows_list
def list_all(request: HttpRequest) -> HttpResponse:
    """Platforms, with how far each is known to meet the checklist."""
    listing = policies_list(now=timezone.now())
    return show_list(
        request, listing, lambda found: render(request, "declarations/staff/platforms.jinja", {"found": found})
    )


@require_role(*STAFF)
@require_safe
def show(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One platform's checklist, process and figures."""
    partner = find_partner(public_id)
    requests = information_requests_of(partner, now=timezone.now())
    context = {**showing.known_of(partner), "requests": requests, "showing": showing}
    return render(request, "declarations/staff/platform.jinja", context)


@require_role(*STAFF)
@require_http_methods(WRITING)
def find(request: HttpRequest, public_id: UUID, kind: str, code: str) -> HttpResponse:
    """Record what was found about one item or step."""
    partner, (subject, known, title), form = find_partner(public_id), _subject(kind, code), FindingForm(typed(request))

    def save(by: Actor, now: datetime) -> None:
        record_finding(partner=partner, new=form.as_finding(kind=subject, code=known), by=by, now=now)

    return _ask(request, partner, form, title=title, save=save)


@require_role(*STAFF)
@require_http_methods(WRITING)
def reply(request: HttpRequest, public_id: UUID, reference: UUID) -> HttpResponse:
    """Write down what the platform says to a finding."""
    partner, form = find_partner(public_id), ReplyForm(typed(request))
    if reference not in _references(partner):
        raise EntryUnknown

    def save(by: Actor, now: datetime) -> None:
        record_reply(partner=partner, reference=reference, reply=form.cleaned_data["reply"], by=by, now=now)

    return _ask(request, partner, form, title=_("Reply of the platform"), save=save)


@require_role(*STAFF)
@require_http_methods(WRITING)
def add_figure(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Write down what the platform counts itself."""
    partner, form = find_partner(public_id), FigureForm(typed(request))

    def save(by: Actor, now: datetime) -> None:
        state_figure(partner=partner, new=form.as_figure(), by=by, now=now)

    return _ask(request, partner, form, title=_("Add a figure of the platform’s own"), save=save)


@require_role(*STAFF)
@require_POST
def strike(request: HttpRequest, public_id: UUID, reference: UUID) -> HttpResponse:
    """Strike out a figure that was written down wrongly; a second press finds it struck out and says no more."""
    partner = find_partner(public_id)
    if reference not in _figure_references(partner):
        raise EntryUnknown
    with contextlib.suppress(EntryUnknown):
        strike_figure(partner=partner, reference=reference, by=actor_of(request), now=timezone.now())
    return go("declarations:platform", partner.public_id)


@require_role(*STAFF)
@require_http_methods(WRITING)
def add_request(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Write down that the platform was asked for information."""
    partner, form = find_partner(public_id), InformationForm(typed(request))

    def save(by: Actor, now: datetime) -> None:
        record_request(partner=partner, new=form.as_request(), by=by, now=now)

    return _ask(request, partner, form, title=_("Add a request for information"), save=save)


@require_role(*STAFF)
@require_http_methods(WRITING)
def answer_request(request: HttpRequest, public_id: UUID, reference: UUID) -> HttpResponse:
    """Write down what the platform answered."""
    partner, form = find_partner(public_id), AnswerForm(typed(request))
    if reference not in {each.reference for each in information_requests_of(partner, now=timezone.now())}:
        raise EntryUnknown

    def save(by: Actor, now: datetime) -> None:
        record_answer(partner=partner, reference=reference, answer=form.as_answer(), by=by, now=now)

    return _ask(request, partner, form, title=_("Record its answer"), save=save)


@require_role(*STAFF)
@require_POST
def remove_request(request: HttpRequest, public_id: UUID, reference: UUID) -> HttpResponse:
    """Take out what was entered by mistake."""
    partner = find_partner(public_id)
    drop_request(partner=partner, reference=reference, by=actor_of(request), now=timezone.now())
    return go("declarations:platform", partner.public_id)


def _subject(kind: str, code: str) -> tuple[FindingKind, str, str]:
    """What a finding is to be about: its kind, its code and its title."""
    item = read_checklist().item(code)
    if kind == FindingKind.POLICY.value and item is not None:
        return FindingKind.POLICY, code, showing.item_words(item).title
    step = code.replace("-", "_")
    if kind == FindingKind.PROCESS.value and step in set(ProcessStep):
        return FindingKind.PROCESS, step, word(ProcessStep(step))
    raise Http404


def _references(partner: Partner) -> set[UUID]:
    now = timezone.now()
    groups: list[ItemFound | StepFound] = [*checklist_of(partner, now=now).items, *process_of(partner, now=now)]
    return {line.reference for each in groups for line in (each.newest, *each.earlier) if line is not None}


def _figure_references(partner: Partner) -> set[UUID]:
    figures = stated_figures_of(partner)
    return {said.reference for each in figures for said in (each.newest, *each.earlier) if said is not None}


def _ask(
    request: HttpRequest, partner: Partner, form: forms.Form, *, title: str, save: Callable[[Actor, datetime], None]
) -> HttpResponse:
    back = reverse("declarations:platform", args=[partner.public_id])
    return ask(request, Asking(form=form, title=title, back=back, back_text=partner.name, save=save))
