"""What the audit trail says of the removal desk."""

import uuid
from datetime import datetime
from enum import StrEnum

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, Fact, PersonsSubject
from leeward.foundation.vault.boxed import Boxed


class RemovalVerb(StrEnum):
    """What can happen to a report, a request or a notice."""

    BEGUN = "removals.begun"
    FILED = "removals.filed"
    CHANGED = "removals.changed"
    CONSENTED = "removals.consented"
    ITEMS_ADDED = "removals.items_added"
    ITEM_DROPPED = "removals.item_dropped"
    STEP = "removals.step"
    CAME_BACK = "removals.came_back"
    FOUND = "removals.found"
    NOTICE_MADE = "removals.notice_made"
    ASSIGNED = "removals.assigned"
    BAND_SET = "removals.band_set"
    CLAIMED = "removals.claimed"
    LET_GO = "removals.let_go"
    NOTED = "removals.noted"
    WRITTEN = "removals.written"
    TAKEN_OUT = "removals.taken_out"
    DECISION = "removals.decision"
    DECISION_CONFIRMED = "removals.decision_confirmed"
    APPEAL = "removals.appeal"
    REVIEW_ASKED = "removals.review_asked"
    REVIEW_DECIDED = "removals.review_decided"
    CLOSED = "removals.closed"
    STOPPED = "removals.stopped"
    LET_IN = "removals.let_in"
    ERASED = "removals.erased"
    ORDERED = "removals.ordered"
    ORDER_ENDED = "removals.order_ended"


def write_line(verb: RemovalVerb, about: Boxed | uuid.UUID, *, by: Actor, now: datetime, **facts: Fact) -> None:
    """Write one line about a request, a notice or a report, or a report's reference, in the caller's transaction."""
    kind, reference = (type(about).__name__.lower(), about.reference) if isinstance(about, Boxed) else ("report", about)
    record(verb=verb, by=by, subject=PersonsSubject(kind=kind, reference=str(reference)), now=now, facts=facts)
