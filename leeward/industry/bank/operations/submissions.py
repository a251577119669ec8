"""A person's actions on her own submission: open, add, withdraw, renew, erase."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max, QuerySet

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import NO_FACTS, Actor, Fact, PersonsSubject
from leeward.industry.bank.errors import PictureUnknown, SubmissionClosed, SubmissionUnknown, TooManyPictures
from leeward.industry.bank.models import Entry, Membership, Picture, Submission
from leeward.industry.bank.operations.entries import (
    deny_list,
    key_of,
    let_go,
    lock_entries,
    save_and_publish,
    take_in,
)
from leeward.industry.bank.operations.verbs import BankVerb
from leeward.industry.bank.rules import (
    PICTURES_PER_SUBMISSION,
    AbuseKind,
    EntryStatus,
    HashType,
    Intake,
    MediaKind,
    NewHash,
    NewPicture,
    PictureResult,
    Refusal,
    RefusalReason,
    SubmissionReceipt,
    SubmissionState,
    check_picture,
    count_refusals,
    expiry,
    nearer_variant,
    refusal_reason,
)


@transaction.atomic
def open_submission(
    *, reference: uuid.UUID, pictures: Sequence[NewPicture], abuse_kind: AbuseKind, by: Actor, now: datetime
) -> SubmissionReceipt:
    """Keep a person's hashes. The same reference again changes nothing and returns the same receipt.

    Raises MalformedHash, MalformedPicture, TooManyPictures; nothing is kept then.
    """
    _check(pictures, already=0)
    submission, is_new = Submission.objects.get_or_create(
        reference=reference,
        defaults={
            "source": Intake.PORTAL.value,
            "abuse_kind": abuse_kind.value,
            "opened_on": now.date(),
            "expires_on": expiry(now.date()),
        },
    )
    if is_new:
        results = hold_pictures(submission, batch=reference, pictures=pictures, now=now)
        _record(BankVerb.SUBMISSION_OPENED, submission, by=by, now=now, facts=_counts(results))
    return _receipt(submission, batch=reference)


@transaction.atomic
def add_pictures(
    *, reference: uuid.UUID, batch: uuid.UUID, pictures: Sequence[NewPicture], by: Actor, now: datetime
) -> SubmissionReceipt:
    """Add pictures to an open submission. The same `batch` again changes nothing and returns the same receipt.

    Raises SubmissionUnknown, SubmissionClosed, MalformedHash, MalformedPicture, TooManyPictures.
    """
    submission = _lock_submission(reference)
    if submission.pictures.filter(batch=batch).exists():
        return _receipt(submission, batch=batch)
    _require_open(submission)
    _check(pictures, already=submission.pictures.count())
    results = hold_pictures(submission, batch=batch, pictures=pictures, now=now)
    _record(BankVerb.PICTURES_ADDED, submission, by=by, now=now, facts=_counts(results))
    return _receipt(submission, batch=batch)


@transaction.atomic
def withdraw_picture(*, reference: uuid.UUID, ordinal: int, by: Actor, now: datetime) -> None:
    """Stop protecting one picture. Doing it twice is doing it once. Raises SubmissionUnknown, PictureUnknown."""
    submission = _lock_submission(reference)
    picture = submission.pictures.filter(ordinal=ordinal).first()
    if picture is None:
        raise PictureUnknown(f"This submission has no picture {ordinal}.")
    if picture.withdrawn_at is not None:
        return
    held = lock_entries(_entry_ids(pictures=[picture]))
    Picture.objects.filter(pk=picture.pk).update(withdrawn_at=now)
    let_go([entry.pk for entry in held], now=now)
    _record(BankVerb.PICTURE_WITHDRAWN, submission, by=by, now=now, facts={"picture": ordinal})


@transaction.atomic
def withdraw_submission(*, reference: uuid.UUID, by: Actor, now: datetime) -> None:
    """Stop protecting every picture of a submission; its status can still be read. Raises SubmissionUnknown."""
    submission = _lock_submission(reference)
    if submission.state == SubmissionState.WITHDRAWN.value:
        return
    close_submission(submission, state=SubmissionState.WITHDRAWN, now=now)
    _record(BankVerb.SUBMISSION_WITHDRAWN, submission, by=by, now=now)


@transaction.atomic
def renew_submission(*, reference: uuid.UUID, by: Actor, now: datetime) -> SubmissionReceipt:
    """Keep an open submission for another 24 months from today. Raises SubmissionUnknown, SubmissionClosed.

    The receipt's `pictures` are empty.
    """
    submission = _lock_submission(reference)
    _require_open(submission)
    expires_on = expiry(now.date())
    if expires_on > submission.expires_on:
        submission.expires_on = expires_on
        submission.save(update_fields=["expires_on"])
        _prolong(submission, expires_on=expires_on)
        _record(BankVerb.SUBMISSION_RENEWED, submission, by=by, now=now)
    return SubmissionReceipt(reference=reference, expires_on=submission.expires_on, pictures=())


@transaction.atomic
def erase_submission(*, reference: uuid.UUID, by: Actor, now: datetime) -> None:
    """Withdraw everything and delete the submission's rows at once. Raises SubmissionUnknown."""
    submission = _lock_submission(reference)
    held = lock_entries(_entry_ids(pictures=submission.pictures.all()))
    _record(BankVerb.SUBMISSION_ERASED, submission, by=by, now=now)
    submission.delete()
    let_go([entry.pk for entry in held], now=now)


