"""What can happen to a platform, as the audit trail names it."""

from enum import StrEnum

from leeward.foundation.audit.rules import Subject
from leeward.industry.platforms.rules import Partner


class PlatformVerb(StrEnum):
    """What can happen to a platform."""

    CREATED = "platforms.created"
    KEYS_ROTATED = "platforms.keys_rotated"
    SUSPENDED = "platforms.suspended"
    RESTORED = "platforms.restored"
    MET = "platforms.met"
    LISTED = "platforms.listed"
    DESCRIBED = "platforms.described"
    DOMAIN_ADDED = "platforms.domain_added"
    DOMAIN_REMOVED = "platforms.domain_removed"
    CHANNEL_ADDED = "platforms.channel_added"
    CHANNEL_CHANGED = "platforms.channel_changed"
    CHANNEL_REMOVED = "platforms.channel_removed"
    IMPORTED = "platforms.imported"
    CATALOGUED = "platforms.catalogued"
    CATALOGUE_LOADED = "platforms.catalogue_loaded"
    KEYS_ADMITTED = "platforms.keys_admitted"


def platform_subject(partner: Partner) -> Subject:
    """A platform as a line of the trail names it."""
    return Subject(kind="platform", reference=str(partner.public_id))
