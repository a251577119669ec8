"""Decisions of people about parcels: try a failed one again, or settle one that may have arrived."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.outbox.errors import ContentForgotten, ParcelNotFailed, ParcelNotUnsure, ParcelUnknown
from leeward.foundation.outbox.models import Parcel
from leeward.foundation.outbox.operations.verbs import ParcelVerb, note
from leeward.foundation.outbox.rules.parcels import Settlement, Stage


@transaction.atomic
def retry_parcel(*, parcel: UUID, by: Actor, now: datetime) -> None:
    """Send a failed parcel again, with all its tries. Raises ParcelUnknown, ParcelNotFailed, ContentForgotten."""
    row = _locked(parcel)
    if row.state != Stage.FAILED:
        raise ParcelNotFailed
    _wait_again(row, now=now)
    note(row, ParcelVerb.RETRIED, by=by, now=now)


@transaction.atomic
def settle_parcel(*, parcel: UUID, settlement: Settlement, by: Actor, now: datetime) -> None:
    """Say what became of a parcel that was handed over without an answer.

    Raises ParcelUnknown, ParcelNotUnsure, ContentForgotten.
    """
    row = _locked(parcel)
    if row.state != Stage.UNSURE:
        raise ParcelNotUnsure
    match settlement:
        case Settlement.ARRIVED:
            row.state, row.sent_at, row.sealed = Stage.SENT, row.handed_over_at, ""
            row.ended_at = now
        case Settlement.SEND_AGAIN:
            _wait_again(row, now=now)
        case Settlement.GIVEN_UP:
            row.state, row.sealed, row.ended_at = Stage.FAILED, "", now
    row.claimed_at = None  # a courier that comes back late finds that it was decided
    row.save()
    note(row, ParcelVerb.SETTLED, by=by, now=now, settlement=settlement.value)


def _wait_again(row: Parcel, *, now: datetime) -> None:
    if row.sealed == "":
        raise ContentForgotten
    row.state, row.attempts, row.next_try_at = Stage.WAITING, 0, now
    row.claimed_at = row.handed_over_at = row.ended_at = None
    row.save()


def _locked(parcel: UUID) -> Parcel:
    row = Parcel.objects.select_for_update().filter(public_id=parcel).first()
    if row is None:
        raise ParcelUnknown
    return row
