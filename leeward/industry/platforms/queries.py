"""Reads platforms, their keys, domains and channels for other apps."""

import uuid
from datetime import datetime

from django.db.models import Exists, OuterRef

from leeward.foundation.rows import read_row
from leeward.industry.platforms.errors import AddressRefused, PlatformUnknown
from leeward.industry.platforms.models import Platform, PlatformChannel, PlatformDomain, PlatformKey
from leeward.industry.platforms.rules import (
    Channel,
    CleanUrl,
    Domain,
    Endpoint,
    KeyAge,
    Partner,
    PresentedKey,
    Profile,
    Rung,
    clean_url,
    key_digest,
)
from leeward.industry.platforms.rules.addresses import fold_host, parent_hosts
from leeward.industry.platforms.rules.channels import CHANNELS_MOST, DOMAINS_MOST, choose_domain

SHOWN_AT_ONCE = 200
RUNG_ORDER = {rung: place for place, rung in enumerate(Rung)}


def find_key(key: str, *, now: datetime) -> PresentedKey | None:
    """Whose key this is and what it is for; None for a key that is unknown or retired."""
    if not key:
        return None
    row = PlatformKey.objects.in_force(now).select_related("platform").filter(digest=key_digest(key)).first()
    return PresentedKey(partner=row.platform.as_partner(), endpoint=Endpoint(row.endpoint)) if row else None


def all_partners() -> tuple[Partner, ...]:
    """Every platform that has been given keys to the exchange, by name."""
    has_keys = Exists(PlatformKey.objects.filter(platform=OuterRef("pk")))
    rows = Platform.objects.filter(has_keys, is_listed=True).order_by("name")
    return tuple(platform.as_partner() for platform in rows)


def listed_platforms() -> tuple[Partner, ...]:
    """Every platform that has a name of its own, by name, with or without keys: what people choose from."""
    return tuple(platform.as_partner() for platform in Platform.objects.filter(is_listed=True).order_by("name"))


def known_platforms(*, search: str = "", limit: int = SHOWN_AT_ONCE) -> tuple[Partner, ...]:
    """Platforms whose name or domain holds `search`, those that were only met in reports too, by name."""
    rows = Platform.objects.order_by("name")
    if search:
        named = Platform.objects.filter(name__icontains=search)
        rows = (named | Platform.objects.filter(domains__host__icontains=search)).distinct().order_by("name")
    return tuple(platform.as_partner() for platform in rows[:limit])


def find_partner(public_id: uuid.UUID) -> Partner:
    """The platform of this public id. Raises PlatformUnknown."""
    return _partner(Platform.objects.filter(public_id=public_id).first())


def find_partner_by_name(name: str) -> Partner:
    """The platform of this name. Raises PlatformUnknown."""
    return _partner(Platform.objects.filter(name=name).first())


def find_partner_by_id(partner_id: int) -> Partner:
    """The platform with this id, which never leaves the server. Raises PlatformUnknown."""
    return _partner(Platform.objects.filter(pk=partner_id).first())


def find_partners(ids: list[int]) -> dict[int, Partner]:
    """The platforms with these ids, by id; ids that nobody has are left out."""
    return {platform.pk: platform.as_partner() for platform in Platform.objects.filter(pk__in=ids)}


def key_ages(partner_id: int, *, now: datetime) -> tuple[KeyAge, ...]:
    """The keys in force of one platform, oldest first."""
    rows = PlatformKey.objects.in_force(now).filter(platform_id=partner_id).order_by("created_at", "endpoint")
    return tuple(read_row(KeyAge, row) for row in rows)


# --- which platform, and how to reach it ----------------------------------------------------------------------------


def recognise(address: str | CleanUrl) -> Partner | None:
    """The platform that a URL or host belongs to: the longest host, then the longest path. None where none is known."""
    if isinstance(address, str):
        try:
            address = clean_url(address)
        except AddressRefused:
            return None
    hosts = {*parent_hosts(address.host), fold_host(address.host)}
    rows = PlatformDomain.objects.filter(host__in=hosts).select_related("platform")
    owners = {row.reference: row.platform for row in rows}
    chosen = choose_domain([row.as_domain() for row in rows], url=address)
    return owners[chosen.reference].as_partner() if chosen else None


def domains_of(partner: Partner) -> tuple[Domain, ...]:
    """A platform's domains, by host."""
    rows = PlatformDomain.objects.filter(platform_id=partner.id).order_by("host", "path_prefix")[:DOMAINS_MOST]
    return tuple(row.as_domain() for row in rows)


def channels_of(partner: Partner, *, rung: Rung | None = None) -> tuple[Channel, ...]:
    """A platform's channels in the order of the ladder and of their places on a rung; those of one rung if named."""
    rows = PlatformChannel.objects.filter(platform_id=partner.id).order_by("position", "pk")
    if rung is not None:
        rows = rows.filter(rung=rung.value)
    channels = (row.as_channel() for row in rows[:CHANNELS_MOST])
    return tuple(sorted(channels, key=lambda channel: RUNG_ORDER[channel.rung]))


def profile_of(partner: Partner) -> Profile:
    """What the desk knows of how a platform works. Raises PlatformUnknown."""
    row = Platform.objects.filter(pk=partner.id).first()
    if row is None:
        raise PlatformUnknown("There is no such platform any more.")
    return row.as_profile()


def platforms_with_lead(ids: list[int]) -> frozenset[int]:
    """Of the platforms with these ids, those of which somebody is named who answers for image abuse."""
    rows = Platform.objects.filter(pk__in=ids)
    return frozenset(row.pk for row in rows if row.as_profile().has_lead)


def has_waiting_keys(partner: Partner, *, now: datetime) -> bool:
    """Whether keys in force do not open the platform's requests yet: a member of its team has to let them in.

    Its old key does so by itself with the next call, as long as it works.
    """
    return PlatformKey.objects.waiting(now).filter(platform_id=partner.id).exists()


def _partner(platform: Platform | None) -> Partner:
    if platform is None:
        raise PlatformUnknown("There is no such platform. Names are case-sensitive.")
    return platform.as_partner()
