"""Everything of hers to take along, from every room: a page to read or print, and a file. No name of staff is in it."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from leeward.industry.bank.errors import SubmissionUnknown
from leeward.industry.bank.rules import SubmissionStatus
from leeward.victim.portal import operations
from leeward.victim.portal.holders import Copy, all_holders
from leeward.victim.portal.views.visiting import Opened, go, with_bearer

FORMAT = "leeward-file:1"
# A file's name stands in a list of downloads: it says nothing.
FILE_NAME = "pages.json"


@require_safe
@with_bearer
def everything(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Everything on one page."""
    pictures, copies = _pictures(opened), _copies(request, opened)
    if not _has_any(pictures, copies):
        return go("status")
    return render(request, "portal/everything.jinja", {"pictures": pictures, "copies": copies, "now": opened.now})


@require_POST
@with_bearer
def save_everything(request: HttpRequest, opened: Opened) -> HttpResponse:
    """The same for a machine to read."""
    pictures, copies = _pictures(opened), _copies(request, opened)
    if not _has_any(pictures, copies):
        return go("status")
    return save_file({"spec": FORMAT, "saved_at": opened.now.isoformat(), **_records(pictures, copies)})


def save_file(record: dict[str, object]) -> HttpResponse:
    """A file of hers, whose name says nothing."""
    text = json.dumps(record, ensure_ascii=False, indent=2)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return response


def _has_any(pictures: SubmissionStatus | None, copies: list[Copy]) -> bool:
    """Whether there is anything to take along; who can read it is nothing by itself."""
    return pictures is not None or any(copy.shown for copy in copies)


def _copies(request: HttpRequest, opened: Opened) -> list[Copy]:
    found = (holder.copy(request, opened.bearer, opened.now) for holder in all_holders())
    return [copy for copy in found if copy is not None]


def _pictures(opened: Opened) -> SubmissionStatus | None:
    try:
        return operations.find_pictures(bearer=opened.bearer, now=opened.now)
    except SubmissionUnknown:
        return None


def _records(pictures: SubmissionStatus | None, copies: list[Copy]) -> dict[str, object]:
    told: dict[str, object] = {copy.name: copy.record for copy in copies}
    if pictures is not None:
        told["protected_pictures"] = {
            "state": pictures.state,
            "since": pictures.opened_on.isoformat(),
            "until": pictures.expires_on.isoformat(),
            "pictures": [
                {
                    "number": each.ordinal,
                    "kind": each.kind,
                    "state": each.state,
                    "sites": [{"name": answer.platform, "answer": answer.state} for answer in each.platforms],
                }
                for each in pictures.pictures
            ],
        }
    return told
