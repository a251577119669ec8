"""What everybody sees: surveys that are open, one question a page, and what was found out.

Of somebody who answers nothing is kept but a sealed box: no session, no line in the log, no time. What they have said
so far travels in their page.
"""

import json
from http import HTTPStatus

from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from leeward.foundation import opendata
from leeward.foundation.editing.errors import EntryUnknown, FieldRefused, StepRefused
from leeward.foundation.editing.mistakes import say
from leeward.foundation.editing.pages import status_of, takes_form
from leeward.foundation.records import read_json
from leeward.foundation.surveys.errors import AnswersRefused
from leeward.foundation.surveys.forms import SaidForm, SendForm
from leeward.foundation.surveys.operations.urns import put_answer
from leeward.foundation.surveys.queries import (
    ShownWave,
    ended_waves,
    find_public,
    find_questionnaire,
    open_waves,
    proposals_of,
)
from leeward.foundation.surveys.rules.ddi import write_codebook
from leeward.foundation.surveys.rules.questionnaire import (
    Answers,
    Kind,
    Question,
    Said,
    check_said,
    read_questionnaire,
)
from leeward.foundation.surveys.rules.waves import Proposed, WaveState, Way
from leeward.foundation.surveys.rules.xlsform import write_form
from leeward.foundation.surveys.telling import csvw_of, described, tidy_rows, write_json, write_report
from leeward.foundation.surveys.views.showing import answers_of, plan_in_words, tables_of
from leeward.foundation.web.access import leaves_no_line, public

