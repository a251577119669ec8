"""What a person and a team write each other. The room whose team it is holds the lock of its own row meanwhile."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.operations import OpenFile, destroy_file, make_file
from leeward.foundation.vault.rules.grants import Compartment, Grantee
from leeward.victim.file.models import File, Message, Thread
from leeward.victim.file.operations.files import her_key
from leeward.victim.file.rules.threads import Side


@dataclass(frozen=True, kw_only=True)
class ThreadLine:
    """A message as its reader sees it: `words` is "" where she took it out. `by` is a member of staff's reference."""

    reference: uuid.UUID
    side: Side
    at: datetime
    by: str
    words: str
    is_taken_out: bool
    is_read: bool


def begin_thread(file: File, *, team: Grantee, by: Actor, now: datetime) -> tuple[Thread, OpenFile]:
    """Begin a thread between her and a team, in a vault file of its own."""
    hers = her_key(file)
    readers: Sequence[Grantee] = [team, hers] if hers else [team]
    thread = Thread.objects.create(file=file, team=team.id, opened_at=now)
    return thread, make_file(file=thread.reference, grants={Compartment.STORY: readers}, by=by, now=now, reason=team.id)


def write_in(
    thread: Thread,
    words: str,
    *,
    opened: OpenFile,
    side: Side,
    by: Actor,
    now: datetime,
    reference: uuid.UUID | None = None,
) -> bool:
    """Write into a thread; False where the reference is there already: a form pressed twice writes once."""
    return Message.add(opened, words, thread=thread, side=side, by=by, now=now, reference=reference)


def take_out(thread: Thread, reference: uuid.UUID, *, now: datetime) -> bool:
    """Delete the words of a message of hers; False where there is nothing to delete. Both sides see that it was."""
    hers = thread.messages.filter(reference=reference, side=Side.PERSON, taken_out_at__isnull=True)
    return bool(hers.update(words="", taken_out_at=now))


def mark_read(thread: uuid.UUID, *, side: Side, now: datetime) -> None:
    """Note that what this side wrote has been read. Safe to repeat."""
    Message.objects.filter(thread__reference=thread, side=side, read_at__isnull=True).update(read_at=now)


def read_thread(thread: Thread, opened: OpenFile, *, last: int = 200) -> tuple[ThreadLine, ...]:
    """The last messages of a thread, the earliest first."""
    rows = thread.messages.order_by("-at", "-ordinal")[:last]
    return tuple(
        ThreadLine(
            reference=row.reference,
            side=row.side,
            at=row.at,
            by=row.by,
            words=row.peek(opened, "words"),
            is_taken_out=row.taken_out_at is not None,
            is_read=row.read_at is not None,
        )
        for row in reversed(rows)
    )


def erase_thread(thread: Thread, *, by: Actor, now: datetime) -> None:
    """Destroy its keys first, so that backups go blind too, then the rows."""
    destroy_file(file=thread.reference, by=by, now=now)
    thread.delete()
