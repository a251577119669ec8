"""What everybody may read: the declaration, who signed it, how each stands; and the form for those who wish to."""

import json
import uuid
from collections.abc import Sequence
from datetime import date
from http import HTTPStatus

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.editing.mistakes import say
from leeward.foundation.notary.queries import find_entries
from leeward.foundation.opendata import open_data, table
from leeward.foundation.vault.errors import TooManyTries
from leeward.foundation.vault.operations import count_network_try
from leeward.foundation.web.access import public
from leeward.foundation.web.network import network_of
from leeward.industry.declarations import words
from leeward.industry.declarations.errors import TooManyWaiting
from leeward.industry.declarations.forms.organisations import ApplicationForm
from leeward.industry.declarations.operations.certifying import certificates_of
from leeward.industry.declarations.operations.joining import apply
from leeward.industry.declarations.queries import (
    FEED_MOST,
    PAGE,
    SignatoryLine,
    all_versions,
    count_signatories,
    count_standings,
    current_version,
    find_signatory,
    find_version,
    list_signatories,
)
from leeward.industry.declarations.rules.standing import Standing
from leeward.industry.declarations.rules.terms import APPLICATIONS_FROM_ONE_NETWORK
from leeward.industry.declarations.rules.texts import LEAF_KIND
from leeward.industry.declarations.views import showing
from leeward.industry.platforms.queries import listed_platforms

PURPOSE = "declarations/apply"
HERE = "declarations:show"
COLUMNS = (
    "id",
    "name",
    "kind",
    "website",
    "version",
    "signed_on",
    "standing",
    "since",
    "next_due_on",
    "commitments",
    "commitments_shown",
)


@public
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The declaration in force, its signatories, and how to sign."""
    version, now = current_version(), timezone.now()
    if version is None:
        return render(request, "declarations/public/none.jinja")
    number = _page_number(request)
    lines = list_signatories(now=now, limit=FEED_MOST)
    shown = lines[(number - 1) * PAGE : number * PAGE]
    counted = count_standings(lines)
    context = {
        "reading": showing.read(version, request),
        "showing": showing,
        "lines": shown,
        "counts": counted,
        "total": len(lines),
        "keeping": counted[Standing.IN_GOOD_STANDING] + counted[Standing.DUE_SOON],
        "page": number,
        "pages": max(1, -(-len(lines) // PAGE)),
        "earlier": [each.number for each in reversed(all_versions()) if each.number != version.number],
        "today": local_day(now),
    }
    return render(request, "declarations/public/declaration.jinja", context)


@public
@require_safe
def show_version(request: HttpRequest, number: int) -> HttpResponse:
    """One version as it was published."""
    version = find_version(number)
    current = current_version()
    context = {
        "reading": showing.read(version, request),
        "showing": showing,
        "is_current": current is not None and current.number == number,
        "log": find_entries(LEAF_KIND, str(number)),
    }
    return render(request, "declarations/public/version.jinja", context)


@public
@require_safe
def show_signatory(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What one signatory promised and showed, and how it stood over time."""
    now = timezone.now()
    found = find_signatory(public_id, now=now)
    platform = found.line.platform_id
    context = {
        "found": found,
        "platform": next((each for each in listed_platforms() if each.id == platform), None) if platform else None,
        "certificates": certificates_of(public_id, now=now),
        "showing": showing,
    }
    return render(request, "declarations/public/signatory.jinja", context)


@public
@require_safe
@open_data
def feed_json(_request: HttpRequest) -> HttpResponse:
    """The public list for programs, described in docs/declaration.md. Other sites' pages may read it too."""
    now, version = timezone.now(), current_version()
    body = {
        "as_of": local_day(now).isoformat(),
        "version": version.number if version else None,
        "published_on": version.published_on.isoformat() if version else None,
        "declaration": settings.LEEWARD_URL + reverse(HERE),
        "total": count_signatories(),
        "signatories": [
            {
                **_record(line),
                "page": settings.LEEWARD_URL + reverse("declarations:signatory", args=[line.public_id]),
                "overdue": [
                    {"duty": duty.kind.value, "commitment": duty.code or None, "since": _iso(duty.overdue_since)}
                    for duty in line.report.overdue
                ],
            }
            for line in list_signatories(now=now, limit=FEED_MOST)
        ],
    }
    text = json.dumps(body, ensure_ascii=False, indent=1) + "\n"
    return HttpResponse(text, content_type="application/json")


@public
@require_safe
@open_data
def feed_csv(_request: HttpRequest) -> HttpResponse:
    """The same list as a table."""
    records = map(_record, list_signatories(now=timezone.now(), limit=FEED_MOST))
    return table([COLUMNS, *([record[name] for name in COLUMNS] for record in records)], name="signatories.csv")


@public
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """An organisation says that it wishes to sign. Nothing of it is public; staff verify who may speak for it."""
    if current_version() is None:
        raise Http404
    form = ApplicationForm(request.POST if request.method == "POST" else None)
    status = HTTPStatus.OK
    if form.is_bound:
        status = _taken_in(request, form)
        if status is HTTPStatus.SEE_OTHER:
            return HttpResponseRedirect(reverse("declarations:joined"), status=status)
    response = render(request, "declarations/public/join.jinja", {"form": form}, status=status)
    if status is HTTPStatus.TOO_MANY_REQUESTS:
        response.headers["Retry-After"] = "600"
    return response


@public
@require_safe
def joined(request: HttpRequest) -> HttpResponse:
    """What happens next."""
    return render(request, "declarations/public/joined.jinja")


def _taken_in(request: HttpRequest, form: ApplicationForm) -> HTTPStatus:
    """Take a valid application in; says what to answer."""
    if not form.is_valid():
        return HTTPStatus.BAD_REQUEST
    now = timezone.now()
    try:
        count_network_try(network=network_of(request), purpose=PURPOSE, now=now, limit=APPLICATIONS_FROM_ONE_NETWORK)
        apply(application=form.as_application(language=get_language() or ""), by=Actor.person(), now=now)
    except FieldRefused as error:
        say(form, error)
        return HTTPStatus.BAD_REQUEST
    except (TooManyTries, TooManyWaiting):
        form.add_error(None, words.too_many())
        return HTTPStatus.TOO_MANY_REQUESTS
    return HTTPStatus.SEE_OTHER


def _record(line: SignatoryLine) -> dict[str, object]:
    return {
        "id": str(line.public_id),
        "name": line.name,
        "kind": line.kind.value,
        "website": line.website,
        "version": line.version,
        "signed_on": line.signed_on.isoformat(),
        "standing": line.report.standing.value,
        "since": line.report.since.isoformat(),
        "next_due_on": _iso(line.report.next_due_on),
        "commitments": line.promised,
        "commitments_shown": line.shown,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _page_number(request: HttpRequest) -> int:
    asked: Sequence[str] = request.GET.getlist("page")[:1]
    return int(asked[0]) if asked and asked[0].isdecimal() and 0 < len(asked[0]) < 4 and int(asked[0]) else 1
