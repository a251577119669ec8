"""What the audit trail says of a person's own file."""

from datetime import datetime
from enum import StrEnum

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, PersonsSubject
from leeward.victim.file.models import File


class FileVerb(StrEnum):
    """What a machine does with it; what people do is a line of the room that works on it."""

    TOLD = "file.told"
    TELLING_STOPPED = "file.telling_stopped"


def write_line(verb: FileVerb, file: File, *, now: datetime) -> None:
    """Write one line about a file, in the caller's transaction."""
    subject = PersonsSubject(kind="file", reference=str(file.reference))
    record(verb=verb, by=Actor.system(), subject=subject, now=now)
