"""Reads platforms and their keys for other apps."""

import uuid
from datetime import datetime

from leeward.industry.platforms.errors import PlatformUnknown
from leeward.industry.platforms.models import Platform, PlatformKey
from leeward.industry.platforms.rules import Endpoint, KeyAge, Partner, PresentedKey, key_digest


def find_key(key: str, *, now: datetime) -> PresentedKey | None:
    """Whose key this is and what it is for; None for a key that is unknown or retired."""
    if not key:
        return None
    row = PlatformKey.objects.in_force(now).select_related("platform").filter(digest=key_digest(key)).first()
    return PresentedKey(partner=row.platform.as_partner(), endpoint=Endpoint(row.endpoint)) if row else None


def all_partners() -> tuple[Partner, ...]:
    """Every platform, by name."""
    return tuple(platform.as_partner() for platform in Platform.objects.order_by("name"))


def find_partner(public_id: uuid.UUID) -> Partner:
    """The platform of this public id. Raises PlatformUnknown."""
    return _partner(Platform.objects.filter(public_id=public_id).first())


def find_partner_by_name(name: str) -> Partner:
    """The platform of this name. Raises PlatformUnknown."""
    return _partner(Platform.objects.filter(name=name).first())


def key_ages(partner_id: int, *, now: datetime) -> tuple[KeyAge, ...]:
    """The keys in force of one platform, oldest first."""
    rows = PlatformKey.objects.in_force(now).filter(platform_id=partner_id).order_by("created_at", "endpoint")
    return tuple(
        KeyAge(endpoint=Endpoint(row.endpoint), created_at=row.created_at, retires_at=row.retires_at) for row in rows
    )


def _partner(platform: Platform | None) -> Partner:
    if platform is None:
        raise PlatformUnknown("There is no platform of that name. Names are case-sensitive.")
    return platform.as_partner()
