"""Takes hashes into the bank and lets them go: the part that every operation on entries shares.

An entry's row is locked before anyone asks who still holds it; two people who withdraw the same picture at the same
moment can therefore not each leave it to the other.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from leeward.industry.bank.models import DenyEntry, Draw, Entry, Feedback, Withdrawal
from leeward.industry.bank.rules import (
    ACKNOWLEDGE_WITHIN,
    REMOVAL_VALUES,
    VARIANT_LEVELS,
    Answer,
    DenyList,
    Drawn,
    EntryStatus,
    FeedbackValue,
    HashType,
    NewHash,
    Tier,
    judge,
    nearer_variant,
)

type Key = tuple[HashType, str]

ROWS_AT_ONCE = 500


def key_of(new: NewHash) -> Key:
    """Return the key by which two hashes are the same."""
    return new.hash_type, new.value


def deny_list() -> DenyList:
    """The deny list as it stands."""
    return DenyList(
        (HashType(hash_type), value) for hash_type, value in DenyEntry.objects.values_list("hash_type", "value")
    )


def lock_entries(ids: Iterable[int]) -> list[Entry]:
    """These entries, locked until the end of the transaction, in the order that every operation uses."""
    return [
        entry
        for part in parts_of(sorted(set(ids)))
        for entry in Entry.objects.select_for_update().filter(pk__in=part).order_by("pk")
    ]


def lock_entries_by_value(values: Iterable[str], *, types: Iterable[HashType] = tuple(HashType)) -> list[Entry]:
    """All entries of these values and types, locked."""
    wanted, names = sorted(set(values)), [hash_type.value for hash_type in types]
    ids = [
        pk
        for part in parts_of(wanted)
        for pk in Entry.objects.filter(hash_type__in=names, value__in=part).values_list("pk", flat=True)
    ]
    return lock_entries(ids)


def take_in(
    hashes: Sequence[NewHash], *, expires_on: date, now: datetime, confirmed: frozenset[Key] = frozenset()
) -> dict[Key, Entry]:
    """Make sure that each hash has an active entry, and return the entries, locked; barred ones stay withdrawn.

    `confirmed` are the hashes that come as verified by a practitioner.
    """
    asked = dict(_nearest(hashes))
    made = [
        _new_entry(new, expires_on=expires_on, confirmed_at=now if key in confirmed else None)
        for key, new in asked.items()
    ]
    Entry.objects.bulk_create(made, batch_size=ROWS_AT_ONCE, ignore_conflicts=True)
    fresh, known = _find_made(made)
    found = {
        (HashType(entry.hash_type), entry.value): entry
        for entry in lock_entries(known)
        if (HashType(entry.hash_type), entry.value) in asked
    }
    revived = [entry.pk for entry in found.values() if _revive(entry)]
    changed = [
        entry
        for key, entry in found.items()
        if _update(entry, asked[key], expires_on=expires_on, confirmed_at=now if key in confirmed else None)
        or entry.pk in revived
    ]
    for part in parts_of(revived):
        Withdrawal.objects.filter(entry__in=part).delete()
        Feedback.objects.filter(entry__in=part, value__in=[value.value for value in REMOVAL_VALUES]).delete()
    save_and_publish(changed)
    return found | {(HashType(entry.hash_type), entry.value): entry for entry in fresh}


def _find_made(made: Sequence[Entry]) -> tuple[list[Entry], list[int]]:
    """Those of these entries that were not there before, with their keys, and the keys of what stood in their place.

    Nobody else sees the new ones before the transaction ends, so they need no lock, and are not read again.
    """
    ours = {entry.reference: entry for entry in made}
    types = {entry.hash_type for entry in made}  # an index begins with them
    fresh, known = [], []
    for part in parts_of(sorted({entry.value for entry in made})):
        rows = Entry.objects.filter(hash_type__in=types, value__in=part)
        for pk, reference in rows.values_list("pk", "reference"):
            entry = ours.get(reference)
            if entry is None:
                known.append(pk)
            else:
                entry.pk = pk
                fresh.append(entry)
    return fresh, known


def save_and_publish(entries: Sequence[Entry]) -> None:
    """Judge these changed entries anew by their answers, save them, and let the feed carry them again."""
    answers: dict[int, list[Answer]] = {entry.pk: [] for entry in entries}
    for part in parts_of(list(answers)):
        rows = Feedback.objects.filter(entry__in=part).values_list("entry_id", "value", "since")
        for entry_id, value, since in rows:
            answers[entry_id].append(Answer(value=FeedbackValue(value), since=since))
    for entry in entries:
        standing = judge(confirmed_at=entry.confirmed_at, answers=answers[entry.pk])
        entry.tier, entry.in_review = standing.tier.value, standing.in_review
        entry.pending_publication = True
    Entry.objects.bulk_update(
        entries,
        [
            "variant",
            "level",
            "quality",
            "status",
            "tier",
            "in_review",
            "confirmed_at",
            "expires_on",
            "withdrawn_at",
            "barred_at",
            "pending_publication",
        ],
        batch_size=ROWS_AT_ONCE,
    )


def let_go(ids: Iterable[int], *, now: datetime) -> int:
    """Withdraw those of these *locked* entries that nothing holds any more; returns how many."""
    wanted = sorted(set(ids))
    loose = [
        row
        for part in parts_of(wanted)
        for row in Entry.objects.filter(pk__in=part, status=EntryStatus.ACTIVE.value, canary_for__isnull=True).exclude(
            Entry.objects.held()
        )
    ]
    withdraw_entries(loose, now=now)
    return len(loose)


def withdraw_entries(entries: Sequence[Entry], *, now: datetime, barred_at: datetime | None = None) -> None:
    """Withdraw these locked entries, and ask every platform that may have drawn them to drop them.

    An entry that no page has carried yet is never published at all, and one that no submission names is deleted.
    """
    published = [entry.pk for entry in entries if entry.first_sequence is not None]
    unpublished = [entry.pk for entry in entries if entry.first_sequence is None]
    for part, pending in [*((p, True) for p in parts_of(published)), *((p, False) for p in parts_of(unpublished))]:
        Entry.objects.filter(pk__in=part).update(
            status=EntryStatus.WITHDRAWN.value, withdrawn_at=now, barred_at=barred_at, pending_publication=pending
        )
    if barred_at is None:
        for part in parts_of(unpublished):
            Entry.objects.filter(pk__in=part, memberships__isnull=True).delete()
    if not published:
        return
    drawn: dict[int, list[Drawn]] = defaultdict(list)
    for draw in Draw.objects.select_for_update().order_by("pk"):
        drawn[draw.platform_id].append(draw.as_drawn())
    Withdrawal.objects.bulk_create(
        [
            Withdrawal(entry=entry, platform_id=platform_id, asked_at=now, due_at=now + ACKNOWLEDGE_WITHIN)
            for entry in entries
            for platform_id, doors in drawn.items()
            if any(_covers(door, entry) for door in doors) and entry.canary_for_id in (None, platform_id)
        ],
        batch_size=ROWS_AT_ONCE,
        ignore_conflicts=True,
    )


def _covers(drawn: Drawn, entry: Entry) -> bool:
    return drawn.covers(hash_type=HashType(entry.hash_type), level=entry.level, first_sequence=entry.first_sequence)


def _nearest(hashes: Sequence[NewHash]) -> list[tuple[Key, NewHash]]:
    """Each hash once, under its variant nearest to the picture, in the order in which rows are inserted everywhere."""
    best: dict[Key, NewHash] = {}
    for new in hashes:
        known = best.get(key_of(new))
        if known is None or nearer_variant(known.variant, new.variant) != known.variant:
            best[key_of(new)] = new
    return sorted(best.items(), key=lambda item: item[0])


def _new_entry(new: NewHash, *, expires_on: date, confirmed_at: datetime | None) -> Entry:
    return Entry(
        hash_type=new.hash_type.value,
        value=new.value,
        variant=new.variant,
        level=VARIANT_LEVELS[new.variant],
        quality=new.quality,
        expires_on=expires_on,
        confirmed_at=confirmed_at,
        tier=Tier.SUBMITTED.value if confirmed_at is None else Tier.VERIFIED.value,
    )


def _revive(entry: Entry) -> bool:
    """Make a withdrawn entry active again unless a practitioner took it out; returns whether it was done."""
    if entry.status == EntryStatus.ACTIVE.value or entry.barred_at is not None:
        return False
    entry.status, entry.withdrawn_at = EntryStatus.ACTIVE.value, None
    return True


def _update(entry: Entry, new: NewHash, *, expires_on: date, confirmed_at: datetime | None) -> bool:
    """Let a known entry learn what this hash adds; returns whether anything changed."""
    if entry.barred_at is not None:
        return False
    before = (entry.variant, entry.quality, entry.expires_on, entry.confirmed_at)
    entry.variant = nearer_variant(entry.variant, new.variant)
    entry.level = VARIANT_LEVELS[entry.variant]
    entry.quality = new.quality if entry.quality is None else entry.quality
    entry.expires_on = max(entry.expires_on, expires_on)
    entry.confirmed_at = entry.confirmed_at or confirmed_at
    return before != (entry.variant, entry.quality, entry.expires_on, entry.confirmed_at)


def parts_of[T](rows: Sequence[T]) -> list[Sequence[T]]:
    """The rows in parts that fit into one statement."""
    return [rows[start : start + ROWS_AT_ONCE] for start in range(0, len(rows), ROWS_AT_ONCE)]
