"""Addresses of a shelf: public ones that stay, and those of the staff who draft and sign."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.foundation.accounts.access import require_role
from leeward.foundation.editing.pages import WRITING
from leeward.foundation.editions.shelves import Shelf
from leeward.foundation.editions.views import drafting, shelves
from leeward.foundation.web.access import public
from leeward.foundation.work.way import shows_list

type View = Callable[..., HttpResponse]


def shelf_urls(shelf: Shelf, *, at: str, staff: str) -> list[URLPattern]:
    """Return a shelf's addresses, the public ones below `at`, the others below `staff`, for its room's own list."""
    of_staff = require_role(*shelf.roles)
    at_desk = require_role(*shelf.roles, desk_title=shelf.title, desk_summary=shelf.summary)
    pages: list[tuple[str, View, str]] = [
        ("", shelves.list_all, "releases"),
        ("/calendar", shelves.show_calendar, "calendar-page"),
        ("/data-dictionary", shelves.dictionary, "dictionary"),
        ("/<slug:edition>", shelves.show, "release"),
    ]
    files: list[tuple[str, View, str]] = [
        ("/calendar.ics", shelves.calendar, "calendar"),
        ("/catalogue.jsonld", shelves.catalogue, "catalogue"),
        ("/<slug:edition>/sha256sums.txt", shelves.sums, "release-sums"),
        ("/<slug:edition>/SHA256SUMS", shelves.sums, "release-sums-plain"),
        ("/<slug:edition>/dataset.jsonld", shelves.dataset, "release-dataset"),
        ("/<slug:edition>/<str:name>", shelves.download, "release-file"),
    ]
    shown: list[tuple[str, View, str]] = [
        ("/drafts/<slug:edition>", drafting.show, "draft-show"),
        ("/drafts/<slug:edition>/<str:name>", drafting.download, "draft-file"),
    ]
    asked: list[tuple[str, View, str]] = [
        ("/draft", drafting.draft, "draft"),
        ("/plan", drafting.plan, "plan"),
        ("/drafts/<slug:edition>/sign", drafting.sign, "draft-sign"),
        ("/drafts/<slug:edition>/discard", drafting.discard, "draft-discard"),
        ("/drafts/<slug:edition>/early", drafting.show_early, "draft-early"),
        ("/drafts/<slug:edition>/erratum", drafting.correct, "erratum"),
    ]
    writing = require_http_methods(WRITING)
    return [
        *(path(at + route, public(require_safe(_of(shelf, view))), name=name) for route, view, name in pages),
        *(
            path(at + route, public(require_safe(shelf.opens(_of(shelf, view)))), name=name)
            for route, view, name in files
        ),
        path(staff, at_desk(require_safe(shows_list(_of(shelf, drafting.home)))), name="staff"),
        path(f"{staff}/planned", of_staff(require_safe(shows_list(_of(shelf, drafting.list_planned)))), name="planned"),
        path(f"{staff}/planned/remove", of_staff(require_POST(_of(shelf, drafting.unplan))), name="unplan"),
        *(path(staff + route, of_staff(writing(_of(shelf, view))), name=name) for route, view, name in asked),
        *(path(staff + route, of_staff(require_safe(_of(shelf, view))), name=name) for route, view, name in shown),
    ]


def _of(shelf: Shelf, view: View) -> View:
    @wraps(view)
    def answer(request: HttpRequest, /, **arguments: Any) -> HttpResponse:
        return view(request, shelf, **arguments)

    return answer
