"""How a list for programs is handed out: to everybody's pages, kept for some minutes, sent again only when changed."""

import hashlib

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

FEED_SECONDS = 300
ETAG_LENGTH = 32


def hand_out(request: HttpRequest, text: str, *, content_type: str, file_name: str = "") -> HttpResponseBase:
    """A public text that everybody may keep for some minutes; 304 for whoever has it already."""
    body = text.encode()
    whole = HttpResponse(body, content_type=content_type)
    whole.headers["Cache-Control"] = f"public, max-age={FEED_SECONDS}"
    whole.headers["ETag"] = etag = quote_etag(hashlib.sha256(body).hexdigest()[:ETAG_LENGTH])
    if file_name:
        whole.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    response: HttpResponseBase = get_conditional_response(request, etag=etag, response=whole) or whole
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "ETag"
    return response
