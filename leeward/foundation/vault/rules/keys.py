"""How a key pair is made from bytes or from a long random text, and how a private key is written down."""

import base64
import binascii
import hashlib
import json

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from leeward.foundation.vault.errors import KeyMalformed, SealRefused
from leeward.foundation.vault.rules.grants import Grantee, GranteeKind, PrivateKey
from leeward.foundation.vault.rules.seals import KEY_BYTES, key_from_text

KEY_PREFIX = "lwk1."
# 24 hexadecimal digits: nobody finds two keys with the same ones, and the audit trail does not take it for a hash.
FINGERPRINT_DIGITS = 24
SHORTEST_RANDOM_TEXT = 22  # 128 bits in base64: what people choose is shorter, and needs a slow hash


def make_pair(private: bytes, *, kind: GranteeKind, id: str = "", generation: int = 1) -> PrivateKey:  # noqa: A002
    """The key pair with these 32 private bytes; without an id it is named by its public half."""
    public = X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
    grantee = Grantee(kind=kind, id=id or fingerprint(public), generation=generation, public_key=public)
    return PrivateKey(grantee=grantee, private=private)


def fingerprint(public_key: bytes) -> str:
    """A short name for a public key."""
    return hashlib.sha256(public_key).hexdigest()[:FINGERPRINT_DIGITS]


def derive_pair(secret: str, *, purpose: str, kind: GranteeKind) -> PrivateKey:
    """The key pair that a random text stands for. Raises SealRefused for one that could be guessed."""
    if len(secret) < SHORTEST_RANDOM_TEXT:
        raise SealRefused(
            f"A key is derived from at least {SHORTEST_RANDOM_TEXT} random characters. "
            "A passphrase needs a slow hash: give it an unlock slot."
        )
    return make_pair(key_from_text(secret, purpose=f"leeward/pair/1/{purpose}"), kind=kind)


def write_private_key(key: PrivateKey) -> str:
    """A private key as one line of text, for something that is itself sealed or readable by one account alone."""
    name = [key.grantee.kind.value, key.grantee.id, key.grantee.generation, base64.b64encode(key.private).decode()]
    return KEY_PREFIX + base64.b64encode(json.dumps(name, separators=(",", ":")).encode()).decode()


def read_private_key(text: str) -> PrivateKey:
    """Read what `write_private_key` wrote. Raises KeyMalformed."""
    prefix, body = text[: len(KEY_PREFIX)], text[len(KEY_PREFIX) :].strip()
    if prefix != KEY_PREFIX:
        raise KeyMalformed
    try:
        kind, name, generation, private = json.loads(base64.b64decode(body, validate=True))
        raw = base64.b64decode(private, validate=True)
        known = GranteeKind(kind)
    except (binascii.Error, ValueError, TypeError) as error:
        raise KeyMalformed from error
    if len(raw) != KEY_BYTES or not isinstance(name, str) or not name or not isinstance(generation, int):
        raise KeyMalformed
    return make_pair(raw, kind=known, id=name, generation=generation)
