"""The pages before choosing: what this is, and one question at a time."""

from dataclasses import replace
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from leeward.foundation.editing.pages import takes_form, typed
from leeward.foundation.web.access import public
from leeward.society.directory.queries.suggesting import Context, suggest_cards
from leeward.victim.portal.forms import AgeForm, KindForm, PersonForm
from leeward.victim.portal.rules.gate import AgeAnswer, Answers, GateStep, KindAnswer, PersonAnswer, next_step
from leeward.victim.portal.views.visiting import current_visit, end_visit, go, keep_visit

BACK = {GateStep.AGE: "start", GateStep.PERSON: "age", GateStep.KIND: "person"}


@public
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Say what this does and does not do, and how long it takes."""
    return render(request, "portal/start.jinja")


@public
@takes_form
def age(request: HttpRequest) -> HttpResponse:
    """Anyone under 18 in the picture: a full stop, nothing kept."""
    form = AgeForm(typed(request))
    if not form.is_valid():
        return _question(request, form, GateStep.AGE)
    if form.cleaned_data["everyone_adult"] != AgeAnswer.ALL_ADULT:
        # Whatever had been answered before is forgotten as well.
        return end_visit(
            go("child" if form.cleaned_data["everyone_adult"] == AgeAnswer.NOT_ALL_ADULT else "unsure"), request
        )
    return _answered(request, GateStep.AGE, everyone_adult=True)


@public
@require_safe
def child(request: HttpRequest) -> HttpResponse:
    """The way for pictures of anyone under 18."""
    return _child(request, unsure=False)


@public
@require_safe
def unsure(request: HttpRequest) -> HttpResponse:
    """The same way for somebody who does not know: those people can help to find out."""
    return _child(request, unsure=True)


@public
@takes_form
def person(request: HttpRequest) -> HttpResponse:
    """Who is in it?"""
    form = PersonForm(typed(request))
    if not form.is_valid():
        return _question(request, form, GateStep.PERSON)
    return _answered(request, GateStep.PERSON, person=PersonAnswer(form.cleaned_data["person"]))


@public
@takes_form
def kind(request: HttpRequest) -> HttpResponse:
    """What is happening?"""
    form = KindForm(typed(request))
    if not form.is_valid():
        return _question(request, form, GateStep.KIND)
    answer = KindAnswer(form.cleaned_data["kind"])
    response = _answered(request, GateStep.KIND, kind=answer)
    if answer is KindAnswer.THREATENED:
        response.headers["Location"] = go("first-help").headers["Location"]
    return response


@public
@require_safe
def first_help(request: HttpRequest) -> HttpResponse:
    """First help against threats."""
    return render(request, "portal/first_help.jinja", {"cards": suggest_cards(Context.THREAT, now=timezone.now())})


def _child(request: HttpRequest, *, unsure: bool) -> HttpResponse:
    cards = suggest_cards(Context.CHILD, now=timezone.now())
    return end_visit(render(request, "portal/child.jinja", {"cards": cards, "unsure": unsure}), request)


def _question(request: HttpRequest, form: Form, step: GateStep) -> HttpResponse:
    now = timezone.now()
    answers = current_visit(request, now=now).answers
    if request.method != "POST":
        earlier = next_step(answers)
        if _order(earlier) < _order(step):
            return go(earlier)
        form.initial = _given(answers)
    return render(request, "portal/question.jinja", {"form": form, "back": BACK[step], "field": next(iter(form))})


def _answered(request: HttpRequest, step: GateStep, **given: Any) -> HttpResponse:
    """Keep an answer and go on: to the next question even if it was answered before, never past an open one."""
    now = timezone.now()
    visit = current_visit(request, now=now)
    answers = replace(visit.answers, **given)
    following = list(GateStep)[_order(step) + 1]
    target = min(following, next_step(answers), key=_order)
    return keep_visit(go(target), replace(visit, answers=answers), now=now)


def _order(step: GateStep) -> int:
    return list(GateStep).index(step)


def _given(answers: Answers) -> dict[str, object]:
    return {
        "everyone_adult": AgeAnswer.ALL_ADULT if answers.everyone_adult else None,
        "person": answers.person,
        "kind": answers.kind,
    }
