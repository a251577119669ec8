"""Challenges for the small sum: sealed into a page, forgotten by us, and good for one try."""

import json
import secrets
from datetime import UTC, datetime

from leeward.foundation.counters.operations import take
from leeward.foundation.vault.errors import SealBroken
from leeward.foundation.vault.operations.texts import open_text, seal_text
from leeward.foundation.vault.rules.work import CHALLENGE_LIFE, is_done

PURPOSE = "vault/challenge"
NONCE_BYTES = 16


def make_challenge(*, now: datetime) -> str:
    """A fresh challenge for a page."""
    return seal_text(json.dumps([secrets.token_hex(NONCE_BYTES), now.timestamp()]), purpose=PURPOSE)


def spend_work(*, challenge: str, proof: str, now: datetime) -> bool:
    """Whether the sum for this challenge of ours was done; it counts once. Anything else is no sum, and no error."""
    if not is_done(challenge=challenge, proof=proof):  # the cheapest first: rubbish costs nothing
        return False
    try:
        nonce, made = json.loads(open_text(challenge, purpose=PURPOSE))
    except SealBroken:
        return False
    ends = datetime.fromtimestamp(made, tz=UTC) + CHALLENGE_LIFE
    return now < ends and take(kind="challenge", name=nonce, until=ends, now=now)
