"""Where officers keep questionnaires and draft waves, and a second one permits them and signs what becomes of them."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
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
from leeward.foundation.editing.fields import Words, texts_initial
from leeward.foundation.editing.mistakes import say
from leeward.foundation.editing.pages import Asking, ask, go, status_of, takes_form, typed
from leeward.foundation.editions.forms import DiscardForm, ErratumForm, SignForm
from leeward.foundation.records import read_json
from leeward.foundation.rows import read_values
from leeward.foundation.surveys.errors import Fault, FileRefused, SurveyMistake
from leeward.foundation.surveys.forms import (
    AbandonForm,
    CodesForm,
    FileForm,
    OtherMarginsForm,
    PermitForm,
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
)
from leeward.foundation.surveys.operations.proposals import (
    discard_proposal,
    propose_erratum,
    propose_margins,
    propose_results,
    sign_proposal,
)
from leeward.foundation.surveys.operations.urns import put_file
from leeward.foundation.surveys.queries import (
    find_questionnaire,
    find_wave,
    margins_of,
    questionnaire_rows,
    waiting_proposal,
)
from leeward.foundation.surveys.rules.files import FILE_BYTES, columns_of, read_file
from leeward.foundation.surveys.rules.questionnaire import read_questionnaire
from leeward.foundation.surveys.rules.waves import Permit, Proposed, WaveDraft, WaveState, write_code
from leeward.foundation.surveys.rules.xlsform import FILE_BYTES as FORM_BYTES
from leeward.foundation.surveys.rules.xlsform import read_form
from leeward.foundation.surveys.views.showing import (
    answer_in_words,
    change_in_words,
    place_in_words,
    plan_in_words,
    tables_of,
)
from leeward.foundation.web.uploads import takes_file
from leeward.foundation.web.words import told
from leeward.foundation.work.lists import show_list
from leeward.foundation.work.way import shows_list
from leeward.foundation.workbooks import LOCKED_BY_PASSWORD

STAFF = (Role.POLICY_OFFICER,)
SECOND = "surveys/staff/second.jinja"
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
    found = find_wave(code)
    is_own = found.row.drafted_by == actor_of(request).id
    trouble = (
        _(SurveyMistake(found.row.trouble).label) % {"about": place_in_words(found.row.trouble_about, found.questions)}
        if found.row.trouble
        else ""
    )
    waiting = None if found.state is WaveState.ABANDONED else waiting_proposal(found.row)
    context = {
        "wave": found,
        "is_own": is_own,
        "trouble": trouble,
        "tables": tables_of(found),
        "plan": plan_in_words(found),
        "waiting": waiting,
        "is_proposer": waiting is not None and waiting.drafted_by == actor_of(request).id,
    }
    return render(request, "surveys/staff/wave.jinja", context)


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
    row = find_wave(code).row if code else None
    initial = {**vars(row), **texts_initial(row), "questionnaire": str(row.questionnaire_id)} if row else {}
    form = WaveForm(typed(request), initial=initial)

    def save(by: Any, now: Any) -> object:
        said = form.cleaned_data
        try:
            new = read_values(
                WaveDraft, said, title=form.texts("title"), questionnaire=int(said["questionnaire"]), plan=None
            )
            return draft_wave(new=new, seen=code, by=by, now=now)
        except FieldRefused as error:
            field = "questionnaire" if error.field in ("plan", "margins") else error.field
            raise FieldRefused(field, error.code, **error.about) from error

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
        permit_wave(code=code, permit=read_values(Permit, said), by=by, now=now)

    found = find_wave(code)
    return _ask_of(
        request,
        code,
        template=SECOND,
        form=form,
        title=_("Permit this wave"),
        button=_("Permit the wave"),
        save=save,
        seen=found.row.plan_sha256,
        about={"wave": found, "plan": plan_in_words(found)},
    )


@require_role(*STAFF)
@takes_form
def margins(request: HttpRequest, code: str) -> HttpResponse:
    """Propose other margins, where the weights did not work out."""
    found = find_wave(code)
    form = OtherMarginsForm(
        margins_of(found.row),
        lambda question, joined: answer_in_words(question, joined, found.questions),
        typed(request),
    )
    return _ask_of(
        request,
        code,
        form=form,
        title=_("Propose other margins"),
        button=_("Propose the margins"),
        save=lambda by, now: propose_margins(
            code=code,
            left_out=form.left_out(),
            joined=form.joined(),
            why=form.cleaned_data["why"],
            by=by,
            now=now,
        ),
    )


@require_role(*STAFF)
@takes_form
def codes(request: HttpRequest, code: str) -> HttpResponse:
    """Draw codes, and hand them out once as a file."""
    find_wave(code)
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
        "asking": _asking(code, form=form, title=_("Codes for letters"), button=_("Draw the codes")),
        "seen": "",
        "changes": (),
    }
    return render(request, "editing/form.jinja", context, status=status_of(form))


@takes_file(most_bytes=FILE_BYTES)
@require_role(*STAFF)
@takes_form
def deliver(request: HttpRequest, code: str) -> HttpResponse:
    """Take in a file of answers, or say what is wrong with it."""
    found = find_wave(code)
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
    """Propose to publish what was printed."""
    with suppress(StepRefused):  # somebody was quicker: the page says so
        propose_results(code=code, by=actor_of(request), now=timezone.now())
    return go("surveys:staff-wave", code)


@require_role(*STAFF)
@takes_form
def erratum(request: HttpRequest, code: str) -> HttpResponse:
    """Propose to say what is wrong in published results."""
    form = ErratumForm(typed(request))
    return _ask_of(
        request,
        code,
        form=form,
        title=_("Add an erratum"),
        button=_("Propose the erratum"),
        save=lambda by, now: propose_erratum(code=code, **form.cleaned_data, by=by, now=now),
    )


@require_role(*STAFF)
@takes_form
def sign(request: HttpRequest, code: str) -> HttpResponse:
    """Look at what was proposed, and sign it as a second person."""
    found = find_wave(code)
    row = waiting_proposal(found.row)
    if row is None:
        return go("surveys:staff-wave", code)
    form = SignForm(typed(request), initial={"sha256": row.sha256})
    about: dict[str, object] = {"wave": found}
    if row.kind is Proposed.RESULTS:
        about |= {"tables": tables_of(found), "plan": plan_in_words(found)}
    elif row.kind is Proposed.MARGINS:
        about |= {"change": change_in_words(row, found.questions)}
    else:
        about |= {"erratum": row.content}
    return _ask_of(
        request,
        code,
        template=SECOND,
        form=form,
        title=_(row.kind.label),
        button=_("Publish"),
        save=lambda by, now: sign_proposal(code=code, sha256=form.cleaned_data["sha256"], by=by, now=now),
        about=about,
    )


def _ending(
    form_of: type[Form], end: Callable[..., None], *, title: Words, button: Words
) -> Callable[..., HttpResponseBase]:
    """A page that asks for the reason of something that cannot be undone."""

    @require_role(*STAFF)
    @takes_form
    def view(request: HttpRequest, code: str) -> HttpResponse:
        form = form_of(typed(request))
        return _ask_of(
            request,
            code,
            form=form,
            title=title,
            button=button,
            kind="warning",
            save=lambda by, now: end(code=code, why=form.cleaned_data["why"], by=by, now=now),
        )

    return view


discard = _ending(
    DiscardForm,
    discard_proposal,
    title=gettext_lazy("Discard the proposal"),
    button=gettext_lazy("Discard the proposal"),
)
abandon = _ending(
    AbandonForm,
    abandon_wave,
    title=gettext_lazy("Give this wave up"),
    button=gettext_lazy("Erase what was answered"),
)


def _asking(code: str, **more: Any) -> Asking:
    return Asking(
        back=reverse("surveys:staff-wave", args=[code]),
        back_text=_("The wave"),
        **{"save": lambda _by, _now: None, **more},
    )


def _ask_of(request: HttpRequest, code: str, *, template: str = "editing/form.jinja", **more: Any) -> HttpResponse:
    """A form about a wave, on a page of its own; in SECOND with all that a second person is to look at."""
    lead = told(find_wave(code).row.title)
    return ask(request, _asking(code, lead=lead, **more), template=template)


def _json(content: bytes) -> object:
    try:
        return read_json(content)
    except ValueError as error:
        raise FieldRefused("data", SurveyMistake.MALFORMED, about="JSON") from error
