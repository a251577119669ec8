"""One request before somebody at the desk: where it stands, and all that the desk can do about it by hand."""

import uuid
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from leeward.foundation.accounts.queries import team_names
from leeward.foundation.accounts.unlocking import UnlockedRequest, actor_of, staff_of, stamp
from leeward.foundation.editing.pages import status_of
from leeward.foundation.web.timeline import tell_timeline
from leeward.industry.duties.queries import active_regimes
from leeward.industry.duties.rules import Element
from leeward.industry.platforms.operations import meet_site
from leeward.industry.platforms.queries import (
    channels_in_use,
    find_partner,
    find_partner_by_id,
    known_platforms,
    sites_to_take_up,
)
from leeward.industry.platforms.rules import Partner
from leeward.victim.removals.forms.desk import AnswerForm, LawForm, SearchForm, SiteForm
from leeward.victim.removals.forms.supplying import SupplyForm
from leeward.victim.removals.operations.answers import note_answer
from leeward.victim.removals.operations.checks import note_check
from leeward.victim.removals.operations.desk import (
    assign_platform,
    choose_law,
    close_request,
    correct_event,
    mark_request_looked,
    reopen_request,
)
from leeward.victim.removals.operations.plans import order_address
from leeward.victim.removals.queries.lists import twins_of
from leeward.victim.removals.queries.reports import RequestView
from leeward.victim.removals.rules.checks import CheckReason, Signal, Verdict
from leeward.victim.removals.rules.states import RequestState, Step, may_advance, steps_from
from leeward.victim.removals.views.desk.climbing import read_site, wants_rung
from leeward.victim.removals.views.desk.frame import (
    Opened,
    desk_page,
    is_supervisor,
    open_for,
    page,
    press_on_request,
    take,
    to_request,
)
from leeward.victim.removals.views.desk.next_steps import Deciding, step_of_request
from leeward.victim.removals.views.desk.telling import KINDS, tell_request

FOUND_AT_MOST = 20
# Digits of a key of 62 bits.
LONGEST_KEY = 19
SEEN = {"gone": Signal.GONE, "up": Signal.UP}

looked = press_on_request(mark_request_looked)
close = press_on_request(close_request)
reopen = press_on_request(reopen_request)


@desk_page()
@require_safe
def show_request(request: UnlockedRequest, report: uuid.UUID, item: uuid.UUID) -> HttpResponse:
    """One request, with what can be done about it."""
    return answer_request(request, report, item)


@desk_page()
@require_POST
def assign(request: UnlockedRequest, report: uuid.UUID, item: uuid.UUID) -> HttpResponse:
    """Say at which platform it stands: one that is known, or a site that is met here for the first time."""
    by, now = actor_of(request), timezone.now()
    chosen = request.POST.get("platform", "")
    form = SiteForm(request.POST)
    if not chosen and not form.is_valid():
        return answer_request(request, report, item, form=form, site_form=form)
    opened = take(request, report, item=item)
    partner = _partner(chosen) if chosen else meet_site(host=form.cleaned_data["host"], by=by, now=now)
    assign_platform(opened=opened, request=item, platform_id=partner.id, by=by, now=now)
    return to_request(report, item)


@desk_page()
@require_POST
def law(request: UnlockedRequest, report: uuid.UUID, item: uuid.UUID) -> HttpResponse:
    """Choose the law under which its notice goes out."""
    form = LawForm(request.POST, laws=_laws())
    if not form.is_valid():
        return answer_request(request, report, item, form=form, law_form=form)
    take(request, report, item=item)
    choose_law(request=item, code=form.cleaned_data["law"], **stamp(request))
    return to_request(report, item)


@desk_page()
@require_POST
def answer(request: UnlockedRequest, report: uuid.UUID, item: uuid.UUID) -> HttpResponse:
    """Note an answer that came by letter or mail."""
    form, now = AnswerForm(request.POST), timezone.now()
    if form.is_valid() and (form.cleaned_data["came_on"] or now) > now:
        form.add_error("came_on", form.fields["came_on"].error_messages["invalid"])
    if not form.is_valid():
        return answer_request(request, report, item, form=form, answer_form=form)
    take(request, report, item=item)
    note_answer(
        request=item,
        answer=form.as_answer(),
        keyring=request.keyring,
        by=actor_of(request),
        now=now,
        at=form.cleaned_data["came_on"] or now,
    )
    return to_request(report, item)


