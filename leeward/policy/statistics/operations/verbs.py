"""What the audit trail says of the statistics."""

from datetime import datetime
from enum import StrEnum

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, Subject


class StatisticsVerb(StrEnum):
    """What can happen."""

    DRAFTED = "statistics.release_drafted"
    DISCARDED = "statistics.draft_discarded"
    RELEASED = "statistics.released"
    PLANNED = "statistics.release_planned"
    UNPLANNED = "statistics.release_unplanned"


def note(verb: StatisticsVerb, edition: str, *, by: Actor, now: datetime) -> None:
    """Write one line, in the caller's transaction."""
    record(verb=verb, by=by, subject=Subject(kind="statistics_release", reference=edition), now=now)


def who(by: Actor) -> str:
    """Who did it, as a row keeps it: a reference, or a kind where there is none."""
    return by.id or by.kind.value
