"""Data for everybody: tables and records that other sites' pages may read, that may be kept for some minutes, and that
are sent again only when they have changed."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import wraps
from http import HTTPStatus
from io import StringIO
from typing import Concatenate

from defusedcsv import csv  # type: ignore[import-untyped]
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag

from leeward.foundation.records import Record

KEPT_SECONDS = 300
ETAG_LENGTH = 32


def open_data[**P](
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Open a view's answers to scripts of other sites, and answer 304 to whoever has one already.

    A refusal is opened too, but not kept.
    """

    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = whole = view(request, *args, **kwargs)
        if whole.status_code == HTTPStatus.OK:
            whole.headers.setdefault("ETag", quote_etag(hashlib.sha256(whole.content).hexdigest()[:ETAG_LENGTH]))
            whole.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
            patch_vary_headers(whole, ["Cookie"])  # by which a browser says its language; else Accept-Language does
            response = get_conditional_response(request, etag=whole.headers["ETag"], response=whole) or whole
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = "ETag, Content-Language"
        return response

    return answer


def csvw(columns: Mapping[str, tuple[str, str]], *, address: str, title: str, about: str, key: Sequence[str]) -> Record:
    """Describe one table as CSV on the Web (https://www.w3.org/TR/tabular-metadata/).

    `columns`: by name a type of CSVW and what the column means; `address`: of the table; `key`: what names a row.
    """
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": settings.LANGUAGE_CODE}],
        "url": address,
        "dc:title": title,
        "dc:description": about,
        "tableSchema": {
            "columns": [
                {"name": name, "titles": name, "datatype": kind, "dc:description": words}
                for name, (kind, words) in columns.items()
            ],
            "primaryKey": list(key),
        },
    }


def metadata(record: Record) -> HttpResponse:
    """The description of a table, as an answer."""
    return HttpResponse(json.dumps(record, ensure_ascii=False, indent=1), content_type="application/csvm+json")


def table(rows: Iterable[Sequence[object]], *, name: str) -> HttpResponse:
    """Rows, the first one the head, as CSV that a spreadsheet may open: no cell can act as a formula."""
    sheet = StringIO()
    csv.writer(sheet).writerows(rows)
    response = HttpResponse(sheet.getvalue(), content_type="text/csv; charset=utf-8; header=present")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
