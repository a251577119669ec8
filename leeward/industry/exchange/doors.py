"""The parts that every door for platforms' machines shares: access, reading bodies, wording refusals."""

import json
from collections.abc import Callable
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils import timezone
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser
from ninja.security.http import HttpAuthBase

from leeward.industry.exchange.errors import BadBody, BadParameter, ExchangeError
from leeward.industry.exchange.gate import admit_by_bearer, check_body, read_body
from leeward.industry.exchange.replies import refusal
from leeward.industry.exchange.schemas import body_misfit
from leeward.industry.platforms.rules import Endpoint, Partner

# Names of RFC 9110, which an older Python words differently: the description must be one and the same everywhere.
PHRASES = {"413": "Content Too Large", "422": "Unprocessable Content"}


class StrictParser(Parser):
    """Reads bodies as all doors do: limited, UTF-8, JSON objects only."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """The JSON object in the body."""
        return read_body(request)


class PlatformKey(HttpAuthBase):
    """A platform's key for one endpoint, as `Authorization: Bearer <key>`."""

    openapi_scheme = "bearer"

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__()
        self.endpoint = endpoint

    def __call__(self, request: HttpRequest) -> Any:
        """The platform that calls. Raises the gate's refusals; a body is looked at only once the caller is known."""
        return self.admit(request)

    def admit(self, request: HttpRequest) -> Partner:
        """The platform whose key this is."""
        partner = admit_by_bearer(request, self.endpoint, now=timezone.now())
        if request.method == "POST":
            check_body(request)
        return partner


def make_door(*, title: str, description: str, namespace: str) -> NinjaAPI:
    """An API that answers every refusal in the exchange's one way."""
    door = NinjaAPI(
        title=title,
        version="1",
        description=description,
        docs_url=None,
        openapi_url=None,
        urls_namespace=namespace,
        parser=StrictParser(),
        servers=[{"url": "/"}],
    )

    @door.exception_handler(ExchangeError)
    def refused(_request: HttpRequest, error: ExchangeError) -> HttpResponse:
        return refusal(error)

    @door.exception_handler(HttpError)
    def unreadable(_request: HttpRequest, error: HttpError) -> HttpResponse:
        cause = error.__cause__
        return refusal(cause if isinstance(cause, ExchangeError) else BadBody(str(error), how="Send a JSON object."))

    @door.exception_handler(RequestDataTooBig)
    def too_big(request: HttpRequest, trouble: RequestDataTooBig) -> HttpResponse:
        try:
            read_body(request)
        except ExchangeError as error:
            return refusal(error)
        raise trouble

    @door.exception_handler(ValidationError)
    def misfit(_request: HttpRequest, error: ValidationError) -> HttpResponse:
        first = error.errors[0]
        source, *place = first["loc"]
        if source == "query":
            how = "Leave it out, or give it within its range."
            return refusal(BadParameter(f"{place[0]}: {first['msg']}.", how=how))
        return refusal(body_misfit([{**first, "loc": place[1:]}]))

    return door


def mount(door: NinjaAPI) -> dict[str, Callable[..., HttpResponse]]:
    """The view of every address of a door. One view serves all methods."""
    patterns, _, _ = door.urls
    return {
        str(pattern.pattern): pattern.callback
        for pattern in patterns
        if isinstance(pattern, URLPattern) and pattern.name != "api-root"
    }


def describe(door: NinjaAPI) -> str:
    """A door's description in OpenAPI, as it is committed in docs."""
    schema = door.get_openapi_schema(path_prefix="/api/v1/")
    for operations in schema["paths"].values():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                response["description"] = PHRASES.get(str(status), response["description"])
    return json.dumps(schema, indent=2, sort_keys=True) + "\n"
