"""Something is wrong with an entry: anybody may say so, without a name; a person here looks at it."""

from contextlib import suppress
from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from leeward.foundation.vault.errors import TooManyTries
from leeward.foundation.vault.operations import network_try
from leeward.foundation.web.access import public
from leeward.foundation.web.network import network_of
from leeward.society.directory.errors import TooManyProposals
from leeward.society.directory.forms.mistakes import MistakeForm
from leeward.society.directory.operations.proposing import report_mistake
from leeward.society.directory.views.public.showing import read_service

# Per network and ten minutes; a whole town may share one address of a phone company.
MISTAKES_PER_NETWORK = 20


@public
@require_http_methods(["GET", "HEAD", "POST"])
def wrong(request: HttpRequest, service_id: UUID) -> HttpResponse:
    """What is wrong, in a choice and a few words. Nobody is asked who they are, and nobody is answered."""
    now = timezone.now()
    view = read_service(service_id, now=now)
    form = MistakeForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
        return render(request, "directory/wrong.jinja", {"form": form, "service": view}, status=status)
    try:
        with network_try(network=network_of(request), purpose="mistake", now=now, limit=MISTAKES_PER_NETWORK):
            given = form.cleaned_data
            with suppress(TooManyProposals):  # many have said so before, and a person looks at it anyway
                report_mistake(service_id=service_id, words=given["words"], kind=given["kind"], now=now)
    except TooManyTries as error:
        return _wait(request, retry_after_seconds=error.retry_after_seconds)
    return HttpResponseRedirect(reverse("directory:wrong-told", args=[service_id]), status=HTTPStatus.SEE_OTHER)


@public
@require_safe
def told(request: HttpRequest, service_id: UUID) -> HttpResponse:
    """Thank you; a person looks at it."""
    return render(request, "directory/told.jinja", {"service": read_service(service_id, now=timezone.now())})


def _wait(request: HttpRequest, *, retry_after_seconds: int) -> HttpResponse:
    minutes = max(1, -(-retry_after_seconds // 60))
    response = render(request, "directory/wait.jinja", {"minutes": minutes}, status=HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = str(retry_after_seconds)
    return response
