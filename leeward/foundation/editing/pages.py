"""A form on a page of its own: saved once, and nothing typed is lost where somebody else was quicker."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from leeward.foundation.accounts.unlocking import actor_of
from leeward.foundation.audit.rules import Actor
from leeward.foundation.editing.errors import EntryChanged, FieldRefused, StepRefused
from leeward.foundation.editing.fields import Words
from leeward.foundation.editing.forms import LinesForm
from leeward.foundation.editing.history import ShownChange, changed_at, changes_since
from leeward.foundation.editing.mistakes import say

WRITING = ["GET", "HEAD", "POST"]
takes_form = require_http_methods(WRITING)  # for the view of a page with a form


@dataclass(frozen=True, kw_only=True)
class Asking:
    """One form on a page of its own: its words, where it leads back to, and what it does.

    `then` is where it leads once it is saved, made from what `save` returned if it is a function. `entry` is what
    the form changes: what somebody else has changed of it meanwhile is shown, `in_words`, before anything is saved. An
    entry without a history has the mark of its state in `seen`. `labels` are those of fields that are not on the form.
    `about` is what a template of the room's own shows beside the form. `by` is who acts, where no member of staff does.
    """

    form: forms.Form
    title: Words
    back: str
    back_text: Words
    save: Callable[[Actor, datetime], object]
    then: str | Callable[[Any], str] = ""
    button: Words = ""
    kind: str = "primary"
    lead: Words = ""
    lead_language: str = ""
    entry: UUID | None = None
    seen: str = ""
    in_words: Callable[[Sequence[ShownChange]], Sequence[Any]] = tuple
    labels: Mapping[str, Words] = field(default_factory=dict)
    about: Any = None
    by: Actor | None = None


def ask(request: HttpRequest, asking: Asking, *, template: str = "editing/form.jinja") -> HttpResponse:
    """Show the form, or do what it says; what is refused is said beside its field, and nothing typed is lost."""
    form, seen = asking.form, changed_at(asking.entry) if asking.entry else asking.seen
    sent, changes = request.POST.get("seen", seen), tuple[ShownChange, ...]()
    if form.is_bound and sent != seen:
        changes = changes_since(asking.entry, sent) if asking.entry else ()
        _say_changed(form)
    elif form.is_bound and form.is_valid():
        try:
            saved = asking.save(asking.by or actor_of(request), timezone.now())
        except FieldRefused as error:
            say(form, error, labels=asking.labels)
        except EntryChanged:
            _say_changed(form)
        except StepRefused:
            form.add_error(None, _("Somebody has changed this meanwhile. Look at its page again."))
        else:
            then = asking.then(saved) if callable(asking.then) else asking.then
            return HttpResponseRedirect(then or asking.back, status=HTTPStatus.SEE_OTHER)
    context = {"form": form, "asking": asking, "seen": seen, "changes": asking.in_words(changes)}
    return render(request, template, context, status=status_of(form))


def ask_lines(
    request: HttpRequest,
    asking: Asking,
    *,
    tell: Callable[[Any], Sequence[Words]],
    template: str = "editing/lines.jinja",
) -> HttpResponse:
    """Show the form of lines; what is sent first is tried, and `tell` says what it would change. Then it is kept."""
    form = asking.form
    if isinstance(form, LinesForm) and form.is_bound and not form.is_kept and form.is_valid():
        return render(request, template, {"form": form, "asking": asking, "tried": tell(form.found)})
    return ask(request, asking, template=template)


def attempt(
    request: HttpRequest,
    form: forms.Form,
    save: Callable[[Actor, datetime], Any],
    *,
    then: Callable[[Any], HttpResponse],
) -> HttpResponse | None:
    """Save what was sent, and answer with `then` of what was saved; None where there is nothing to save yet.

    For a form on a page that shows more than a form. What is refused is said beside its field.
    """
    if not (form.is_bound and form.is_valid()):
        return None
    try:
        saved = save(actor_of(request), timezone.now())
    except FieldRefused as error:
        say(form, error)
        return None
    return then(saved)


class ShownOnce(HttpResponse):
    """A page that shows a secret which the press of a button made: a second press shows the same one."""


def show_once(page: HttpResponse) -> ShownOnce:
    """Make a page the answer to the press that made the secret on it."""
    return ShownOnce(page.content)


def typed(request: HttpRequest) -> Any:
    """What was sent, for a form; None where nothing was."""
    return request.POST if request.method == "POST" else None


def status_of(form: forms.Form) -> HTTPStatus:
    """The status of a page with this form on it."""
    return HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK


def go(name: str, *args: object) -> HttpResponse:
    """Lead to the page of this name after something was done."""
    return HttpResponseRedirect(reverse(name, args=args), status=HTTPStatus.SEE_OTHER)


def _say_changed(form: forms.Form) -> None:
    form.add_error(None, _("Somebody has changed this meanwhile. What you typed is still here: save it again."))
