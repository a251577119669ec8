"""A form that is sent twice is done once: what the first press did answers the second.

A row is written in a transaction of its own before the form is done, and the answer after it. So where a process dies
between the two, a second press learns that nobody knows, instead of doing it again.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import Enum, auto

from leeward.foundation.counters.rules import end_of_hour
from leeward.foundation.editing.models import SentForm
from leeward.foundation.editing.rules import REMEMBERED, SEAL, name_of
from leeward.foundation.vault.rules.seals import NONCE_BYTES, derive_key, seal, unseal


class Press(Enum):
    """A press of a form's button: the first one, or one while the first is still being done."""

    FIRST = auto()
    MEANWHILE = auto()


@dataclass(frozen=True, kw_only=True)
class SentOnce:
    """One sending of one rendering of a form: the root of its keys, and the digest of what was sent."""

    root: bytes
    content: str

    @property
    def name(self) -> str:
        """Return the name of its row."""
        return name_of(self.root)


@dataclass(frozen=True, kw_only=True)
class KeptAnswer:
    """The answer to the first press: where it led, or the page that it showed, and its cookies as headers say them."""

    address: str = ""
    page: str = ""
    cookies: Sequence[str] = ()


def claim_form(sent: SentOnce, *, now: datetime) -> Press | KeptAnswer:
    """Claim a form before it is done: the first press, one meanwhile, or the answer to the first one.

    The same page sent with other words is another sending.
    """
    row, is_new = SentForm.objects.get_or_create(
        name=sent.name, defaults={"content": sent.content, "ends_at": end_of_hour(now + REMEMBERED)}
    )
    if is_new:
        return Press.FIRST
    if row.content != sent.content:
        others = SentForm.objects.filter(name=sent.name, content=row.content, answer=bytes(row.answer))
        return Press.FIRST if others.update(content=sent.content, answer=b"") else Press.MEANWHILE
    if not row.answer:
        return Press.MEANWHILE
    return KeptAnswer(**json.loads(unseal(bytes(row.answer), key=_seal_key(sent), place=sent.content)))


def keep_answer(sent: SentOnce, answer: KeptAnswer) -> None:
    """Keep the answer to the first press for the next ones."""
    box = seal(
        json.dumps(asdict(answer)), key=_seal_key(sent), nonce=secrets.token_bytes(NONCE_BYTES), place=sent.content
    )
    SentForm.objects.filter(name=sent.name, content=sent.content).update(answer=box)


def release_form(sent: SentOnce) -> None:
    """Let a form be sent again: nothing was done, or its answer is none that could be given twice."""
    SentForm.objects.filter(name=sent.name, content=sent.content).delete()


def sweep_sent_forms(*, now: datetime, limit: int) -> int:
    """Forget forms that were sent long ago; returns how many. Safe to repeat."""
    due = list(SentForm.objects.filter(ends_at__lte=now).values_list("name", flat=True)[:limit])
    deleted, _ = SentForm.objects.filter(name__in=due).delete()
    return deleted


def _seal_key(sent: SentOnce) -> bytes:
    return derive_key(sent.root, purpose=SEAL)
