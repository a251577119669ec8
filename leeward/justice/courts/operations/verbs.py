"""What the audit trail says of orders: by their number, in codes and days, and nothing of anybody."""

from datetime import datetime
from enum import StrEnum

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, Fact, Subject


class CourtVerb(StrEnum):
    """What can happen to an order, a court or a type."""

    RECORDED = "courts.recorded"
    CONFIRMED = "courts.confirmed"
    HAPPENED = "courts.happened"
    REVOKED = "courts.revoked"
    STAYED = "courts.stayed"
    RESUMED = "courts.resumed"
    VARIED = "courts.varied"
    ENDED = "courts.ended"
    FORGOTTEN = "courts.forgotten"
    ORDERED_FORGOTTEN = "courts.ordered_forgotten"
    TOLD = "courts.told"
    SLIP_SHOWN = "courts.slip_shown"
    SHEETS_KEPT = "courts.sheets_kept"
    SHEET_DROPPED = "courts.sheet_dropped"
    SHEETS_FORGOTTEN = "courts.sheets_forgotten"
    HASHES_ADDED = "courts.hashes_added"
    HASHES_CONFIRMED = "courts.hashes_confirmed"
    HASHES_DROPPED = "courts.hashes_dropped"
    HASHES_MOVED = "courts.hashes_moved"
    HASHES_WITHDRAWN = "courts.hashes_withdrawn"
    LINK_RENEWED = "courts.link_renewed"
    PAPER_MADE = "courts.paper_made"
    COURT_KEPT = "courts.court_kept"
    TYPE_LOADED = "courts.type_loaded"
    TYPE_SWITCHED = "courts.type_switched"


def note(verb: CourtVerb, number: str, *, by: Actor, now: datetime, **facts: Fact) -> None:
    """Write one line about an order, in the caller's transaction."""
    record(verb=verb, by=by, subject=Subject(kind="order", reference=number), now=now, facts=facts)


def note_of(verb: CourtVerb, kind: str, reference: str, *, by: Actor, now: datetime, **facts: Fact) -> None:
    """Write one line about a court or a type, in the caller's transaction."""
    record(verb=verb, by=by, subject=Subject(kind=kind, reference=reference), now=now, facts=facts)
