"""Puts a parcel into the outbox, sealed to the courier; in the caller's transaction, so that both stand or fall."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.outbox.errors import ContentRefused
from leeward.foundation.outbox.models import Parcel
from leeward.foundation.outbox.operations.verbs import ParcelVerb, note
from leeward.foundation.outbox.rules.parcels import ParcelContent, ParcelKind, kind_of, pack_content
from leeward.foundation.vault.operations import seal_to, service_grantee
from leeward.foundation.vault.rules.grants import Service
from leeward.foundation.vault.service_boxes import ServiceBoxes


def _place_of(row: Parcel) -> str:
    return sealed_place(row.public_id)


# What a new key of the courier is to be given.
BOXES = ServiceBoxes(service=Service.COURIER, rows=Parcel.objects.all, column="sealed", place_of=_place_of)


def sealed_place(parcel: UUID) -> str:
    """Return what a parcel's content is bound to, so that it does not open in another row."""
    return f"outbox.parcel.sealed|{parcel}"


@transaction.atomic
def post_parcel(
    *, parcel: UUID, kind: ParcelKind, content: ParcelContent, due_at: datetime, by: Actor, now: datetime
) -> None:
    """Post a parcel that is sent once, from `due_at` on. Posting the same id again changes nothing.

    Raises ContentRefused where the content is not of that kind or larger than one parcel carries, and the vault's
    ServiceUnknown before its services are founded.
    """
    if kind_of(content) is not kind:
        raise ContentRefused("The content is not of the parcel's kind. Use EmailContent for mail, else WebhookContent.")
    if Parcel.objects.filter(public_id=parcel).exists():
        return
    sealed = seal_to(service_grantee(Service.COURIER), pack_content(content), place=sealed_place(parcel))
    row = Parcel(public_id=parcel, kind=kind.value, sealed=sealed, posted_at=now, next_try_at=due_at)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        if not Parcel.objects.filter(public_id=parcel).exists():
            raise
        return  # somebody else posted it in this very moment
    note(row, ParcelVerb.POSTED, by=by, now=now)
