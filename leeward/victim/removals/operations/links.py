"""The way in for a platform without an account: a link's token is a key, and it opens one notice."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.vault.errors import SealRefused
from leeward.foundation.vault.operations import derive_key_pair
from leeward.foundation.vault.rules.grants import GranteeKind, Keyring
from leeward.industry.platforms.queries import find_partners, is_reached_at
from leeward.victim.removals.errors import NoticeUnknown
from leeward.victim.removals.models import Notice, NoticeState
from leeward.victim.removals.operations.notices import LINK_PURPOSE, arrive
from leeward.victim.removals.rules.at_platform import AtPlatform


@dataclass(frozen=True, kw_only=True)
class LinkWay:
    """What a link leads to. `digest` is public: it names the link where the token must not stand."""

    side: AtPlatform
    digest: str
    platform: str
    expires_at: datetime


def find_link(token: str, *, now: datetime) -> LinkWay:
    """Return where a link leads, opening nothing.

    Raises NoticeUnknown alike for unknown, expired and erased, and for one whose address is no longer the platform's.
    """
    try:
        key = derive_key_pair(token, purpose=LINK_PURPOSE, kind=GranteeKind.LINK)
    except SealRefused as error:  # too short to be one of ours
        raise NoticeUnknown from error
    notice = Notice.objects.filter(link_digest=key.grantee.id, link_expires_at__gt=now).first()
    platform_id = notice.platform_id if notice else None
    if notice is None or platform_id is None or notice.link_expires_at is None:
        raise NoticeUnknown
    partner = find_partners([platform_id])[platform_id]
    if notice.link_sent_to and not is_reached_at(partner, address=notice.link_sent_to):
        raise NoticeUnknown
    side = AtPlatform(
        platform_id=platform_id,
        keyring=Keyring(key),
        actor=Actor(kind=ActorKind.PLATFORM, id=str(partner.public_id)),
        is_person=False,
        notice=notice.reference,
    )
    return LinkWay(side=side, digest=key.grantee.id, platform=partner.name, expires_at=notice.link_expires_at)


def receive_by_link(*, side: AtPlatform, now: datetime) -> None:
    """Whoever opens a notice by its link has received it, whatever the courier knows of it yet. Safe to repeat."""
    if side.notice is None:
        return
    with transaction.atomic():
        notice = Notice.objects.select_for_update().filter(reference=side.notice).first()
        if notice is not None and notice.state in (NoticeState.QUEUED, NoticeState.UNSURE):
            arrive(notice, by=side.actor, at=now, now=now)
