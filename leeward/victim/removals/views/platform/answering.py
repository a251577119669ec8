"""The way to an answer: what was done, then why, then it is sent; or what is missing. Only the last step writes."""

from collections.abc import Callable, Sequence
from functools import reduce
from http import HTTPStatus
from uuid import UUID

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from leeward.foundation.editing.pages import status_of
from leeward.foundation.vault.errors import VaultError
from leeward.industry.duties.queries import find_regimes
from leeward.industry.duties.rules import Element
from leeward.victim.removals import platform_words as words
from leeward.victim.removals.errors import DecisionRefused, RemovalError, RequestUnknown
from leeward.victim.removals.forms.platform import (
    AnswerPage,
    AppealForm,
    ChosenForm,
    CounterNoticeForm,
    MissingForm,
    OutcomeForm,
    ReasonsForm,
)
from leeward.victim.removals.operations.answers import decide, file_counter_notice, name_missing, settle_appeal
from leeward.victim.removals.queries.platforms import Asked, find_asked, find_many_asked
from leeward.victim.removals.rules.decisions import NEEDS_SECOND, Outcome
from leeward.victim.removals.views.platform.places import NOT_DONE, Place, code_of
from leeward.victim.removals.views.platform.showing import describe_all, show_request

type Answering = Callable[[HttpRequest, Place, Sequence[Asked]], HttpResponse]


def answer_requests(request: HttpRequest, place: Place) -> HttpResponse:
    """One step on the way to an answer to the requests that were ticked."""
    chosen = ChosenForm(request.POST)
    if not chosen.is_valid():
        return place.back("nothing")
    try:
        asked = find_many_asked(place.side, chosen.references, now=place.now)
    except RequestUnknown as error:
        raise Http404 from error
    return _STEPS.get(request.POST.get("step", ""), _choose)(request, place, asked)


def answer_appeal(request: HttpRequest, place: Place, reference: UUID) -> HttpResponse:
    """The answer to the person's appeal."""
    asked = find_or_404(place, reference)
    if asked.appeal is None:
        raise Http404
    form = AppealForm(request.POST, auto_id="appeal_%s")
    if form.is_valid():
        try:
            settle_appeal(
                side=place.side,
                appeal=asked.appeal,
                reverses=form.cleaned_data["reverses"] == "yes",
                words=form.cleaned_data["words"],
                now=place.now,
            )
        except RequestUnknown as error:
            raise Http404 from error
        except (RemovalError, VaultError) as error:
            return show_request(request, place, asked, appeal_form=_refuse(form, error), status=HTTPStatus.CONFLICT)
        return place.back("settled")
    return show_request(request, place, asked, appeal_form=form, status=HTTPStatus.BAD_REQUEST)


def hand_in(request: HttpRequest, place: Place, reference: UUID) -> HttpResponse:
    """The uploader's counter-notice, for the desk alone."""
    asked = find_or_404(place, reference)
    form = CounterNoticeForm(request.POST, auto_id="counter_%s")
    if form.is_valid():
        try:
            file_counter_notice(side=place.side, reference=reference, words=form.cleaned_data["words"], now=place.now)
        except (RemovalError, VaultError) as error:
            return show_request(request, place, asked, counter_form=_refuse(form, error), status=HTTPStatus.CONFLICT)
        return place.back("countered")
    return show_request(request, place, asked, counter_form=form, status=HTTPStatus.BAD_REQUEST)


def find_or_404(place: Place, reference: UUID) -> Asked:
    """One request of this place; absent and another's are the same 404."""
    try:
        return find_asked(place.side, reference, now=place.now)
    except RequestUnknown as error:
        raise Http404 from error


def _choose(request: HttpRequest, place: Place, asked: Sequence[Asked]) -> HttpResponse:
    return _page(request, place, asked, form=OutcomeForm(), step=AnswerPage.REASONS)


def _reasons(request: HttpRequest, place: Place, asked: Sequence[Asked]) -> HttpResponse:
    chosen = OutcomeForm(request.POST)
    if not chosen.is_valid():
        return _page(request, place, asked, form=chosen, step=AnswerPage.REASONS)
    form = ReasonsForm(outcome=Outcome(chosen.cleaned_data["outcome"]))
    return _page(request, place, asked, form=form, step=AnswerPage.SEND)


