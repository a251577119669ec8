"""The private halves of the keys that sign snapshots: files of the worker's folder, which the web process never has."""

import base64
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from leeward.foundation.keyfiles import read_or_make
from leeward.industry.exchange.errors import SnapshotKeyMissing


def key_path(generation: int) -> Path:
    """The file of one private half."""
    return Path(settings.LEEWARD_SERVICE_KEYS) / f"snapshots-{generation}.key"


def make_key(generation: int) -> Ed25519PrivateKey:
    """Return the key that the folder has, or a new one, which it has from then on."""
    drawn = Ed25519PrivateKey.generate().private_bytes_raw()
    text = read_or_make(key_path(generation), lambda: base64.b64encode(drawn).decode())
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(text))


def open_key(generation: int, *, public: bytes) -> Ed25519PrivateKey:
    """Return the key of which this is the public half. Raises SnapshotKeyMissing."""
    path = key_path(generation)
    try:
        key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(path.read_text(encoding="ascii"), validate=True))
    except (OSError, ValueError) as error:
        raise SnapshotKeyMissing(path) from error
    if key.public_key().public_bytes_raw() != public:
        raise SnapshotKeyMissing(path)
    return key
