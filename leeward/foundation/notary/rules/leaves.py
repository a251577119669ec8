"""A leaf: that something was published on a day, by the SHA-256 of its bytes.

Its own bytes are canonical JSON (RFC 8785) of four texts. The log never forgets, so a name is that of something public.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import date

from leeward.foundation.notary.errors import LeafRefused

KIND_LENGTH, NAME_LENGTH, DIGEST_LENGTH = 40, 200, 64
KIND = re.compile(r"[a-z][a-z0-9-]*")
DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """What was published: its kind, its name among those of its kind, the day, and the digest of its bytes."""

    kind: str
    name: str
    on: date
    sha256: str

    def __post_init__(self) -> None:
        if not KIND.fullmatch(self.kind) or len(self.kind) > KIND_LENGTH:
            raise LeafRefused(f"A leaf's kind is one word of at most {KIND_LENGTH} small letters, not {self.kind!r}.")
        if not self.name or len(self.name) > NAME_LENGTH or not self.name.isprintable():
            raise LeafRefused(f"A leaf's name has 1 to {NAME_LENGTH} printable characters.")
        if not DIGEST.fullmatch(self.sha256):
            raise LeafRefused("A leaf's digest is a SHA-256 in 64 hexadecimal digits.")

    @property
    def content(self) -> bytes:
        """The bytes that are hashed into the tree."""
        return canonical({"kind": self.kind, "name": self.name, "on": self.on.isoformat(), "sha256": self.sha256})


def read_leaf(content: bytes) -> Leaf:
    """Read a leaf's bytes. Raises LeafRefused, also for other bytes that would say the same."""
    try:
        said = json.loads(content.decode())
        leaf = Leaf(kind=said["kind"], name=said["name"], on=date.fromisoformat(said["on"]), sha256=said["sha256"])
    except (ValueError, KeyError, TypeError) as error:
        raise LeafRefused("This is not a leaf: it is canonical JSON with kind, name, on and sha256.") from error
    if leaf.content != content:
        raise LeafRefused("This leaf is not in canonical form.")
    return leaf


def canonical(record: object) -> bytes:
    """Return JSON with sorted names and no spaces, in UTF-8: the same record always gives the same bytes.

    As RFC 8785 asks for texts, whole numbers, lists and records; fractions are written as Python writes them.
    """
    text = json.dumps(
        record, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=_written
    )
    return text.encode()


def _written(value: object) -> str:
    if isinstance(value, date):  # a moment is one too
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no form in JSON here.")


def digest_of(content: bytes) -> str:
    """Return the SHA-256 of bytes in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()
