"""Words that came after a visit was over: sealed to the key under the code, and saved once that code is typed.

Whoever has a copy of the cookie writes nothing with it: what they send waits in their own browser for a code that they
do not have. A row is written and deleted by itself, never in the transaction of what is hers.
"""

import hashlib
import secrets
from datetime import datetime

from leeward.foundation.vault.errors import SealBroken
from leeward.foundation.vault.operations import open_sealed, seal_to
from leeward.victim.portal.models import KeptWords
from leeward.victim.portal.rules.visits import LATE_KEPT, Bearer, LateWords, is_in_time

KEY_BYTES = 32
OWNER = b"leeward/late-words/1"


def keep_late(*, bearer: Bearer, words: LateWords) -> str:
    """Keep a form for one day, so that the code alone opens it; returns the key that its browser is to bring."""
    key = secrets.token_urlsafe(KEY_BYTES)
    digest = _digest(key)
    KeptWords.objects.create(
        digest=digest,
        owner=_owner(bearer),
        words=seal_to(bearer.key.grantee, words.to_text(), place=_place(digest)),
        ends_on=(words.kept_at + LATE_KEPT).date(),
    )
    return key


def is_late_kept(*, key: str, now: datetime) -> bool:
    """Whether something waits for the code in the browser that brings this key."""
    return bool(key) and KeptWords.objects.filter(digest=_digest(key), ends_on__gte=now.date()).exists()


def read_late(*, key: str, bearer: Bearer, now: datetime) -> LateWords | None:
    """The form that waits; None where there is none, where it is another bearer's or typist's, or came too long ago."""
    row = KeptWords.objects.filter(digest=_digest(key), owner=_owner(bearer)).first() if key else None
    if row is None:
        return None
    try:
        words = LateWords.from_text(open_sealed(bearer.key, row.words, place=_place(_digest(key))))
    except (SealBroken, ValueError):
        return None
    return words if is_in_time(words, now=now) and words.typist == bearer.typist else None


def drop_late(*, key: str) -> None:
    """Forget the form that waits in this browser. Safe to repeat."""
    if key:
        KeptWords.objects.filter(digest=_digest(key)).delete()


def drop_late_of(bearer: Bearer) -> None:
    """Forget every form of a bearer that waits in any browser. Safe to repeat."""
    KeptWords.objects.filter(owner=_owner(bearer)).delete()


def sweep_late(*, now: datetime, limit: int) -> int:
    """Forget forms for which no code came; returns how many. Safe to repeat."""
    due = list(KeptWords.objects.filter(ends_on__lt=now.date()).values_list("pk", flat=True)[:limit])
    deleted, _ = KeptWords.objects.filter(pk__in=due).delete()
    return deleted


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()


def _owner(bearer: Bearer) -> bytes:
    return hashlib.sha256(OWNER + bearer.key.private).digest()


def _place(digest: bytes) -> str:
    return f"portal.KeptWords.words|{digest.hex()}"
