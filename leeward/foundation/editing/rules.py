"""What makes two sendings of a form the same one."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import timedelta

from leeward.foundation.vault.rules.seals import derive_key

# How long a second press of the same button is answered like the first; long enough for a browser that sends it again.
REMEMBERED = timedelta(hours=1)
SEAL = "leeward/sent-form/answer/1"
CONTENT = "leeward/sent-form/content/1"


def root_of(token: str) -> bytes:
    """Return the root of the keys of one rendering of a form. `token`: its CSRF token, which no other rendering has."""
    return hashlib.sha256(b"leeward/sent-form/1|" + token.encode()).digest()


def name_of(root: bytes) -> str:
    """Return the name under which a form that was sent is kept; it does not give the root back."""
    return hashlib.sha256(b"leeward/sent-form/name/1|" + root).hexdigest()


def digest_sent(root: bytes, sent: Iterable[tuple[str, str]]) -> str:
    """Return a digest of what was sent: names and values in their order. Nobody without the form can test a guess."""
    kept = hmac.new(derive_key(root, purpose=CONTENT), digestmod=hashlib.sha256)
    for text in (text for pair in sent for text in pair):
        raw = text.encode("utf-8", "surrogatepass")
        kept.update(len(raw).to_bytes(8) + raw)
    return kept.hexdigest()
