"""What the audit trail says of surveys. Nothing is said of an answer that comes in."""

from datetime import datetime
from enum import StrEnum

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, Fact, Subject


class SurveyVerb(StrEnum):
    """What can happen."""

    QUESTIONNAIRE = "surveys.questionnaire_kept"
    DRAFTED = "surveys.wave_drafted"
    PERMITTED = "surveys.wave_permitted"
    INVITED = "surveys.codes_drawn"
    DELIVERED = "surveys.file_taken_in"
    EMPTIED = "surveys.urn_emptied"
    PRINTED = "surveys.tables_printed"
    PROPOSED = "surveys.proposed"
    SIGNED = "surveys.proposal_signed"
    DISCARDED = "surveys.proposal_discarded"
    ABANDONED = "surveys.wave_abandoned"
    FORGOTTEN = "surveys.answers_erased"


def note(verb: SurveyVerb, reference: str, *, by: Actor, now: datetime, **facts: Fact) -> None:
    """Write one line, in the caller's transaction."""
    record(verb=verb, by=by, subject=Subject(kind="survey", reference=reference), now=now, facts=facts)
