"""Lists of hashes that hang on a court's order: held as verified while the order stands, and withdrawn with it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, Subject
from leeward.industry.bank.errors import SubmissionUnknown
from leeward.industry.bank.models import Entry, Membership, Picture, Submission
from leeward.industry.bank.operations.entries import deny_list, key_of, lock_entries, save_and_publish, take_in
from leeward.industry.bank.operations.submissions import close_submission
from leeward.industry.bank.operations.verbs import BankVerb
from leeward.industry.bank.rules import (
    VARIANT_LEVELS,
    EntryStatus,
    Intake,
    MediaKind,
    NewHash,
    SubmissionState,
    check_hash,
    expiry,
    refusal_reason,
)

VOUCHED = "picture__submission__vouched_at"


@dataclass(frozen=True, kw_only=True)
class OrderedHeld:
    """How many hashes of a list are in the bank now, and how many were left out: on the deny list, or taken out."""

    held: int
    left_out: int


@transaction.atomic
def hold_ordered(*, reference: uuid.UUID, hashes: Sequence[NewHash], by: Actor, now: datetime) -> OrderedHeld:
    """Hold the hashes of one list, upright pictures and files as verified. The same reference again changes nothing.

    What everybody shares, or a practitioner has taken out, is left out. Raises MalformedHash.
    """
    for each in hashes:
        check_hash(each)
    submission, is_new = Submission.objects.get_or_create(
        reference=reference,
        defaults={
            "source": Intake.ORDER.value,
            "opened_on": now.date(),
            "expires_on": expiry(now.date()),
            "vouched_at": now,
        },
    )
    if not is_new:
        picture = submission.pictures.get()
        return OrderedHeld(held=picture.accepted, left_out=sum(picture.refused.values()))
    denied = deny_list().denied([key_of(each) for each in hashes])
    usable = [each for each in hashes if refusal_reason(each) is None and key_of(each) not in denied]
    # Somebody can have seen the picture as it is, or its file, and never a turned or cropped form or each frame.
    seen = frozenset(key_of(each) for each in usable if VARIANT_LEVELS[each.variant] == 0)
    entries = take_in(usable, expires_on=submission.expires_on, now=now, confirmed=seen)
    variants = {entries[key_of(each)].pk: each.variant for each in usable if entries[key_of(each)].barred_at is None}
    left_out = len(hashes) - len(variants)
    picture = Picture.objects.create(
        submission=submission,
        ordinal=1,
        batch=reference,
        kind=MediaKind.IMAGE.value,
        accepted=len(variants),
        refused={"left_out": left_out} if left_out else {},
    )
    Membership.objects.bulk_create(
        [Membership(picture=picture, entry_id=pk, variant=variant) for pk, variant in variants.items()], batch_size=500
    )
    _note(BankVerb.ORDERED_HELD, submission, by=by, now=now, hashes=len(variants), left_out=left_out)
    return OrderedHeld(held=len(variants), left_out=left_out)


@transaction.atomic
def renew_ordered(*, reference: uuid.UUID, by: Actor, now: datetime) -> None:
    """Hold a list that is still held for another 24 months from today. Raises SubmissionUnknown."""
    submission = _lock(reference)
    expires_on = expiry(now.date())
    if submission.state != SubmissionState.OPEN.value or expires_on <= submission.expires_on:
        return
    Submission.objects.filter(pk=submission.pk).update(expires_on=expires_on)
    entries = [
        each
        for each in lock_entries(_entries_of(submission))
        if each.status == EntryStatus.ACTIVE.value and each.expires_on < expires_on
    ]
    for each in entries:
        each.expires_on = expires_on
    save_and_publish(entries)
    _note(BankVerb.ORDERED_RENEWED, submission, by=by, now=now)


@transaction.atomic
def withdraw_ordered(*, reference: uuid.UUID, by: Actor, now: datetime) -> None:
    """Let a list go: platforms are told to drop what nobody else holds. Doing it twice is doing it once.

    What somebody else holds stays, and is verified no more where this list alone vouched for it. Raises
    SubmissionUnknown.
    """
    submission = _lock(reference)
    if submission.state != SubmissionState.OPEN.value:
        return
    ids = _entries_of(submission)
    close_submission(submission, state=SubmissionState.WITHDRAWN, now=now)
    _unconfirm(submission, ids)
    _note(BankVerb.ORDERED_WITHDRAWN, submission, by=by, now=now)


def _unconfirm(submission: Submission, ids: Sequence[int]) -> None:
    """Take back that these entries are confirmed where this list alone made them so.

    Another list of an order that holds an entry vouches for it from its own day on; an operator's list may have come
    as verified too, so what one holds stays as it is.
    """
    rows = Membership.objects.filter(
        entry__in=ids, picture__withdrawn_at__isnull=True, picture__submission__state=SubmissionState.OPEN.value
    )
    imported = set(rows.filter(picture__submission__source=Intake.IMPORT.value).values_list("entry_id", flat=True))
    vouching = rows.filter(**{f"{VOUCHED}__isnull": False})
    others: dict[int, datetime] = dict(vouching.order_by(VOUCHED).values_list("entry_id", VOUCHED))
    changed: list[Entry] = []
    for each in lock_entries(ids):
        is_ours = each.status == EntryStatus.ACTIVE.value and each.confirmed_at == submission.vouched_at
        if is_ours and each.pk not in imported:
            each.confirmed_at = others.get(each.pk)
            changed.append(each)
    save_and_publish(changed)


def _entries_of(submission: Submission) -> list[int]:
    return list(Membership.objects.filter(picture__submission=submission).values_list("entry_id", flat=True))


def _lock(reference: uuid.UUID) -> Submission:
    row = Submission.objects.select_for_update().filter(reference=reference, source=Intake.ORDER.value).first()
    if row is None:
        raise SubmissionUnknown(reference)
    return row


def _note(verb: BankVerb, submission: Submission, *, by: Actor, now: datetime, **facts: int) -> None:
    subject = Subject(kind="submission", reference=str(submission.reference))
    record(verb=verb, by=by, subject=subject, now=now, facts=facts)