def _send(request: HttpRequest, place: Place, asked: Sequence[Asked]) -> HttpResponse:
    chosen = OutcomeForm(request.POST)
    if not chosen.is_valid():
        return _page(request, place, asked, form=chosen, step=AnswerPage.REASONS)
    form = ReasonsForm(request.POST, outcome=Outcome(chosen.cleaned_data["outcome"]))
    return _decide(request, place, asked, form=form)


def _removed(request: HttpRequest, place: Place, asked: Sequence[Asked]) -> HttpResponse:
    """That all of them are removed everywhere, which nobody has to give reasons for."""
    return _decide(request, place, asked, form=ReasonsForm({}, outcome=Outcome.REMOVED))


def _decide(request: HttpRequest, place: Place, asked: Sequence[Asked], *, form: ReasonsForm) -> HttpResponse:
    if not form.is_valid():
        return _page(request, place, asked, form=form, step=AnswerPage.SEND)
    references = [each.reference for each in asked]
    try:
        counting = decide(side=place.side, references=references, answer=form.as_answer(), now=place.now)
    except DecisionRefused as error:
        form.add_error(error.field if error.field in form.fields else None, str(NOT_DONE["refused"]))
    except (RemovalError, VaultError) as error:
        _refuse(form, error)
    else:
        return place.back("decided" if counting == len(references) else "waits")
    return _page(request, place, asked, form=form, step=AnswerPage.SEND, status=HTTPStatus.CONFLICT)


def _missing(request: HttpRequest, place: Place, asked: Sequence[Asked]) -> HttpResponse:
    return _page(request, place, asked, form=MissingForm(elements=_shared_elements(asked)), step=AnswerPage.NAME)


def _name(request: HttpRequest, place: Place, asked: Sequence[Asked]) -> HttpResponse:
    form = MissingForm(request.POST, elements=_shared_elements(asked))
    if not form.is_valid():
        return _page(request, place, asked, form=form, step=AnswerPage.NAME)
    element, references = Element(form.cleaned_data["element"]), [each.reference for each in asked]
    try:
        name_missing(side=place.side, references=references, element=element, now=place.now)
    except (RemovalError, VaultError) as error:
        return _page(request, place, asked, form=_refuse(form, error), step=AnswerPage.NAME, status=HTTPStatus.CONFLICT)
    return place.back("missing")


def _page(
    request: HttpRequest,
    place: Place,
    asked: Sequence[Asked],
    *,
    form: Form,
    step: AnswerPage,
    status: int | None = None,
) -> HttpResponse:
    outcome = form.outcome if isinstance(form, ReasonsForm) else None
    context = place.context(
        request,
        lines=describe_all(asked, place),
        form=form,
        step=step,
        outcome=outcome,
        outcome_words=words.OUTCOMES[outcome] if outcome else "",
        needs_second=place.side.is_person and outcome in NEEDS_SECOND,
    )
    found = status or status_of(form)
    return render(request, "removals/platform/answer.jinja", context, status=found)


def _shared_elements(asked: Sequence[Asked]) -> list[Element]:
    """The elements that the laws of all these requests ask for, in the order of the first one's law."""
    wanted = [(each.regime_code, each.regime_version) for each in asked]
    known = find_regimes(wanted)
    laws = [known[each].elements for each in wanted]
    shared = reduce(frozenset.intersection, map(frozenset, laws))
    return [element for element in laws[0] if element in shared]


def _refuse[F: Form](form: F, error: RemovalError | VaultError) -> F:
    form.add_error(None, str(NOT_DONE[code_of(error)]))
    return form


_STEPS: dict[str, Answering] = {
    AnswerPage.CHOOSE: _choose,
    AnswerPage.REASONS: _reasons,
    AnswerPage.SEND: _send,
    AnswerPage.REMOVED: _removed,
    AnswerPage.MISSING: _missing,
    AnswerPage.NAME: _name,
}
