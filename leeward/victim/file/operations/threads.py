"""What a person and a team write each other. The room whose team it is holds the lock of its own row meanwhile."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Max, Q

from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.operations import OpenFile, destroy_file, make_file, reads
from leeward.foundation.vault.rules.grants import Compartment, Grantee
from leeward.victim.file.holders import Talk, all_rooms
from leeward.victim.file.models import File, Message, Thread
from leeward.victim.file.operations.files import her_file, her_key
from leeward.victim.file.rules.threads import Side
from leeward.victim.portal.rules.visits import Bearer


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


@dataclass(frozen=True, kw_only=True)
class ThreadHead:
    """One of her threads on a list. `is_read`: whether the team can open it now. `unread`: what she has not read."""

    talk: Talk
    is_read: bool
    unread: int


def list_threads(bearer: Bearer, *, now: datetime) -> tuple[ThreadHead, ...]:
    """With whom she writes, in the order of the rooms."""
    file = her_file(bearer)
    if file is None:
        return ()
    unread = Count("messages", filter=Q(messages__side=Side.TEAM, messages__read_at__isnull=True))
    rows = {row.team: row for row in Thread.objects.filter(file__reference=file).annotate(unread=unread)}
    return tuple(
        ThreadHead(talk=talk, is_read=_is_read(row, {row.team, room.closed}, now=now), unread=row.unread)
        for room in all_rooms()
        if (row := rows.get(room.team)) and (talk := room.talk) and talk.is_hers(file)
    )


def _is_read(row: Thread, teams: Collection[str], *, now: datetime) -> bool:
    return any(team and reads(team, row.reference, now=now) for team in teams)


def begin_thread(file: File, *, team: Grantee, by: Actor, now: datetime) -> tuple[Thread, OpenFile]:
    """Begin a thread between her and a team, in a vault file of its own."""
    hers = her_key(file)
    readers: Sequence[Grantee] = [team, hers] if hers else [team]
    thread = Thread.objects.create(file=file, team=team.id, opened_at=now)
    return thread, make_file(file=thread.reference, grants={Compartment.STORY: readers}, by=by, now=now, reason=team.id)


def give_own_key(thread: Thread, *, opened: OpenFile, team: Grantee, bound: str, by: Actor, now: datetime) -> None:
    """Seal anew what an earlier release had sealed with the story's key, which other teams hold: from now on the two
    alone open it. A thread with a key of its own stays as it is.

    `opened`: her file. `bound`: under which name of a place the messages were sealed, before their reference.
    """
    with transaction.atomic():
        row = Thread.objects.select_for_update(of=("self",)).select_related("file").get(pk=thread.pk)
        if row.reference == row.file.reference:
            hers, row.reference = her_key(row.file), uuid.uuid4()
            readers = {Compartment.STORY: [team, hers] if hers else [team]}
            own = make_file(file=row.reference, grants=readers, by=by, now=now, reason=row.team)
            row.save(update_fields=["reference"])
            for message in row.messages.select_for_update():
                words = opened.unseal(
                    message.words, compartment=Compartment.STORY, place=f"{bound}|{message.reference}"
                )
                message.words = Message.box(own, "words", message.reference, words)
                message.save(update_fields=["words"])
        thread.reference = row.reference


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
    """Write into a thread; False where the reference is there already: a form pressed twice writes once.

    The caller holds a lock on what the thread hangs on, and has cut her own times to the hour.
    """
    reference = reference or uuid.uuid4()
    if Message.objects.filter(reference=reference).exists():
        return False
    earlier = thread.messages.aggregate(at=Max("at"), ordinal=Max("ordinal"))
    thread.messages.create(
        reference=reference,
        side=side,
        at=max(now, earlier["at"] or now),  # an hour is never before what it answers
        ordinal=(earlier["ordinal"] or 0) + 1,
        by=by.id,
        words=Message.box(opened, "words", reference, words),
    )
    return True


def take_out(thread: Thread, reference: uuid.UUID, *, now: datetime) -> bool:
    """Delete the words of a message of hers; False where there is nothing to delete. Both sides see that it was."""
    hers = thread.messages.filter(reference=reference, side=Side.PERSON, taken_out_at__isnull=True)
    return bool(hers.update(words="", taken_out_at=now))


def mark_read(thread: uuid.UUID, *, side: Side, now: datetime) -> None:
    """Note that what this side wrote has been read. Safe to repeat."""
    Message.objects.filter(thread__reference=thread, side=side, read_at__isnull=True).update(read_at=now)


def read_thread(thread: Thread, opened: OpenFile | None) -> tuple[ThreadLine, ...]:
    """Every message of a thread, the earliest first; their words are "" where these keys do not open it."""
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
        for row in thread.messages.order_by("at", "ordinal", "pk")
    )


def erase_thread(thread: Thread, *, by: Actor, now: datetime) -> None:
    """Destroy its keys first, so that backups go blind too, then the rows."""
    destroy_file(file=thread.reference, by=by, now=now)
    thread.delete()
