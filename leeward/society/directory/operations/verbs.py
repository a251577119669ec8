"""What the audit trail says of the directory: which entry, and never what it says."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import NO_FACTS, Actor, Fact, Subject


class DirectoryVerb(StrEnum):
    """What can happen in the directory."""

    ADDED = "directory.added"
    CHANGED = "directory.changed"
    REMOVED = "directory.removed"
    WITHDRAWN = "directory.withdrawn"
    RESTORED = "directory.restored"
    CONFIRMED = "directory.confirmed"
    REMINDED = "directory.reminded"
    PROPOSED = "directory.proposed"
    ACCEPTED = "directory.accepted"
    REJECTED = "directory.rejected"
    IMPORTED = "directory.imported"
    LISTS_CHANGED = "directory.lists_changed"


def note(
    verb: DirectoryVerb,
    kind: str,
    reference: UUID | str,
    *,
    by: Actor,
    now: datetime,
    facts: Mapping[str, Fact] = NO_FACTS,
) -> None:
    """Write one line about an entry, in the caller's transaction."""
    record(verb=verb, by=by, subject=Subject(kind=f"directory_{kind}", reference=str(reference)), now=now, facts=facts)
