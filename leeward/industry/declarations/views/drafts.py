"""The staff's pages about the next version: its text in each language, its commitments, and its publication."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.foundation.accounts.access import require_role
from leeward.foundation.accounts.unlocking import actor_of
from leeward.foundation.audit.rules import Actor
from leeward.foundation.editing.errors import EntryChanged, FieldRefused
from leeward.foundation.editing.mistakes import say
from leeward.foundation.editing.pages import WRITING, Asking, ask, go, typed
from leeward.foundation.web.words import word
from leeward.industry.declarations.errors import DraftProblem, DraftRefused
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
)
from leeward.industry.declarations.views import showing
from leeward.industry.declarations.views.showing import languages_of, name_of, words_of
from leeward.industry.declarations.views.staff import STAFF


@require_role(*STAFF)
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The draft, with what is missing before it can be published."""
    return _page(request, PublishForm())


@require_role(*STAFF)
@require_http_methods(WRITING)
def edit_wording(request: HttpRequest, language: str) -> HttpResponse:
    """The text in one language."""
    if not is_language(language):
        raise Http404
    draft = next_draft()
    wording = draft.wordings.get(language, Wording())
    form = WordingForm(typed(request), initial={**vars(wording), "statement_within_days": draft.statement_within_days})

    def save(_by: Actor, now: datetime) -> None:
        save_wording(
            language=language,
            wording=form.as_wording(),
            statement_within_days=form.cleaned_data["statement_within_days"],
            seen=mark_of(draft),
            now=now,
        )

    return _ask(request, form, title=name_of(language), seen=mark_of(draft), save=save)


@require_role(*STAFF)
@require_POST
def add_language(request: HttpRequest) -> HttpResponse:
    """Go on to the text in another language; nothing is kept before something is written there."""
    form = LanguageForm(request.POST)
    if not form.is_valid():
        return _page(request, PublishForm(), languages=form)
    return go("declarations:draft-text", form.cleaned_data["language"])


@require_role(*STAFF)
@require_http_methods(WRITING)
def add_commitment(request: HttpRequest) -> HttpResponse:
    """A commitment that is new."""
    form = CommitmentForm(typed(request), languages=_names(next_draft()))

    def save(_by: Actor, now: datetime) -> None:
        add_to_draft(commitment=form.as_commitment(), now=now)

    return _ask(request, form, title=_("Add a commitment"), save=save)


@require_role(*STAFF)
@require_http_methods(WRITING)
def edit_commitment(request: HttpRequest, code: str) -> HttpResponse:
    """A commitment that is in the draft."""
    draft = next_draft()
    commitment = draft.commitment(code)
    if commitment is None:
        raise Http404
    form = CommitmentForm(typed(request), initial=_initial(commitment), languages=_names(draft), code=code)
    title, seen = words_of(commitment).title if commitment.words else code, mark_of(draft)

    def save(_by: Actor, now: datetime) -> None:
        save_commitment(commitment=form.as_commitment(), seen=seen, now=now)

    return _ask(request, form, title=title, seen=seen, save=save)


@require_role(*STAFF)
@require_POST
def remove_commitment(request: HttpRequest, code: str) -> HttpResponse:
    """Take a commitment out of the draft."""
    del request
    if next_draft().commitment(code) is None:
        raise Http404
    drop_commitment(code=code, now=timezone.now())
    return go("declarations:draft")


@require_role(*STAFF)
@require_POST
def discard(request: HttpRequest) -> HttpResponse:
    """Throw the draft away."""
    del request
    discard_draft()
    return go("declarations:draft")


@require_role(*STAFF)
@require_POST
def publish(request: HttpRequest) -> HttpResponse:
    """Publish the draft as the next version."""
    form = PublishForm(request.POST)
    if form.is_valid():
        try:
            seen, renew_by = request.POST.get("seen", ""), form.cleaned_data["renew_by"]
            publish_draft(renew_by=renew_by, seen=seen, by=actor_of(request), now=timezone.now())
        except EntryChanged:
            form.add_error(None, _("The draft is not what you looked at any more. Look at it again, as it is now."))
        except FieldRefused as error:
            say(form, error)
        except DraftRefused as error:
            for place, problem in error.problems:
                form.add_error(None, f"{place}: {word(problem)}")
        else:
            return go("declarations:home")
    return _page(request, form)


def _names(draft: Draft) -> dict[str, str]:
    return {code: name_of(code) for code in languages_of(draft)}


def _page(request: HttpRequest, form: PublishForm, *, languages: LanguageForm | None = None) -> HttpResponse:
    draft = next_draft()
    try:
        check_draft(draft, main_language=settings.LANGUAGE_CODE)
        problems: tuple[tuple[str, DraftProblem], ...] = ()
    except DraftRefused as error:
        problems = error.problems
    context = {
        "draft": draft,
        "form": languages if languages is not None else form,
        "publishing": form,
        "language_form": languages if languages is not None else LanguageForm(),
        "has_draft": has_draft(),
        "seen": mark_of(draft),
        "problems": problems,
        "number": len(all_versions()) + 1,
        "languages": languages_of(draft),
        "showing": showing,
    }
    wrong = form.errors or (languages is not None and languages.errors)
    status = HTTPStatus.BAD_REQUEST if wrong else HTTPStatus.OK
    return render(request, "declarations/staff/draft.jinja", context, status=status)


def _ask(
    request: HttpRequest, form: forms.Form, *, title: str, save: Callable[[Actor, datetime], None], seen: str = ""
) -> HttpResponse:
    back, text = reverse("declarations:draft"), _("The next version")
    return ask(request, Asking(form=form, title=title, back=back, back_text=text, seen=seen, save=save))


def _initial(commitment: Commitment) -> dict[str, object]:
    texts = {f"{name}_{language}": getattr(each, name) for language, each in commitment.words.items() for name in WORDS}
    return {"first_due_days": commitment.first_due_days, "every_months": commitment.every_months, **texts}
