"""Writes lines into the audit trail, seals them into one chain, and checks that the chain is as it was written.

A line is written in the caller's transaction, so that a change and its line stand or fall together, but without a lock:
two operations never wait for each other because both are recorded. Straight after the commit the line is *sealed*: it
gets its number and the hash of the line before, in an order that one sealer at a time decides.

A person's own acts are told to the hour. Their lines wait until that hour is over and are then sealed together, in the
order of their random keys: neither a number nor a place tells which of them came first.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from leeward.foundation.audit.errors import ChainBroken
from leeward.foundation.audit.keys import draw_key
from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.audit.rules import (
    FIRST_PREVIOUS_HASH,
    HERS,
    NO_FACTS,
    SEALED_AFTER,
    Actor,
    Fact,
    NewEvent,
    Subject,
    canonical_facts,
    chain_hash,
)

# Any number that nothing else in this database uses as an advisory lock.
SEAL_LOCK = 4_605_811_927
SEALED_AT_ONCE = 1_000
NOTHING_KEPT = (0, FIRST_PREVIOUS_HASH)


def record(*, verb: StrEnum, by: Actor, subject: Subject, now: datetime, facts: Mapping[str, Fact] = NO_FACTS) -> None:
    """Write one line, in the caller's transaction.

    Raises FactRefused where a fact could carry content. A hash value, a name or an address is never a fact.
    """
    record_all([NewEvent(verb=verb, by=by, subject=subject, now=now, facts=facts)])


def note(verb: StrEnum, kind: str, about: UUID | str, /, *, by: Actor, now: datetime, **facts: Fact) -> None:
    """Write one line about the thing of this `kind` whose reference is `about`, in the caller's transaction."""
    record(verb=verb, by=by, subject=Subject(kind=kind, reference=str(about)), now=now, facts=facts)


def record_all(events: Iterable[NewEvent]) -> None:
    """Write several lines, in the caller's transaction. Raises FactRefused as `record` does."""
    AuditEvent.objects.bulk_create([_line_of(event, key=draw_key()) for event in events], batch_size=500)
    # Once for all lines of a transaction. One that was asked for in a part which is rolled back goes with that part; so
    # do the lines written since, for they are in it too.
    if not any(waiting[1] is _seal_committed for waiting in connection.run_on_commit):
        # Robust: what was committed stays acknowledged even if sealing must wait for the next line or sweep.
        transaction.on_commit(_seal_committed, robust=True)


def record_once_a_day(
    *, verb: StrEnum, by: Actor, subject: Subject, now: datetime, facts: Mapping[str, Fact] = NO_FACTS
) -> None:
    """Write a line unless the day already has the same one: for what a machine does again every few seconds.

    `subject` names one thing, and few lines are about it, or looking for the line would take long.
    """
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    is_there = AuditEvent.objects.filter(
        subject_kind=subject.kind,
        subject_reference=subject.reference,
        verb=verb.value,
        actor_kind=by.kind,
        actor_id=by.id,
        facts=canonical_facts(facts),
        at__gte=day,
        at__lt=day + timedelta(days=1),
    ).exists()
    if not is_there:
        record(verb=verb, by=by, subject=subject, now=now, facts=facts)


def seal_events(*, now: datetime) -> int:
    """Seal every committed line that is not yet part of the chain and whose time has come; returns how many.

    Safe to call at any time.
    """
    sealed = batch = _seal_batch(now=now)
    while batch == SEALED_AT_ONCE:  # a smaller one was all; whoever commits a line later seals it
        batch = _seal_batch(now=now)
        sealed += batch
    return sealed


def lines_about(subject: Subject, *, but: Collection[str] = ()) -> list[AuditEvent]:
    """Return the lines about one subject, the earliest first, `but` those with these verbs.

    What is a person's is named anew in each line, so that all are read.
    """
    lines = AuditEvent.objects.filter(subject_kind=subject.kind).exclude(verb__in=[str(verb) for verb in but])
    if type(subject) is Subject:  # named alike in all its lines, so that they are found by the index
        lines = lines.filter(subject_reference=subject.reference)
    lines = lines.order_by("at", "sequence", "id")
    return [line for line in lines.iterator() if line.subject_reference == subject.named_in(line.pk)]