SHOWN = (
    WaveState.OPEN,
    WaveState.CLOSED,
    WaveState.EMPTIED,
    WaveState.PRINTED,
    WaveState.PUBLISHED,
    WaveState.ABANDONED,
)
SO_FAR_MOST = 64 * 1024
JSON, XML = "application/json", "application/xml"


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Surveys that are open, and those that are over."""
    return render(request, "surveys/home.jinja", {"open": open_waves(), "ended": ended_waves()})


@leaves_no_line
@public
@require_safe
def wave(request: HttpRequest, code: str) -> HttpResponse:
    """One wave: what it asks and who asks, or what it found out."""
    found = find_public(code, states=SHOWN)
    tables = tables_of(found) if found.state is WaveState.PUBLISHED else []
    errata = proposals_of(found.row, Proposed.ERRATUM)
    context = {"wave": found, "tables": tables, "plan": plan_in_words(found), "errata": errata}
    return render(request, "surveys/wave.jinja", context | {"results": proposals_of(found.row, Proposed.RESULTS)})


@leaves_no_line
@public
@takes_form
def answer(request: HttpRequest, code: str) -> HttpResponse:
    """One question after the other, and at the end one press that sends everything."""
    found = find_public(code, states=(WaveState.OPEN,))
    if found.row.way is Way.FILE:
        raise EntryUnknown
    if request.method != "POST":
        return _ask(request, found, {})
    try:
        so_far = _so_far(request, found)
    except AnswersRefused:
        return render(request, "surveys/unread.jinja", {"wave": found}, status=HTTPStatus.BAD_REQUEST)
    pressed = request.POST.get("do", "")
    question = found.questions.next_question(so_far)
    if pressed == "back":
        return _ask(request, found, dict(list(so_far.items())[:-1]))
    if question is None:
        return _send(request, found, so_far) if pressed == "send" else _ask(request, found, so_far)
    is_first = not so_far
    if pressed == "pass" and not is_first:
        return _ask(request, found, so_far | {question.name: None})
    form = SaidForm(question, request.POST)
    if not form.is_valid():
        return _show(request, found, so_far, question, form)
    said = form.cleaned_data["said"]
    if is_first and said in found.questions.minors:
        return render(request, "surveys/minor.jinja", {"wave": found})
    return _ask(request, found, so_far | {question.name: tuple(said) if question.kind is Kind.MANY else said})


@leaves_no_line
@public
@require_safe
def thanks(request: HttpRequest, code: str) -> HttpResponse:
    """What becomes of it now."""
    return render(request, "surveys/thanks.jinja", {"wave": find_public(code, states=SHOWN)})


@public
@require_safe
@opendata.open_data
def report(request: HttpRequest, code: str) -> HttpResponse:
    """All that is printed of a wave, as JSON: the bytes that were signed."""
    del request
    return HttpResponse(write_report(_published(code).row), content_type=JSON)


@public
@require_safe
@opendata.open_data
def tidy(request: HttpRequest, code: str) -> HttpResponse:
    """All that is printed of a wave, as one tidy table."""
    del request
    return opendata.table(tidy_rows(_published(code).row), name=f"{code}.csv")


@public
@require_safe
@opendata.open_data
def tidy_metadata(request: HttpRequest, code: str) -> HttpResponse:
    """What the columns of the tidy table mean, as CSV on the Web."""
    address = request.build_absolute_uri(reverse("surveys:tidy", args=[code]))
    return opendata.metadata(csvw_of(_published(code), address=address))


@public
@require_safe
@opendata.open_data
def codebook(request: HttpRequest, code: str) -> HttpResponse:
    """The codebook of a wave that was permitted, as DDI."""
    del request
    found = find_public(code, states=SHOWN)
    return HttpResponse(write_codebook(found.questions, described(found)), content_type=XML)


@public
@require_safe
@opendata.open_data
def questionnaire_json(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """A questionnaire to use again, as JSON."""
    del request
    return HttpResponse(write_json(find_questionnaire(code, version).data), content_type=JSON)


@public
@require_safe
@opendata.open_data
def questionnaire_form(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """A questionnaire to use again, as an XLSForm workbook."""
    del request
    content = write_form(read_questionnaire(find_questionnaire(code, version).data))
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{code}-{version}.xlsx"'
    return response


def _published(code: str) -> ShownWave:
    return find_public(code, states=(WaveState.PUBLISHED,))


def _so_far(request: HttpRequest, found: ShownWave) -> dict[str, Said]:
    """What the page carried: known answers to questions that were asked, in their order. Raises AnswersRefused."""
    carried = request.POST.get("so_far", "")
    try:
        sent = read_json(carried) if 0 < len(carried) <= SO_FAR_MOST else None
    except ValueError as error:
        raise AnswersRefused("so_far") from error
    if not isinstance(sent, dict):
        raise AnswersRefused("so_far")
    so_far: dict[str, Said] = {}
    while (question := found.questions.next_question(so_far)) is not None and question.name in sent:
        so_far[question.name] = check_said(question, sent[question.name])
    if len(so_far) != len(sent):
        raise AnswersRefused("so_far")
    return so_far


def _ask(request: HttpRequest, found: ShownWave, so_far: Answers) -> HttpResponse:
    question = found.questions.next_question(so_far)
    form = SaidForm(question) if question else SendForm(wants_code=found.row.way is Way.CODES)
    return _show(request, found, so_far, question, form)


def _show(
    request: HttpRequest, found: ShownWave, so_far: Answers, question: Question | None, form: Form
) -> HttpResponse:
    context = {
        "wave": found,
        "question": question,
        "form": form,
        "so_far": json.dumps(so_far, separators=(",", ":")),
        "is_first": not so_far,
        "told_so_far": [] if question else answers_of(found.questions, so_far),
    }
    return render(request, "surveys/answer.jinja", context, status=status_of(form))


def _send(request: HttpRequest, found: ShownWave, so_far: Answers) -> HttpResponse:
    form = SendForm(request.POST, wants_code=found.row.way is Way.CODES)
    if not form.is_valid():
        return _show(request, found, so_far, None, form)
    try:
        code = form.cleaned_data.get("code", "")
        put_answer(wave=found.row, sent=so_far, code=code, now=timezone.now())
    except AnswersRefused:
        return render(request, "surveys/unread.jinja", {"wave": found}, status=HTTPStatus.BAD_REQUEST)
    except StepRefused as error:
        raise EntryUnknown from error
    except FieldRefused as error:
        say(form, error)
        return _show(request, found, so_far, None, form)
    return HttpResponseRedirect(reverse("surveys:thanks", args=[found.row.code]), status=HTTPStatus.SEE_OTHER)
