"""Pages that hold the hashing frame: where she chooses pictures, and where her device tells them apart."""

import json
from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from leeward.industry.bank.rules import MediaKind, PictureHashes
from leeward.victim.portal import operations
from leeward.victim.portal.hasher import ADDONS_PATH, frame_document, hashing_policy, load_hasher
from leeward.victim.portal.views.visiting import Opened, with_bearer


def show_frame(
    request: HttpRequest, template: str, context: Mapping[str, object], words: Mapping[str, str] | None = None
) -> HttpResponse:
    """Render a page that holds the frame, with the policy that it needs. `words` take the place of the frame's own."""
    hasher = load_hasher()
    shown = {
        **context,
        "frame_document": frame_document(hasher, words=words or {}),
        "manifest": hasher.manifest_text,
        "addons_base": settings.STATIC_URL + ADDONS_PATH,
    }
    response: HttpResponse = csp_override(hashing_policy(hasher))(render)(request, template, shown)
    return response


@require_safe
@with_bearer
def which(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Tell her pictures apart: she chooses a file again, and her own device compares it with what her code opens."""
    known = [
        {"name": _name(picture), "exact": picture.digests, "alike": picture.pdq}
        for picture in operations.find_hashes(bearer=opened.bearer)
    ]
    # In the frame a file has a number of its own, which must not be taken for that of a picture.
    files = {"image": _("File {number}"), "video": _("File {number}")}
    return show_frame(request, "portal/which.jinja", {"known": json.dumps(known)}, files)


def _name(picture: PictureHashes) -> str:
    name = _("Video %(number)d") if picture.kind is MediaKind.VIDEO else _("Picture %(number)d")
    return name % {"number": picture.ordinal}
