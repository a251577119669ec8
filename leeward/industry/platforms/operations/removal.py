"""What the desk must know to reach a platform: its domains, its channels, its profile, and sites that are new to it."""

import uuid
from datetime import datetime

from django.db import IntegrityError, transaction

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor
from leeward.industry.platforms.errors import (
    ChannelTaken,
    ChannelUnknown,
    DomainRefused,
    DomainTaken,
    DomainUnknown,
    PlatformNameTaken,
    PlatformUnknown,
    TooManyChannels,
    TooManyRows,
)
from leeward.industry.platforms.models import PROFILE_FIELDS, Platform, PlatformChannel, PlatformDomain
from leeward.industry.platforms.operations.known import take_up_site
from leeward.industry.platforms.operations.verbs import PlatformVerb, platform_subject
from leeward.industry.platforms.queries import known_site, recognise
from leeward.industry.platforms.rules import (
    NAME_LENGTH,
    Channel,
    Domain,
    NewChannel,
    NewDomain,
    Partner,
    Profile,
    check_channel,
    check_domain,
    check_name,
    check_profile,
    clean_url,
    site_name,
)
from leeward.industry.platforms.rules.addresses import fold_host, is_shared_suffix
from leeward.industry.platforms.rules.channels import CHANNELS_MOST, DOMAINS_MOST


def meet_site(*, host: str, by: Actor, now: datetime) -> Partner:
    """The platform that a host or URL belongs to; where none does, a new unlisted one.

    A site of the catalogue is taken up as it stands there, another one is named by its host. An unlisted platform has
    no keys and no place in the feed. Safe to repeat, also at the same time.
    Raises AddressRefused, and DomainRefused for a host below which everybody's sites stand.
    """
    known = recognise(clean_url(host))
    if known is not None:
        return known
    catalogued = known_site(host)
    if catalogued is not None:
        return take_up_site(site=catalogued, by=by, now=now)
    site = fold_host(clean_url(host).host)
    if is_shared_suffix(site):
        raise DomainRefused(f"{site} is no site of its own: everybody's sites stand below it. Name the site.")
    try:
        return _make_unlisted(site, by=by, now=now)
    except IntegrityError:  # somebody met the same site at the same moment
        known = recognise(site)
        if known is None:
            raise
        return known


@transaction.atomic
def list_platform(*, partner: Partner, name: str, by: Actor, now: datetime) -> Partner:
    """Give a platform its name, and let people choose it. Raises PlatformNameTaken, PlatformNameRefused."""
    checked = check_name(name)
    platform = _lock(partner)
    if platform.is_listed and platform.name == checked:
        return platform.as_partner()
    if Platform.objects.filter(name=checked).exclude(pk=platform.pk).exists():
        raise PlatformNameTaken(f"There is a platform {checked!r} already. Choose another name.")
    platform.name, platform.is_listed = checked, True
    platform.save(update_fields=["name", "is_listed"])
    record(verb=PlatformVerb.LISTED, by=by, subject=platform_subject(partner), now=now)
    return platform.as_partner()


@transaction.atomic
def describe_platform(*, partner: Partner, profile: Profile, by: Actor, now: datetime) -> bool:
    """Write down how a platform works; returns whether anything changed. Raises FieldRefused."""
    checked = check_profile(profile)
    platform = _lock(partner)
    before = platform.as_profile()
    changed = [field for field in PROFILE_FIELDS if getattr(before, field) != getattr(checked, field)]
    if not changed:
        return False
    for field in changed:
        setattr(platform, field, getattr(checked, field))
    platform.save(update_fields=changed)
    facts = {"fields": ",".join(changed)}
    record(verb=PlatformVerb.DESCRIBED, by=by, subject=platform_subject(partner), now=now, facts=facts)
    return True


