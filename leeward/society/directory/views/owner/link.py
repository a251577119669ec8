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
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from leeward.foundation.web.access import View
from leeward.foundation.web.links import by_link
from leeward.society.directory.errors import LinkUnknown
from leeward.society.directory.operations.freshness import OwnerWay, find_link

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


def _find(token: str, *, now: datetime) -> Visit:
    return Visit(token=token, way=find_link(token, now=now), now=now)


def for_owner[**P](view: Callable[Concatenate[HttpRequest, Visit, P], HttpResponseBase]) -> View:
    """Find where a link leads, and keep whatever is answered out of search engines."""
    follow = by_link(
        _find,
        purpose="directory/owner",
        unknown=LinkUnknown,
        why=_("There are three likely reasons. You can fix each of them."),
        page="directory/owner/no_link.jinja",
    )
    led = follow(view)

    @wraps(led)
    def found(request: HttpRequest, token: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        response = led(request, token, *args, **kwargs)
        response.headers["X-Robots-Tag"] = ROBOTS
        return response

    return found
