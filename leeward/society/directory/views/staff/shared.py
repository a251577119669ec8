"""What the editors' pages share: who may open them, who acts, how a form is saved, what is said when it cannot be."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from leeward.foundation.accounts.access import require_role
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.days import local_day
from leeward.society.directory.errors import EntryChanged, EntryRefused, EntryUnknown
from leeward.society.directory.forms.staff.screens import Screen
from leeward.society.directory.operations.editing import keep_entry
from leeward.society.directory.operations.saving import Saved
from leeward.society.directory.queries.editing import list_changes, moment_of
from leeward.society.directory.rules.history import Changed
from leeward.society.directory.words import field_name

PAGE_MOST = 100_000
# How many of the newest changes are shown where it is not known since when the form was open.
NEWEST = 5

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

SAVED = {Saved.NEW: "added", Saved.SAME: "same"}

editors = require_role(Role.DIRECTORY_EDITOR)


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What became of a form: `said` is what `go` says of it, "" where it was not saved.

    `changes` are what somebody else changed meanwhile, where that was the trouble.
    """

    said: str = ""
    changes: tuple[Changed, ...] = ()


def actor(request: HttpRequest) -> Actor:
    """Who acts, as the trail knows her."""
    return Actor(kind=ActorKind.STAFF, id=str(getattr(request.user, "reference", "")))


def today() -> date:
    """The day that it is in the nation."""
    return local_day(timezone.now())


def language() -> str:
    """The reader's language."""
    return get_language() or settings.LANGUAGE_CODE


def page_number(request: HttpRequest) -> int:
    """Which page of a list is wanted; the first for anything that is no page."""
    typed = request.GET.get("page", "")
    return min(int(typed), PAGE_MOST) if typed.isascii() and typed.isdigit() and len(typed) < 8 else 1


def find[T](read: Callable[..., T], reference: uuid.UUID, **options: Any) -> T:
    """An entry, or the page that says that there is none."""
    try:
        return read(reference, **options)
    except EntryUnknown as error:
        raise Http404 from error


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    """One of the editors' pages."""
    shared = {"field_name": field_name, "said": SAID.get(request.GET.get("said", "")), "today": today()}
    return render(request, f"directory/staff/{template}.jinja", {**shared, **context}, status=status)


def go(name: str, *args: Any, said: str = "", fragment: str = "") -> HttpResponseRedirect:
    """On to another of the editors' pages."""
    address = reverse(f"directory:{name}", args=args)
    address += f"?said={said}" if said else ""
    return HttpResponseRedirect(f"{address}#{fragment}" if fragment else address, status=HTTPStatus.SEE_OTHER)


def keep(request: HttpRequest, screen: Screen, *, reference: uuid.UUID, is_new: bool = False) -> Kept:
    """Save what was typed; why it could not be is written on the screen."""
    version = None if is_new else request.POST.get("state", "")
    if not screen.is_valid():
        return Kept()
    try:
        saved = keep_entry(screen.applied(), version=version, by=actor(request), now=timezone.now())
    except EntryRefused as error:
        screen.refuse(error.errors)
    except EntryChanged:
        screen.add_error(
            _(
                "Somebody else changed this while you were typing. Nothing of yours is lost: look at what changed, then"
                " save again"
            )
        )
        return Kept(changes=meanwhile(reference, version or ""))
    except EntryUnknown as error:
        raise Http404 from error
    else:
        return Kept(said=SAVED.get(saved, "saved"))
    return Kept()


def ask(
    request: HttpRequest,
    screen: Screen,
    template: str,
    *,
    entry: Any,
    then: Callable[[str], HttpResponse],
    **context: Any,
) -> HttpResponse:
    """A page with a form for an entry, a new one where `entry` is None; saved, `then` says where to go on."""
    kept = Kept()
    if request.method == "POST":
        kept = keep(request, screen, reference=screen.record.id, is_new=entry is None)
        if kept.said:
            return then(kept.said)
    known = {"form": screen, "entry": entry, "version": entry.version if entry else "", "changes": kept.changes}
    return page(request, template, {**known, **context}, status=status_of(screen))


def typed(request: HttpRequest) -> QueryDict | None:
    """What was sent; None where the page is only opened."""
    return request.POST if request.method == "POST" else None


def meanwhile(reference: uuid.UUID, version: str) -> tuple[Changed, ...]:
    """What changed since the state that a form was made from."""
    since = moment_of(version)
    return list_changes(reference, since=since) if since else list_changes(reference)[:NEWEST]


def status_of(screen: Any) -> HTTPStatus:
    """400 for a page that says what is wrong."""
    return HTTPStatus.BAD_REQUEST if screen.errors else HTTPStatus.OK
