"""Signs the modern endpoint's pages, so that a client can tell them from what someone in between made up."""

import base64
import hashlib
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

KEY_ID_LENGTH = 16


@dataclass(frozen=True, kw_only=True)
class SigningKey:
    """The public half that clients pin: `ed25519` is the raw 32 bytes in base64."""

    id: str
    ed25519: str


def signing_key() -> SigningKey:
    """The public half of the key in use."""
    raw = _private_key().public_key().public_bytes_raw()
    return SigningKey(id=hashlib.sha256(raw).hexdigest()[:KEY_ID_LENGTH], ed25519=base64.b64encode(raw).decode())


def signature_header(body: bytes) -> str:
    """The value of Leeward-Signature for this uncompressed body."""
    signature = base64.b64encode(_private_key().sign(body)).decode()
    return f"keyid={signing_key().id}, ed25519={signature}"


def _private_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(settings.LEEWARD_SIGNING_KEY)
