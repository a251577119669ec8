"""Rounds for staff: the list, a new one, where one stands, which bodies take part, and moving it on."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from leeward.foundation.accounts.access import require_role
from leeward.foundation.accounts.unlocking import actor_of, staff_of
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.editing.mistakes import say
from leeward.foundation.editing.pages import WRITING, go, typed
from leeward.foundation.web.words import hint_of, word
from leeward.policy.assessment.forms.rounds import ParticipantsForm, RoundForm, StepForm
from leeward.policy.assessment.operations.rounds import invite_bodies, make_round, take_step
from leeward.policy.assessment.queries.rounds import (
    Opened,
    RoundLine,
    earlier_rounds,
    find_round,
    history_of,
    list_bodies,
    list_rounds,
    open_round,
)
from leeward.policy.assessment.queries.states import Participant
from leeward.policy.assessment.rules.rounds import SETTLED, Stage, Step, steps_from
from leeward.policy.assessment.views.answering import BOTH, OFFICER, answers, is_officer, page
from leeward.policy.assessment.views.showing import areas_in_words, legend


@require_role(
    *BOTH,
    desk_title=gettext_lazy("The nation against its model"),
    desk_summary=gettext_lazy("Rounds in which several bodies judge how far the nation is, item by item."),
)
@require_safe
@answers
def home(request: HttpRequest) -> HttpResponse:
    """The rounds that she may see."""
    lines = list_rounds(staff_of(request))
    context = {
        "rounds": [_line(each) for each in lines if each.stage is not Stage.DROPPED],
        "dropped": [_line(each) for each in lines if each.stage is Stage.DROPPED],
    }
    return page(request, "home", context)


@require_role(*OFFICER)
@require_http_methods(WRITING)
@answers
def new(request: HttpRequest) -> HttpResponse:
    """Make a round."""
    viewer = staff_of(request)
    earlier = [each for each in list_rounds(viewer) if each.stage in SETTLED]
    form = RoundForm(typed(request), earlier=earlier)
    if form.is_bound and form.is_valid():
        after = form.cleaned_data["after"]
        try:
            made = make_round(
                new=form.as_round(),
                after=find_round(viewer, UUID(after)) if after else None,
                by=actor_of(request),
                now=timezone.now(),
            )
        except FieldRefused as error:
            say(form, error)
        else:
            return go("assessment:round", made)
    return page(request, "new", {}, form=form)


@require_role(*BOTH)
@require_safe
@answers
def show(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Where a round stands, by area."""
    viewer = staff_of(request)
    opened, held = open_round(viewer, round_id, now=timezone.now()), find_round(viewer, round_id)
    state = opened.state
    items = [each for each in state.items if each.is_assessable]
    context = {
        **head(opened),
        "areas": areas_in_words(state),
        "legend": legend(),
        "answered": sum(each.answer is not None for each in items),
        "total": len(items),
        "expired": sum(any(held.piece.has_expired_by(state.day) for held in each.pieces) for each in items),
        "disputed": len(state.disputed) if opened.may_see_views else 0,
        "participants": [_participant(each) for each in state.participants],
        "history": [{"it": each, "text": word(each.step)} for each in history_of(held)],
        "comparable": bool(earlier_rounds(viewer, held)),
    }
    return page(request, "round", context)


@require_role(*OFFICER)
@require_http_methods(WRITING)
@answers
def step(request: HttpRequest, round_id: UUID, step: str) -> HttpResponse:
    """Move a round on, after a page that says what it means."""
    opened = open_round(staff_of(request), round_id, now=timezone.now())
    wanted = _step(step)
    form = StepForm(typed(request), step=wanted)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data["words"]
        try:
            take_step(public_id=round_id, step=wanted, words=said, by=actor_of(request), now=timezone.now())
        except FieldRefused as error:
            say(form, error)
        else:
            return go("assessment:round", round_id)
    context = {
        **head(opened),
        "title": word(wanted),
        "hint": hint_of(wanted),
        "is_warning": wanted in (Step.PUBLISH, Step.DROP),
        "unfinished": [each.name for each in opened.state.participants if each.finished_at is None]
        if wanted is Step.AGREE
        else [],
    }
    return page(request, "step", context, form=form)


@require_role(*OFFICER)
@require_http_methods(WRITING)
@answers
def participants(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Say which bodies take part."""
    opened = open_round(staff_of(request), round_id, now=timezone.now())
    present = [str(each.public_id) for each in opened.state.participants]
    form = ParticipantsForm(typed(request), known=list_bodies(), initial={"bodies": present})
    if form.is_bound and form.is_valid():
        invite_bodies(public_id=round_id, bodies=form.chosen(), by=actor_of(request), now=timezone.now())
        return go("assessment:round", round_id)
    return page(request, "participants", head(opened), form=form)


def head(opened: Opened) -> dict[str, Any]:
    """What every page of a round shows of it."""
    state = opened.state
    steps = [] if opened.own else steps_from(state.stage)
    return {
        "state": state,
        "round_id": state.public_id,
        "own": opened.own,
        "may_see_views": opened.may_see_views,
        "stage": {"code": state.stage.value, "text": word(state.stage)},
        "stage_colour": state.stage.colour,
        "steps": [{"code": each.value.replace("_", "-"), "text": word(each)} for each in steps],
        "is_open": state.stage in (Stage.DRAFT, Stage.REVIEW),
    }


def may_answer(request: HttpRequest, opened: Opened) -> str:
    """The key of the voice for which this viewer answers now, "" where she cannot."""
    if is_officer(request):
        return "draft" if opened.state.stage is Stage.DRAFT else ""
    return opened.own.key if opened.own and opened.state.stage is Stage.REVIEW else ""


def _line(each: RoundLine) -> dict[str, Any]:
    return {"it": each, "stage": word(each.stage), "colour": each.stage.colour}


def _participant(each: Participant) -> dict[str, Any]:
    return {"it": each, "sector": word(each.sector)}


def _step(code: str) -> Step:
    try:
        found = Step(code.replace("-", "_"))
    except ValueError as error:
        raise Http404 from error
    if found is Step.MAKE:
        raise Http404
    return found
