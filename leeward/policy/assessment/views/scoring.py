"""Answering for one voice: where it stands, one question at a time, or a row's questions together."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.foundation.accounts.access import require_role
from leeward.foundation.accounts.unlocking import actor_of
from leeward.foundation.editing.errors import EntryUnknown
from leeward.foundation.editing.pages import WRITING, go, typed
from leeward.policy.assessment.errors import StepRefused
from leeward.policy.assessment.forms.scoring import ConfirmForm, ScoreForm
from leeward.policy.assessment.operations.rounds import finish_view
from leeward.policy.assessment.operations.scores import confirm_scores, record_scores
from leeward.policy.assessment.queries.rounds import Opened, Voice
from leeward.policy.assessment.queries.states import ItemState
from leeward.policy.assessment.rules.rounds import may_score
from leeward.policy.assessment.views.answering import BOTH, answers, open_to_answer, open_voice, page


@require_role(*BOTH)
@require_safe
@answers
def show(request: HttpRequest, round_id: UUID, voice: str) -> HttpResponse:
    """How much of the round a voice has answered."""
    opened, speaking = open_voice(request, round_id, voice)
    state = opened.state
    open_items = [each.item.id for each in state.assessable if each.answer is None]
    part = opened.participant(speaking)
    return page(
        request,
        "voice",
        opened=opened,
        speaking=speaking,
        next_item=open_items[0] if open_items else "",
        left=len(open_items),
        part=part,
        may_finish=part is not None and (opened.own is not None or not part.has_speakers),
        may_score=opened.may_answer(speaking),
        stage_is_right=may_score(state.stage, speaking.source),
    )


@require_role(*BOTH)
@require_http_methods(WRITING)
@answers
def confirm(request: HttpRequest, round_id: UUID, voice: str) -> HttpResponse:
    """Let a body confirm what the secretariat entered for it, or change it."""
    opened, speaking = open_to_answer(request, round_id, voice)
    part, now = opened.participant(speaking), timezone.now()
    if part is None or opened.own is None:
        raise EntryUnknown
    form = ConfirmForm(typed(request), initial={"seen_at": now.isoformat()})
    if form.is_bound and form.is_valid():
        confirm_scores(public_id=round_id, voice=speaking, **form.cleaned_data, by=actor_of(request), now=now)
        if not form.cleaned_data["only"]:
            return go("assessment:voice", round_id, voice)
        return go("assessment:confirm", round_id, voice)
    waiting = [opened.state.item(item_id) for item_id in part.unconfirmed]
    return page(request, "confirm", opened=opened, speaking=speaking, form=form, waiting=waiting)


@require_role(*BOTH)
@require_http_methods(WRITING)
@answers
def ask(request: HttpRequest, round_id: UUID, voice: str, item_id: str) -> HttpResponse:
    """One question."""
    opened, speaking = open_to_answer(request, round_id, voice)
    each = _assessable(opened, item_id)
    form = ScoreForm(typed(request), item_id=item_id, answer=each.answer)
    if form.is_bound and form.is_valid():
        _record(request, round_id, speaking, [form])
        following = _next_open(opened, item_id)
        if request.POST.get("then") == "row" or not following:
            return go("assessment:row", round_id, opened.state.row_with(item_id).row.id)
        return go("assessment:ask", round_id, voice, following)
    row = opened.state.row_with(item_id)
    return page(request, "ask", opened=opened, speaking=speaking, form=form, item=each, row=row)


@require_role(*BOTH)
@require_http_methods(WRITING)
@answers
def ask_row(request: HttpRequest, round_id: UUID, voice: str, row_id: str) -> HttpResponse:
    """A row's questions together; what is left open stays open."""
    opened, speaking = open_to_answer(request, round_id, voice)
    row, (_before, following) = opened.state.row(row_id), opened.state.beside(row_id)
    sent = typed(request)
    forms = [ScoreForm(sent, item_id=each.item.id, answer=each.answer, may_wait=True) for each in row.assessable]
    valid = [form.is_valid() for form in forms]
    if sent is not None and all(valid):
        _record(request, round_id, speaking, forms)
        if following and request.POST.get("then") == "next":
            return go("assessment:ask-row", round_id, voice, following)
        return go("assessment:row", round_id, row_id)
    wrong = next((form for form in forms if form.errors), None)
    asked = list(zip(row.assessable, forms, strict=True))
    return page(
        request, "ask_row", opened=opened, speaking=speaking, form=wrong, row=row, asked=asked, following=following
    )


@require_role(*BOTH)
@require_POST
@answers
def finish(request: HttpRequest, round_id: UUID, voice: str) -> HttpResponse:
    """Say that a body's view is complete."""
    _opened, speaking = open_voice(request, round_id, voice)
    try:
        finish_view(public_id=round_id, voice=speaking, by=actor_of(request), now=timezone.now())
    except StepRefused as error:
        if error.mistake != "not_confirmed":
            raise
        return go("assessment:confirm", round_id, voice)
    return go("assessment:round", round_id)


def _assessable(opened: Opened, item_id: str) -> ItemState:
    each = opened.state.item(item_id)
    if not each.is_assessable:
        raise EntryUnknown(item_id)
    return each


def _record(request: HttpRequest, round_id: UUID, speaking: Voice, forms: list[ScoreForm]) -> None:
    scores = [score for score in (form.as_score() for form in forms) if score is not None]
    if not scores:
        if any(form.is_untouched for form in forms):  # somebody else has answered: that stands
            return
        raise StepRefused("nothing_answered")
    record_scores(public_id=round_id, voice=speaking, scores=scores, by=actor_of(request), now=timezone.now())


def _next_open(opened: Opened, item_id: str) -> str:
    """The next question that this voice has not answered, after this one and then from the beginning; "" if none."""
    waiting = [each.item.id for each in opened.state.assessable]
    place = waiting.index(item_id)
    unanswered = {each.item.id for each in opened.state.items if each.answer is None}
    return next((each for each in (*waiting[place + 1 :], *waiting[:place]) if each in unanswered), "")
