"""Where officers keep questionnaires and draft waves, a second one permits them, and results are published."""

import json
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from leeward.foundation import opendata
from leeward.foundation.accounts.access import require_role
from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import actor_of
from leeward.foundation.editing.errors import FieldRefused, StepRefused
from leeward.foundation.editing.fields import languages
from leeward.foundation.editing.mistakes import say
from leeward.foundation.editing.pages import Asking, ask, go, status_of, takes_form, typed
from leeward.foundation.surveys.errors import Fault, FileRefused, SurveyMistake
from leeward.foundation.surveys.forms import (
    AbandonForm,
    CodesForm,
    FileForm,
    MarginsForm,
    PermitForm,
    PlannerForm,
    QuestionnaireForm,
    WaveForm,
)
from leeward.foundation.surveys.lists import waves_list
from leeward.foundation.surveys.operations.planning import (
    abandon_wave,
    draft_wave,
    draw_codes,
    keep_questionnaire,
    permit_wave,
    publish_wave,
    set_margins,
)
from leeward.foundation.surveys.operations.urns import put_file
from leeward.foundation.surveys.queries import find_questionnaire, find_wave, questionnaire_rows
from leeward.foundation.surveys.rules import lines
from leeward.foundation.surveys.rules.files import FILE_BYTES, columns_of, read_file
from leeward.foundation.surveys.rules.planner import ExpectedCell, Guess, expect
from leeward.foundation.surveys.rules.plans import read_plan
from leeward.foundation.surveys.rules.printing import Drawn
from leeward.foundation.surveys.rules.questionnaire import read_questionnaire
from leeward.foundation.surveys.rules.waves import Permit, WaveDraft, Way, write_code
from leeward.foundation.surveys.rules.xlsform import FILE_BYTES as FORM_BYTES
from leeward.foundation.surveys.rules.xlsform import read_form
from leeward.foundation.surveys.views.showing import expected_tables, tables_of
from leeward.foundation.web.uploads import takes_file
from leeward.foundation.web.words import told
from leeward.foundation.work.lists import show_list
from leeward.foundation.work.way import shows_list
from leeward.foundation.workbooks import LOCKED_BY_PASSWORD

STAFF = (Role.POLICY_OFFICER,)
WORKBOOK = (b"PK", LOCKED_BY_PASSWORD)


@require_role(
    *STAFF,
    desk_title=gettext_lazy("Surveys"),
    desk_summary=gettext_lazy("Plan what is asked and what will be printed, and see the results."),
)
@require_safe
@shows_list
def home(request: HttpRequest) -> HttpResponse:
    """Every wave, and the questionnaires."""
    return show_list(
        request,
        waves_list(),
        lambda found: render(
            request, "surveys/staff/home.jinja", {"found": found, "questionnaires": list(questionnaire_rows()[:50])}
        ),
    )


@require_role(*STAFF)
@require_safe
def wave(request: HttpRequest, code: str) -> HttpResponse:
    """Where a wave stands, and what can be done now."""
    found = find_wave(code, now=timezone.now())
    is_own = found.row.drafted_by == actor_of(request).id
    trouble = (
        _(SurveyMistake(found.row.trouble).label) % {"about": found.row.trouble_about} if found.row.trouble else ""
    )
    return render(
        request,
        "surveys/staff/wave.jinja",
        {
            "wave": found,
            "is_own": is_own,
            "trouble": trouble,
            "tables": tables_of(found),
            "planned": lines.write_tables(found.row.plan["tables"]),
            "codings": lines.write_codings(found.row.plan["codings"]),
            "margins": lines.write_shares(found.row.margins),
        },
    )


@takes_file(most_bytes=FORM_BYTES)
@require_role(*STAFF)
@takes_form
def new_questionnaire(request: HttpRequest) -> HttpResponse:
    """Keep a questionnaire, or its next version."""
    form = QuestionnaireForm(typed(request), request.FILES or None)

    def save(by: Any, now: Any) -> object:
        taken = form.cleaned_data["file"]
        if taken.is_too_large:
            raise FieldRefused("file", SurveyMistake.MALFORMED, about=f"larger than {FORM_BYTES // 1024} KB")
        content = taken.read()
        try:
            data = read_form(content) if content.startswith(WORKBOOK) else _json(content)
            return keep_questionnaire(code=form.cleaned_data["code"], data=data, by=by, now=now)
        except FieldRefused as error:
            raise FieldRefused("file" if error.field == "data" else error.field, error.code, **error.about) from error

    return ask(
        request,
        Asking(
            form=form,
            title=_("A questionnaire"),
            back=reverse("surveys:staff"),
            back_text=_("Surveys"),
            save=save,
            then=lambda row: reverse("surveys:staff-questionnaire", args=[row.code, row.version]),
        ),
    )


