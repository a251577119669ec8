"""What the audit trail says of signed records: each request, signature, list and revocation, and every key."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import NO_FACTS, Actor, Fact, Subject


class SigningVerb(StrEnum):
    """What can happen."""

    ASKED = "signing.asked"
    SIGNED = "signing.signed"
    REVOKED = "signing.revoked"
    LIST_SIGNED = "signing.list_signed"
    KEY_MADE = "signing.key_made"
    KEYS_WITHDRAWN = "signing.keys_withdrawn"


def note(verb: SigningVerb, number: str, *, by: Actor, now: datetime, facts: Mapping[str, Fact] = NO_FACTS) -> None:
    """Write one line, in the caller's transaction."""
    record(verb=verb, by=by, subject=Subject(kind="signed_record", reference=number), now=now, facts=facts)
