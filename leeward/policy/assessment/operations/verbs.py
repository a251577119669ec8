"""What the audit trail says of the assessment: which round or body, which item, and never what was said."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import NO_FACTS, Actor, Fact, Subject


class AssessmentVerb(StrEnum):
    """What can happen."""

    BODY_ADDED = "assessment.body_added"
    BODY_CHANGED = "assessment.body_changed"
    ROUND_STEPPED = "assessment.round_stepped"
    BODIES_INVITED = "assessment.bodies_invited"
    VIEW_FINISHED = "assessment.view_finished"
    SCORED = "assessment.scored"
    CONFIRMED = "assessment.confirmed"
    AGREED = "assessment.agreed"
    EVIDENCE_ADDED = "assessment.evidence_added"
    EVIDENCE_TAKEN_BACK = "assessment.evidence_taken_back"
    WORKBOOK_RECEIVED = "assessment.workbook_received"
    WORKBOOK_TAKEN = "assessment.workbook_taken"
    WORKBOOK_REMOVED = "assessment.workbook_removed"


def note(
    verb: AssessmentVerb,
    kind: str,
    reference: UUID,
    *,
    by: Actor,
    now: datetime,
    facts: Mapping[str, Fact] = NO_FACTS,
) -> None:
    """Write one line, in the caller's transaction."""
    subject = Subject(kind=f"assessment_{kind}", reference=str(reference))
    record(verb=verb, by=by, subject=subject, now=now, facts=facts)
