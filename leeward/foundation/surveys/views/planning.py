"""Where officers plan what will be printed of a wave: tables, answers counted together, margins; and the planner."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leeward.foundation.accounts.access import require_role
from leeward.foundation.accounts.unlocking import actor_of
from leeward.foundation.editing.errors import EntryUnknown, FieldRefused
from leeward.foundation.editing.pages import Asking, ask, go, status_of, takes_form, typed
from leeward.foundation.surveys.errors import SurveyMistake
from leeward.foundation.surveys.forms import CodingForm, MarginForm, PlannerForm, TableForm
from leeward.foundation.surveys.operations.planning import change_plan
from leeward.foundation.surveys.queries import ShownWave, find_wave
from leeward.foundation.surveys.rules.planner import ExpectedCell, expect, tables_without_numbers
from leeward.foundation.surveys.rules.plans import Plan, PlannedTable, write_plan
from leeward.foundation.surveys.rules.questionnaire import NAME_LENGTH, Kind, Part, Question
from leeward.foundation.surveys.views.showing import (
    expected_answers,
    expected_tables,
    plan_in_words,
    question_in_words,
)
from leeward.foundation.surveys.views.staff import STAFF


@require_role(*STAFF)
@takes_form
def add_table(request: HttpRequest, code: str) -> HttpResponse:
    """Plan one more table."""
    found = find_wave(code)
    form = TableForm(found.questions, found.plan, typed(request))

    def changed() -> Plan:
        said = form.cleaned_data
        by = tuple(filter(None, (said["by"], said["also"])))
        name = "_".join([said["question"], *(["by"] if by else []), *by])[:NAME_LENGTH]
        table = PlannedTable(name=name, question=said["question"], by=by)
        return replace(found.plan, tables=(*found.plan.tables, table))

    return _ask(request, found, form, changed, title=_("Plan a table"), field="question")


@require_role(*STAFF)
@require_POST
def drop_table(request: HttpRequest, code: str) -> HttpResponse:
    """Take a table out of a plan."""
    found = find_wave(code)
    left = tuple(each for each in found.plan.tables if each.name != request.POST.get("table"))
    plan = write_plan(replace(found.plan, tables=left))
    change_plan(code=code, plan=plan, by=actor_of(request), now=timezone.now())
    return go("surveys:staff-wave", code)


@require_role(*STAFF)
@takes_form
def coding(request: HttpRequest, code: str, question: str) -> HttpResponse:
    """Say which answers to a question are counted together."""
    found = find_wave(code)
    asked = _question(found, question, lambda each: each.kind is not Kind.MANY)
    form = CodingForm(asked, found.plan.codings.get(question, {}), typed(request))

    def changed() -> Plan:
        codings = {**found.plan.codings, question: form.coding()}
        return replace(found.plan, codings={name: groups for name, groups in codings.items() if groups})

    return _ask(request, found, form, changed, title=_("Answers that are counted together"), about=question)


@require_role(*STAFF)
@takes_form
def margin(request: HttpRequest, code: str, question: str) -> HttpResponse:
    """Say which shares the answers to a question have in the population."""
    found = find_wave(code)
    asked = _question(found, question, lambda each: each.part is Part.MARGIN)
    known = next((each for each in found.plan.margins if each.question == question), None)
    form = MarginForm(asked, known, typed(request))

    def changed() -> Plan:
        others = [each for each in found.plan.margins if each.question != question]
        typed_in = form.margin(question)
        return replace(found.plan, margins=(*others, *([typed_in] if typed_in else [])))

    lead = _("In per cent. Leave a box empty if the share above it is that of both answers together.")
    return _ask(request, found, form, changed, title=_("Shares in the population"), about=question, lead=lead)


@require_role(*STAFF)
@takes_form
def planner(request: HttpRequest, code: str) -> HttpResponse:
    """What a wave of so many people will be able to say, and what will stay hidden."""
    found = find_wave(code)
    expected: list[ExpectedCell] = []
    without_numbers: dict[str, int] = {}
    form = PlannerForm(expected_answers(found), typed(request), initial={"people": 1000, "deff": "1.5"})
    if form.is_bound and form.is_valid():
        guess = form.guess()
        expected = expect(found.plan, found.questions, guess)
        without_numbers = tables_without_numbers(found.plan, found.questions, guess, expected=expected)
    context = {
        "wave": found,
        "form": form,
        "tables": expected_tables(expected, found),
        "lost": sum(each.is_hidden or each.is_unsure for each in expected),
        "all": len(expected),
        "without_numbers": [
            (words, without_numbers[name])
            for name, words in plan_in_words(found).tables.items()
            if name in without_numbers
        ],
    }
    return render(request, "surveys/staff/planner.jinja", context, status=status_of(form))


def _question(found: ShownWave, name: str, wanted: Callable[[Question], bool]) -> Question:
    if name not in found.questions or not wanted(found.questions[name]):
        raise EntryUnknown
    return found.questions[name]


def _ask(
    request: HttpRequest,
    found: ShownWave,
    form: forms.Form,
    changed: Callable[[], Plan],
    *,
    title: str,
    about: str = "",
    lead: str = "",
    field: str = "",
) -> HttpResponse:
    """A form on a part of the plan. What is wrong with the plan is said on top, or beside `field`."""

    def save(by: Any, now: Any) -> None:
        try:
            change_plan(code=found.row.code, plan=write_plan(changed()), by=by, now=now)
        except FieldRefused as error:
            if error.code is SurveyMistake.PLAN:  # of a file: a form says it in words
                raise FieldRefused(field, SurveyMistake.TABLE if field else SurveyMistake.GROUPS) from error
            name = error.field if error.field in form.fields else field
            place = str(error.about.get("about", "")).removeprefix(f"{about}: ")
            raise FieldRefused(name, error.code, about=place) from error

    asking = Asking(
        form=form,
        title=title,
        lead=" ".join(filter(None, (about and question_in_words(about, found.questions), lead))),
        back=reverse("surveys:staff-wave", args=[found.row.code]),
        back_text=_("The wave"),
        seen=found.row.plan_sha256,
        save=save,
    )
    return ask(request, asking)
