"""Files of an entry: added by way of the frame that locks them, opened in one, sent and fetched in locked pieces."""

import base64
import json
import uuid
from collections.abc import Mapping
from http import HTTPStatus

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_POST, require_safe

from leeward.foundation.editing.pages import takes_form, typed
from leeward.foundation.vault.errors import FileTaken, WrapMalformed
from leeward.foundation.vault.operations import spend_work
from leeward.victim.locker.documents import clock_words
from leeward.victim.locker.errors import (
    AnnouncementRefused,
    FileLost,
    FileUnknown,
    ItemUnknown,
    LockerError,
    LockerUnknown,
    NoRoom,
    PieceMissing,
    PieceRefused,
    SendingUnknown,
    StoreMismatch,
)
from leeward.victim.locker.frames import CURVES_PATH, frame_document, frame_policy, load_frame
from leeward.victim.locker.operations.files import erase_files, plan_key
from leeward.victim.locker.operations.opening import OpenPart, open_own, read_own_piece
from leeward.victim.locker.operations.sending import Sent, begin_file, take_piece
from leeward.victim.locker.queries.files import FileView, is_begun, list_files
from leeward.victim.locker.queries.lockers import find_item, limits
from leeward.victim.locker.queries.store import takes_files
from leeward.victim.locker.rules.keeping import PartKind
from leeward.victim.locker.rules.lwf1 import sealed_size
from leeward.victim.locker.rules.sending import LONGEST_ANNOUNCEMENT, Want, read_announcement
from leeward.victim.locker.views.home import with_locker
from leeward.victim.portal.forms import AgainForm
from leeward.victim.portal.views.confirming import with_code
from leeward.victim.portal.views.visiting import Opened, with_bearer

JSON = "application/json"
LOAD_AGAIN = _("This page is out of date. Nothing was kept. Load the page again, and choose the file again.")
REFUSALS: Mapping[type[Exception], Promise | str] = {
    NoRoom: _("There is no room for this file any more. Erase a file that you do not need, then choose it again."),
    AnnouncementRefused: LOAD_AGAIN,
    SendingUnknown: LOAD_AGAIN,
    WrapMalformed: LOAD_AGAIN,
    StoreMismatch: _("We cannot keep files just now. The file is still on your device. Please try again later."),
    FileTaken: _("Another file was added to this entry just now. Load the page again, and choose the file again."),
}


def show_frame(request: HttpRequest, template: str, context: Mapping[str, object], *, frame: str) -> HttpResponse:
    """Render a page that holds one of the locker's frames, with the policy that it needs."""
    held = load_frame(frame)
    shown = {**context, "frame_document": frame_document(held), "csrf": get_token(request)}
    response: HttpResponse = csp_override(frame_policy(held))(render)(request, template, shown)
    return response


def answer_open(found: OpenPart, *, pieces: list[str]) -> JsonResponse:
    """What the page's script needs to fetch one part and have it opened in the frame."""
    key = base64.b64encode(found.key).decode()
    return JsonResponse({"key": key, "kind": found.kind.value, "jpeg": found.is_jpeg, "pieces": pieces})


def locked_piece(content: bytes) -> HttpResponse:
    """A piece of a locked file."""
    return HttpResponse(content, content_type="application/octet-stream")


@require_safe
@with_locker
def add_file(request: HttpRequest, opened: Opened, item: uuid.UUID) -> HttpResponse:
    """Choose a file, cover it, lock it on the device, and send it locked; while none can be kept, say so instead."""
    plan = plan_key(bearer=opened.bearer, item=item)
    if not takes_files():
        return render(request, "locker/no_files_now.jinja", {"item": item})
    most = limits().file_bytes
    order = {
        "publicKey": base64.b64encode(plan.grantee.public_key).decode(),
        "info": base64.b64encode(plan.info).decode(),
        "generation": plan.generation,
        "most": most,
        "mostSealed": sealed_size(most),
    }
    context = {
        "order": json.dumps(order),
        "item": item,
        "most": most // (1024 * 1024),
        "curves_url": settings.STATIC_URL + CURVES_PATH,
    }
    return show_frame(request, "locker/add_file.jinja", context, frame="seal")


