"""Refusals of the exchange, each with its status, a machine-readable code, and words that say how to mend it."""

from http import HTTPStatus
from pathlib import Path


class ExchangeError(Exception):
    """Anything that a platform's call is refused for; catch this one to catch them all."""

    status: HTTPStatus = HTTPStatus.BAD_REQUEST
    code: str = "bad_request"

    def __init__(self, message: str, *, how: str) -> None:
        super().__init__(message)
        self.message, self.how = message, how


class KeyMissing(ExchangeError):
    """The call has no key, or not all of its keys."""

    status, code = HTTPStatus.UNAUTHORIZED, "key_missing"


class KeyUnknown(ExchangeError):
    """The key is not one of ours, or has been retired."""

    status, code = HTTPStatus.UNAUTHORIZED, "key_unknown"


class KeyOfAnotherEndpoint(ExchangeError):
    """The key is in force, but not for this endpoint or not for this platform."""

    status, code = HTTPStatus.FORBIDDEN, "key_of_another_endpoint"


class FeedSuspended(ExchangeError):
    """The feed is closed to this platform for now."""

    status, code = HTTPStatus.FORBIDDEN, "suspended"


class TooManyRequests(ExchangeError):
    """The platform calls more often than anyone needs to."""

    status, code = HTTPStatus.TOO_MANY_REQUESTS, "too_many_requests"

    def __init__(self, message: str, *, how: str, retry_after_seconds: int) -> None:
        super().__init__(message, how=how)
        self.retry_after_seconds = retry_after_seconds


class BadParameter(ExchangeError):
    """A value in the address is missing, of the wrong type, or out of range."""

    code = "bad_parameter"


class BadCursor(ExchangeError):
    """A cursor or page token was not given by us, to this platform, for this endpoint, or it is too old."""

    code = "bad_cursor"


class BeginAgain(ExchangeError):
    """A cursor or page token is of another history of the feed: the exchange was restored from a back-up since."""

    status, code = HTTPStatus.GONE, "begin_again"


class BadBody(ExchangeError):
    """The body is not JSON of the shape that the endpoint takes."""

    code = "bad_body"


class BodyTooLarge(ExchangeError):
    """The body is larger than any sensible call."""

    status, code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body_too_large"


class BodyTypeUnknown(ExchangeError):
    """The body does not say that it is JSON."""

    status, code = HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "body_type_unknown"


class MethodNotAllowed(ExchangeError):
    """The endpoint is called by another method."""

    status, code = HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed"

    def __init__(self, allowed: str) -> None:
        super().__init__("This endpoint is called by another method.", how=f"Use {allowed}.")
        self.allowed = allowed


class NoSnapshot(ExchangeError):
    """There is no snapshot for this platform now: the feed is short, new, or was restored."""

    status, code = HTTPStatus.NOT_FOUND, "no_snapshot"


class ListNotGiven(ExchangeError):
    """The platform checks uploads blind, and is never given the list."""

    status, code = HTTPStatus.FORBIDDEN, "without_list"


class NoBlindList(ExchangeError):
    """Uploads cannot be checked blind at present: nothing is worked out yet, or the server's secret was exchanged."""

    status, code = HTTPStatus.NOT_FOUND, "no_blind_list"


class OldEpoch(ExchangeError):
    """What was sent is blinded for an epoch that is over, or says too much of a digest's mark."""

    status, code = HTTPStatus.GONE, "old_epoch"


class BadElement(ExchangeError):
    """An element is not the canonical text of a point of the group, or is the identity."""

    code = "bad_element"


class Repeated(ExchangeError):
    """An element was sent twice, or a whole call was: whoever blinds rightly never does."""

    status, code = HTTPStatus.CONFLICT, "repeated"


class RangeUnmet(ExchangeError):
    """The range that was asked for lies behind the end."""

    status, code = HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, "range_unmet"


class SnapshotKeyMissing(Exception):
    """The private half of the key that signs snapshots is not in the worker's folder, or is another one."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The key that signs snapshots of the feed is not at {path}, or is another one than the database knows. "
            "Run `leeward found` on the workers' account, set LEEWARD_SERVICE_KEYS to where it is, or make a new one: "
            "leeward rotate-snapshot-key"
        )


class NoSuchEndpoint(ExchangeError):
    """There is no endpoint at this address."""

    status, code = HTTPStatus.NOT_FOUND, "no_such_endpoint"