@require_role(*STAFF)
@require_safe
def questionnaire(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """One version of a questionnaire."""
    row = find_questionnaire(code, version)
    questions = read_questionnaire(row.data)
    return render(
        request,
        "surveys/staff/questionnaire.jinja",
        {"row": row, "questions": questions, "columns": columns_of(questions)},
    )


@require_role(*STAFF)
@takes_form
def edit_wave(request: HttpRequest, code: str = "") -> HttpResponse:
    """Draft a wave, or change one that is not permitted yet."""
    row = find_wave(code, now=timezone.now()).row if code else None
    initial: dict[str, object] = {}
    if row is not None:
        initial = {
            **{
                name: getattr(row, name)
                for name in ("code", "population", "assumption", "drawn", "way", "opens_at", "closes_at")
            },
            **{f"title_{language}": text for language, text in row.title.items()},
            "questionnaire": str(row.questionnaire_id),
            "tables": lines.write_tables(row.plan["tables"]),
            "codings": lines.write_codings(row.plan["codings"]),
            "margins": lines.write_shares(row.margins),
        }
    form = WaveForm(typed(request), initial=initial)

    def save(by: Any, now: Any) -> object:
        said = form.cleaned_data
        try:
            new = WaveDraft(
                code=said["code"],
                title={language: said[f"title_{language}"] for language in languages()},
                questionnaire=int(said["questionnaire"]),
                population=said["population"],
                assumption=said["assumption"],
                drawn=Drawn(said["drawn"]),
                way=Way(said["way"]),
                opens_at=said["opens_at"],
                closes_at=said["closes_at"],
                plan={
                    "tables": lines.read_tables("tables", said["tables"]),
                    "codings": lines.read_codings("codings", said["codings"]),
                },
                margins=lines.read_shares("margins", said["margins"]),
            )
            return draft_wave(new=new, seen=code, by=by, now=now)
        except FieldRefused as error:
            raise FieldRefused("tables" if error.field == "plan" else error.field, error.code, **error.about) from error

    return ask(
        request,
        Asking(
            form=form,
            title=_("Change the wave") if code else _("Draft a wave"),
            back=reverse("surveys:staff-wave", args=[code]) if code else reverse("surveys:staff"),
            back_text=_("The wave") if code else _("Surveys"),
            save=save,
            then=lambda saved: reverse("surveys:staff-wave", args=[saved.code]),
        ),
    )


@require_role(*STAFF)
@takes_form
def permit(request: HttpRequest, code: str) -> HttpResponse:
    """Permit a wave, as a second person."""
    form = PermitForm(typed(request))

    def save(by: Any, now: Any) -> None:
        said = form.cleaned_data
        if not said["looked"]:
            raise FieldRefused("looked", SurveyMistake.LOOK)
        allowed = Permit(body=said["body"], reference=said["reference"], until=said["until"])
        permit_wave(code=code, permit=allowed, by=by, now=now)

    return _ask_of(request, code, form=form, title=_("Permit this wave"), button=_("Permit it"), save=save)


@require_role(*STAFF)
@takes_form
def margins(request: HttpRequest, code: str) -> HttpResponse:
    """Say what is known of the population."""
    found = find_wave(code, now=timezone.now())
    form = MarginsForm(typed(request), initial={"margins": lines.write_shares(found.row.margins)})
    return _ask_of(
        request,
        code,
        form=form,
        title=_("What is known of the population"),
        save=lambda by, now: set_margins(
            code=code, margins=lines.read_shares("margins", form.cleaned_data["margins"]), by=by, now=now
        ),
    )


@require_role(*STAFF)
@takes_form
def codes(request: HttpRequest, code: str) -> HttpResponse:
    """Draw codes, and hand them out once as a file."""
    find_wave(code, now=timezone.now())
    form = CodesForm(typed(request))
    if form.is_bound and form.is_valid():
        try:
            drawn = draw_codes(code=code, number=form.cleaned_data["number"], by=actor_of(request), now=timezone.now())
            return opendata.table([["code"], *([write_code(each)] for each in drawn)], name=f"{code}-codes.csv")
        except FieldRefused as error:
            say(form, error)
        except StepRefused:
            form.add_error(None, _("Codes can be drawn once the wave is permitted, and until it is over."))
    context = {
        "form": form,
        "asking": _asking(code, form=form, title=_("Codes for letters"), button=_("Draw them")),
        "seen": "",
        "changes": (),
    }
    return render(request, "editing/form.jinja", context, status=status_of(form))


@takes_file(most_bytes=FILE_BYTES)
@require_role(*STAFF)
@takes_form
def deliver(request: HttpRequest, code: str) -> HttpResponse:
    """Take in a file of answers, or say what is wrong with it."""
    found = find_wave(code, now=timezone.now())
    faults: Sequence[Fault] = ()
    form = FileForm(typed(request), request.FILES or None)
    if form.is_bound and form.is_valid():
        taken = form.cleaned_data["file"]
        try:
            content = b"" if taken.is_too_large else taken.read()
            put_file(code=code, rows=read_file(content, found.questions), by=actor_of(request), now=timezone.now())
            return go("surveys:staff-wave", code)
        except FileRefused as error:
            faults = error.faults
            form.add_error("file", _("Nothing was taken in. What is wrong stands below."))
        except StepRefused:
            form.add_error(None, _("This wave takes one file, while it is open."))
    context = {"wave": found, "form": form, "faults": faults, "columns": columns_of(found.questions)}
    return render(request, "surveys/staff/deliver.jinja", context, status=status_of(form))


@require_role(*STAFF)
@require_POST
def publish(request: HttpRequest, code: str) -> HttpResponse:
    """Show what was printed to everybody."""
    with suppress(StepRefused):  # somebody was quicker: the page says so
        publish_wave(code=code, by=actor_of(request), now=timezone.now())
    return go("surveys:staff-wave", code)


@require_role(*STAFF)
@takes_form
def abandon(request: HttpRequest, code: str) -> HttpResponse:
    """Give a wave up and erase what was answered."""
    form = AbandonForm(typed(request))
    return _ask_of(
        request,
        code,
        form=form,
        title=_("Give this wave up"),
        button=_("Erase what was answered"),
        kind="warning",
        save=lambda by, now: abandon_wave(code=code, why=form.cleaned_data["why"], by=by, now=now),
    )


@require_role(*STAFF)
@takes_form
def planner(request: HttpRequest, code: str) -> HttpResponse:
    """What a wave of so many people will be able to say, and what will stay hidden."""
    found = find_wave(code, now=timezone.now())
    expected: list[ExpectedCell] = []
    form = PlannerForm(typed(request), initial={"people": 1000, "deff": "1.5"})
    if form.is_bound and form.is_valid():
        try:
            given = lines.read_shares("shares", form.cleaned_data["shares"])
            shares = {question: {code: each / 100 for code, each in by.items()} for question, by in given.items()}
            guess = Guess(people=form.cleaned_data["people"], deff=float(form.cleaned_data["deff"]), shares=shares)
            expected = expect(read_plan(found.row.plan, found.questions), found.questions, guess)
        except FieldRefused as error:
            say(form, error)
    lost = sum(each.is_hidden or each.is_unsure for each in expected)
    context = {
        "wave": found,
        "form": form,
        "tables": expected_tables(expected, found),
        "lost": lost,
        "all": len(expected),
    }
    return render(request, "surveys/staff/planner.jinja", context, status=status_of(form))


def _asking(code: str, **more: Any) -> Asking:
    return Asking(
        back=reverse("surveys:staff-wave", args=[code]),
        back_text=_("The wave"),
        **{"save": lambda _by, _now: None, **more},
    )


def _ask_of(request: HttpRequest, code: str, **more: Any) -> HttpResponse:
    """A form about a wave, on a page of its own."""
    found = find_wave(code, now=timezone.now())
    return ask(request, _asking(code, lead=told(found.row.title), **more))


def _json(content: bytes) -> object:
    try:
        return json.loads(content)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise FieldRefused("data", SurveyMistake.MALFORMED, about="JSON") from error
