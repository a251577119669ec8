"""Pages behind the link of a mail or letter: its token is the key, stands in the address alone, and a wrong one costs.

Programs that look through mails follow links too, so following one by GET must change nothing.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from leeward.foundation.vault.errors import TooManyTries
from leeward.foundation.vault.operations import count_network_try, forgive_network_try
from leeward.foundation.web.access import View
from leeward.foundation.web.components import Text
from leeward.foundation.web.network import network_of

NOWHERE = "web/nowhere.jinja"


def by_link[W](  # each is what a room says of its links
    find: Callable[..., W],
    *,
    purpose: str,
    unknown: type[Exception] | tuple[type[Exception], ...],
    why: Text,
    then: Text = "",
    page: str = NOWHERE,
) -> Callable[[Callable[..., HttpResponseBase]], View]:
    """Make a decorator: its view gets, in the place of the token, what `find(token, now=…)` returns.

    Whatever raises `unknown` (a link that is mistyped, over, replaced or another's) is one answer, `page` with the
    words `why` and `then`, and costs a try of that network. A link that leads somewhere costs none.
    """

    def decorate(view: Callable[..., HttpResponseBase]) -> View:
        @wraps(view)
        def found(request: HttpRequest, token: str, **named: Any) -> HttpResponseBase:
            now, network = timezone.now(), network_of(request)
            try:
                count_network_try(network=network, purpose=purpose, now=now)
                way = find(token, now=now)
            except TooManyTries as error:
                return tell_to_wait(request, error)
            except unknown:
                return tell_nowhere(request, why=why, then=then, page=page, token=token)
            forgive_network_try(network=network, purpose=purpose, now=now)
            return view(request, way, **named)

        return found

    return decorate


def tell_nowhere(
    request: HttpRequest, *, why: Text, then: Text = "", page: str = NOWHERE, token: str = ""
) -> HttpResponse:
    """Answer a link that opens nothing; the same whatever the reason."""
    return render(request, page, {"why": why, "then": then, "token": token}, status=HTTPStatus.NOT_FOUND)


def tell_to_wait(request: HttpRequest, error: TooManyTries) -> HttpResponse:
    """Say for how long a network from which too much was tried has to wait."""
    context = {"minutes": max(1, -(-error.retry_after_seconds // 60))}
    response = render(request, "web/wait.jinja", context, status=HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = str(error.retry_after_seconds)
    return response
