"""What the audit trail says of the declaration: which organisation or version, and never what it says."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import NO_FACTS, Actor, Fact, Subject


class DeclarationVerb(StrEnum):
    """What can happen."""

    PUBLISHED = "declarations.version_published"
    APPLIED = "declarations.applied"
    VERIFIED = "declarations.authority_verified"
    REFUSED = "declarations.refused"
    OFFERED = "declarations.signature_offered"
    SIGNED = "declarations.signed"
    LEFT = "declarations.left"
    CHANGED = "declarations.changed"
    LAPSED = "declarations.application_lapsed"
    FORGOTTEN = "declarations.nominee_forgotten"
    HANDED_IN = "declarations.handed_in"
    ACCEPTED = "declarations.accepted"
    REJECTED = "declarations.rejected"
    ENDED = "declarations.statement_ended"
    LINK_SENT = "declarations.link_sent"
    FOUND = "declarations.found"
    REPLIED = "declarations.replied"
    ASKED = "declarations.information_asked"
    ANSWERED = "declarations.information_answered"
    DROPPED = "declarations.information_dropped"
    COUNTED = "declarations.figure_stated"
    STRUCK = "declarations.figure_struck"


def note(
    verb: DeclarationVerb,
    kind: str,
    reference: UUID | str | int,
    *,
    by: Actor,
    now: datetime,
    facts: Mapping[str, Fact] = NO_FACTS,
) -> None:
    """Write one line, in the caller's transaction."""
    record(
        verb=verb, by=by, subject=Subject(kind=f"declaration_{kind}", reference=str(reference)), now=now, facts=facts
    )
