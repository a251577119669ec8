"""What the audit trail says of outcomes: codes and days, and nothing of anybody."""

from enum import StrEnum

from leeward.foundation.audit.operations import note

__all__ = ["OutcomesVerb", "note"]


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
    DRAFTED = "outcomes.drafted"
    DISCARDED = "outcomes.discarded"
    PRINTED = "outcomes.printed"
    COHORT_RECEIVED = "outcomes.cohort_received"
    COHORT_ACCEPTED = "outcomes.cohort_accepted"
    COHORT_WITHDRAWN = "outcomes.cohort_withdrawn"
    COHORT_EXPIRED = "outcomes.cohort_expired"
