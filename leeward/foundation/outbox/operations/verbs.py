"""The outbox's lines in the audit trail: which parcel, and never what it carries."""

from datetime import datetime
from enum import StrEnum

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, PersonsSubject
from leeward.foundation.outbox.models import Parcel


class ParcelVerb(StrEnum):
    """What can happen to a parcel."""

    POSTED = "outbox.posted"
    SENT = "outbox.sent"
    DEFERRED = "outbox.deferred"
    FAILED = "outbox.failed"
    UNSURE = "outbox.unsure"
    RETRIED = "outbox.retried"
    SETTLED = "outbox.settled"
    RECALLED = "outbox.recalled"


def note(parcel: Parcel, verb: ParcelVerb, *, by: Actor, now: datetime, settlement: str = "") -> None:
    """Write one line about a parcel, in the caller's transaction."""
    facts: dict[str, str | int] = {"kind": parcel.kind, "attempts": parcel.attempts}
    if parcel.trouble:
        facts |= {"trouble": parcel.trouble, "reply_code": parcel.reply_code}
    if settlement:
        facts["settlement"] = settlement
    record(
        verb=verb, by=by, subject=PersonsSubject(kind="parcel", reference=str(parcel.public_id)), now=now, facts=facts
    )
