"""Reads what platforms say about their numbers: what everybody can read, and what waits for staff."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import QuerySet

from leeward.industry.platforms.rules import Partner
from leeward.policy.statistics.errors import ReplyUnknown
from leeward.policy.statistics.models import PlatformReply
from leeward.policy.statistics.rules.replies import Reply, ReplyState, ShownReply

OWN_MOST = 20


def published_replies() -> Mapping[str, ShownReply]:
    """Return each platform's published reply, by its public id."""
    rows = PlatformReply.objects.filter(state=ReplyState.SHOWN.value).select_related("platform")
    return {
        str(row.platform.public_id): ShownReply(words=row.words, language=row.language, said_on=row.handed_in_at)
        for row in rows
    }


def reply_rows() -> QuerySet[PlatformReply]:
    """Return all replies as rows of a list for staff."""
    return PlatformReply.objects.all()


def reply_lines(rows: Iterable[PlatformReply]) -> tuple[Reply, ...]:
    """Return rows of a list as replies; their platforms must have been fetched with them."""
    return tuple(row.as_reply() for row in rows)


def find_reply(reference: UUID) -> Reply:
    """Return one reply, for staff. Raises ReplyUnknown."""
    row = PlatformReply.objects.filter(public_id=reference).select_related("platform").first()
    if row is None:
        raise ReplyUnknown
    return row.as_reply()


def replies_of(partner: Partner) -> tuple[Reply, ...]:
    """Return one platform's own replies, the newest first; at most twenty."""
    rows = PlatformReply.objects.filter(platform_id=partner.id).select_related("platform")
    return tuple(row.as_reply() for row in rows.order_by("-handed_in_at", "-id")[:OWN_MOST])
