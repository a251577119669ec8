"""The answer to whoever leaves by the exit, and what ends with it: apps that stand above name theirs here."""

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import cast

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

record = logging.getLogger("leeward.web")

type End = Callable[[HttpRequest], None]

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
