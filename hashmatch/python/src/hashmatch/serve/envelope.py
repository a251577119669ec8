"""Around every answer: who may ask, which headers go out, what is counted, and what is said when something breaks."""

import hmac
import logging
import time
import traceback
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hashmatch.errors import RequestRefusedError
from hashmatch.serve.metrics import Metrics
from hashmatch.serve.settings import Settings
from hashmatch.serve.wire import describe_error, write_json

logger = logging.getLogger(__name__)

JSON = "application/json"
OPEN_PATH = "/health"
VISIT = "hashmatch.visit"
HEADERS = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)


@dataclass(slots=True)
class Visit:
    """What is known of a request while it is answered."""

    form: str = "other"
    status: int = 500
    is_trusted: bool = False


class Envelope:
    """Wraps the application."""

    def __init__(self, app: ASGIApp, settings: Settings, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics
        self._token = None if settings.token is None else f"Bearer {settings.token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        headers = dict(scope["headers"])
        visit = Visit(is_trusted=self._is_trusted(headers))
        scope[VISIT] = visit

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                visit.status = message["status"]
                message["headers"] = [*message["headers"], *HEADERS]
            await send(message)

        try:
            await self._choose(scope, headers, visit)(scope, receive, send_on)
        finally:
            self._metrics.requests.labels(visit.form, str(visit.status)).inc()
            self._metrics.seconds.labels(visit.form).observe(time.perf_counter() - started)

    def _choose(self, scope: Scope, headers: dict[bytes, bytes], visit: Visit) -> ASGIApp:
        """The application, or the answer to one who may not ask it."""
        if b"origin" in headers:
            return answer_error(from_browser())
        if not visit.is_trusted and scope["path"] != OPEN_PATH:
            return answer_error(wrong_token())
        return self._app

    def _is_trusted(self, headers: dict[bytes, bytes]) -> bool:
        return self._token is None or hmac.compare_digest(headers.get(b"authorization", b""), self._token)


def visit_of(request: Request) -> Visit:
    """What is known of a request."""
    visit: Visit = request.scope[VISIT]
    return visit


def answer_error(error: RequestRefusedError) -> Response:
    """The answer that an error is."""
    return Response(write_json(describe_error(error)), error.status, error.headers, JSON)


def answer_failure(_: Request, error: Exception) -> Response:
    """The answer when something broke that should not; the log says where, and never what it was about."""
    logger.error("A request failed: %s", describe_failure(error))
    return answer_error(
        RequestRefusedError(
            "The service failed on this request.",
            status=500,
            code="failed",
            how="It is not your fault. The service's log says where it failed; please report that.",
        )
    )


def describe_failure(error: BaseException) -> str:
    """The kind of an error and the places it came through, without its message, which may quote a request."""
    places = [f"{frame.name} ({frame.filename}:{frame.lineno})" for frame in traceback.extract_tb(error.__traceback__)]
    return " < ".join([type(error).__name__, *reversed(places[-6:])])


def from_browser() -> RequestRefusedError:
    """The error for a page in a browser, which has no business here."""
    return RequestRefusedError(
        "This service does not answer pages in a browser.",
        status=403,
        code="browser",
        how="Ask it from a program, without an Origin header.",
    )


def wrong_token() -> RequestRefusedError:
    """The error for a caller who does not show the token."""
    return RequestRefusedError(
        "The token is missing or wrong.",
        status=401,
        code="wrong_token",
        how="Send the header `Authorization: Bearer TOKEN` with the text of the service's token file.",
        headers={"WWW-Authenticate": "Bearer"},
    )


class WithoutExceptions(logging.Filter):
    """Keeps the web server from logging an exception with its message: `answer_failure` has said what may be said."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to log this."""
        return not record.getMessage().startswith("Exception in ASGI application")
