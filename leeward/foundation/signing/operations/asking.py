"""A room asks for a signature, or takes a record back: rows in its own transaction. No key is needed for either."""

import secrets
from collections.abc import Callable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max

from leeward.foundation.audit.rules import Actor, who
from leeward.foundation.kept import Kept
from leeward.foundation.references import draw_reference
from leeward.foundation.signing.errors import AlreadyRevoked, RecordUnknown
from leeward.foundation.signing.models import Revocation, SignedRecord, WaitingRecord
from leeward.foundation.signing.operations.verbs import SigningVerb, note
from leeward.foundation.signing.rules.terms import LIST_BITS, LIST_RECORDS, Reason

# A place is taken with a chance of a half at most, a number with less: this never runs out.
TRIES = 60


def ask_for_signature(
    *,
    kind: str,
    about: str,
    title: str,
    subject: Kept,
    valid_from: datetime,
    valid_until: datetime | None = None,
    by: Actor,
    now: datetime,
) -> str:
    """Ask the signer for a record, in the caller's transaction, and return its number.

    `about` is the address of what it is about; `subject` holds the room's own claims, which anybody may read: a name
    stands in it only if the room puts it there. The signer signs it within a minute of the commit. Whole seconds count.
    """
    number = _put_down(
        lambda: SignedRecord(
            number=draw_reference(),
            kind=kind,
            about=about,
            title=title,
            subject=subject.to_text(),
            status_list=1 + _rows_so_far() // LIST_RECORDS,
            status_index=secrets.randbelow(LIST_BITS),
            valid_from=valid_from.replace(microsecond=0),
            valid_until=valid_until.replace(microsecond=0) if valid_until else None,
            asked_at=now,
            asked_by=who(by),
        )
    )
    note(SigningVerb.ASKED, number, by=by, now=now, facts={"kind": kind})
    return number


def revoke_record(*, number: str, reason: Reason, words: str, by: Actor, now: datetime) -> None:
    """Take a record back, once, for a reason that anybody may read; in the caller's transaction or its own.

    The status list says so as soon as the signer has signed it anew, the check page at once. Raises RecordUnknown,
    AlreadyRevoked.
    """
    with transaction.atomic():
        row = SignedRecord.objects.select_for_update().filter(number=number).first()
        if row is None:
            raise RecordUnknown(number)
        if Revocation.objects.filter(record=row).exists():
            raise AlreadyRevoked(number)
        Revocation.objects.create(record=row, reason=reason, words=words, revoked_at=now, revoked_by=who(by))
        WaitingRecord.objects.filter(record=row).delete()  # what was taken back is not signed any more
        note(SigningVerb.REVOKED, number, by=by, now=now, facts={"kind": row.kind, "reason": reason.value})


def _rows_so_far() -> int:
    """About how many records there are: the newest key, since counting them all would take long."""
    return SignedRecord.objects.aggregate(newest=Max("pk"))["newest"] or 0


def _put_down(draw: Callable[[], SignedRecord]) -> str:
    """Write a record under a number and in a place that nobody has."""
    for attempt in range(TRIES):
        row = draw()
        try:
            with transaction.atomic():
                row.save(force_insert=True)
                WaitingRecord.objects.create(record=row)
        except IntegrityError:
            is_taken = (
                SignedRecord.objects.filter(number=row.number).exists()
                or SignedRecord.objects.filter(status_list=row.status_list, status_index=row.status_index).exists()
            )
            if not is_taken or attempt == TRIES - 1:
                raise
        else:
            return row.number
    raise AssertionError
