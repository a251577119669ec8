"""Reads what platforms say about their numbers: what everybody can read, and what waits for staff."""

from collections.abc import Mapping

from leeward.industry.platforms.rules import Partner
from leeward.policy.statistics.models import PlatformReply
from leeward.policy.statistics.rules.replies import Reply, ReplyState, ShownReply

WAITING_MOST = 100
OWN_MOST = 20


def published_replies() -> Mapping[str, ShownReply]:
    """Return each platform's published reply, by its public id."""
    rows = PlatformReply.objects.filter(state=ReplyState.SHOWN.value).select_related("platform")
    return {
        str(row.platform.public_id): ShownReply(words=row.words, language=row.language, said_on=row.handed_in_at)
        for row in rows
    }


def waiting_replies() -> tuple[Reply, ...]:
    """Return the replies that staff have not looked at, the oldest first; at most a hundred."""
    rows = PlatformReply.objects.filter(state=ReplyState.WAITING.value).select_related("platform")[:WAITING_MOST]
    return tuple(row.as_reply() for row in rows)


def shown_replies() -> tuple[Reply, ...]:
    """Return the published replies, by the platform's name."""
    rows = PlatformReply.objects.filter(state=ReplyState.SHOWN.value).select_related("platform")
    return tuple(row.as_reply() for row in rows.order_by("platform__name"))


def replies_of(partner: Partner) -> tuple[Reply, ...]:
    """Return one platform's own replies, the newest first; at most twenty."""
    rows = PlatformReply.objects.filter(platform_id=partner.id).select_related("platform")
    return tuple(row.as_reply() for row in rows.order_by("-handed_in_at", "-id")[:OWN_MOST])
