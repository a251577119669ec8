"""Lessons on pages: the list, and the player. Nothing of who plays is kept; each page carries where it is."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leeward.foundation.editing.pages import takes_form
from leeward.foundation.lessons.catalogue import all_lessons, find_lesson
from leeward.foundation.lessons.errors import ProgressOver
from leeward.foundation.lessons.forms import AnswerForm
from leeward.foundation.lessons.rules.lesson import Lesson
from leeward.foundation.lessons.rules.playing import (
    Progress,
    answer,
    begin,
    go_on,
    has_ended,
    is_right,
    page_of,
    result_of,
)
from leeward.foundation.lessons.tokens import read_progress, write_progress, write_result
from leeward.foundation.web.access import public

TOKEN_MOST = 8_000


@public
@require_safe
def list_all(request: HttpRequest) -> HttpResponse:
    """Every lesson that anybody may take."""
    return render(request, "lessons/all.jinja", {"lessons": all_lessons().values()})


@public
@takes_form
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """One lesson."""
    return play(request, find_lesson(slug))


def play(request: HttpRequest, lesson: Lesson, *, takes: str = "") -> HttpResponse:
    """Answer one step of a lesson; `takes` is the address of a room that is given the result in the end."""
    if request.method != "POST":
        return render(request, "lessons/start.jinja", {"lesson": lesson})
    try:
        progress = _before(request, lesson)
    except ProgressOver:
        context = {"lesson": lesson, "is_over": True}
        return render(request, "lessons/start.jinja", context, status=HTTPStatus.GONE)
    page, form = page_of(lesson, progress), None
    if page.question is not None and not progress.given:
        form = AnswerForm(request.POST if "answering" in request.POST else None, lesson=lesson, page=page)
        if form.is_bound and form.is_valid():
            progress = answer(lesson, progress, form.given)
    return _step(request, lesson, progress, form=form, takes=takes)


def _before(request: HttpRequest, lesson: Lesson) -> Progress:
    """The step on which something was pressed, or the one to which "go on" led. Raises ProgressOver."""
    token = request.POST.get("progress", "")[:TOKEN_MOST]
    if not token:
        return begin(lesson)
    progress = read_progress(lesson, token)
    return progress if "answering" in request.POST else go_on(lesson, progress)


def _step(
    request: HttpRequest, lesson: Lesson, progress: Progress, *, form: AnswerForm | None, takes: str
) -> HttpResponse:
    page, ended = page_of(lesson, progress), has_ended(lesson, progress)
    context = {
        "lesson": lesson,
        "page": page,
        "form": None if progress.given else form,
        "progress": write_progress(lesson, progress),
        "chosen": [option for option in page.question.options if option.id in progress.given] if page.question else [],
        "is_answered": bool(progress.given) and not progress.is_over,
        "is_right": bool(progress.given) and is_right(page, progress.given),
        "ended": ended,
        "result": result_of(lesson, progress) if ended else None,
        "takes": takes,
        "token": write_result(lesson, progress) if ended and takes else "",
    }
    status = HTTPStatus.BAD_REQUEST if form is not None and form.errors else HTTPStatus.OK
    return render(request, "lessons/step.jinja", context, status=status)
