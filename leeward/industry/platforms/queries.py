"""Reads platforms, their keys, domains and channels for other apps."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from leeward.foundation.accounts.queries import has_signed_in
from leeward.foundation.rows import read_row
from leeward.foundation.work.keyset import Order
from leeward.industry.platforms.catalogue import shipped_catalogue
from leeward.industry.platforms.errors import AddressRefused, PlatformUnknown
from leeward.industry.platforms.models import Platform, PlatformChannel, PlatformDomain, PlatformKey
from leeward.industry.platforms.rules import (
    Channel,
    ChannelKind,
    CleanUrl,
    Domain,
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
from leeward.industry.platforms.rules.known import KnownSite, OwnPage

SHOWN_AT_ONCE = 200
BY_NAME = Order(by="name", is_unique=True)
RUNG_ORDER = {rung: place for place, rung in enumerate(Rung)}


def find_key(key: str, *, now: datetime) -> PresentedKey | None:
    """Whose key this is and what it is for; None for a key that is unknown or retired."""
    if not key:
        return None
    row = PlatformKey.objects.in_force(now).select_related("platform").filter(digest=key_digest(key)).first()
    return read_row(PresentedKey, row, partner=row.platform.as_partner()) if row else None


def partner_rows() -> QuerySet[Platform]:
    """Every platform that has been given keys to the exchange, for a list."""
    return Platform.objects.filter(Exists(PlatformKey.objects.filter(platform=OuterRef("pk"))), is_listed=True)


def draws_hashes(partner: Partner) -> bool:
    """Whether a platform has been given keys to the exchange."""
    return partner_rows().filter(pk=partner.id).exists()


def all_partners() -> tuple[Partner, ...]:
    """The same, by name."""
    return as_partners(partner_rows().order_by("name"))


def listed_platforms() -> tuple[Partner, ...]:
    """Every platform that has a name of its own, by name, with or without keys: what people choose from."""
    return as_partners(Platform.objects.filter(is_listed=True).order_by("name"))


def platform_rows() -> QuerySet[Platform]:
    """All platforms, those that were only met in reports too, for a list."""
    return Platform.objects.all()


def as_partners(rows: Iterable[Platform]) -> tuple[Partner, ...]:
    """These platforms as other apps see them."""
    return tuple(row.as_partner() for row in rows)


def holds(words: str) -> Q:
    """Which platforms have this in their name or domain."""
    return Q(name__icontains=words) | Q(pk__in=PlatformDomain.objects.filter(host__icontains=words).values("platform"))


def known_platforms(*, search: str = "", limit: int = SHOWN_AT_ONCE) -> tuple[Partner, ...]:
    """Platforms whose name or domain holds `search`, those that were only met in reports too, by name."""
    return as_partners(platform_rows().filter(holds(search)).order_by("name")[:limit])


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
    """The platform that a URL or host belongs to: the longest host, then the longest path. None where none is known.

    A known site with a longer host is another site: below google.com stands drive.google.com.
    """
    clean = _clean(address)
    if clean is None:
        return None
    rows = PlatformDomain.objects.filter(host__in=_hosts_of(clean)).select_related("platform")
    owners = {row.reference: row.platform for row in rows}
    chosen = choose_domain([row.as_domain() for row in rows], url=clean)
    if chosen is None or _is_below_known(clean, host=chosen.host):
        return None
    return owners[chosen.reference].as_partner()


def known_site(address: str | CleanUrl) -> KnownSite | None:
    """The real site of the catalogue that a URL or host belongs to, taken up or not; a text may be its name instead."""
    clean = _clean(address)
    if clean is None:
        return shipped_catalogue().named(address) if isinstance(address, str) else None
    found = shipped_catalogue().find(_hosts_of(clean))
    return found[0] if found else None


def find_known_site(code: str) -> KnownSite:
    """The site of the catalogue with this code. Raises PlatformUnknown."""
    site = next((site for site in shipped_catalogue().sites if site.code == code), None)
    if site is None:
        raise PlatformUnknown("There is no such site in the catalogue.")
    return site


def sites_to_take_up(*, search: str, limit: int) -> tuple[KnownSite, ...]:
    """Sites of the catalogue whose name or host holds `search` and of whose hosts no platform has one."""
    found = shipped_catalogue().search(search, limit=SHOWN_AT_ONCE)
    hosts = [host.value for site in found for host in site.hosts]
    taken = set(PlatformDomain.objects.filter(host__in=hosts, path_prefix="").values_list("host", flat=True))
    free = [site for site in found if taken.isdisjoint(host.value for host in site.hosts)]
    return tuple(free[:limit])


def catalogued_as(partner: Partner) -> KnownSite | None:
    """What the catalogue says of a platform, by its domains."""
    hosts = [domain.host for domain in domains_of(partner) if not domain.path_prefix]
    found = shipped_catalogue().find(hosts)
    return found[0] if found else None


def own_page(*, platform_id: int | None, address: str) -> OwnPage | None:
    """The page where a site takes reports itself: as the desk has noted it, else as the catalogue has it."""
    noted = Platform.objects.filter(pk=platform_id).exclude(reporting_url="").first() if platform_id else None
    if noted is not None:
        return OwnPage(name=noted.name, url=noted.reporting_url, checked_on=noted.reporting_checked_on)
    site = known_site(address) if address else None
    if site is None or site.reporting is None:
        return None
    return OwnPage(name=site.name, url=site.reporting.value, checked_on=site.reporting.checked_on)


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


def has_reader(partner: Partner) -> bool:
    """Return whether somebody reads the platform's inbox here: an account of its people or a key has been in it."""
    was_read = PlatformKey.objects.filter(platform_id=partner.id, used_at__isnull=False).exists()
    return was_read or has_signed_in(affiliation=str(partner.public_id))


def channels_in_use(partner: Partner, *, rung: Rung | None = None) -> tuple[Channel, ...]:
    """Return the channels by which a notice reaches somebody: all but an inbox that nobody has ever opened."""
    channels = channels_of(partner, rung=rung)
    if not any(channel.kind is ChannelKind.INBOX for channel in channels) or has_reader(partner):
        return channels
    return tuple(channel for channel in channels if channel.kind is not ChannelKind.INBOX)


def is_reached_at(partner: Partner, *, address: str) -> bool:
    """Return whether this address is still one of a platform's: a link that went to another one opens nothing."""
    return PlatformChannel.objects.filter(platform=partner.id, address=address).exists()


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


def _clean(address: str | CleanUrl) -> CleanUrl | None:
    try:
        return clean_url(address) if isinstance(address, str) else address
    except AddressRefused:
        return None


def _hosts_of(clean: CleanUrl) -> set[str]:
    return {*parent_hosts(clean.host), fold_host(clean.host)}


def _is_below_known(clean: CleanUrl, *, host: str) -> bool:
    """Whether a known site has a longer host than this one and is not the site of this one as well."""
    catalogue = shipped_catalogue()
    found, above = catalogue.find(_hosts_of(clean)), catalogue.find([host])
    return found is not None and len(found[1]) > len(host) and (above is None or found[0] is not above[0])


def _partner(platform: Platform | None) -> Partner:
    if platform is None:
        raise PlatformUnknown("There is no such platform. Names are case-sensitive.")
    return platform.as_partner()
