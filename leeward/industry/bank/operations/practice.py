"""Actions of practitioners and operators on single hashes and platforms: confirm, take out, plant canaries."""

import random
import secrets
from datetime import datetime

from django.db import transaction

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, Subject
from leeward.industry.bank.errors import EntryUnknown, VariantNotConfirmable
from leeward.industry.bank.models import Draw, Entry
from leeward.industry.bank.operations.entries import (
    lock_entries_by_value,
    save_and_publish,
    withdraw_entries,
)
from leeward.industry.bank.operations.verbs import BankVerb
from leeward.industry.bank.rules import CANARIES_PER_PLATFORM, LOWER_HEX, Door, EntryStatus, HashType, Tier, expiry
from leeward.industry.platforms.rules import Partner

PDQ_BITS = 256
# As most real pictures have; one number for all canaries would give them away.
CANARY_QUALITIES = range(85, 101)


@transaction.atomic
def withdraw_hash(*, value: str, reason: str, by: Actor, now: datetime) -> int:
    """Take a hash out for good, whoever holds it; returns how many entries changed. Again is the same as once.

    Raises EntryUnknown.
    """
    entries = [entry for entry in _known(value) if entry.barred_at is None]
    active = [entry for entry in entries if entry.status == EntryStatus.ACTIVE.value]
    withdraw_entries(active, now=now, barred_at=now)
    Entry.objects.filter(pk__in=[entry.pk for entry in entries if entry not in active]).update(barred_at=now)
    for entry in entries:
        subject = Subject(kind="entry", reference=str(entry.reference))
        record(verb=BankVerb.HASH_WITHDRAWN, by=by, subject=subject, now=now, facts={"reason": reason})
    return len(active)


@transaction.atomic
def verify_hash(*, value: str, reason: str, by: Actor, now: datetime) -> int:
    """Confirm a hash after a person has looked: it ends the review, and brings back what was taken out before.

    Only the upright hash of a picture, or the digest of a file, can be what a practitioner has seen. Raises
    EntryUnknown, VariantNotConfirmable.
    """
    entries = _known(value)
    if any(entry.level > 0 for entry in entries):
        raise VariantNotConfirmable(
            "This hash is of a turned or cropped variant or of a video's frame. Confirm the picture's upright hash."
        )
    for entry in entries:
        if entry.barred_at is not None:
            entry.barred_at, entry.withdrawn_at, entry.status = None, None, EntryStatus.ACTIVE.value
            entry.withdrawals.all().delete()
        entry.confirmed_at = now
        subject = Subject(kind="entry", reference=str(entry.reference))
        record(verb=BankVerb.HASH_VERIFIED, by=by, subject=subject, now=now, facts={"reason": reason})
    save_and_publish(entries)
    return len(entries)


@transaction.atomic
def admit_platform(*, partner: Partner, by: Actor, now: datetime) -> None:
    """Prepare the feed for a new platform: its place in it, and hashes that only it will ever be given."""
    Draw.objects.bulk_create(Draw(platform_id=partner.id, door=door.value) for door in Door)
    Entry.objects.bulk_create(
        Entry(
            hash_type=HashType.PDQ.value,
            value=_made_up_pdq(),
            variant="upright",
            level=0,
            quality=secrets.choice(CANARY_QUALITIES),
            tier=Tier.SUBMITTED.value,
            expires_on=expiry(now.date()),
            canary_for_id=partner.id,
        )
        for _ in range(CANARIES_PER_PLATFORM)
    )
    record(
        verb=BankVerb.CANARIES_PLANTED,
        by=by,
        subject=Subject(kind="platform", reference=str(partner.public_id)),
        now=now,
        facts={"canaries": CANARIES_PER_PLATFORM},
    )


def _made_up_pdq() -> str:
    """A hash of no picture that cannot be told from a real one: exactly half of the bits are set."""
    chosen: random.Random = secrets.SystemRandom()
    return f"{sum(1 << bit for bit in chosen.sample(range(PDQ_BITS), PDQ_BITS // 2)):064x}"


def _known(value: str) -> list[Entry]:
    # Anything else is no hash of ours, and may be text that no database would take.
    asked = [value] if LOWER_HEX.fullmatch(value) else []
    entries = [entry for entry in lock_entries_by_value(asked) if entry.canary_for_id is None]
    if not entries:
        raise EntryUnknown("The bank holds no such hash. Check that it was copied whole.")
    return entries
