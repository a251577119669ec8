"""What the audit trail says of outcomes: codes and days, and nothing of anybody."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, Fact, Subject


class OutcomesVerb(StrEnum):
    """What can happen."""

    AUTHORITY_KEPT = "outcomes.authority_kept"
    LINK_MADE = "outcomes.link_made"
    MAP_MADE = "outcomes.map_made"
    CODES_LOADED = "outcomes.codes_loaded"
    CODES_SWITCHED = "outcomes.codes_switched"
    METHOD_PUBLISHED = "outcomes.method_published"
    RECEIVED = "outcomes.received"
    CHECKED = "outcomes.checked"
    SEEN = "outcomes.seen"
    ACCEPTED = "outcomes.accepted"
    WITHDRAWN = "outcomes.withdrawn"
    PRINTED = "outcomes.printed"
    COHORT_RECEIVED = "outcomes.cohort_received"
    COHORT_ACCEPTED = "outcomes.cohort_accepted"
    COHORT_WITHDRAWN = "outcomes.cohort_withdrawn"
    COHORT_EXPIRED = "outcomes.cohort_expired"


def note(verb: OutcomesVerb, kind: str, about: UUID | str, /, *, by: Actor, now: datetime, **facts: Fact) -> None:
    """Write one line, in the caller's transaction. `kind`: of what `about` is the reference."""
    record(verb=verb, by=by, subject=Subject(kind=kind, reference=str(about)), now=now, facts=facts)
