"""The questions, one a page: each answer is saved as it is given, and each may be skipped."""

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from leeward.foundation.editing.pages import takes_form, typed
from leeward.foundation.web.access import victim_code
from leeward.society.directory.queries.suggesting import Context, suggest_cards
from leeward.victim.file.law import law_here
from leeward.victim.file.news_words import neutral_words
from leeward.victim.file.rules.contact import Contact
from leeward.victim.file.rules.news import NewsState
from leeward.victim.file.rules.story import Danger, Harm, Story
from leeward.victim.portal.rules.doors import Door
from leeward.victim.portal.views.confirming import again_beside, with_code
from leeward.victim.portal.views.visiting import go_door, saved
from leeward.victim.removals.forms.person import (
    QUESTION_FORMS,
    REPORTER_LINES,
    SIGN_LINES,
    ConsentsForm,
    ReachForm,
)
from leeward.victim.removals.operations.picture_watches import may_watch_pictures
from leeward.victim.removals.operations.reports import save_consents, save_contact, save_story
from leeward.victim.removals.rules.questions import Question, group_of, is_asked
from leeward.victim.removals.rules.reports import Path
from leeward.victim.removals.rules.talking import FIRST_HELP, page_of
from leeward.victim.removals.views.person.hers import Hers, go, saving, show, with_report
from leeward.victim.removals.views.person.places import more, where
from leeward.victim.removals.views.person.summary import is_answered, next_open, place_of, question_before

CHOICE_LINES = {"reporter": REPORTER_LINES, "dangers": SIGN_LINES}
HEADINGS = {
    Question.REACH: lambda: _("A safe way to reach you"),
    Question.YES: lambda: _("What may we do?"),
}


# Somebody else may sit at a page that was left open: how to reach her and what we may do are not theirs to change.
DECISIONS = frozenset({Question.REACH.value, Question.YES.value})


@takes_form
@victim_code
def question(request: HttpRequest, question: str) -> HttpResponseBase:
    """One question. What was typed into it late waits for the code, unless it decides something."""
    view = _decided if question in DECISIONS else _answered
    return view(request, question)


def _question(request: HttpRequest, hers: Hers, question: str) -> HttpResponse:
    """One question: after it comes the next of its group that is open; a changed answer leads back."""
    try:
        asked = Question(question)
    except ValueError as error:
        raise Http404 from error
    is_anothers = hers.is_receipt_only and asked is Question.YES
    if is_anothers or not is_asked(asked, path=hers.view.path, story=hers.view.story):
        return go_door(Door.LINKS)
    if hers.is_stopped:
        return go("again")
    onward, back = _onward(hers, asked), _back(hers, asked)
    if asked in (Question.WHERE, Question.MORE):
        page = where if asked is Question.WHERE else more
        return page(request, hers, onward=onward, back=back)
    return onward if "skip" in request.POST else _ask(request, hers, asked, back=back)


_decided, _answered = with_report(_question), saving(_question)


@require_safe
@with_report
def help_now(request: HttpRequest, hers: Hers, asked: Question) -> HttpResponse:
    """Whom to call now; what she was at goes on after it. `asked`: the question whose answer tells of danger."""
    cards = suggest_cards(Context.DANGER, now=hers.now)
    return show(request, "help_now", {"next_url": _next(hers, asked).url, "cards": cards})


@require_safe
@with_report
def help_path(request: HttpRequest, hers: Hers) -> HttpResponse:
    """What to do now, for who says only in the questions what is done to them."""
    onward, back = _next(hers, Question.WHAT), go("question", question=Question.WHAT.value)
    code = page_of(hers.view.story, law=law_here())
    context = {"next_url": onward.url, "back_url": back.url, "code": code}
    return render(request, "portal/first_help.jinja", context) if code else onward


@require_safe
@with_report
def help_accounts(request: HttpRequest, hers: Hers) -> HttpResponse:
    """How to lock accounts and devices, for whom it was stolen from."""
    cards = suggest_cards(Context.STOLEN, now=hers.now)
    back = go("question", question=Question.WHAT.value)
    return show(request, "help_accounts", {"next_url": _next(hers, Question.WHAT).url, "cards": cards}, back=back.url)


