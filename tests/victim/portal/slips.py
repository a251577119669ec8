"""Codes as people mistype them."""

import itertools

from leeward.foundation.vault.rules.codes import find_slip


def _slip(code: str, place: int) -> str:
    digits = list(code)
    digits[place] = str((int(digits[place]) + 1) % 10)
    return "".join(digits)


def _wrong(right: str) -> str:
    """Another code of the same look-up number, typed without a slip."""
    digits = right.replace(" ", "")
    secrets = (f"{(int(digits[8:]) + step) % 10**16:016d}" for step in itertools.count(1))
    other = digits[:8] + next(secret for secret in secrets if find_slip(digits[:8] + secret) is None)
    return " ".join(other[place : place + 4] for place in range(0, 24, 4))
