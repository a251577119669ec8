"""Pages behind the link of a mail or letter: its token is the key, stands in the address alone, and a wrong one costs.

Programs that look through mails follow links too, so following one by GET must change nothing. A link that was mailed
opens nothing any more once its mailbox is corrected: `went_to` of `foundation/rows`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.conf import settings
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
OPEN_FOR = timedelta(hours=4)


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

        found.link_purpose = purpose  # type: ignore[attr-defined]  # for a test that looks for every link
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


@dataclass(frozen=True, kw_only=True)
class Press:
    """What a press on a link's cover leaves in the browser: a cookie in which the link's public digest is signed.

    With it the pages behind the link are open for some hours. Each link has its own, so that two can be open at once.
    """

    cookie: str
    salt: str

    def keep(self, response: HttpResponse, digest: str) -> None:
        """Note in the browser that somebody has pressed."""
        response.set_signed_cookie(
            self._name(digest),
            digest,
            salt=self.salt,
            max_age=OPEN_FOR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Strict",
        )

    def is_kept(self, request: HttpRequest, digest: str) -> bool:
        """Whether somebody has pressed in this browser, for this very link, within the last hours."""
        return request.get_signed_cookie(self._name(digest), default="", salt=self.salt, max_age=OPEN_FOR) == digest

    def _name(self, digest: str) -> str:
        name = f"{self.cookie}-{digest[:12]}"
        return f"__Host-{name}" if settings.SESSION_COOKIE_SECURE else name
