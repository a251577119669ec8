"""A commitment: 32 bytes that tell nothing of a thing, and prove its age to whoever has the thing and the salt."""

import hashlib
from datetime import UTC, datetime

SALT_BYTES = 32
DIGEST_BYTES = 32
NUMBER_BYTES = 8


def commit(*, salt: bytes, digest: str, size: int, at: datetime) -> bytes:
    """Return SHA-256(salt ‖ digest ‖ size ‖ time), 32 bytes.

    `salt`: 32 random bytes. `digest`: 64 hexadecimal digits, taken as their 32 bytes. `size`: of what was digested, in
    bytes for a text or a file and in lines for a chain, as 8 bytes, the highest first. `at`: in whole seconds since
    1970 in UTC, as 8 bytes likewise. Raises ValueError for a salt or digest of another length.
    """
    raw = bytes.fromhex(digest)
    if len(salt) != SALT_BYTES or len(raw) != DIGEST_BYTES:
        raise ValueError(f"A salt has {SALT_BYTES} bytes, a digest {DIGEST_BYTES * 2} hexadecimal digits.")
    seconds = int(at.astimezone(UTC).timestamp())
    return hashlib.sha256(salt + raw + size.to_bytes(NUMBER_BYTES) + seconds.to_bytes(NUMBER_BYTES)).digest()
