"""What the editors' pages share: who may open them, who acts, how a form is saved, what is said when it cannot be."""

import uuid
from collections.abc import Callable, Mapping
from datetime import date
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext_lazy

from leeward.foundation.accounts.access import require_role
from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import actor_of
from leeward.foundation.days import local_day
from leeward.foundation.editing.pages import status_of
from leeward.foundation.work.way import add_to, way_of
from leeward.society.directory.errors import EntryChanged, EntryInUse, EntryRefused
from leeward.society.directory.forms.staff.keeping import SearchForm
from leeward.society.directory.forms.staff.screens import EntryForm
from leeward.society.directory.operations.editing import keep_entry
from leeward.society.directory.operations.saving import Saved
from leeward.society.directory.queries.editing import list_changes, moment_of
from leeward.society.directory.rules.history import Changed, Source
from leeward.society.directory.rules.records import Record
from leeward.society.directory.words import field_name

# How many of the newest changes are shown where it is not known since when the form was open.
NEWEST = 5

ONWARD = "-next"
# What a page says after something was done; its address carries only the name.
SAID = {
    "saved": gettext_lazy("Saved."),
    "same": gettext_lazy("Nothing was different, so nothing changed."),
    "added": gettext_lazy("Added."),
    "removed": gettext_lazy("Removed."),
    "withdrawn": gettext_lazy("Taken out of the directory. It stays here, and can be put back."),
    "restored": gettext_lazy("Put back into the directory."),
    "checked": gettext_lazy("Marked as checked."),
    "not-newer": gettext_lazy("It was checked on that day or later already, so nothing changed."),
    "reminded": gettext_lazy("A reminder is on its way to the owner."),
    "accepted": gettext_lazy("Accepted."),
    "rejected": gettext_lazy("Rejected. The entry stays as it was."),
}

MEANWHILE = gettext_lazy(
    "Somebody else changed this while you were typing. Nothing of yours is lost: look at what changed, then save again"
)
SAVED = {Saved.NEW: "added", Saved.SAME: "same"}

editors = require_role(Role.DIRECTORY_EDITOR)


def today() -> date:
    """The day that it is in the nation."""
    return local_day(timezone.now())


def language() -> str:
    """The reader's language."""
    return get_language() or settings.LANGUAGE_CODE


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    """One of the editors' pages."""
    said = request.GET.get("said", "")
    shared = {
        "field_name": field_name,
        "said": SAID.get(said.removesuffix(ONWARD)),
        "is_next": said.endswith(ONWARD) and "found" not in context,
        "today": today(),
    }
    return render(request, f"directory/staff/{template}.jinja", {**shared, **context}, status=status)


def go(name: str, *args: object, said: str = "", fragment: str = "", **query: str) -> HttpResponseRedirect:
    """On to another of the editors' pages."""
    asked = urlencode({**({"said": said} if said else {}), **query})
    address = reverse(f"directory:{name}", args=args) + (f"?{asked}" if asked else "")
    return HttpResponseRedirect(f"{address}#{fragment}" if fragment else address, status=HTTPStatus.SEE_OTHER)


def go_on(request: HttpRequest, name: str, *args: object, said: str) -> HttpResponseRedirect:
    """On to the next item of the list from which this one was opened; without a list to another page."""
    way = way_of(request)
    if way is None:
        return go(name, *args, said=said)
    return HttpResponseRedirect(add_to(way.next, {"said": said + ONWARD}), status=HTTPStatus.SEE_OTHER)


def ask(
    request: HttpRequest,
    form: EntryForm,
    template: str,
    *,
    entry: Any,
    then: Callable[..., HttpResponse],
    made: Callable[[], Record] | None = None,
    **context: object,
) -> HttpResponse:
    """A page with a form for an entry, a new one where `entry` is None; saved, `then` says where to go on.

    What is saved is the form's own record, or what `made` makes of it.
    """
    version = request.POST.get("state", "") if entry else None
    changes = tuple[Changed, ...]()
    if form.is_bound and form.is_valid():
        try:
            record = made() if made else form.applied()
            saved = keep_entry(record, version=version, by=actor_of(request), now=timezone.now())
        except EntryRefused as error:
            form.refuse(error.errors)
        except EntryChanged:
            form.add_error(None, MEANWHILE)
            changes = meanwhile(entry.record.id, version or "")
        else:
            return then(said=SAVED.get(saved, "saved"))
    known = {"form": form, "entry": entry, "version": entry.version if entry else "", "changes": changes}
    return page(request, template, {**known, **context}, status=status_of(form))


def remove(
    request: HttpRequest,
    template: str,
    removal: Callable[..., None],
    *,
    entry: Any,
    then: Callable[..., HttpResponse],
    **context: object,
) -> HttpResponse:
    """A page that asks whether an entry is to be removed; what still stands on it keeps it, and is shown."""
    is_used = False
    if request.method == "POST":
        try:
            removal(entry.record.id, source=Source.EDITOR, by=actor_of(request), now=timezone.now())
        except EntryInUse:
            is_used = True
        else:
            return then(said="removed")
    return page(request, template, {"entry": entry, "trouble": is_used, **context})


def searched(request: HttpRequest) -> tuple[SearchForm, str]:
    """The box to search by name, and the words that were looked for."""
    form = SearchForm(request.GET if "q" in request.GET else None)
    return form, form.cleaned_data["q"] if form.is_bound and form.is_valid() else ""


def meanwhile(reference: uuid.UUID, version: str) -> tuple[Changed, ...]:
    """What changed since the state that a form was made from."""
    since = moment_of(version)
    return list_changes(reference, since=since) if since else list_changes(reference)[:NEWEST]
