"""Wraps: a key sealed to a public key by HPKE (RFC 9180, base mode), so that it opens for one grantee in one place.

The one-shot call of the library takes no additional data, so what binds a wrap to its place goes into `info`.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from types import MappingProxyType

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from leeward.foundation.vault.errors import KeyMalformed, SealBroken
from leeward.foundation.vault.rules.grants import Grantee, Keyring, PrivateKey
from leeward.foundation.vault.rules.seals import KEY_BYTES, derive_key

INFO_VERSION = 1
POINT_BYTES = 32
TAG_BYTES = 16
MARK_BYTES = 32
# The first byte of a wrap names its suite. The next number is for X25519 together with ML-KEM-768 (1,168 bytes a wrap).
X25519_SUITE = 1
SUITES: Mapping[int, Suite] = MappingProxyType({X25519_SUITE: Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)})

type Binding = Mapping[str, str | int]


def wrap(secret: bytes, *, to: Grantee, binding: Binding) -> bytes:
    """Seal `secret` to a public key; it opens with that key and this binding alone. 49 bytes longer than the secret."""
    try:
        public = X25519PublicKey.from_public_bytes(to.public_key)
        sealed = SUITES[X25519_SUITE].encrypt(secret, public, info=canonical_info(binding, grantee=to))
    except ValueError as error:
        raise KeyMalformed from error
    return bytes([X25519_SUITE]) + sealed


def unwrap(wrapped: bytes, *, key: PrivateKey, binding: Binding) -> bytes:
    """Open a wrap. Raises SealBroken for another key, another place, or a suite that is not ours."""
    suite = SUITES.get(wrapped[0]) if wrapped else None
    if suite is None:
        raise SealBroken
    private = X25519PrivateKey.from_private_bytes(key.private)
    try:
        return suite.decrypt(wrapped[1:], private, info=canonical_info(binding, grantee=key.grantee))
    except (InvalidTag, ValueError) as error:
        raise SealBroken from error


def unwrap_once(wrapped: bytes, *, key: PrivateKey, binding: Binding, keyring: Keyring) -> bytes:
    """Unwrap like `unwrap`, but let the ring remember the key."""
    name = canonical_info(binding, grantee=key.grantee) + wrapped
    if name not in keyring.unwrapped:
        keyring.unwrapped[name] = unwrap(wrapped, key=key, binding=binding)
    return keyring.unwrapped[name]


def canonical_info(binding: Binding, *, grantee: Grantee) -> bytes:
    """Return the canonical JSON text to which a wrap is bound: its subject and its receiver."""
    whom = {"kind": grantee.kind.value, "id": grantee.id, "generation": grantee.generation}
    content = {**binding, "grantee": whom, "v": INFO_VERSION}
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def is_wrap_of_key(wrapped: bytes) -> bool:
    """Whether this may be a wrap of one of our keys, as far as somebody can see who cannot open it.

    One byte for the suite, the sender's point, and 32 bytes with their tag. The point is none of the few with which
    everybody shares the same secret.
    """
    if len(wrapped) != 1 + POINT_BYTES + KEY_BYTES + TAG_BYTES or wrapped[0] != X25519_SUITE:
        return False
    point = X25519PublicKey.from_public_bytes(wrapped[1 : 1 + POINT_BYTES])
    try:
        X25519PrivateKey.generate().exchange(point)
    except ValueError:
        return False
    return True


def vouch(secret: bytes, *, grantee: Grantee, binding: Binding) -> bytes:
    """A mark that whoever knew `secret` let this public key in.

    Without it, a writer of the database could put a public key of their own beside a member's name and wait for the
    next rotation to wrap to it.
    """
    content = canonical_info(binding, grantee=grantee) + grantee.public_key
    return hmac.digest(derive_key(secret, purpose="vouch"), content, hashlib.sha256)


def is_vouched(mark: bytes, *, secret: bytes, grantee: Grantee, binding: Binding) -> bool:
    """Whether this is the mark of that public key, in constant time."""
    return hmac.compare_digest(mark, vouch(secret, grantee=grantee, binding=binding))
