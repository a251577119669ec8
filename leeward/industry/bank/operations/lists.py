"""Loads files of operators: lists of hashes, and the deny list."""

import secrets
import struct
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from leeward.foundation.audit.keys import KEY_BITS
from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, Subject
from leeward.industry.bank.models import DenyEntry, Membership, Picture, Submission
from leeward.industry.bank.operations.entries import Key, deny_list, key_of, parts_of, take_in
from leeward.industry.bank.operations.publication import give_places
from leeward.industry.bank.operations.verbs import BankVerb
from leeward.industry.bank.rules import (
    REFUSAL_WORDS,
    VARIANT_LEVELS,
    DenyList,
    HashType,
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

INSERT_ENTRIES = """
    INSERT INTO bank_entry (
        id, reference, hash_type, value, variant, level, quality, status, tier, in_review, confirmed_at, expires_on,
        pending_publication, sequence, first_sequence, stamped_at
    )
"""


INSERT_MEMBERSHIPS = "INSERT INTO bank_membership (id, picture_id, entry_id, variant)"


@dataclass(frozen=True, kw_only=True)
class Share:
    """The part of all keys from which those of a part of a list are drawn.

    A list that is sorted by hash, with shares that count up, is inserted in the order of its keys: then a database
    writes each page once, where it would otherwise write most of them anew for every part. Within its list a key tells
    nothing but the order of the hashes.
    """

    number: int = 0
    of: int = 1

    def draw(self, count: int) -> list[int]:
        """So many random keys, in order."""
        width = (1 << KEY_BITS) // self.of
        drawn = struct.iter_unpack("Q", secrets.token_bytes(8 * count))
        return sorted(self.number * width + (each * width >> 64) for (each,) in drawn)


WHOLE = Share()


@transaction.atomic
def import_hashes(
    *,
    run: uuid.UUID,
    rows: Sequence[ListedHash],
    deny: DenyList | None = None,
    share: Share = WHOLE,
    now: datetime,
) -> Loaded:
    """Load a part of an operator's list. What an earlier list already holds is left as it is.

    `run` names the list; all of its parts share one submission. `finish_import` ends it with one audit line. `deny` is
    the deny list, where the caller has it.
    """
    denied = (deny or deny_list()).denied([key_of(row.new) for row in rows])
    why = {row.line: _why(row.new, denied=denied) for row in rows}
    listed = [row for row in rows if why[row.line] is None]
    submission, picture = _container(run, now=now)
    inserted = _insert(listed, picture, expires_on=submission.expires_on, share=share, now=now)
    usable = [row for row in listed if row.line not in inserted]
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
    loaded = len(inserted) + len(fresh)
    picture.accepted += loaded
    picture.save(update_fields=["accepted"])
    return Loaded(
        loaded=loaded,
        already_there=len(rows) - loaded - sum(reason is not None for reason in why.values()),
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


def _insert(rows: Sequence[ListedHash], picture: Picture, *, expires_on: date, share: Share, now: datetime) -> set[int]:
    """Insert those hashes that the bank does not know, with their places in the feed; returns their lines.

    Rows by the thousand go in by one statement each, without a model for every row.
    """
    first = {key_of(row.new): row for row in reversed(rows)}
    known = {key for part in parts_of(sorted(first)) for key in _known(part)}
    new = [row for key, row in sorted(first.items()) if key not in known]
    if not new:
        return set()
    at, until = connection.ops.adapt_datetimefield_value(now), connection.ops.adapt_datefield_value(expires_on)
    placed = list(zip(new, share.draw(len(new)), share.draw(len(new)), give_places(len(new), now=now), strict=True))
    lines: set[int] = set()
    # All that is written into the texts are numbers, digits, and names of our own. They are short, since the driver of
    # SQLite remembers the last hundred.
    with connection.cursor() as cursor:
        for part in parts_of(placed):
            values = [_entry_values(row, key, place, now=at, expires_on=until) for row, key, _, place in part]
            cursor.execute(
                f"{INSERT_ENTRIES} VALUES {','.join(values)} ON CONFLICT (hash_type, value) DO NOTHING RETURNING id"
            )
            made = {key for (key,) in cursor.fetchall()}  # without what somebody else has just inserted
            links = [f"({link},{picture.pk},{key},'{row.new.variant}')" for row, key, link, _ in part if key in made]
            if links:
                cursor.execute(f"{INSERT_MEMBERSHIPS} VALUES {','.join(links)}")
            lines |= {row.line for row, key, _, _ in part if key in made}
    return lines


def _known(keys: Sequence[Key]) -> list[Key]:
    """Those of these keys that the bank has, each looked up in the index.

    Written as a join in this order: a list of values lets a database without fresh statistics read every row of a type.
    """
    asked = ",".join(f"('{hash_type.value}','{value}')" for hash_type, value in keys)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT e.hash_type, e.value FROM (VALUES {asked}) AS v CROSS JOIN bank_entry AS e "  # noqa: S608 - our own words
            "WHERE e.hash_type = v.column1 AND e.value = v.column2"
        )
        return [(HashType(hash_type), value) for hash_type, value in cursor.fetchall()]


def _entry_values(row: ListedHash, key: int, place: tuple[int, int], *, now: object, expires_on: object) -> str:
    new, sequence, stamp = row.new, *place
    quality = "NULL" if new.quality is None else int(new.quality)
    confirmed_at = f"'{now}'" if row.tier is Tier.VERIFIED else "NULL"
    return (
        f"({key},'{uuid.uuid4().hex}','{new.hash_type.value}','{new.value}','{new.variant}',"
        f"{VARIANT_LEVELS[new.variant]},{quality},'active','{row.tier.value}',FALSE,{confirmed_at},'{expires_on}',"
        f"FALSE,{sequence},{sequence},{stamp})"
    )


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
