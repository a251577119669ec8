"""Loads files of operators: lists of hashes, and the deny list."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, Subject
from leeward.industry.bank.models import DenyEntry, Membership, Picture, Submission
from leeward.industry.bank.operations.entries import Key, deny_list, key_of, take_in
from leeward.industry.bank.operations.verbs import BankVerb
from leeward.industry.bank.rules import (
    REFUSAL_WORDS,
    Intake,
    ListedHash,
    Loaded,
    MediaKind,
    NewHash,
    RefusalReason,
    RefusedLine,
    Tier,
    expiry,
    refusal_reason,
)


@transaction.atomic
def import_hashes(*, run: uuid.UUID, rows: Sequence[ListedHash], now: datetime) -> Loaded:
    """Load a part of an operator's list. What an earlier list already holds is left as it is.

    `run` names the list; all of its parts share one submission. `finish_import` ends it with one audit line.
    """
    denied = deny_list().denied([key_of(row.new) for row in rows])
    why = {row.line: _why(row.new, denied=denied) for row in rows}
    usable = [row for row in rows if why[row.line] is None]
    submission, picture = _container(run, now=now)
    entries = take_in(
        [row.new for row in usable],
        expires_on=submission.expires_on,
        now=now,
        confirmed=frozenset(key_of(row.new) for row in usable if row.tier is Tier.VERIFIED),
    )
    for row in usable:
        if entries[key_of(row.new)].barred_at is not None:
            why[row.line] = RefusalReason.BARRED
    ids = {entries[key_of(row.new)].pk: row.new.variant for row in usable if why[row.line] is None}
    held = set(
        Membership.objects.filter(
            entry__in=list(ids),
            picture__submission__source=Intake.IMPORT.value,
            picture__withdrawn_at__isnull=True,
        ).values_list("entry_id", flat=True)
    )
    fresh = [Membership(picture=picture, entry_id=pk, variant=ids[pk]) for pk in ids if pk not in held]
    Membership.objects.bulk_create(fresh, batch_size=500)
    picture.accepted += len(fresh)
    picture.save(update_fields=["accepted"])
    return Loaded(
        loaded=len(fresh),
        already_there=len(rows) - len(fresh) - sum(reason is not None for reason in why.values()),
        refused=tuple(
            RefusedLine(line=line, why=REFUSAL_WORDS[reason]) for line, reason in why.items() if reason is not None
        ),
    )


@transaction.atomic
def finish_import(*, run: uuid.UUID, loaded: int, already_there: int, refused: int, by: Actor, now: datetime) -> None:
    """Write the one audit line of an import; a list that brought nothing new leaves no submission behind."""
    Submission.objects.filter(reference=run, pictures__accepted=0).delete()
    record(
        verb=BankVerb.LIST_IMPORTED,
        by=by,
        subject=Subject(kind="submission", reference=str(run)),
        now=now,
        facts={"loaded": loaded, "already_there": already_there, "refused": refused},
    )


@transaction.atomic
def deny_hashes(*, hashes: Sequence[Key], by: Actor, now: datetime) -> int:
    """Add to the deny list; returns how many were new. What the bank already holds is not touched."""
    before = DenyEntry.objects.count()
    DenyEntry.objects.bulk_create(
        [DenyEntry(hash_type=hash_type.value, value=value) for hash_type, value in sorted(set(hashes))],
        batch_size=500,
        ignore_conflicts=True,
    )
    added = DenyEntry.objects.count() - before
    record(verb=BankVerb.DENY_LIST_EXTENDED, by=by, subject=Subject(kind="deny_list"), now=now, facts={"added": added})
    return added


def _why(new: NewHash, *, denied: set[Key]) -> RefusalReason | None:
    return refusal_reason(new) or (RefusalReason.ON_DENY_LIST if key_of(new) in denied else None)


def _container(run: uuid.UUID, *, now: datetime) -> tuple[Submission, Picture]:
    submission, _ = Submission.objects.get_or_create(
        reference=run,
        defaults={
            "source": Intake.IMPORT.value,
            "opened_on": now.date(),
            "expires_on": expiry(now.date()),
        },
    )
    picture, _ = Picture.objects.get_or_create(
        submission=submission, ordinal=1, defaults={"batch": run, "kind": MediaKind.IMAGE.value, "accepted": 0}
    )
    return submission, picture
