"""Carries one webhook to its receiver. The receiver knows it again by its id, so a repeat does no harm."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from leeward.foundation.outbox.rules.parcels import Trouble, TryResult, Verdict, WebhookContent
from leeward.foundation.outbox.signing import webhook_headers
from leeward.foundation.reach.errors import (
    AddressRefused,
    AnswerRefused,
    BrokenOff,
    CertificateRefused,
    ReachRefused,
    TooSlow,
)
from leeward.foundation.reach.operations import post
from leeward.foundation.reach.rules.limits import Limits

HOOK_LIMITS = Limits(seconds=20.0, body_bytes=16 * 1024)


def send_webhook(content: WebhookContent, *, parcel: UUID, hand_over: Callable[[], None], now: datetime) -> TryResult:
    """Post it once and say how that ended. `hand_over` is called just before; whatever it raises stops the sending."""
    body = content.body.encode()
    headers = {"Content-Type": "application/json", **webhook_headers(parcel=parcel, at=now, body=body)}
    hand_over()
    try:
        answered = post(content.url, body=body, headers=headers, limits=HOOK_LIMITS)
    except AddressRefused:
        return TryResult(verdict=Verdict.REFUSED, trouble=Trouble.ADDRESS_REFUSED)
    except ReachRefused as error:
        return TryResult(verdict=Verdict.TRY_AGAIN, trouble=_trouble(error))
    if 200 <= answered.status < 300:  # the standard's only sign that it was taken
        return TryResult(verdict=Verdict.DELIVERED, reply_code=answered.status)
    return TryResult(verdict=Verdict.TRY_AGAIN, trouble=Trouble.ANSWERED_BADLY, reply_code=answered.status)


def _trouble(error: ReachRefused) -> Trouble:
    match error:
        case TooSlow():
            return Trouble.TOO_SLOW
        case CertificateRefused():
            return Trouble.INSECURE
        case AnswerRefused():
            return Trouble.ANSWERED_BADLY
        case BrokenOff():
            return Trouble.BROKE_OFF
        case _:
            return Trouble.UNREACHABLE
