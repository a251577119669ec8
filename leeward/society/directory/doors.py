"""The open door: what all answers to machines share, and how refusals sound. No key is asked for, no one is counted."""

import functools
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern
from django.utils.cache import get_conditional_response
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from leeward.foundation.web.access import public
from leeward.society.directory.errors import EntryUnknown, QuestionRefused

BASE = "directory/api/v3"
FILES = "directory/open-data"
ALLOWED = "GET, HEAD, OPTIONS"
HELD_SECONDS = 300
LANGUAGES_MOST = 5
ETAG_LENGTH = 32
LANGUAGE = re.compile(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")

# What is wrong with a value and what to give instead, by how the name of pydantic's error begins.
MISFITS = {
    "uuid": ("this is no id", "an id as the lists show it, such as 123e4567-e89b-12d3-a456-426614174000"),
    "int": ("this is no whole number that we can count to", "a whole number, such as 2"),
    "float": ("this is no number", "a number, such as 18"),
    "finite": ("this is no number", "a number, such as 18"),
    "bool": ("this is neither yes nor no", "true or false"),
    "greater": ("this is too small", "a number within its range: {bound}"),
    "less": ("this is too large", "a number within its range: {bound}"),
    "enum": ("this is none of its values", "one of these: {expected}"),
    "literal": ("this is none of its values", "one of these: {expected}"),
    "datetime": ("this is no time that we can read", "a day and time, such as 2026-11-25T09:30:00Z"),
    "time": ("this is no time of the day", "hours and minutes, such as 09:30"),
    "string_pattern": ("this is no language's code", "one such as pt or ar-EG"),
    "string_too": ("this is too long", "{max_length} characters or fewer"),
    "too_long": ("this is too long", "{max_length} characters or fewer"),
}
DESCRIBED = f"a value that fits its description at /{BASE}/openapi.json"
BOUNDS = {"ge": "{} or more", "gt": "more than {}", "le": "{} or less", "lt": "less than {}"}

type View = Callable[..., HttpResponseBase]


def refusal(status: HTTPStatus, code: str, message: str, how: str) -> HttpResponse:
    """The JSON answer that a refusal is: what is wrong, and how to mend it."""
    return JsonResponse({"error": {"code": code, "message": message, "how": how}}, status=status)


def make_door() -> NinjaAPI:
    """The API, which answers every refusal in one way."""
    door = NinjaAPI(
        title="Leeward directory of support services",
        version="3.1",
        description=(
            "Support services in the open standard: Open Referral HSDS 3.1 under the Open Referral UK profile 3.0. "
            "Read-only, public, without a key. /guides/directory-data is the guide."
        ),
        docs_url=None,
        openapi_url=None,
        urls_namespace="directory-v3",
        servers=[{"url": f"/{BASE}"}],
    )

    @door.exception_handler(EntryUnknown)
    def unknown(_request: HttpRequest, _error: EntryUnknown) -> HttpResponse:
        how = "Ask for the list to see which there are; those that were withdrawn are not published any more."
        return refusal(HTTPStatus.NOT_FOUND, "not_found", "There is nothing by this id.", how)

    @door.exception_handler(QuestionRefused)
    def refused(_request: HttpRequest, error: QuestionRefused) -> HttpResponse:
        return refusal(HTTPStatus.BAD_REQUEST, "bad_parameter", f"{error.field}: {error.what}", error.how)

    @door.exception_handler(ValidationError)
    def misfit(request: HttpRequest, error: ValidationError) -> HttpResponse:
        first = error.errors[0]
        name = next((part for part in first["loc"] if part in request.GET), first["loc"][-1])
        what, how = _misfit(first["type"], first.get("ctx", {}))
        return refusal(HTTPStatus.BAD_REQUEST, "bad_parameter", f"{name}: {what}.", f"Leave it out, or give {how}.")

    @door.exception_handler(HttpError)
    def unreadable(_request: HttpRequest, error: HttpError) -> HttpResponse:
        how = f"GET /{BASE}/openapi.json says what can be asked."
        return refusal(HTTPStatus.BAD_REQUEST, "bad_request", str(error), how)

    return door


def _misfit(kind: str, about: Mapping[str, object]) -> tuple[str, str]:
    """What is wrong with a value, and what to give instead, by pydantic's name of the error and what it tells of it."""
    if kind == "value_error":  # one of our own checks, which says it itself
        return str(about["error"]), DESCRIBED
    what, how = next((said for begin, said in MISFITS.items() if kind.startswith(begin)), ("we cannot read this", ""))
    bound = "".join(words.format(f"{about[name]:,.0f}") for name, words in BOUNDS.items() if name in about)
    return what, how.format(**{"bound": bound, "expected": "", "max_length": "", **about}) or DESCRIBED


def mount(door: NinjaAPI) -> dict[str, View]:
    """The view of every address of the door. An id in an address is one of Django's own kind."""
    patterns, _, _ = door.urls
    return {
        str(pattern.pattern).replace("<uuidstr:", "<uuid:"): opened(pattern.callback)
        for pattern in patterns
        if isinstance(pattern, URLPattern) and pattern.name != "api-root"
    }


def opened(view: View) -> View:
    """A view for reading alone: other methods are refused as JSON, and HEAD is GET without its body."""

    @functools.wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asked = request.method
        if asked not in ("GET", "HEAD"):
            return no_such_method()
        request.method = "GET"
        try:
            response = view(request, *args, **kwargs)
        finally:
            request.method = asked
        return bodiless(response) if asked == "HEAD" else response

    answer.csrf_exempt = True  # type: ignore[attr-defined]  # nothing is written here
    return public(answer)


def no_such_method() -> HttpResponse:
    """The answer to whoever wishes to write."""
    response = refusal(HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", "This can only be read.", f"Use {ALLOWED}.")
    response.headers["Allow"] = ALLOWED
    return response


def no_such_address(_request: HttpRequest, **_rest: str) -> HttpResponse:
    """The answer at every address of the door where there is nothing."""
    how = f"GET /{BASE}/openapi.json lists the addresses."
    return refusal(HTTPStatus.NOT_FOUND, "not_found", "There is nothing at this address.", how)


def bodiless(response: HttpResponseBase) -> HttpResponseBase:
    """The same answer without its body; how long it would be is said where that is known."""
    if isinstance(response, StreamingHttpResponse):
        response.streaming_content = iter(())
    elif isinstance(response, HttpResponse):
        response.headers.setdefault("Content-Length", str(len(response.content)))
        response.content = b""
    return response


def answer(request: HttpRequest, content: Any) -> HttpResponse:
    """An object as JSON; 304 for whoever has it already."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:ETAG_LENGTH]}"'
    whole = HttpResponse(body, content_type="application/json", headers={"ETag": etag})
    return hold(get_conditional_response(request, etag=etag, response=whole) or whole)


def stream(objects: Iterable[Any]) -> StreamingHttpResponse:
    """Objects as lines of JSON, as they come."""
    return hold(StreamingHttpResponse(_lines(objects), content_type="application/x-ndjson"))


def hold[R: HttpResponseBase](response: R) -> R:
    """Let everybody keep an answer for five minutes; it differs by language."""
    response.headers["Cache-Control"] = f"public, max-age={HELD_SECONDS}"
    response.headers["Vary"] = "Accept-Language"
    return response


def spoken(request: HttpRequest, wanted: str, *, own: str) -> tuple[str, ...]:
    """The languages in which a caller wants texts, down to the one in which they are written (`own`)."""
    if wanted:
        asked = [wanted]
    else:
        header = request.headers.get("Accept-Language", "")
        weighted = [_weighed(part) for part in header.split(",")[: LANGUAGES_MOST * 2]]
        asked = [code for weight, code in sorted(weighted, key=lambda one: -one[0]) if weight and LANGUAGE.match(code)]
    languages: list[str] = []
    for code in asked[:LANGUAGES_MOST]:
        if code.partition("-")[0].lower() == own:
            break
        languages.append(code)
    return tuple(languages)


def _weighed(part: str) -> tuple[float, str]:
    code, _semicolon, parameter = part.partition(";")
    try:
        weight = float(parameter.partition("=")[2]) if parameter else 1.0
    except ValueError:
        weight = 0.0
    return (weight if 0 < weight <= 1 else 0.0), code.strip()


def _lines(objects: Iterable[Any]) -> Iterator[bytes]:
    for item in objects:
        yield json.dumps(item, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode() + b"\n"
