"""What became of the latest webhooks to one platform's address; nothing of what they said."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from leeward.foundation.outbox.errors import ParcelUnknown
from leeward.foundation.outbox.queries import find_parcel
from leeward.foundation.outbox.rules.parcels import Stage, Trouble
from leeward.industry.platforms.rules import ChannelKind
from leeward.victim.removals.models import Notice
from leeward.victim.removals.rules.at_platform import AtPlatform

SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One webhook. `status` is the HTTP status that the address answered last, 0 where it did not answer."""

    notice: uuid.UUID
    made_at: datetime
    stage: Stage
    attempts: int
    status: int
    trouble: Trouble
    sent_at: datetime | None
    next_try_at: datetime | None


def latest_deliveries(side: AtPlatform, *, limit: int = SHOWN) -> tuple[Delivery, ...]:
    """The latest webhooks to this platform, the newest first; what the outbox has forgotten is left out."""
    notices = Notice.objects.filter(platform_id=side.platform_id, channel=ChannelKind.WEBHOOK)
    found = [_delivery(notice) for notice in notices.filter(parcel__isnull=False).order_by("-made_at", "-id")[:limit]]
    return tuple(delivery for delivery in found if delivery is not None)


def _delivery(notice: Notice) -> Delivery | None:
    try:
        parcel = find_parcel(notice.reference)
    except ParcelUnknown:
        return None
    return Delivery(
        notice=notice.reference,
        made_at=notice.made_at,
        stage=parcel.state,
        attempts=parcel.attempts,
        status=parcel.reply_code,
        trouble=parcel.trouble,
        sent_at=parcel.sent_at,
        next_try_at=parcel.next_try_at,
    )
