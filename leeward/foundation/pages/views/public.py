"""Pages for everybody: the page, all of them from A to Z, and both as data with digests."""

from datetime import date, datetime
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from leeward.foundation.editing.errors import EntryUnknown
from leeward.foundation.opendata import open_data
from leeward.foundation.pages.drawing import direction_of, draw, show_page
from leeward.foundation.pages.models import SHEET_LENGTH
from leeward.foundation.pages.operations.printing import make_sheet
from leeward.foundation.pages.papers import make_paper
from leeward.foundation.pages.queries import (
    InForce,
    address_of,
    all_in_force,
    content_of,
    in_force,
    last_day_of,
    read_sheet,
    text_of,
    view_file,
)
from leeward.foundation.pages.rules.papers import Format
from leeward.foundation.pages.rules.pictures import PictureState
from leeward.foundation.pages.rules.texts import HEAD
from leeward.foundation.references import ReferenceMistyped, read_reference
from leeward.foundation.web.access import public
from leeward.foundation.web.words import spoken


@public
@require_safe
def own_page(request: HttpRequest, code: str) -> HttpResponse:
    """A page that has an address of its own."""
    return show_page(request, code)


@public
@require_safe
def page(request: HttpRequest, code: str) -> HttpResponse:
    """A page; one that has an address of its own is shown there, and one that is over says so (410)."""
    own = address_of(code)
    if own != request.path:
        return HttpResponsePermanentRedirect(own)
    try:
        return show_page(request, code)
    except EntryUnknown:
        last = last_day_of(code)
        if last is None:
            raise
        return render(request, "pages/over.jinja", {"last": last}, status=HTTPStatus.GONE)


@public
@require_safe
def a_to_z(request: HttpRequest) -> HttpResponse:
    """All pages by their titles."""
    return render(request, "pages/all.jinja", {"pages": all_in_force(spoken())})


@public
@require_safe
@open_data
def all_data(request: HttpRequest) -> HttpResponse:
    """All pages as data: where each stands, its edition and its digest."""
    listed = [_summary(request, each) for each in all_in_force(spoken())]
    return JsonResponse({"pages": listed}, json_dumps_params={"ensure_ascii": False})


@public
@require_safe
@open_data
def page_data(request: HttpRequest, code: str) -> HttpResponse:
    """A page as data: its text as written, its blocks, and what its references say now."""
    try:
        shown = in_force(code, spoken())
    except EntryUnknown:
        return JsonResponse({"error": "There is no such page."}, status=HTTPStatus.NOT_FOUND)
    drawn = draw(shown.text, now=timezone.now())
    told = {
        **_summary(request, shown),
        "tab": shown.text.tab,
        "body": shown.text.body,
        "html": drawn.html,
        "blocks": [{"text": each.text, "digest": each.digest} for each in shown.text.blocks[HEAD:]],
        "references": [
            {"reference": str(each), "says": said.words if said else None, "address": said.address if said else None}
            for each, said in drawn.found.said.items()
        ],
    }
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False})


def _summary(request: HttpRequest, shown: InForce) -> dict[str, str | int | date | datetime | None]:
    return {
        "code": shown.code,
        "language": shown.text.language,
        "title": shown.text.title,
        "edition": shown.number,
        "approved_at": shown.approved_at,
        "from": shown.text.from_on,
        "until": shown.text.until_on,
        "sha256": shown.text.sha256,
        "is_behind": shown.is_behind,
        "address": request.build_absolute_uri(shown.address),
    }


@public
@require_safe
def paper(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """A page as PDF: a leaflet, a poster or a card. The file's name tells nothing."""
    if form not in set(Format):
        raise Http404
    del request  # nothing is asked of it
    shown, now = in_force(code, spoken()), timezone.now()
    drawn = draw(shown.text, now=now)
    made = make_sheet(shown, drawn.found, pictures=drawn.pictures, now=now)
    response = HttpResponse(make_paper(made, text_of(made), Format(form)), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{form}.pdf"'
    return response


@public
@require_safe
def sheet(request: HttpRequest, typed: str) -> HttpResponse:
    """Whether a sheet in somebody's hand is still right, and what has changed since it was made."""
    try:
        found = read_sheet(read_reference(typed, length=SHEET_LENGTH), now=timezone.now())
    except (ReferenceMistyped, EntryUnknown) as error:
        context = {"mistyped": isinstance(error, ReferenceMistyped)}
        return render(request, "pages/sheet.jinja", context, status=HTTPStatus.NOT_FOUND)
    return render(request, "pages/sheet.jinja", {"sheet": found, "direction": direction_of(found.text.language)})


@public
@require_safe
def picture(request: HttpRequest, file: str) -> HttpResponse:
    """A picture that a second person approved; 410 once it is withdrawn. Nobody keeps a copy: it may be withdrawn."""
    del request  # nothing is asked of it
    found = view_file(file)
    if found.standing is PictureState.WAITING:
        raise EntryUnknown
    content = content_of(file)
    if found.standing is PictureState.WITHDRAWN or content is None:
        return HttpResponse(status=HTTPStatus.GONE)
    return HttpResponse(content, content_type=found.media_type)
