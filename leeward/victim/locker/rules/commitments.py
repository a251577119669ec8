"""Commitments: numbers that prove how old something is, and say nothing to whoever does not know their salt."""

import hashlib
from datetime import UTC, datetime

SALT_BYTES = 32
DIGEST_BYTES = 32


def commit(*, salt: bytes, digest: str, size: int, at: datetime) -> bytes:
    """Return SHA-256(salt ‖ digest ‖ size ‖ time), 32 bytes.

    `salt`: 32 random bytes. `digest`: 64 hexadecimal digits, taken as their 32 bytes. `size`: of what was digested, in
    bytes for a text or a file and in events for a chain of custody, as 8 bytes, the highest first. `at`: in whole
    seconds since 1970 in UTC, as 8 bytes likewise.
    """
    raw = bytes.fromhex(digest)
    if len(salt) != SALT_BYTES or len(raw) != DIGEST_BYTES:
        raise ValueError(f"A salt has {SALT_BYTES} bytes, a digest {DIGEST_BYTES * 2} hexadecimal digits.")
    seconds = int(at.astimezone(UTC).timestamp())
    return hashlib.sha256(salt + raw + size.to_bytes(8, "big") + seconds.to_bytes(8, "big")).digest()