@desk_page()
@require_POST
def seen(request: UnlockedRequest, report: uuid.UUID, item: uuid.UUID) -> HttpResponse:
    """Note what a person saw at the address."""
    signal = SEEN.get(request.POST.get("seen", ""))
    if signal is None:
        return to_request(report, item)
    take(request, report, item=item)
    verdict = Verdict(signal=signal, reason=CheckReason.PERSON)
    note_check(reference=item, verdict=verdict, status=None, **stamp(request))
    return to_request(report, item)


@desk_page()
@require_POST
def correct(request: UnlockedRequest, report: uuid.UUID, item: uuid.UUID) -> HttpResponse:
    """Say that an event was noted wrongly; once is enough."""
    text = request.POST.get("event", "")
    if not text.isascii() or not text.isdigit() or len(text) > LONGEST_KEY:
        raise Http404
    found = open_for(request, report)
    event = next((each for each in found.request(item).events if each.id == int(text)), None)
    if event is None:
        raise ObjectDoesNotExist
    if not event.is_voided:
        take(request, report, item=item)
        correct_event(request=item, event_id=event.id, by=found.by, now=found.now)
    return to_request(report, item)


def answer_request(request: UnlockedRequest, report: uuid.UUID, item: uuid.UUID, **forms: Any) -> HttpResponse:
    """The page of one request, with the form that has to be filled in again where there is one."""
    found = open_for(request, report)
    view = found.request(item)
    search = SearchForm(request.GET)
    text = search.cleaned_data["search"] if search.is_valid() else ""
    partner = find_partner_by_id(view.platform_id) if view.platform_id else None
    channels = channels_in_use(partner) if partner else ()
    site = read_site(partner, channels=channels, now=found.now) if partner and _may_climb(view) else None
    proposal = site.propose(view, now=found.now) if site else None
    names = team_names(viewer=staff_of(request))
    deciding = Deciding(
        found=found,
        climbable={item: proposal} if proposal and wants_rung(view, now=found.now) else {},
        unreached=() if view.rung in {each.rung for each in channels} else {(view.platform_id, view.rung)},
        is_supervisor=is_supervisor(request),
        names=names,
    )
    told = tell_request(view, found.view, names=names)
    laws = _laws()
    form = forms.get("form")
    here = reverse("removals:desk-request", args=[report, item])
    context = {
        "found": found,
        "report": found.view,
        "view": view,
        "now": found.now,
        "names": names,
        "next": step_of_request(deciding, view),
        "timeline": tell_timeline(request, told, kinds=KINDS, path=here),
        "partner": partner,
        "has_channel": bool(channels),
        "host": _host(view),
        "search": search,
        "searched": text,
        "platforms": known_platforms(search=text, limit=FOUND_AT_MOST) if text else (),
        "sites": sites_to_take_up(search=text, limit=FOUND_AT_MOST) if text else (),
        "steps": steps_from(view.state),
        "Step": Step,
        "twins": twins_of(view.reference),
        "proposal": proposal,
        "site_form": SiteForm(initial={"host": _host(view)}),
        "law_form": LawForm(laws=laws, initial={"law": view.regime_code}),
        "answer_form": AnswerForm(),
        "supply_form": _supply_form(found, view),
        "Element": Element,
        "order_address": order_address(view.order_number) if view.order_number else "",
        "form": None,
        **forms,
    }
    status = HTTPStatus.OK if form is None else status_of(form)
    return page(request, "request", context, status=status)


def _may_climb(view: RequestView) -> bool:
    """Return whether a further rung makes sense: not for what is gone, or while we owe the platform something."""
    is_ours = view.state is RequestState.INCOMPLETE
    return view.first_sent_at is not None and may_advance(view.state, Step.ESCALATED) and not is_ours


def _supply_form(found: Opened, view: RequestView) -> SupplyForm | None:
    """The form for what the platform named as missing; None where it waits for nothing."""
    if view.state is not RequestState.INCOMPLETE or not view.missing_element:
        return None
    desk = settings.LEEWARD_DESK
    signer = found.signer or (desk.name if desk else "")
    return SupplyForm(element=Element(view.missing_element), signer=signer)


def _laws() -> list[tuple[str, str]]:
    today = timezone.now().date()
    return [(regime.code, regime.name) for regime in active_regimes(on=today)]


def _partner(text: str) -> Partner:
    try:
        return find_partner(uuid.UUID(text))
    except ValueError as error:
        raise Http404 from error


def _host(view: RequestView) -> str:
    if view.item is None:
        return ""
    try:
        return urlsplit(view.item.url).hostname or view.item.site
    except ValueError:
        return view.item.site
