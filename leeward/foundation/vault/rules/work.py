"""The small sum that a device does before it asks for something dear: nothing for one person, dear for a flood."""

import hashlib
from datetime import timedelta

BITS = 16  # 65,536 digests on average: a third of a second
LONGEST_PROOF = 12
# Long enough to copy a code from paper by hand; after that the page's sum counts for nothing, and the page still works.
CHALLENGE_LIFE = timedelta(hours=2)


def is_done(*, challenge: str, proof: str) -> bool:
    """Whether SHA-256 of "challenge:proof" begins with enough zero bits. A proof is a short decimal number."""
    if not 0 < len(proof) <= LONGEST_PROOF or not (proof.isascii() and proof.isdigit()):
        return False
    digest = hashlib.sha256(f"{challenge}:{proof}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> (32 - BITS) == 0