def close_submission(submission: Submission, *, state: SubmissionState, now: datetime) -> None:
    """End a locked submission in this state and let its entries go."""
    held = lock_entries(_entry_ids(pictures=submission.pictures.filter(withdrawn_at__isnull=True)))
    submission.pictures.filter(withdrawn_at__isnull=True).update(withdrawn_at=now)
    submission.state = state.value
    submission.save(update_fields=["state"])
    let_go([entry.pk for entry in held], now=now)


def hold_pictures(
    submission: Submission, *, batch: uuid.UUID, pictures: Sequence[NewPicture], now: datetime
) -> list[Picture]:
    """Take in what these pictures bring and tie it to the submission."""
    denied = deny_list().denied([key_of(new) for picture in pictures for new in picture.hashes])
    usable = [_usable(picture, denied=denied) for picture in pictures]
    entries = take_in([new for hashes, _ in usable for new in hashes], expires_on=submission.expires_on, now=now)
    first = (submission.pictures.aggregate(last=Max("ordinal"))["last"] or 0) + 1
    made, held = [], []
    for ordinal, (picture, (hashes, reasons)) in enumerate(zip(pictures, usable, strict=True), first):
        variants: dict[int, str] = {}
        for new in hashes:
            entry = entries[key_of(new)]
            if entry.barred_at is not None:
                reasons.append(RefusalReason.BARRED)
            else:
                variants[entry.pk] = nearer_variant(variants.get(entry.pk, new.variant), new.variant)
        row = Picture(
            submission=submission,
            ordinal=ordinal,
            batch=batch,
            kind=picture.kind.value,
            accepted=len(variants),
            refused={refusal.why.value: refusal.count for refusal in count_refusals(reasons)},
        )
        made.append(row)
        held.append(variants)
    Picture.objects.bulk_create(made)
    Membership.objects.bulk_create(
        [
            Membership(picture=row, entry_id=entry_id, variant=variant)
            for row, variants in zip(made, held, strict=True)
            for entry_id, variant in variants.items()
        ],
        batch_size=500,
    )
    return made


def _usable(picture: NewPicture, *, denied: set[tuple[HashType, str]]) -> tuple[list[NewHash], list[RefusalReason]]:
    """The hashes of a picture that can be kept, and the reasons against the others."""
    hashes, reasons = [], []
    for new in picture.hashes:
        why = refusal_reason(new) or (RefusalReason.ON_DENY_LIST if key_of(new) in denied else None)
        if why is None:
            hashes.append(new)
        else:
            reasons.append(why)
    return hashes, reasons


def _check(pictures: Sequence[NewPicture], *, already: int) -> None:
    if already + len(pictures) > PICTURES_PER_SUBMISSION:
        raise TooManyPictures(
            f"One submission holds at most {PICTURES_PER_SUBMISSION} pictures; this would make "
            f"{already + len(pictures)}. Open another one for the rest."
        )
    for picture in pictures:
        check_picture(picture)


def _lock_submission(reference: uuid.UUID) -> Submission:
    submission = Submission.objects.select_for_update().filter(reference=reference, source=Intake.PORTAL.value).first()
    if submission is None:
        raise SubmissionUnknown(reference)
    return submission


def _require_open(submission: Submission) -> None:
    if submission.state != SubmissionState.OPEN.value:
        raise SubmissionClosed("This submission has ended. Open a new one.")


def _entry_ids(*, pictures: QuerySet[Picture] | Sequence[Picture]) -> list[int]:
    return list(Membership.objects.filter(picture__in=pictures).values_list("entry_id", flat=True))


def _prolong(submission: Submission, *, expires_on: date) -> None:
    pictures = submission.pictures.filter(withdrawn_at__isnull=True)
    entries: list[Entry] = []
    for entry in lock_entries(_entry_ids(pictures=pictures)):
        if entry.status == EntryStatus.ACTIVE.value and entry.expires_on < expires_on:
            entry.expires_on = expires_on
            entries.append(entry)
    save_and_publish(entries)


def _receipt(submission: Submission, *, batch: uuid.UUID) -> SubmissionReceipt:
    return SubmissionReceipt(
        reference=submission.reference,
        expires_on=submission.expires_on,
        pictures=tuple(
            PictureResult(
                ordinal=picture.ordinal,
                kind=MediaKind(picture.kind),
                accepted=picture.accepted,
                refused=tuple(
                    Refusal(why=RefusalReason(why), count=count) for why, count in sorted(picture.refused.items())
                ),
            )
            for picture in submission.pictures.filter(batch=batch).order_by("ordinal")
        ),
    )


def _counts(pictures: Sequence[Picture]) -> dict[str, Fact]:
    return {
        "pictures": len(pictures),
        "accepted": sum(picture.accepted for picture in pictures),
        "refused": sum(count for picture in pictures for count in picture.refused.values()),
    }


def _record(
    verb: BankVerb, submission: Submission, *, by: Actor, now: datetime, facts: Mapping[str, Fact] = NO_FACTS
) -> None:
    subject = PersonsSubject(kind="submission", reference=str(submission.reference))
    record(verb=verb, by=by, subject=subject, now=now, facts=facts)