@transaction.atomic
def add_domain(*, partner: Partner, domain: NewDomain, by: Actor, now: datetime) -> Domain:
    """Give a platform a domain; one that an unlisted site has is taken over from it.

    Raises DomainRefused, DomainTaken, TooManyRows.
    """
    checked = check_domain(domain)
    platform = _lock(partner)
    if platform.domains.count() >= DOMAINS_MOST:
        raise TooManyRows(f"A platform has at most {DOMAINS_MOST} domains. Remove one first.")
    row = (
        PlatformDomain.objects.select_for_update(of=("self",))
        .select_related("platform")
        .filter(host=checked.host, path_prefix=checked.path_prefix)
        .first()
    )
    if row is not None and (row.platform.is_listed or row.platform_id == platform.pk):
        raise DomainTaken(f"{row} belongs to {row.platform.name} already. Remove it there first.")
    row = row or PlatformDomain(host=checked.host, path_prefix=checked.path_prefix)
    row.platform = platform
    row.save()
    record(verb=PlatformVerb.DOMAIN_ADDED, by=by, subject=platform_subject(partner), now=now)
    return row.as_domain()


@transaction.atomic
def remove_domain(*, partner: Partner, reference: uuid.UUID, by: Actor, now: datetime) -> None:
    """Take a domain from a platform. Raises DomainUnknown."""
    deleted, _ = PlatformDomain.objects.filter(platform_id=partner.id, reference=reference).delete()
    if not deleted:
        raise DomainUnknown("The platform has no such domain any more.")
    record(verb=PlatformVerb.DOMAIN_REMOVED, by=by, subject=platform_subject(partner), now=now)


@transaction.atomic
def add_channel(*, partner: Partner, channel: NewChannel, by: Actor, now: datetime) -> Channel:
    """Give a platform a channel. Raises FieldRefused, ChannelTaken, TooManyRows."""
    checked = check_channel(channel)
    platform = _lock(partner)
    if platform.channels.count() >= CHANNELS_MOST:
        raise TooManyChannels
    row = PlatformChannel(platform=platform)
    _write_channel(row, checked)
    facts = {"kind": checked.kind.value, "rung": checked.rung.value}
    record(verb=PlatformVerb.CHANNEL_ADDED, by=by, subject=platform_subject(partner), now=now, facts=facts)
    return row.as_channel()


@transaction.atomic
def change_channel(*, partner: Partner, reference: uuid.UUID, channel: NewChannel, by: Actor, now: datetime) -> Channel:
    """Change a channel of a platform. Raises FieldRefused, ChannelTaken, ChannelUnknown."""
    checked = check_channel(channel)
    row = PlatformChannel.objects.select_for_update().filter(platform_id=partner.id, reference=reference).first()
    if row is None:
        raise ChannelUnknown("The platform has no such channel any more.")
    _write_channel(row, checked)
    facts = {"kind": checked.kind.value, "rung": checked.rung.value}
    record(verb=PlatformVerb.CHANNEL_CHANGED, by=by, subject=platform_subject(partner), now=now, facts=facts)
    return row.as_channel()


@transaction.atomic
def remove_channel(*, partner: Partner, reference: uuid.UUID, by: Actor, now: datetime) -> None:
    """Take a channel from a platform. Raises ChannelUnknown."""
    deleted, _ = PlatformChannel.objects.filter(platform_id=partner.id, reference=reference).delete()
    if not deleted:
        raise ChannelUnknown("The platform has no such channel any more.")
    record(verb=PlatformVerb.CHANNEL_REMOVED, by=by, subject=platform_subject(partner), now=now)


@transaction.atomic
def _make_unlisted(site: str, *, by: Actor, now: datetime) -> Partner:
    platform = Platform.objects.create(name=_free_name(site), created_at=now, is_listed=False)
    PlatformDomain.objects.create(platform=platform, host=site)
    partner = platform.as_partner()
    record(verb=PlatformVerb.MET, by=by, subject=platform_subject(partner), now=now)
    return partner


def _free_name(site: str) -> str:
    name = site_name(site)
    if not Platform.objects.filter(name=name).exists():
        return name
    mark = f" ({uuid.uuid4().hex[:8]})"
    return name[: NAME_LENGTH - len(mark)] + mark


def _lock(partner: Partner) -> Platform:
    platform = Platform.objects.select_for_update().filter(pk=partner.id).first()
    if platform is None:
        raise PlatformUnknown("There is no such platform any more.")
    return platform


def _write_channel(row: PlatformChannel, channel: NewChannel) -> None:
    row.kind, row.rung, row.address = channel.kind.value, channel.rung.value, channel.address
    row.language, row.position, row.checked_on = channel.language, channel.position, channel.checked_on
    row.source = channel.source
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise ChannelTaken from error
