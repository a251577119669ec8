"""Signs webhooks as Standard Webhooks have it (`v1a`: Ed25519 over id, time and body); see docs/webhooks.md."""

import base64
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

PUBLIC_KEY_PREFIX = "whpk_"


def webhook_public_key() -> str:
    """The key that receivers check signatures with, in the standard's notation."""
    return PUBLIC_KEY_PREFIX + base64.b64encode(_private_key().public_key().public_bytes_raw()).decode()


def webhook_headers(*, parcel: UUID, at: datetime, body: bytes) -> Mapping[str, str]:
    """The headers of one try. The id stays the same over all tries; the time is that of this one."""
    timestamp = str(int(at.timestamp()))
    signed = b".".join([str(parcel).encode(), timestamp.encode(), body])
    return {
        "webhook-id": str(parcel),
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1a,{base64.b64encode(_private_key().sign(signed)).decode()}",
    }


def _private_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(settings.LEEWARD_SIGNING_KEY)