def _ask(request: HttpRequest, hers: Hers, asked: Question, *, back: str) -> HttpResponse:
    form = _form(asked, hers, data=typed(request))
    # How the desk reaches her is how it knows her: once it works for her, a visit alone does not change that.
    again = again_beside(request, form) if asked is Question.REACH and not hers.is_draft else None

    place, count = place_of(hers.view, asked)
    context = {
        "again": again,
        "message": neutral_words(get_language() or settings.LANGUAGE_CODE),
        "sender": settings.LEEWARD_NEUTRAL_FROM,
        "is_stopped": hers.view.news is NewsState.STOPPED,
        "lines": CHOICE_LINES,
        "heading": HEADINGS[asked]() if asked in HEADINGS else "",
        "group": group_of(asked),
        "place": place,
        "count": count,
    }

    def save() -> HttpResponse:
        first, after = _save(asked, hers, form)
        return saved(go(first) if first else _onward(hers, asked, after=after))

    def shown() -> HttpResponse:
        return show(request, "reach" if asked is Question.REACH else "question", context, form=form, back=back)

    if not (form.is_bound and form.is_valid()):
        return shown()
    return save() if again is None else with_code(request, hers.visit, again, show=shown, act=save)


def _form(asked: Question, hers: Hers, *, data: Any) -> Any:
    if asked is Question.REACH:
        now = hers.now
        return ReachForm(data, now=now) if data is not None else ReachForm.of(hers.view.contact or Contact(), now=now)
    if asked is Question.YES:
        has_pictures = hers.visit.bearer.submission is not None and may_watch_pictures()
        if data is not None:
            return ConsentsForm(data, has_pictures=has_pictures)
        return ConsentsForm.of(hers.view.consents, has_pictures=has_pictures)
    return QUESTION_FORMS[asked].of(hers.view.story, data)


def _save(asked: Question, hers: Hers, form: Any) -> tuple[str, Hers]:
    """Save an answer that has changed; the page of help that must come before the next question ("" for none), and hers
    with the answer.
    """
    if asked is Question.REACH:
        # Saved once more where the message was stopped: she asks for it again.
        if form.contact != hers.view.contact or (form.contact.news and hers.view.news is not NewsState.ON):
            save_contact(opened=hers.report, contact=form.contact, by=hers.by, now=hers.now)
        return "", hers
    if asked is Question.YES:
        if form.consents != hers.view.consents:
            pictures = hers.visit.bearer.submission
            save_consents(opened=hers.report, consents=form.consents, by=hers.by, now=hers.now, submission=pictures)
        return "", hers
    story = form.apply(hers.view.story)
    if story != hers.view.story:
        save_story(opened=hers.report, story=story, by=hers.by, now=hers.now)
    return _help_first(asked, hers, story), replace(hers, view=replace(hers.view, story=story))


def _help_first(asked: Question, hers: Hers, story: Story) -> str:
    if Danger.NOW in story.dangers:
        if asked is Question.SIGNS:
            return "help-now"
        if asked is Question.DETAILS:
            return "help-now-details"
    if asked is Question.WHAT and story.harm is Harm.STOLEN:
        return "help-accounts"
    page = page_of(story, law=law_here()) if asked is Question.WHAT else ""
    return "help-path" if page and not (page == FIRST_HELP and hers.view.path is Path.THREAT) else ""


def _onward(hers: Hers, asked: Question, *, after: Hers | None = None) -> HttpResponseRedirect:
    """The next question of the group that is open; after the last, and after an answer that is changed, back.

    `after`: hers with the answer, by which the next question is chosen.
    """
    is_changed = asked is not Question.MORE and is_answered(hers.view, asked)
    return _home(hers) if is_changed else _next(after or hers, asked)


def _next(hers: Hers, asked: Question) -> HttpResponseRedirect:
    following = next_open(hers.view, after=asked)
    return go("question", question=following.value) if following else _home(hers)


def _back(hers: Hers, asked: Question) -> str:
    before = question_before(hers.view, asked)
    return (go("question", question=before.value) if before else _home(hers)).url


def _home(hers: Hers) -> HttpResponseRedirect:
    return go("check") if hers.is_draft else go_door(Door.LINKS)
