"""The way in: a link's token is a key to one entry, and stands in the address alone.

Programs that look through mails follow links too: a GET shows the entry and changes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Concatenate
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from leeward.foundation.vault.errors import TooManyTries
from leeward.foundation.vault.operations import count_network_try, forgive_network_try
from leeward.foundation.web.access import View
from leeward.foundation.web.network import network_of
from leeward.society.directory.errors import LinkUnknown
from leeward.society.directory.operations.freshness import OwnerWay, find_link

TRIES_PURPOSE = "directory/owner"
# Who asks for new links, and how often: each can bring a mail to somebody.
NEW_LINK_PURPOSE, NEW_LINKS = "directory/new-link", 5
ROBOTS = "noindex, nofollow, noarchive"


@dataclass(frozen=True, kw_only=True)
class Visit:
    """Somebody with a link that works."""

    token: str
    way: OwnerWay
    now: datetime

    def address(self, page: str = "") -> str:
        """The address of one of her pages."""
        return reverse(f"directory:owner{'-' if page else ''}{page}", args=[self.token])

    def back(self, said: str) -> HttpResponse:
        """To the entry, with one thing to say there."""
        return HttpResponseRedirect(f"{self.address()}?{urlencode({'said': said})}", status=HTTPStatus.SEE_OTHER)


def by_link[**P](
    view: Callable[Concatenate[HttpRequest, Visit, P], HttpResponseBase],
) -> View:
    """Find where a link leads. Unknown, over, replaced and mistyped are one answer, and each costs a try."""

    @wraps(view)
    def found(request: HttpRequest, token: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        now, network = timezone.now(), network_of(request)
        response: HttpResponseBase
        try:
            count_network_try(network=network, purpose=TRIES_PURPOSE, now=now)
            way = find_link(token, now=now)
        except TooManyTries as error:
            response = too_many(request, error)
        except LinkUnknown:
            response = no_link(request, token)
        else:
            forgive_network_try(network=network, purpose=TRIES_PURPOSE, now=now)
            response = view(request, Visit(token=token, way=way, now=now), *args, **kwargs)
        response.headers["X-Robots-Tag"] = ROBOTS
        return response

    return found


def no_link(request: HttpRequest, token: str) -> HttpResponse:
    """What to do with a link that opens nothing; the same whatever the reason."""
    context = {"new_link": reverse("directory:owner-new-link", args=[token])}
    return render(request, "directory/owner/no_link.jinja", context, status=HTTPStatus.NOT_FOUND)


def too_many(request: HttpRequest, error: TooManyTries) -> HttpResponse:
    """How long to wait after too many tries."""
    context = {"minutes": max(1, -(-error.retry_after_seconds // 60))}
    response = render(request, "directory/owner/wait.jinja", context, status=HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = str(error.retry_after_seconds)
    return response
