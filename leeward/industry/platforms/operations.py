"""Makes platforms, gives and rotates their keys, closes and opens the feed to them."""

from datetime import datetime, timedelta
from enum import StrEnum

from django.db import IntegrityError, transaction
from hashmatch.variants import Level

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, Subject
from leeward.industry.platforms.errors import PlatformNameTaken, PlatformUnknown
from leeward.industry.platforms.models import Platform, PlatformKey
from leeward.industry.platforms.rules import (
    KEYS_OVERLAP,
    LEVEL_DEFAULT,
    Endpoint,
    IssuedKeys,
    Partner,
    check_name,
    key_digest,
    new_key,
)


class PlatformVerb(StrEnum):
    """What can happen to a platform."""

    CREATED = "platforms.created"
    KEYS_ROTATED = "platforms.keys_rotated"
    SUSPENDED = "platforms.suspended"
    RESTORED = "platforms.restored"


@transaction.atomic
def create_platform(
    *, name: str, contact: str = "", level: Level = LEVEL_DEFAULT, by: Actor, now: datetime
) -> IssuedKeys:
    """Make a platform with a fresh set of keys. Raises PlatformNameTaken, PlatformNameRefused."""
    checked = check_name(name)
    try:
        with transaction.atomic():
            platform = Platform.objects.create(name=checked, contact=contact, level=level, created_at=now)
    except IntegrityError as error:
        raise PlatformNameTaken(
            f"There is a platform {checked!r} already. Choose another name, or use rotate-keys for fresh keys."
        ) from error
    issued = _issue_keys(platform, now=now)
    record(verb=PlatformVerb.CREATED, by=by, subject=_subject(platform), now=now, facts={"level": level.value})
    return issued


@transaction.atomic
def rotate_keys(*, name: str, overlap: timedelta = KEYS_OVERLAP, by: Actor, now: datetime) -> IssuedKeys:
    """Give a platform fresh keys; the old ones work for `overlap` longer. Raises PlatformUnknown."""
    platform = Platform.objects.select_for_update().filter(name=name).first()
    if platform is None:
        raise PlatformUnknown(f"There is no platform {name!r}. Names are case-sensitive.")
    end = now + overlap
    in_force = PlatformKey.objects.in_force(now).filter(platform=platform)
    in_force.filter(retires_at__isnull=True).update(retires_at=end)
    in_force.filter(retires_at__gt=end).update(retires_at=end)
    issued = _issue_keys(platform, now=now)
    record(
        verb=PlatformVerb.KEYS_ROTATED,
        by=by,
        subject=_subject(platform),
        now=now,
        facts={"old_keys_end": end.isoformat(timespec="seconds")},
    )
    return issued


@transaction.atomic
def suspend_platform(*, partner: Partner, reason: str, by: Actor, now: datetime) -> bool:
    """Close the feed to a platform; returns whether it was open."""
    changed = Platform.objects.filter(pk=partner.id, suspended_at__isnull=True).update(
        suspended_at=now, suspended_reason=reason
    )
    if changed:
        subject = Subject(kind="platform", reference=str(partner.public_id))
        record(verb=PlatformVerb.SUSPENDED, by=by, subject=subject, now=now, facts={"reason": reason})
    return bool(changed)


@transaction.atomic
def restore_platform(*, partner: Partner, by: Actor, now: datetime) -> bool:
    """Open the feed to a platform again; returns whether it was closed."""
    changed = Platform.objects.filter(pk=partner.id, suspended_at__isnull=False).update(
        suspended_at=None, suspended_reason=""
    )
    if changed:
        subject = Subject(kind="platform", reference=str(partner.public_id))
        record(verb=PlatformVerb.RESTORED, by=by, subject=subject, now=now)
    return bool(changed)


def _issue_keys(platform: Platform, *, now: datetime) -> IssuedKeys:
    keys = {endpoint: new_key() for endpoint in Endpoint}
    PlatformKey.objects.bulk_create(
        PlatformKey(platform=platform, endpoint=endpoint, digest=key_digest(key), created_at=now)
        for endpoint, key in keys.items()
    )
    return IssuedKeys(
        partner=platform.as_partner(),
        fetch_key=keys[Endpoint.FETCH],
        feedback_key=keys[Endpoint.FEEDBACK],
        submit_key=keys[Endpoint.SUBMIT],
        subscription_key=keys[Endpoint.SUBSCRIPTION],
    )


def _subject(platform: Platform) -> Subject:
    return Subject(kind="platform", reference=str(platform.public_id))
