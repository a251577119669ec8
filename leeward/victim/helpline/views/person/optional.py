"""Optional questions after her first words, one a page: signs of danger, what is happening, how to treat her."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leeward.foundation.editing.pages import takes_form, typed
from leeward.society.directory.queries.suggesting import Context, suggest_cards
from leeward.victim.file.law import law_here
from leeward.victim.file.rules.story import Story
from leeward.victim.helpline.forms.person import HarmForm, NeedsForm
from leeward.victim.helpline.operations.cases import is_in_danger, save_story
from leeward.victim.helpline.rules.coming import Later
from leeward.victim.helpline.views.person.deciding import keep_wishes
from leeward.victim.helpline.views.person.hers import Hers, address, go, next_question, show, with_case
from leeward.victim.helpline.views.person.standing import pace_hints
from leeward.victim.removals.forms.person import SIGN_LINES
from leeward.victim.removals.forms.person.answers import SignsForm
from leeward.victim.removals.rules.talking import page_of


@takes_form
@with_case
def signs(request: HttpRequest, hers: Hers) -> HttpResponse:
    """Any sign of danger; where there is one, whom to call comes before the next question."""
    if "skip" in request.POST:
        return next_question(hers, Later.SIGNS)
    data = typed(request)
    form = SignsForm(data) if data is not None else SignsForm.of(hers.view.story)
    if not form.is_valid():
        context = {"may_skip": True, "lines": {"dangers": SIGN_LINES}}
        return show(request, "question", context, form=form, back=address("done"))
    story = replace(hers.view.story, dangers=form.apply(Story()).dangers)
    save_story(opened=hers.case, story=story, by=hers.by, now=hers.now)
    return go("first") if is_in_danger(story) else next_question(hers, Later.SIGNS)


@require_safe
@with_case
def first(request: HttpRequest, hers: Hers) -> HttpResponse:
    """Whom to call now, before anything else."""
    cards = suggest_cards(Context.DANGER, now=hers.now)
    onward = next_question(hers, Later.SIGNS).url
    return show(request, "first", {"cards": cards, "onward": onward}, back=address(Later.SIGNS))


@takes_form
@with_case
def what(request: HttpRequest, hers: Hers) -> HttpResponse:
    """What is happening."""
    if "skip" in request.POST:
        return next_question(hers, Later.WHAT)
    data = typed(request)
    form = HarmForm(data) if data is not None else HarmForm.of(hers.view.story)
    if not form.is_valid():
        return show(request, "question", {"may_skip": True}, form=form, back=address(Later.SIGNS))
    story = replace(hers.view.story, harm=form.apply(Story()).harm)
    save_story(opened=hers.case, story=story, by=hers.by, now=hers.now)
    return go("read") if page_of(story, law=law_here()) else next_question(hers, Later.WHAT)


@require_safe
@with_case
def read(request: HttpRequest, hers: Hers) -> HttpResponse:
    """What to do now where something of its own is done to somebody, before the next question."""
    code, onward = page_of(hers.view.story, law=law_here()), next_question(hers, Later.WHAT)
    context = {"next_url": onward.url, "back_url": address(Later.WHAT), "code": code}
    return render(request, "portal/first_help.jinja", context) if code else onward


@takes_form
@with_case
def how(request: HttpRequest, hers: Hers) -> HttpResponse:
    """How she wishes to be treated."""
    if "skip" in request.POST:
        return next_question(hers, Later.HOW)
    data = typed(request)
    form = NeedsForm(data) if data is not None else NeedsForm.of(hers.view.needs)
    if not form.is_valid():
        context = {"may_skip": True, "lines": {"ticked": pace_hints(now=hers.now)}}
        return show(request, "question", context, form=form, back=address("done"))
    return keep_wishes(hers, form.needs, next_question(hers, Later.HOW))
