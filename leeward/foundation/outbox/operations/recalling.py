"""Takes a parcel back, so that what nobody wants any more does not leave; only what has not been handed over can be."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.outbox.errors import ParcelUnknown
from leeward.foundation.outbox.models import Parcel
from leeward.foundation.outbox.operations.verbs import ParcelVerb, note
from leeward.foundation.outbox.rules.parcels import Stage


@transaction.atomic
def recall_parcel(*, parcel: UUID, by: Actor, now: datetime) -> bool:
    """Take a parcel back; whether it has certainly not left. Safe to repeat. Raises ParcelUnknown.

    Its content is wiped at once. One that is just being handed over may arrive yet, but is not tried again; one whose
    end is unsure can still be settled, but not be sent again.
    """
    row = Parcel.objects.select_for_update().filter(public_id=parcel).first()
    if row is None:
        raise ParcelUnknown
    if row.recalled_at is not None or row.state == Stage.SENT:
        return row.state == Stage.RECALLED
    row.recalled_at = now
    if row.state == Stage.UNSURE:
        row.sealed = ""
    elif row.state != Stage.SENDING or row.handed_over_at is None:
        stay_recalled(row, now=now)
    row.save()
    note(row, ParcelVerb.RECALLED, by=by, now=now)
    return row.state == Stage.RECALLED


def stay_recalled(row: Parcel, *, now: datetime) -> ParcelVerb | None:
    """Put a recalled parcel, of which we know that it did not arrive, into its last state; None for all others.

    The caller saves. A courier that has claimed it meanwhile finds its claim lost before it hands anything over.
    """
    if row.recalled_at is None:
        return None
    row.state, row.sealed, row.ended_at = Stage.RECALLED, "", now
    row.claimed_at = row.handed_over_at = row.next_try_at = None
    return ParcelVerb.RECALLED