def verify_chain(*, kept: tuple[int, str] = NOTHING_KEPT) -> int:
    """Check every sealed line against the one before; returns how many lines were checked.

    `kept` is a head of an earlier day that was written down elsewhere: who may change every row can also cut the end
    off or write the whole chain anew, and only what she cannot reach shows it.

    Raises ChainBroken, naming the first line that is missing or was changed.
    """
    seal_events(now=timezone.now())
    previous_hash, expected = FIRST_PREVIOUS_HASH, 1
    for event in AuditEvent.objects.filter(sequence__isnull=False).order_by("sequence").iterator(chunk_size=2_000):
        if event.sequence != expected:
            raise ChainBroken(f"Line {expected} of the audit trail is missing; the next one is line {event.sequence}.")
        if event.previous_hash != previous_hash or event.hash != _hash_as_written(event, previous_hash=previous_hash):
            raise ChainBroken(f"Line {expected} of the audit trail ({event.verb}) is not as it was written.")
        if expected == kept[0] and event.hash != kept[1]:
            raise ChainBroken(f"Line {expected} of the audit trail, or one before it, was written anew since.")
        previous_hash, expected = event.hash, expected + 1
    if expected <= kept[0]:
        raise ChainBroken(f"Line {expected} of the audit trail is missing, and all after it up to line {kept[0]}.")
    return expected - 1


def head() -> tuple[int, str]:
    """The last sealed line's number and hash; kept elsewhere, they prove later that nothing was cut off the end."""
    last = AuditEvent.objects.filter(sequence__isnull=False).order_by("-sequence").first()
    if last is None or last.sequence is None:
        return 0, FIRST_PREVIOUS_HASH
    return last.sequence, last.hash


def _seal_committed() -> None:
    seal_events(now=timezone.now())


def _line_of(event: NewEvent, *, key: int) -> AuditEvent:
    return AuditEvent(
        id=key,
        at=event.at,
        verb=event.verb.value,
        actor_kind=event.by.kind,
        actor_id=event.by.id,
        subject_kind=event.subject.kind,
        subject_reference=event.subject.named_in(key),
        facts=canonical_facts(event.facts),
    )


def _ready(*, now: datetime) -> QuerySet[AuditEvent]:
    """The lines that are to be sealed now: of a person's own acts only those whose hour is over."""
    is_over = ~Q(actor_kind__in=HERS) | Q(at__lte=now - SEALED_AFTER)
    return AuditEvent.objects.filter(is_over, sequence__isnull=True).order_by("at", "id")


def _hash_as_written(event: AuditEvent, *, previous_hash: str) -> str:
    """The hash that a line must have; "" for one that nobody could have written."""
    try:
        line = event.as_line()
    except ValueError:  # no such kind of actor, or a person with a name
        return ""
    return chain_hash(previous_hash=previous_hash, sequence=event.sequence or 0, line=line)


@transaction.atomic
def _seal_batch(*, now: datetime) -> int:
    if connection.vendor == "postgresql":  # SQLite has one writer at a time anyway
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEAL_LOCK])
    events = list(_ready(now=now)[:SEALED_AT_ONCE])
    if not events:
        return 0
    sequence, previous_hash = head()
    for event in events:
        sequence += 1
        event.sequence, event.previous_hash = sequence, previous_hash
        event.hash = previous_hash = chain_hash(previous_hash=previous_hash, sequence=sequence, line=event.as_line())
    # One by one: a single statement would go through the table in the order in which the lines were written.
    statement = "UPDATE audit_auditevent SET sequence = %s, previous_hash = %s, hash = %s WHERE id = %s"
    with connection.cursor() as cursor:
        cursor.executemany(statement, [[event.sequence, event.previous_hash, event.hash, event.pk] for event in events])
    return len(events)
