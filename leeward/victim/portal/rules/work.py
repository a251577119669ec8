"""The small sum that a sender's device does while she reads: nothing for one person, dear for a flood."""

import hashlib

BITS = 16
LONGEST_PROOF = 12


def is_done(*, challenge: str, proof: str) -> bool:
    """Whether SHA-256 of "challenge:proof" begins with enough zero bits. A proof is a short decimal number."""
    if not 0 < len(proof) <= LONGEST_PROOF or not (proof.isascii() and proof.isdigit()):
        return False
    digest = hashlib.sha256(f"{challenge}:{proof}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> (32 - BITS) == 0
