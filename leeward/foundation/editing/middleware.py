"""An entry that is not there, or not to be seen, is a page that is not there."""

from collections.abc import Callable

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from leeward.foundation.editing.errors import EntryUnknown


class EntryUnknownMiddleware:
    """Answers EntryUnknown as Django answers Http404, wherever a view lets it pass."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass it on."""
        return self._get_response(request)

    def process_exception(self, _request: HttpRequest, exception: Exception) -> None:
        """Raise Http404 in its place."""
        if isinstance(exception, EntryUnknown):
            raise Http404 from exception
