"""What was done to an item of a list leads back to it with the list still known, or on to the next one."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from leeward.foundation.work.way import way_of

REDIRECTS = (HTTPStatus.FOUND, HTTPStatus.SEE_OTHER)


class KeepListMiddleware:
    """Hands the list on to where an act leads."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and name the list in the address of the next page."""
        response = self._get_response(request)
        if request.method == "POST" and response.status_code in REDIRECTS:
            way = way_of(request)
            if way is not None:
                response["Location"] = way.lead_on(response["Location"])
        return response
