"""What the audit trail says here: that something was done, never about whom by name."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, Fact, Subject


class ChangeVerb(StrEnum):
    """What can happen."""

    TRIAL_BEGUN = "perpetrators.trial_begun"
    TRIAL_ENDED = "perpetrators.trial_ended"
    PROVIDER_ADDED = "perpetrators.provider_added"
    PROGRAMME_KEPT = "perpetrators.programme_kept"
    REFERRER_ADDED = "perpetrators.referrer_added"
    LINK_RENEWED = "perpetrators.link_renewed"
    REFERRED = "perpetrators.referred"
    NOTED = "perpetrators.noted"
    FORGOTTEN = "perpetrators.forgotten"


def note(verb: ChangeVerb, kind: str, about: UUID | str, /, *, by: Actor, now: datetime, **facts: Fact) -> None:
    """Write one line, in the caller's transaction. `kind`: of what `about` is the reference."""
    record(verb=verb, by=by, subject=Subject(kind=kind, reference=str(about)), now=now, facts=facts)
