"""Reads of the outbox: one parcel, lists of those that need somebody, and how it stands as a whole."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Min, Q

from leeward.foundation.outbox.errors import ParcelUnknown
from leeward.foundation.outbox.models import Parcel
from leeward.foundation.outbox.rules.mail import message_id
from leeward.foundation.outbox.rules.parcels import OutboxSummary, ParcelKind, ParcelState, Stage
from leeward.foundation.outbox.rules.retries import LEASE

LISTED_AT_ONCE = 100


def find_parcel(parcel: UUID) -> ParcelState:
    """Where a parcel is. Raises ParcelUnknown."""
    found = Parcel.objects.filter(public_id=parcel).first()
    if found is None:
        raise ParcelUnknown
    return found.as_state()


def list_parcels(
    state: Stage, *, kind: ParcelKind | None = None, limit: int = LISTED_AT_ONCE, offset: int = 0
) -> tuple[ParcelState, ...]:
    """Parcels in a state, those that came into it last first; at most `limit`, which is at most 100."""
    rows = Parcel.objects.filter(state=state)
    if kind is not None:
        rows = rows.filter(kind=kind)
    start, length = max(0, offset), max(0, min(limit, LISTED_AT_ONCE))
    return tuple(row.as_state() for row in rows.order_by("-ended_at", "-id")[start : start + length])


def outbox_summary(now: datetime) -> OutboxSummary:
    """How the outbox stands. *Overdue* is what was due longer ago than any courier needs for one round."""
    is_waiting = Q(state=Stage.WAITING)
    counted = Parcel.objects.exclude(state=Stage.SENT).aggregate(
        waiting=Count("id", filter=is_waiting),
        overdue=Count("id", filter=is_waiting & Q(next_try_at__lte=now - LEASE)),
        sending=Count("id", filter=Q(state=Stage.SENDING)),
        unsure=Count("id", filter=Q(state=Stage.UNSURE)),
        failed=Count("id", filter=Q(state=Stage.FAILED)),
        longest_due_since=Min("next_try_at", filter=is_waiting & Q(next_try_at__lte=now)),
    )
    return OutboxSummary(**counted)


def message_id_of(parcel: UUID) -> str:
    """The Message-ID that the parcel's mail has or will have, for recognising an answer to it."""
    return message_id(parcel, sender=settings.LEEWARD_MAIL_FROM)
