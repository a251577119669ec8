"""The answer to whoever leaves by the exit, what ends with it, and the door that stays shut behind it.

Apps that stand above name here what ends.
"""

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import cast

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.module_loading import import_string

from leeward.foundation.web.access import Audience, access_of
from leeward.foundation.web.rules import is_data_file, is_machine_path

record = logging.getLogger("leeward.web")

type End = Callable[[HttpRequest], None]

SECURE = settings.SESSION_COOKIE_SECURE
# It says only that somebody left; what it is called says nothing to whoever finds it.
DOOR = "__Host-door" if SECURE else "door"
SHUT = "shut"
# These open nothing of hers: the way out itself, and the way back.
STAYS_OPEN = ("web:leave", "web:come-back", "web:health")

_ends: dict[str, End | str] = {}


def register(name: str, end: End | str) -> None:
    """Let something of an app end when its browser leaves: a function, or where one is found once all is loaded."""
    _ends[name] = end


class Leaving(HttpResponse):
    """The way out. What has to end in the database ends once this answer has gone: nobody waits for it.

    The server closes an answer after it has sent it, so a database that is slow or away delays nobody.
    """

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(status=HTTPStatus.SEE_OTHER, headers={"Location": settings.LEEWARD_EXIT_URL})
        self._left: HttpRequest | None = request

    def close(self) -> None:
        """End what is to end, once, and let go of the answer."""
        left, self._left = self._left, None
        try:
            for name in sorted(_ends) if left is not None else ():
                _end(name, cast("HttpRequest", left))
        finally:
            super().close()


def _end(name: str, request: HttpRequest) -> None:
    end = _ends[name]
    try:
        (import_string(end) if isinstance(end, str) else end)(request)
    except DatabaseError:
        record.warning("What %s keeps of a visit could not be ended in the database; its cookie was removed.", name)


def shut_door(response: HttpResponse) -> None:
    """Let this browser show no page of ours until somebody opens the door again, or the browser is closed.

    "Lax", since "Back" to a page that was first opened from a search counts as coming from there.
    """
    response.set_cookie(DOOR, SHUT, secure=SECURE, httponly=True, samesite="Lax")


def open_door(response: HttpResponse) -> HttpResponse:
    """Let this browser show our pages again."""
    response.delete_cookie(DOOR, samesite="Lax")
    return response


class ShutDoorMiddleware:
    """Answer with a neutral page where somebody has left: "Back" then shows nothing of what was open here.

    A program's address and a page of staff answer as ever.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, *_arguments: object) -> HttpResponse | None:
        """Show the shut door in place of a page that a victim may have open."""
        if request.COOKIES.get(DOOR) != SHUT or is_machine_path(request.path) or is_data_file(request.path):
            return None
        access = access_of(view)
        match = request.resolver_match
        if access is None or access.audience not in (Audience.PUBLIC, Audience.VICTIM_CODE):
            return None
        if match is not None and match.view_name in STAYS_OPEN:
            return None
        return render(request, "web/shut.jinja")
