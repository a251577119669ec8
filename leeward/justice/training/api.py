"""The door for employers' learning systems: it takes xAPI statements (1.0.3 and 2.0.0), and gives none back.

It is no record store: what counts is noted, what does not is passed over, and nothing of it can be read here.
"""

import base64
import binascii
import functools
import uuid
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from leeward.foundation.records import read_json
from leeward.foundation.web.access import platform_key
from leeward.industry.exchange.errors import (
    BadBody,
    BadParameter,
    BodyTooLarge,
    BodyTypeUnknown,
    ExchangeError,
    KeyMissing,
    MethodNotAllowed,
)
from leeward.industry.exchange.errors import KeyUnknown as NoSuchKey
from leeward.industry.exchange.gate import keep_pace
from leeward.industry.exchange.replies import refusal
from leeward.justice.training.errors import KeyUnknown, StatementConflict, StatementRefused
from leeward.justice.training.operations.machines import System, find_system, take_statements
from leeward.justice.training.rules.statements import MOST_BYTES, VERSIONS, Statement, read_batch, read_version

HEADER = "X-Experience-API-Version"
NEWEST = VERSIONS["2.0"]
CALLS_PER_MINUTE = 300
HOW_KEY = "A training manager makes one at “Our learning systems”: its user name and password go into HTTP Basic."
HOW_BODY = "Send the batch again with this mended. Nothing of it was taken."
UUID_LENGTH = 36


class Conflict(ExchangeError):
    """A statement of this id says something else."""

    status, code = HTTPStatus.CONFLICT, "conflict"


def at_door(*methods: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Make a view one of this door: every answer names its version, and every refusal is JSON."""

    def decorate(view: Callable[[HttpRequest, System], HttpResponse]) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def answered(request: HttpRequest) -> HttpResponse:
            version = NEWEST
            try:
                if request.method not in methods:
                    raise MethodNotAllowed(", ".join(methods))
                system = _admit(request)
                version = read_version(request.headers.get(HEADER))
                response = view(request, system)
            except ExchangeError as error:
                response = refusal(error)
            except StatementRefused as error:
                response = refusal(BadBody(str(error), how=HOW_BODY))
            except StatementConflict as error:
                response = refusal(Conflict(str(error), how="Give yours a new id, or leave it out."))
            if response.status_code == HTTPStatus.UNAUTHORIZED:
                response.headers["WWW-Authenticate"] = 'Basic realm="xAPI", charset="UTF-8"'
            response.headers[HEADER] = version
            return response

        return platform_key(csrf_exempt(answered))

    return decorate


@at_door("POST", "PUT")
def statements(request: HttpRequest, system: System) -> HttpResponse:
    """Take one statement (PUT, with its id in the address), or one or several (POST)."""
    if request.method == "PUT":
        _take(system, read_batch(_body(request), id_=_statement_id(request)))
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    batch = read_batch(_body(request))
    _take(system, batch)
    return JsonResponse([str(each.id) for each in batch], safe=False)


@platform_key
def about(request: HttpRequest) -> HttpResponse:
    """Which versions of the standard this door takes."""
    if request.method not in ("GET", "HEAD"):
        return refusal(MethodNotAllowed("GET, HEAD"))
    response = JsonResponse({"version": sorted(VERSIONS.values())})
    response.headers[HEADER] = NEWEST
    return response


def _take(system: System, batch: tuple[Statement, ...]) -> None:
    try:
        take_statements(system=system, batch=batch, now=timezone.now())
    except KeyUnknown as error:
        raise NoSuchKey("This key has ended.", how=HOW_KEY) from error


def _admit(request: HttpRequest) -> System:
    """The system whose key came by HTTP Basic. Raises KeyMissing, KeyUnknown, TooManyRequests of the exchange."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic" or not given.strip():
        raise KeyMissing("This call has no key.", how=HOW_KEY)
    try:
        user, _, password = base64.b64decode(given.strip(), validate=True).decode().partition(":")
        system = find_system(user, password)
    except (binascii.Error, UnicodeDecodeError, KeyUnknown) as error:
        raise NoSuchKey("This is not a key in force.", how=HOW_KEY) from error
    keep_pace(str(system.key), kind="training.pace", limit=CALLS_PER_MINUTE, now=timezone.now())
    return system


def _statement_id(request: HttpRequest) -> uuid.UUID:
    given = request.GET.get("statementId", "")
    try:
        found = uuid.UUID(given)
    except ValueError:
        found = None
    if found is None or len(given) != UUID_LENGTH:
        raise BadParameter("statementId: must be a UUID.", how="PUT /xapi/statements?statementId=…")
    return found


def _body(request: HttpRequest) -> Any:
    """The JSON of a body. Raises BodyTypeUnknown, BodyTooLarge, BadBody."""
    if request.content_type != "application/json":
        how = "Send Content-Type: application/json. Attachments are not taken."
        raise BodyTypeUnknown("The body does not say that it is JSON.", how=how)
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > MOST_BYTES or len(request.body) > MOST_BYTES:
        raise BodyTooLarge(f"The body is larger than {MOST_BYTES} bytes.", how="Send fewer statements in one call.")
    try:
        return read_json(request.body)
    except ValueError as error:
        raise BadBody("The body is no JSON.", how=HOW_BODY) from error
