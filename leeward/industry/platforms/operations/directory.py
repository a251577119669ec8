"""Takes in a file of platforms: all of it or nothing, and again without harm."""

import dataclasses
from datetime import datetime

from django.db import transaction

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, Subject
from leeward.industry.platforms.errors import DirectoryRefused, DomainTaken, TooManyRows
from leeward.industry.platforms.models import Platform, PlatformDomain
from leeward.industry.platforms.operations.removal import (
    add_channel,
    add_domain,
    change_channel,
    describe_platform,
    list_platform,
)
from leeward.industry.platforms.operations.verbs import PlatformVerb
from leeward.industry.platforms.queries import channels_of, domains_of, profile_of
from leeward.industry.platforms.rules import Channel, NewChannel, NewDomain, Partner, Profile
from leeward.industry.platforms.rules.directory import ImportResult, PlatformEntry


@transaction.atomic
def import_platforms(*, entries: tuple[PlatformEntry, ...], by: Actor, now: datetime) -> ImportResult:
    """Make or complete the platforms of a file; what the file does not name stays. Safe to repeat.

    A site that the desk has only met becomes the platform that the file gives its domain to. Raises DirectoryRefused
    where a domain belongs to another platform, and does nothing then.
    """
    new = changed = 0
    for entry in entries:
        try:
            partner, is_new, is_changed = _find_or_make(entry, by=by, now=now)
            is_changed |= _complete(partner, entry, by=by, now=now)
        except (DomainTaken, TooManyRows) as error:
            raise DirectoryRefused(f"{entry.name}: {error}") from error
        new += is_new
        changed += is_changed and not is_new
    result = ImportResult(new=new, changed=changed, same=len(entries) - new - changed)
    facts = dataclasses.asdict(result)
    record(verb=PlatformVerb.IMPORTED, by=by, subject=Subject(kind="platforms"), now=now, facts=facts)
    return result


def _find_or_make(entry: PlatformEntry, *, by: Actor, now: datetime) -> tuple[Partner, bool, bool]:
    """The platform of an entry, whether it is new, and whether it was unlisted before."""
    named = Platform.objects.filter(name=entry.name).first()
    if named is not None and named.is_listed:
        return named.as_partner(), False, False
    met = named or _met_site(entry)
    if met is not None:
        return list_platform(partner=met.as_partner(), name=entry.name, by=by, now=now), False, True
    made = Platform.objects.create(name=entry.name, created_at=now, is_listed=False)
    return list_platform(partner=made.as_partner(), name=entry.name, by=by, now=now), True, False


def _met_site(entry: PlatformEntry) -> Platform | None:
    for domain in entry.domains:
        row = (
            PlatformDomain.objects.select_related("platform")
            .filter(host=domain.host, path_prefix=domain.path_prefix, platform__is_listed=False)
            .first()
        )
        if row is not None:
            return row.platform
    return None


def _complete(partner: Partner, entry: PlatformEntry, *, by: Actor, now: datetime) -> bool:
    held = {NewDomain(host=domain.host, path_prefix=domain.path_prefix) for domain in domains_of(partner)}
    missing = [domain for domain in entry.domains if domain not in held]
    for domain in missing:
        add_domain(partner=partner, domain=domain, by=by, now=now)
    present = {_name(channel): channel for channel in channels_of(partner)}
    channels = [
        _take_channel(partner, channel, present.get(_name(channel)), by=by, now=now) for channel in entry.channels
    ]
    profile = _merge(profile_of(partner), entry.profile)
    return any([bool(missing), *channels, describe_platform(partner=partner, profile=profile, by=by, now=now)])


def _take_channel(partner: Partner, wanted: NewChannel, present: Channel | None, *, by: Actor, now: datetime) -> bool:
    if present is None:
        add_channel(partner=partner, channel=wanted, by=by, now=now)
        return True
    if all(getattr(present, field.name) == getattr(wanted, field.name) for field in dataclasses.fields(NewChannel)):
        return False
    change_channel(partner=partner, reference=present.reference, channel=wanted, by=by, now=now)
    return True


def _name(channel: NewChannel) -> tuple[str, ...]:
    return channel.rung, channel.kind, channel.address, channel.language


def _merge(present: Profile, wanted: Profile) -> Profile:
    values = {field.name: getattr(wanted, field.name) for field in dataclasses.fields(Profile)}
    return dataclasses.replace(present, **{name: value for name, value in values.items() if value})
