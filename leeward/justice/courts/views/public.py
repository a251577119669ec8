"""For everybody: check an order by its number or its file; which orders there are."""

import json
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from leeward.foundation.days import local_day
from leeward.foundation.editing.pages import status_of, takes_form, typed
from leeward.foundation.opendata import open_data
from leeward.foundation.web.access import public
from leeward.foundation.web.network import may_try
from leeward.foundation.web.uploads import Keeping, takes_file
from leeward.justice.courts.forms import CheckForm
from leeward.justice.courts.queries.checking import Checked, as_past_record, as_record, check_file, check_number
from leeward.justice.courts.queries.courts import list_types
from leeward.justice.courts.rules.terms import DOCUMENT_MOST

PURPOSE = "courts"
CHECKS_FROM_ONE_NETWORK = 60


@takes_file(most_bytes=DOCUMENT_MOST, keeping=Keeping.DIGEST, from_anybody=True)
@public
@takes_form
def check(request: HttpRequest) -> HttpResponse:
    """A number or a file: whether there is such an order, and whether it stands."""
    form = CheckForm(typed(request), request.FILES or None)
    if not (form.is_bound and form.is_valid()):
        return _page(request, form, None, status=status_of(form))
    if not _may_check(request):
        return _too_many(request)
    given, now = form.cleaned_data, timezone.now()
    is_file = given["file"] is not None
    found = check_file(given["file"].digest, now=now) if is_file else check_number(given["number"], now=now)
    return _page(request, form, found, is_file=is_file)


@public
@require_safe
def show(request: HttpRequest, number: str) -> HttpResponse:
    """What anybody may know of the order of this number: where the code on the paper leads."""
    if not _may_check(request):
        return _too_many(request)
    found = check_number(number, now=timezone.now())
    status = HTTPStatus.OK if found.order or found.past else HTTPStatus.NOT_FOUND
    return _page(request, CheckForm(), found, status=status)


@public
@require_safe
@open_data
def record(request: HttpRequest, number: str) -> HttpResponse:
    """The same for programs. What is unknown and what is no number answer alike; a slip of the pen is named."""
    if not _may_check(request):
        answer = _json({"error": "too_many"}, HTTPStatus.TOO_MANY_REQUESTS)
        answer.headers["Retry-After"] = "600"
        return answer
    found = check_number(number, now=timezone.now())
    if found.past is not None:
        return _json(as_past_record(found.past), HTTPStatus.GONE)
    if found.order is None:
        return _json({"error": "mistyped" if found.is_mistyped else "unknown"}, HTTPStatus.NOT_FOUND)
    return _json(as_record(found.order), HTTPStatus.OK)


def _may_check(request: HttpRequest) -> bool:
    return may_try(request, purpose=PURPOSE, limit=CHECKS_FROM_ONE_NETWORK, now=timezone.now())


def _page(
    request: HttpRequest,
    form: CheckForm,
    found: Checked | None,
    *,
    status: int = HTTPStatus.OK,
    is_file: bool = False,
    is_too_many: bool = False,
) -> HttpResponse:
    context = {
        "form": form,
        "found": found,
        "is_file": is_file,
        "is_too_many": is_too_many,
        "types": list_types(on=local_day(timezone.now())),
    }
    return render(request, "courts/public/check.jinja", context, status=status)


def _too_many(request: HttpRequest) -> HttpResponse:
    response = _page(request, CheckForm(), None, status=HTTPStatus.TOO_MANY_REQUESTS, is_too_many=True)
    response.headers["Retry-After"] = "600"
    return response


def _json(record: object, status: HTTPStatus) -> HttpResponse:
    text = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
    return HttpResponse(text, content_type="application/json", status=status)
