"""What the secretariat's pages share: who may open them, how a form is taken in, and files."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from io import StringIO
from typing import Any
from uuid import UUID

from defusedcsv import csv  # type: ignore[import-untyped]
from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from leeward.foundation.accounts.access import require_role
from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import actor_of
from leeward.foundation.audit.rules import Actor
from leeward.foundation.editing.errors import EntryUnknown, FieldRefused
from leeward.foundation.editing.mistakes import say
from leeward.foundation.web.access import View
from leeward.policy.strategy import words
from leeward.policy.strategy.errors import StepRefused
from leeward.policy.strategy.queries.history import changed_at, changes_since
from leeward.policy.strategy.queries.mapping import list_stakeholders
from leeward.policy.strategy.queries.plan import Reader, list_actions
from leeward.policy.strategy.views.showing import history

STAFF = (Role.POLICY_OFFICER,)
PUBLIC_SECONDS = 300


def secretariat(view: Callable[..., HttpResponseBase]) -> View:
    """Let the secretariat in; an entry that is not there is a page that is not there."""
    return require_role(*STAFF)(known(view))


def known(view: Callable[..., HttpResponseBase]) -> View:
    """An entry that is not there, or not to be seen, is a page that is not there."""

    @wraps(view)
    def found(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except EntryUnknown as error:
            raise Http404 from error

    return found


@dataclass(frozen=True, kw_only=True)
class Asking:
    """One form on a page of its own: its words, where it leads back to, and what it does.

    `entry` is what the form changes: what somebody else has changed of it meanwhile is shown before anything is saved.
    """

    form: forms.Form
    title: str
    back: str
    back_text: str
    save: Callable[[Actor, datetime], object]
    then: str = ""
    button: str = ""
    kind: str = "primary"
    lead: str = ""
    lead_language: str = ""
    entry: UUID | None = None


def ask(request: HttpRequest, asking: Asking) -> HttpResponse:
    """Show the form, or do what it says; whatever is refused is said beside its field, and nothing typed is lost."""
    form = asking.form
    seen = changed_at(asking.entry) if asking.entry else ""
    changes = _meanwhile(request, asking, seen=seen)
    if changes:
        form.add_error(None, _("Somebody has changed this meanwhile. What you typed is still here: save it again."))
    elif form.is_bound and form.is_valid():
        try:
            asking.save(actor_of(request), timezone.now())
        except FieldRefused as error:
            say(form, error, labels=words.FIELDS)
        except StepRefused:
            form.add_error(None, _("Somebody has changed this meanwhile. Look at its page again."))
        else:
            return HttpResponseRedirect(asking.then or asking.back, status=HTTPStatus.SEE_OTHER)
    status = HTTPStatus.BAD_REQUEST if form.is_bound else HTTPStatus.OK
    context = {"form": form, "asking": asking, "seen": seen, "changes": changes}
    return render(request, "strategy/staff/form.jinja", context, status=status)


def _meanwhile(request: HttpRequest, asking: Asking, *, seen: str) -> list[dict[str, Any]]:
    """What was changed since the page was made from which the form was sent, in words."""
    sent = request.POST.get("seen", seen)
    if asking.entry is None or request.method != "POST" or sent == seen:
        return []
    return history(changes_since(asking.entry, sent), now=timezone.now())


def typed(request: HttpRequest) -> Any:
    """What was sent, or None where nothing was."""
    return request.POST if request.method == "POST" else None


def leads() -> list[tuple[str, str]]:
    """Organisations from which to choose."""
    return [(str(each.reference), f"{each.entry.name} ({each.entry.area})") for each in list_stakeholders()]


def actions_to_choose(*, now: datetime, without: int = 0) -> list[tuple[str, str]]:
    """Actions from which to choose."""
    return [
        (str(each.reference), f"A{each.number} {words.told(each.title)}")
        for each in list_actions(reader=Reader.STAFF, now=now)
        if each.number != without
    ]


def as_csv(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """A table as a file; cells that a spreadsheet would take for a formula are made harmless."""
    sheet = StringIO()
    writer = csv.writer(sheet)
    writer.writerow(head)
    for row in rows:
        writer.writerow(["" if cell is None else cell for cell in row])
    response = HttpResponse(sheet.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def handed_out(response: HttpResponse) -> HttpResponse:
    """Let caches and other sites' pages have what everybody may read."""
    response.headers["Cache-Control"] = f"public, max-age={PUBLIC_SECONDS}"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
