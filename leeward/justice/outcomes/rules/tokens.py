"""Person tokens: what stands in a file of a cohort instead of somebody's national id. Made at the source alone.

A token is HMAC-SHA-256 over the normalised id in UTF-8, in small hex digits. Whoever has the key can test an id that
they know; nobody else can, and the server never has the key.
"""

import hashlib
import hmac
import itertools
import re
import unicodedata
from dataclasses import dataclass, field

from leeward.foundation.labels import Labelled, mark

KEY_BYTES = 32
KEY_HEAD = "leeward-pseudonymise-key-1"
ID_LEAST, ID_MOST = 4, 64
FINGERPRINT_LENGTH = 16
# Of 32 drawn bytes fewer than this are different once in far more than 10^15 times; of a typed or counted key often.
DIFFERENT_BYTES = 20
# Of 64 drawn hex digits fewer than this are different just as seldom; of an id that was padded nearly always.
DIFFERENT_DIGITS = 9
_KEY_FILE = re.compile(rf"{KEY_HEAD} ([0-9a-f]{{{2 * KEY_BYTES}}})\n?")
_TOKEN = re.compile(r"[0-9a-f]{64}")
_FINGERPRINT = re.compile(rf"[0-9a-f]{{{FINGERPRINT_LENGTH}}}")
_BETWEEN = frozenset("-./\\'")


class KeyRefused(Labelled):
    """Why a key is not used."""

    FORM = "form", mark("This file does not hold a key of “leeward pseudonymise”. Make one with --make-key.")
    WEAK = "weak", mark("This key was not drawn at random: somebody could guess it. Make one with --make-key.")


class KeyUnusable(ValueError):
    """A file that is no key, or a weak one. The words never repeat it."""

    def __init__(self, why: KeyRefused) -> None:
        super().__init__(why.label)
        self.why = why


@dataclass(frozen=True, kw_only=True)
class TokenKey:
    """The data office's key. Raises KeyUnusable for one that was not drawn at random."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """Look at what can be seen of how it was made."""
        if len(self.secret) != KEY_BYTES or len(set(self.secret)) < DIFFERENT_BYTES or _is_counted(self.secret):
            raise KeyUnusable(KeyRefused.WEAK)

    @classmethod
    def read(cls, text: str) -> "TokenKey":
        """The key of a key file's text. Raises KeyUnusable."""
        found = _KEY_FILE.fullmatch(text)
        if found is None:
            raise KeyUnusable(KeyRefused.FORM)
        return cls(secret=bytes.fromhex(found[1]))

    @property
    def text(self) -> str:
        """What a key file says."""
        return f"{KEY_HEAD} {self.secret.hex()}\n"

    @property
    def fingerprint(self) -> str:
        """By which files of one key are known; it tells nothing of the key."""
        return hashlib.sha256(f"{KEY_HEAD} fingerprint ".encode() + self.secret).hexdigest()[:FINGERPRINT_LENGTH]

    def token(self, normal_id: str) -> str:
        """The token of a normalised id."""
        return hmac.digest(self.secret, normal_id.encode(), hashlib.sha256).hex()


def normalise_id(typed: str) -> str | None:
    """Return an id in the one way in which two are compared; None for what cannot be one.

    Compatibility forms are made plain and letters large, digits of every script become 0 to 9; spaces, hyphens, dots,
    slashes, apostrophes and signs that are not seen fall away. Leading zeros stay.
    """
    signs = []
    for sign in unicodedata.normalize("NFKC", typed):
        kind = unicodedata.category(sign)
        if kind == "Nd":
            signs.append(str(unicodedata.decimal(sign)))
        elif kind[0] in "LM":
            signs.append(sign)
        elif kind not in ("Cf", "Zs", "Cc", "Pd") and sign not in _BETWEEN:
            return None
    found = unicodedata.normalize("NFKC", "".join(signs).upper())
    return found if ID_LEAST <= len(found) <= ID_MOST else None


def is_token(cell: str) -> bool:
    """Whether a cell can be a token. A raw id that was filled up to 64 signs is none."""
    return bool(_TOKEN.fullmatch(cell)) and not cell.isdecimal() and len(set(cell)) >= DIFFERENT_DIGITS


def read_fingerprint(typed: str) -> str | None:
    """Return a key's fingerprint as it is kept; None for what is none. Spaces and hyphens in it do not matter."""
    found = re.sub(r"[\s-]+", "", typed).lower()
    return found if _FINGERPRINT.fullmatch(found) else None


def show_fingerprint(fingerprint: str) -> str:
    """A fingerprint in groups of four, as it is printed and compared."""
    return "-".join(fingerprint[at : at + 4] for at in range(0, len(fingerprint), 4))


def _is_counted(secret: bytes) -> bool:
    """Whether each byte follows from the one before by the same step, as in 00 01 02."""
    return len({(after - before) % 256 for before, after in itertools.pairwise(secret)}) == 1
