"""Turns results and refusals into JSON answers; every refusal becomes an answer here and nowhere else."""

import functools
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse

from leeward.foundation.web.access import public
from leeward.industry.exchange.errors import ExchangeError, MethodNotAllowed, NoSuchEndpoint, TooManyRequests


def refusal(error: ExchangeError) -> HttpResponse:
    """The JSON answer that a refusal is: what is wrong, and how to mend it."""
    content = {"error": {"code": error.code, "message": error.message, "how": error.how}}
    response = JsonResponse(content, status=error.status)
    if isinstance(error, TooManyRequests):
        response.headers["Retry-After"] = str(error.retry_after_seconds)
    if isinstance(error, MethodNotAllowed):
        response.headers["Allow"] = error.allowed
    return response


def refused_as_json[**P](view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """Answer a refusal that `view` raises."""

    @functools.wraps(view)
    def answer(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(*args, **kwargs)
        except ExchangeError as error:
            return refusal(error)

    return answer


def refuses_in_json(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a view's bare refusal of a method the same JSON as every other refusal."""

    @functools.wraps(view)
    def answer(request: HttpRequest, **kwargs: str) -> HttpResponse:
        response = view(request, **kwargs)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            return refusal(MethodNotAllowed(response.headers["Allow"]))
        return response

    return answer


@public
def no_such_endpoint(_request: HttpRequest, **_rest: str) -> HttpResponse:
    """The answer at every address below the exchange's where there is nothing."""
    return refusal(
        NoSuchEndpoint("There is no endpoint at this address.", how="GET /api/v1/openapi.json lists the endpoints.")
    )
