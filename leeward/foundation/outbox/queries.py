"""Reads of the outbox: where a parcel is."""

from uuid import UUID

from leeward.foundation.outbox.errors import ParcelUnknown
from leeward.foundation.outbox.models import Parcel
from leeward.foundation.outbox.rules.parcels import ParcelState


def find_parcel(parcel: UUID) -> ParcelState:
    """Return a parcel's state. Raises ParcelUnknown."""
    found = Parcel.objects.filter(public_id=parcel).first()
    if found is None:
        raise ParcelUnknown
    return found.as_state()
