"""Sealed boxes: AES-256-GCM bound to the place where the box belongs, and the keys for them."""

import hashlib
import hmac
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from leeward.foundation.vault.errors import SealBroken

KEY_BYTES = 32
SALT_BYTES = 16
NONCE_BYTES = 12
SEAL_VERSION = b"\x01"


@dataclass(frozen=True, kw_only=True)
class WorkFactor:
    """The cost of one guess."""

    memory_kib: int
    passes: int
    lanes: int


@dataclass(frozen=True, kw_only=True)
class CodeKeys:
    """The result of a slow hash: a verifier, of which only a digest is stored, and the key of the sealed payload."""

    verifier: bytes
    seal_key: bytes

    def __repr__(self) -> str:
        return "CodeKeys(…)"

    @property
    def verifier_digest(self) -> bytes:
        """Return the digest that the database keeps."""
        return hashlib.sha256(self.verifier).digest()

    def fits(self, digest: bytes) -> bool:
        """Whether these are the keys of the code with this stored digest, in constant time."""
        return hmac.compare_digest(self.verifier_digest, digest)


def derive_code_keys(*, secret: str, pepper: str, salt: bytes, work: WorkFactor) -> CodeKeys:
    """Run Argon2id once. The pepper is not in the database, so a stolen database cannot even start guessing."""
    root = Argon2id(
        salt=salt,
        length=KEY_BYTES,
        iterations=work.passes,
        lanes=work.lanes,
        memory_cost=work.memory_kib,
        secret=pepper.encode(),
    ).derive(secret.encode())
    return CodeKeys(
        verifier=derive_key(root, purpose="leeward/code/verifier/1"),
        seal_key=derive_key(root, purpose="leeward/code/seal/1"),
    )


def derive_key(root: bytes, *, purpose: str) -> bytes:
    """A key for one purpose from a root that is itself unpredictable."""
    return HKDFExpand(algorithm=hashes.SHA256(), length=KEY_BYTES, info=purpose.encode()).derive(root)


def key_from_text(text: str, *, purpose: str) -> bytes:
    """A key for one purpose from a long secret text, such as Django's SECRET_KEY."""
    return derive_key(hmac.digest(b"leeward/text/1", text.encode(), hashlib.sha256), purpose=purpose)


def seal(text: str, *, key: bytes, nonce: bytes, place: str) -> bytes:
    """Seal `text` so that it opens only with `key` and only at `place`. `nonce`: 12 bytes, never used twice."""
    return SEAL_VERSION + nonce + AESGCM(key).encrypt(nonce, text.encode(), place.encode())


def unseal(box: bytes, *, key: bytes, place: str) -> str:
    """Open what `seal` made. Raises SealBroken."""
    nonce, ciphertext = box[1 : 1 + NONCE_BYTES], box[1 + NONCE_BYTES :]
    if box[:1] != SEAL_VERSION or len(nonce) != NONCE_BYTES:
        raise SealBroken
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, place.encode()).decode()
    except (InvalidTag, UnicodeDecodeError) as error:
        raise SealBroken from error
