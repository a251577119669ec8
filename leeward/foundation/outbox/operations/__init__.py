"""All operations of the outbox: posting, sending what is due, and settling failed parcels."""

from leeward.foundation.outbox.operations.posting import post_parcel
from leeward.foundation.outbox.operations.recalling import recall_parcel
from leeward.foundation.outbox.operations.sending import forget_parcels, note_carried, recover_parcels, send_due
from leeward.foundation.outbox.operations.settling import retry_parcel, settle_parcel
from leeward.foundation.outbox.queries import find_parcel

__all__ = [
    "find_parcel",
    "forget_parcels",
    "note_carried",
    "post_parcel",
    "recall_parcel",
    "recover_parcels",
    "retry_parcel",
    "send_due",
    "settle_parcel",
]
