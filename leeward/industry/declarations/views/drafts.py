"""The staff's pages about the next version: its text in each language, its commitments, and its publication."""

from http import HTTPStatus
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.foundation.accounts.access import require_role
from leeward.foundation.accounts.unlocking import actor_of
from leeward.industry.declarations import words
from leeward.industry.declarations.errors import DraftChanged, DraftRefused, FieldRefused
from leeward.industry.declarations.forms.fields import say
from leeward.industry.declarations.forms.versions import WORDS, CommitmentForm, LanguageForm, PublishForm, WordingForm
from leeward.industry.declarations.operations.publishing import add_commitment as add_to_draft
from leeward.industry.declarations.operations.publishing import (
    discard_draft,
    drop_commitment,
    publish_draft,
    save_commitment,
    save_wording,
)
from leeward.industry.declarations.queries import all_versions, has_draft, next_draft
from leeward.industry.declarations.rules.texts import (
    Commitment,
    Draft,
    Wording,
    check_draft,
    is_language,
    mark_of,
    paragraphs,
)
from leeward.industry.declarations.views.showing import direction_of, languages_of, name_of, words_of
from leeward.industry.declarations.views.staff import STAFF


@require_role(*STAFF)
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The draft, with what is missing before it can be published."""
    return _page(request, PublishForm())


@require_role(*STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_wording(request: HttpRequest, language: str) -> HttpResponse:
    """The text in one language."""
    if not is_language(language):
        raise Http404
    draft = next_draft()
    if request.method == "POST":
        form = WordingForm(request.POST)
        if form.is_valid():
            days, seen = form.cleaned_data["statement_within_days"], request.POST.get("seen")
            wording, now = form.as_wording(), timezone.now()
            try:
                save_wording(language=language, wording=wording, statement_within_days=days, seen=seen, now=now)
            except DraftChanged:
                _say_changed(form)
            else:
                return _back()
    else:
        wording = draft.wordings.get(language, Wording())
        form = WordingForm(initial={**vars(wording), "statement_within_days": draft.statement_within_days})
    return _form_page(request, form, title=name_of(language))


@require_role(*STAFF)
@require_POST
def add_language(request: HttpRequest) -> HttpResponse:
    """Go on to the text in another language; nothing is kept before something is written there."""
    form = LanguageForm(request.POST)
    if not form.is_valid():
        return _page(request, PublishForm(), languages=form)
    address = reverse("declarations:draft-text", args=[form.cleaned_data["language"]])
    return HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)


@require_role(*STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def add_commitment(request: HttpRequest) -> HttpResponse:
    """A commitment that is new."""
    form = CommitmentForm(request.POST if request.method == "POST" else None, languages=_names(next_draft()))
    if form.is_bound and form.is_valid():
        try:
            add_to_draft(commitment=form.as_commitment(), now=timezone.now())
        except FieldRefused:
            form.add_error("code", _("The draft has a commitment with this code: change that one, or use another code"))
        else:
            return _back()
    return _form_page(request, form, title=_("Add a commitment"))


@require_role(*STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_commitment(request: HttpRequest, code: str) -> HttpResponse:
    """A commitment that is in the draft."""
    draft = next_draft()
    commitment = draft.commitment(code)
    if commitment is None:
        raise Http404
    if request.method == "POST":
        form = CommitmentForm(request.POST, languages=_names(draft), code=code)
    else:
        form = CommitmentForm(initial=_initial(commitment), languages=_names(draft), code=code)
    if form.is_bound and form.is_valid():
        try:
            save_commitment(commitment=form.as_commitment(), seen=request.POST.get("seen"), now=timezone.now())
        except DraftChanged:
            _say_changed(form)
        else:
            return _back()
    return _form_page(request, form, title=words_of(commitment).title if commitment.words else code)


@require_role(*STAFF)
@require_POST
def remove_commitment(request: HttpRequest, code: str) -> HttpResponse:
    """Take a commitment out of the draft."""
    del request
    if next_draft().commitment(code) is None:
        raise Http404
    drop_commitment(code=code, now=timezone.now())
    return _back()


@require_role(*STAFF)
@require_POST
def discard(request: HttpRequest) -> HttpResponse:
    """Throw the draft away."""
    del request
    discard_draft()
    return _back()


@require_role(*STAFF)
@require_POST
def publish(request: HttpRequest) -> HttpResponse:
    """Publish the draft as the next version."""
    form = PublishForm(request.POST)
    if form.is_valid():
        try:
            seen, renew_by = request.POST.get("seen", ""), form.cleaned_data["renew_by"]
            publish_draft(renew_by=renew_by, seen=seen, by=actor_of(request), now=timezone.now())
        except DraftChanged:
            form.add_error(None, _("The draft is not what you looked at any more. Look at it again, as it is now."))
        except FieldRefused as error:
            say(form, error)
        except DraftRefused as error:
            for place, problem in error.problems:
                form.add_error(None, f"{place}: {words.DRAFT_PROBLEMS[problem]}")
        else:
            return HttpResponseRedirect(reverse("declarations:home"), status=HTTPStatus.SEE_OTHER)
    return _page(request, form)


def _names(draft: Draft) -> dict[str, str]:
    return {code: name_of(code) for code in languages_of(draft)}


def _page(request: HttpRequest, form: PublishForm, *, languages: LanguageForm | None = None) -> HttpResponse:
    draft = next_draft()
    try:
        check_draft(draft, main_language=settings.LANGUAGE_CODE)
        problems: list[tuple[str, Any]] = []
    except DraftRefused as error:
        problems = [(place, words.DRAFT_PROBLEMS[what]) for place, what in error.problems]
    context = {
        "draft": draft,
        "form": languages if languages is not None else form,
        "publishing": form,
        "language_form": languages if languages is not None else LanguageForm(),
        "has_draft": has_draft(),
        "seen": mark_of(draft),
        "problems": problems,
        "number": len(all_versions()) + 1,
        "wordings": [
            {
                "code": code,
                "name": name_of(code),
                "title": draft.wordings[code].title if code in draft.wordings else "",
                "direction": direction_of(code),
                "lead": draft.wordings[code].lead if code in draft.wordings else "",
                "paragraphs": paragraphs(draft.wordings[code].text) if code in draft.wordings else (),
                "promises": [each.words[code] for each in draft.commitments if code in each.words],
            }
            for code in languages_of(draft)
        ],
        "commitments": [
            {
                "code": each.code,
                "title": words_of(each).title if each.words else each.code,
                "rhythm": words.rhythm_in_words(first_due_days=each.first_due_days, every_months=each.every_months),
            }
            for each in draft.commitments
        ],
    }
    wrong = form.errors or (languages is not None and languages.errors)
    status = HTTPStatus.BAD_REQUEST if wrong else HTTPStatus.OK
    return render(request, "declarations/staff/draft.jinja", context, status=status)


def _say_changed(form: forms.Form) -> None:
    form.add_error(
        None,
        _(
            "Somebody has changed the draft meanwhile. What you typed is still here: look at the next version in "
            "another window, then save this again."
        ),
    )


def _form_page(request: HttpRequest, form: forms.Form, *, title: str) -> HttpResponse:
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    context = {"form": form, "title": title, "seen": mark_of(next_draft())}
    return render(request, "declarations/staff/draft_form.jinja", context, status=status)


def _initial(commitment: Commitment) -> dict[str, Any]:
    texts = {f"{name}_{language}": getattr(each, name) for language, each in commitment.words.items() for name in WORDS}
    return {"first_due_days": commitment.first_due_days, "every_months": commitment.every_months, **texts}


def _back() -> HttpResponse:
    return HttpResponseRedirect(reverse("declarations:draft"), status=HTTPStatus.SEE_OTHER)