@require_POST
@with_bearer
def send_file(request: HttpRequest, opened: Opened, item: uuid.UUID) -> HttpResponseBase:
    """Take what a device announces of a file, or one of its pieces. Repeating the same request is safe."""
    try:
        want = _take(request, opened, item)
    except PieceRefused as error:
        return _wanted(Want(part=PartKind(error.part), piece=error.piece), status=HTTPStatus.CONFLICT)
    except tuple(REFUSALS) as error:
        return JsonResponse({"text": str(REFUSALS[type(error)])}, status=HTTPStatus.CONFLICT)
    except (LockerUnknown, ItemUnknown) as error:
        raise Http404 from error
    if want is None:
        return JsonResponse({"next": reverse("locker:entry", args=[item])}, status=HTTPStatus.CREATED)
    return _wanted(want, status=HTTPStatus.ACCEPTED)


def _take(request: HttpRequest, opened: Opened, item: uuid.UUID) -> Want | None:
    if request.content_type != JSON:
        return take_piece(bearer=opened.bearer, item=item, sent=_read_piece(request), now=opened.now)
    if len(request.body) > LONGEST_ANNOUNCEMENT:
        raise AnnouncementRefused("It is longer than any announcement.")
    announced = read_announcement(request.body.decode("utf-8", "replace"), limits=limits())
    is_first = not is_begun(find_item(opened.bearer, item), generation=announced.generation)
    if is_first and not spend_work(challenge=announced.challenge, proof=announced.proof, now=opened.now):
        raise AnnouncementRefused("The small sum of this page was not done, or was used up.")
    return begin_file(bearer=opened.bearer, item=item, announced=announced, now=opened.now)


def _read_piece(request: HttpRequest) -> Sent:
    """A piece is named by one header: generation, part and number."""
    try:
        generation, part, number = request.headers.get("X-Piece", "").split("/")
        want = Want(part=PartKind(part), piece=int(number))
        return Sent(generation=int(generation), want=want, content=request.body)
    except ValueError as error:
        raise SendingUnknown from error


def _wanted(want: Want, *, status: HTTPStatus) -> JsonResponse:
    return JsonResponse({"want": {"part": want.part.value, "piece": want.piece}}, status=status)


@takes_form
@with_locker
def see_file(request: HttpRequest, opened: Opened, item: uuid.UUID, generation: int) -> HttpResponse:
    """One file of an entry: open it in the frame, save it, or erase it with the code."""
    file = _find(opened, item, generation)
    form = AgainForm(typed(request))

    def erased() -> HttpResponse:
        erase_files(bearer=opened.bearer, item=item, generation=generation, now=opened.now)
        return HttpResponseRedirect(reverse("locker:entry", args=[item]), status=HTTPStatus.SEE_OTHER)

    def show() -> HttpResponse:
        context = {"item": item, "file": file, "form": form, "size_of": filesizeformat, "clock_words": clock_words}
        return show_frame(request, "locker/see_file.jinja", context, frame="show")

    return with_code(request, opened, form, show=show, act=erased)


def _find(opened: Opened, item: uuid.UUID, generation: int) -> FileView:
    for file in list_files(opened.bearer, item, now=opened.now):
        if file.generation == generation:
            return file
    raise ItemUnknown


@require_POST
@with_bearer
def open_file(request: HttpRequest, opened: Opened, item: uuid.UUID, generation: int) -> HttpResponse:
    """Give the page what opens a person's own copy in the frame."""
    del request
    try:
        found = open_own(bearer=opened.bearer, item=item, generation=generation, now=opened.now)
    except FileLost:
        words = _("This file was not locked properly, so nobody can open it. Please add it again.")
        return JsonResponse({"text": str(words)}, status=HTTPStatus.GONE)
    except LockerError as error:
        raise Http404 from error
    at = [reverse("locker:piece", args=[item, generation, number]) for number in range(1, found.pieces + 1)]
    return answer_open(found, pieces=at)


@require_safe
@with_bearer
def piece(request: HttpRequest, opened: Opened, item: uuid.UUID, generation: int, number: int) -> HttpResponse:
    """One piece of a person's own copy, locked."""
    del request
    try:
        found = read_own_piece(bearer=opened.bearer, item=item, generation=generation, number=number)
    except (LockerUnknown, ItemUnknown, FileUnknown, PieceMissing) as error:
        raise Http404 from error
    return locked_piece(found)
