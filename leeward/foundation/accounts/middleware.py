"""What somebody typed is not lost where she must sign in or unlock first, on whatever page she typed it."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from leeward.foundation.accounts.access import AskedFirst
from leeward.foundation.accounts.views.carrying import ask_and_carry, has_typed


class KeepTypedMiddleware:
    """Answers a form that came too late with the page that signs in or unlocks, which carries the form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and keep what was typed."""
        response = self._get_response(request)
        if isinstance(response, AskedFirst) and has_typed(request):
            return ask_and_carry(request, now=timezone.now())
        return response
