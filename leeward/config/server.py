"""What gunicorn is told to do otherwise: to write nothing about who asked for what, and to refuse in plain words."""

import contextlib
import socket
import sys
from http import HTTPStatus
from typing import Any

from gunicorn.glogging import Logger
from gunicorn.http import errors
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import ThreadWorker

from leeward.foundation.web.records import describe_exception

# What a request must be to be refused by itself; everything else that it cannot read is a 400.
REFUSALS: dict[type[Exception], HTTPStatus] = {
    errors.LimitRequestLine: HTTPStatus.REQUEST_URI_TOO_LONG,
    errors.LimitRequestHeaders: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    errors.ExpectationFailed: HTTPStatus.EXPECTATION_FAILED,
    errors.UnsupportedTransferCoding: HTTPStatus.NOT_IMPLEMENTED,
}
# Ours, not the caller's, though they are of the same family.
OUR_FAULTS = (errors.InvalidResponseHeader, errors.InvalidResponseHeaderName, errors.ConfigurationProblem)
WORDS = {
    HTTPStatus.REQUEST_URI_TOO_LONG: "This address is too long. Nothing was saved.",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "The head of this request is too large. Nothing was saved.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something went wrong on our side. Please try again in a few minutes.",
}
OTHER_WORDS = "This request could not be read. Nothing was saved."
STARTING = "Exception in worker process"  # gunicorn's words for an error before the first request


class ServerLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn's log, in which an error is its kind and its places: its message could be what somebody typed."""

    def exception(self, msg: str, *args: object, **kwargs: Any) -> None:
        """Write an error's kind and places; while the server starts, nobody has asked anything, so all of it."""
        error = sys.exception()
        if error is None or msg == STARTING:
            super().exception(msg, *args, **kwargs)
            return
        self.error("An error in the web server: %s", describe_exception(error))


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn's worker with threads, which refuses what it cannot read as plain text, and says of it the kind alone.

    Plain text for everybody: what cannot be read does not say whether a person or a program sent it.
    """

    def handle_error(self, req: object, client: socket.socket, addr: object, exc: Exception) -> None:
        """Answer and write a line, without the address, the path or what the request said."""
        del req, addr
        status = _status_of(exc)
        if status is HTTPStatus.INTERNAL_SERVER_ERROR:
            self.log.error("An error in the web server: %s", describe_exception(exc))
        else:
            self.log.warning("A request was refused: %s %s", status.value, type(exc).__name__)
        with contextlib.suppress(OSError):  # whoever asked has gone
            write_nonblock(client, _answer(status))


def _status_of(error: Exception) -> HTTPStatus:
    if not isinstance(error, errors.ParseException) or isinstance(error, OUR_FAULTS):
        return HTTPStatus.INTERNAL_SERVER_ERROR
    return next((status for kind, status in REFUSALS.items() if isinstance(error, kind)), HTTPStatus.BAD_REQUEST)


def _answer(status: HTTPStatus) -> bytes:
    body = f"{WORDS.get(status, OTHER_WORDS)}\n".encode()
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}",
        "Connection: close",
        "Content-Type: text/plain; charset=utf-8",
        f"Content-Length: {len(body)}",
        "Cache-Control: no-store",
        "X-Content-Type-Options: nosniff",
    )
    return "\r\n".join((*head, "", "")).encode() + body
