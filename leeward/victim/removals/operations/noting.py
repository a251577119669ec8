"""What the desk notes by hand: an answer that came by letter or mail, and what a person saw at an address."""

import contextlib
import uuid
from datetime import datetime

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.errors import NotGranted
from leeward.foundation.vault.operations import OpenFile, open_file
from leeward.foundation.vault.rules.grants import Keyring
from leeward.victim.removals.models import Request
from leeward.victim.removals.operations.answers import decide_by_hand, is_repeated
from leeward.victim.removals.operations.steps import locked_request
from leeward.victim.removals.rules.decisions import Answer


def note_answer(
    *, request: uuid.UUID, answer: Answer, keyring: Keyring, by: Actor, now: datetime, at: datetime
) -> None:
    """Note a platform's answer that did not come by its own door. The same answer again changes nothing.

    Raises RequestUnknown, DecisionRefused, StepImpossible.
    """
    with transaction.atomic():
        row = locked_request(reference=request)
        if is_repeated(row, answer):
            return
        packet = _packet(row, keyring=keyring, by=by, now=now)
        decide_by_hand(row=row, answer=answer, packet=packet, by=by, now=now, at=at)


def _packet(row: Request, *, keyring: Keyring, by: Actor, now: datetime) -> OpenFile | None:
    """What the last notice carries, to keep the answer's words in; None where there is none to keep them in."""
    if row.notice is None:
        return None
    with contextlib.suppress(NotGranted):
        return open_file(file=row.notice.reference, keyring=keyring, by=by, now=now, reason="answer_noted")
    return None
