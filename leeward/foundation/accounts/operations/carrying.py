"""What somebody had typed when she had to sign in or unlock: sealed for her page to carry, and opened for her alone.

The server keeps nothing of it. The page that asks her holds it, and only this server, asked by her, can open it.
"""

import base64
import binascii
import secrets
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.contrib.sessions.models import Session

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.rules import CARRIED_BYTES, CARRIED_LIFETIME, ENDED_LIFETIME
from leeward.foundation.kept import Kept
from leeward.foundation.vault.errors import SealBroken
from leeward.foundation.vault.rules.seals import NONCE_BYTES, key_from_text, seal, unseal


@dataclass(frozen=True, kw_only=True)
class Typed(Kept):
    """A form as it was sent: where to, what stood in it, and whether it could hold files, which are not kept."""

    address: str
    fields: tuple[tuple[str, str], ...] = field(repr=False)
    could_hold_files: bool
    sent_at: datetime


def seal_typed(typed: Typed, *, owner: User) -> str:
    """The form as text that nobody can read; "" for one that is too long."""
    text = typed.to_text()
    if len(text.encode()) > CARRIED_BYTES:
        return ""
    box = seal(text, key=_key(), nonce=secrets.token_bytes(NONCE_BYTES), place=_place(owner))
    return base64.b64encode(box).decode()


def sweep_sessions(*, now: datetime, limit: int) -> int:
    """Forget sessions that ended so long ago that they tell nobody's form any more; returns how many. Safe to repeat.

    Django's own `clearsessions` takes all that have ended at once, and with them whose form it was.
    """
    ended = Session.objects.filter(expire_date__lte=now - ENDED_LIFETIME)
    due = list(ended.values_list("pk", flat=True)[:limit])
    return Session.objects.filter(pk__in=due).delete()[0]


def open_typed(sealed: str, *, owner: User, now: datetime) -> Typed | None:
    """The form; None where it is somebody else's, too old, or none of ours."""
    try:
        text = unseal(base64.b64decode(sealed.encode("ascii"), validate=True), key=_key(), place=_place(owner))
    except (SealBroken, binascii.Error, UnicodeEncodeError):
        return None
    typed = Typed.from_text(text)
    return typed if now < typed.sent_at + CARRIED_LIFETIME else None


def _key() -> bytes:
    return key_from_text(settings.SECRET_KEY, purpose="leeward/typed/1")


def _place(owner: User) -> str:
    return f"accounts.typed|{owner.reference}"
