"""Takes up known sites: one as the desk meets it, or all of a file, and leaves alone what people here have changed."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum

from django.db import IntegrityError, transaction

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, Subject
from leeward.industry.platforms.models import PROFILE_FIELDS, Platform, PlatformChannel, PlatformDomain
from leeward.industry.platforms.operations.verbs import PlatformVerb, platform_subject
from leeward.industry.platforms.rules import NewChannel, NewDomain, Partner, Profile, site_name
from leeward.industry.platforms.rules.directory import PlatformEntry
from leeward.industry.platforms.rules.known import KnownSite


class SiteChange(StrEnum):
    """What loading a site comes to."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    KEPT = "kept"


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What loading a file came to, by name. `kept`: people here have changed them, or made them before, otherwise."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    kept: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class _Judged:
    outcome: SiteChange
    wanted: PlatformEntry
    row: Platform | None


def take_up_site(*, site: KnownSite, by: Actor, now: datetime) -> Partner:
    """The platform of a known site; where there is none, a new unlisted one with what the catalogue says of it.

    It has no keys and no place in the feed. Safe to repeat, also at the same time.
    """
    row = _row_of(site)
    if row is not None:
        return row.as_partner()
    try:
        return _write(Platform(created_at=now, is_listed=False), _judge(site).wanted, site=site, by=by, now=now)
    except IntegrityError:  # somebody took up the same site at the same moment
        row = _row_of(site)
        if row is None:
            raise
        return row.as_partner()


def plan_known_sites(sites: Iterable[KnownSite]) -> Loaded:
    """What loading these sites would come to; writes nothing."""
    return _told([(site, _judge(site)) for site in sites])


@transaction.atomic
def load_known_sites(*, sites: Iterable[KnownSite], by: Actor, now: datetime) -> Loaded:
    """Write these sites down as platforms; safe to repeat.

    A site that is new here comes as the file has it, unlisted. One that stands here is brought up to the file only
    where nobody has changed it since the catalogue wrote it. Nothing is removed that the file does not name.
    """
    judged = [(site, _judge(site)) for site in sites]
    for site, each in judged:
        if each.outcome in (SiteChange.ADDED, SiteChange.CHANGED):
            row = each.row or Platform(created_at=now, is_listed=False)
            _write(row, each.wanted, site=site, by=by, now=now)
    loaded = _told(judged)
    facts = {outcome: len(names) for outcome, names in asdict(loaded).items()}
    record(verb=PlatformVerb.CATALOGUE_LOADED, by=by, subject=Subject(kind="platforms"), now=now, facts=facts)
    return loaded


def _told(judged: list[tuple[KnownSite, _Judged]]) -> Loaded:
    return Loaded(
        **{
            outcome.value: tuple(site.name for site, each in judged if each.outcome is outcome)
            for outcome in SiteChange
        }
    )


def _judge(site: KnownSite) -> _Judged:
    row = _row_of(site)
    wanted = _without_taken(site.as_entry(), row)
    if row is None:
        return _Judged(outcome=SiteChange.ADDED, wanted=wanted, row=None)
    held = _held(row)
    if _digest(held) == _digest(wanted):
        outcome = SiteChange.UNCHANGED
    elif _digest(held) == row.catalogue_digest or _is_bare(row, held):
        outcome = SiteChange.CHANGED
    else:
        outcome = SiteChange.KEPT
    return _Judged(outcome=outcome, wanted=wanted, row=row)


def _row_of(site: KnownSite) -> Platform | None:
    """The platform that has a host of this site, a named one first; else the one of its name."""
    hosts = [host.value for host in site.hosts]
    domains = PlatformDomain.objects.filter(host__in=hosts, path_prefix="").select_related("platform")
    domain = domains.order_by("-platform__is_listed", "platform_id").first()
    return domain.platform if domain else Platform.objects.filter(name__iexact=site.name).first()


def _without_taken(entry: PlatformEntry, row: Platform | None) -> PlatformEntry:
    """The entry without hosts that another platform has here."""
    hosts = [domain.host for domain in entry.domains]
    others = PlatformDomain.objects.filter(host__in=hosts, path_prefix="").exclude(platform=row)
    taken = set(others.values_list("host", flat=True))
    return replace(entry, domains=tuple(domain for domain in entry.domains if domain.host not in taken))


def _held(row: Platform) -> PlatformEntry:
    return PlatformEntry(
        name=row.name,
        domains=tuple(NewDomain(host=each.host, path_prefix=each.path_prefix) for each in row.domains.all()),
        channels=tuple(_new_channel(each) for each in row.channels.all()),
        profile=row.as_profile(),
    )


def _new_channel(row: PlatformChannel) -> NewChannel:
    values = asdict(row.as_channel())
    del values["reference"]
    return NewChannel(**values)


def _digest(entry: PlatformEntry) -> str:
    """A digest of all that an entry says, in whatever order."""
    said = {
        "name": entry.name,
        "domains": sorted((domain.host, domain.path_prefix) for domain in entry.domains),
        "channels": sorted(json.dumps(asdict(channel), default=str, sort_keys=True) for channel in entry.channels),
        "profile": asdict(entry.profile),
    }
    return hashlib.sha256(json.dumps(said, default=str, sort_keys=True).encode()).hexdigest()


def _is_bare(row: Platform, held: PlatformEntry) -> bool:
    """Whether a site was only met in a report, before the catalogue knew it: a host, and nothing that people wrote."""
    is_named = all(row.name != site_name(domain.host) for domain in held.domains)
    return not (row.is_listed or is_named or held.channels or held.profile != Profile())


@transaction.atomic
def _write(row: Platform, wanted: PlatformEntry, *, site: KnownSite, by: Actor, now: datetime) -> Partner:
    row.name, row.catalogue_digest = wanted.name, _digest(wanted)
    for field in PROFILE_FIELDS:
        setattr(row, field, getattr(wanted.profile, field))
    row.save()
    for domain in row.domains.all():
        if NewDomain(host=domain.host, path_prefix=domain.path_prefix) not in wanted.domains:
            domain.delete()
    present = set(row.domains.values_list("host", flat=True))
    PlatformDomain.objects.bulk_create(
        PlatformDomain(platform=row, host=domain.host) for domain in wanted.domains if domain.host not in present
    )
    for channel in row.channels.all():
        if _new_channel(channel) not in wanted.channels:
            channel.delete()
    held = [_new_channel(channel) for channel in row.channels.all()]
    for new in wanted.channels:
        if new not in held:
            PlatformChannel.objects.create(platform=row, **asdict(new))
    partner = row.as_partner()
    facts = {"code": site.code}
    record(verb=PlatformVerb.CATALOGUED, by=by, subject=platform_subject(partner), now=now, facts=facts)
    return partner
