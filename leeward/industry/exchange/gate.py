"""Checks the keys, the suspension, the pace and the size of a platform's call."""

from datetime import datetime, timedelta

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, UnreadablePostError

from leeward.foundation.counters.operations import add
from leeward.industry.exchange.errors import (
    BadBody,
    BodyTooLarge,
    BodyTypeUnknown,
    FeedSuspended,
    KeyMissing,
    KeyOfAnotherEndpoint,
    KeyUnknown,
    ListNotGiven,
    TooManyRequests,
)
from leeward.industry.exchange.rules import BODY_BYTES, REQUESTS_PER_MINUTE, read_json_object
from leeward.industry.platforms.queries import find_key
from leeward.industry.platforms.rules import Endpoint, Partner, PresentedKey

MINUTE = 60
ROTATE = "Use the keys that `leeward create-platform` or `leeward rotate-keys` printed for you last."


def admit_by_bearer(request: HttpRequest, endpoint: Endpoint, *, now: datetime) -> Partner:
    """The platform whose key for `endpoint` stands in the Authorization header.

    Raises KeyMissing, KeyUnknown, KeyOfAnotherEndpoint, TooManyRequests.
    """
    named = f"{endpoint} key"
    key = _known(read_bearer(request, named=named), named=named, now=now)
    _require(key, endpoint)
    _keep_pace_of(key.partner, now=now)
    return key.partner


def admit_by_function_key(request: HttpRequest, endpoint: Endpoint, *, now: datetime) -> Partner:
    """The platform whose two StopNCII keys stand in the headers.

    Raises KeyMissing, KeyUnknown, KeyOfAnotherEndpoint, TooManyRequests.
    """
    function_key = _header_key(request, "x-functions-key", now=now)
    subscription_key = _header_key(request, "Ocp-Apim-Subscription-Key", now=now)
    _require(function_key, endpoint)
    _require(subscription_key, Endpoint.SUBSCRIPTION)
    if function_key.partner.id != subscription_key.partner.id:
        raise KeyOfAnotherEndpoint("The two keys belong to different platforms.", how=ROTATE)
    _keep_pace_of(function_key.partner, now=now)
    return function_key.partner


def read_bearer(request: HttpRequest, *, named: str = "key") -> str:
    """The text of the key in the header `Authorization: Bearer <key>`. Raises KeyMissing."""
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not text.strip():
        raise KeyMissing("This call has no key.", how=f"Send your {named} in the header `Authorization: Bearer <key>`.")
    return text.strip()


def keep_pace(of: str, *, kind: str, limit: int, now: datetime) -> None:
    """Count a call of `of` in the present minute, for all processes together. Raises TooManyRequests."""
    minute, second = divmod(int(now.timestamp()), MINUTE)
    ends_at = now + timedelta(seconds=MINUTE - second)
    if add(kind=kind, name=f"{of}|{minute}", ends_at=ends_at, now=now, limit=limit) is None:
        wait = MINUTE - second
        raise TooManyRequests(
            f"You have called more than {limit} times in this minute.",
            how=f"Wait {wait} seconds, as Retry-After says.",
            retry_after_seconds=wait,
        )


def require_open_feed(partner: Partner) -> None:
    """Raise FeedSuspended, with the reason, where the feed is closed to this platform."""
    if partner.is_suspended:
        raise FeedSuspended(
            f"The feed is closed to you for now. {partner.suspended_reason}",
            how="GET /api/v1/withdrawals lists what you still have to drop; answer Withdrawn for each.",
        )


def require_list(partner: Partner) -> None:
    """Raise FeedSuspended or ListNotGiven unless this platform may draw the list."""
    require_open_feed(partner)
    if partner.without_list:
        raise ListNotGiven(
            "You check uploads without the list.",
            how="POST /api/v1/blind, or ask the exchange's operator for the list.",
        )


def check_body(request: HttpRequest) -> None:
    """Raise BodyTypeUnknown or BodyTooLarge before anything of a body is read."""
    if request.content_type != "application/json":
        raise BodyTypeUnknown("The body does not say that it is JSON.", how="Send Content-Type: application/json.")
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > BODY_BYTES:
        raise _too_large()


def read_body(request: HttpRequest) -> dict[str, object]:
    """The JSON object in a call's body. Raises BodyTypeUnknown, BodyTooLarge, BadBody."""
    check_body(request)
    try:
        body = request.body
    except RequestDataTooBig as error:
        raise _too_large() from error
    except UnreadablePostError as error:
        raise BadBody("The body ended before its end.", how="Send it again, whole.") from error
    if len(body) > BODY_BYTES:
        raise _too_large()
    return read_json_object(body)


def _too_large() -> BodyTooLarge:
    return BodyTooLarge(f"The body is larger than {BODY_BYTES} bytes.", how="Send fewer items in one call.")


def _header_key(request: HttpRequest, name: str, *, now: datetime) -> PresentedKey:
    text = request.headers.get(name, "").strip()
    if not text:
        raise KeyMissing(f"The header {name} is missing.", how=f"Send your key in {name}.")
    return _known(text, named=name, now=now)


def _known(text: str, *, named: str, now: datetime) -> PresentedKey:
    key = find_key(text, now=now)
    if key is None:
        raise KeyUnknown(f"The {named} is not a key in force.", how=ROTATE)
    return key


def _require(key: PresentedKey, endpoint: Endpoint) -> None:
    if key.endpoint is not endpoint:
        raise KeyOfAnotherEndpoint(
            f"This is your {key.endpoint} key; here the {endpoint} key is needed.",
            how="Swap the keys in your settings.",
        )


def _keep_pace_of(partner: Partner, *, now: datetime) -> None:
    keep_pace(str(partner.id), kind="exchange.pace", limit=REQUESTS_PER_MINUTE, now=now)
