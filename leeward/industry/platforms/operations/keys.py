"""Makes platforms, gives and rotates their keys, closes and opens the feed to them."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from hashmatch.variants import Level

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor
from leeward.industry.platforms.errors import PlatformKeyless, PlatformNameTaken, PlatformUnknown
from leeward.industry.platforms.models import Platform, PlatformKey
from leeward.industry.platforms.operations.teams import drop_retired_keys, found_own_team, note_public_half
from leeward.industry.platforms.operations.verbs import PlatformVerb, platform_subject
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


@transaction.atomic
def create_platform(
    *,
    name: str,
    contact: str = "",
    level: Level = LEVEL_DEFAULT,
    without_list: bool = False,
    by: Actor,
    now: datetime,
) -> IssuedKeys:
    """Make a platform with a fresh set of keys, or give keys to one of this name that never had any.

    Raises PlatformNameTaken, PlatformNameRefused.
    """
    checked = check_name(name)
    try:
        with transaction.atomic():
            platform = _keyless(checked) or Platform(name=checked, created_at=now)
            platform.contact, platform.level, platform.is_listed = contact or platform.contact, level.value, True
            platform.without_list = without_list
            platform.save()
    except IntegrityError as error:
        raise PlatformNameTaken(
            f"There is a platform {checked!r} already. Choose another name, or use rotate-keys for fresh keys."
        ) from error
    issued = _issue_keys(platform, by=by, now=now)
    record(
        verb=PlatformVerb.CREATED,
        by=by,
        subject=platform_subject(issued.partner),
        now=now,
        facts={"level": level.value, "without_list": without_list},
    )
    return issued


@transaction.atomic
def rotate_keys(*, name: str, overlap: timedelta = KEYS_OVERLAP, by: Actor, now: datetime) -> IssuedKeys:
    """Give a platform fresh keys; the old ones work for `overlap` longer. Raises PlatformUnknown, PlatformKeyless.

    The fresh keys open its requests as soon as somebody who holds the platform's team lets them in (see `teams`).
    """
    platform = Platform.objects.select_for_update().filter(name=name).first()
    if platform is None:
        raise PlatformUnknown(f"There is no platform {name!r}. Names are case-sensitive.")
    if not platform.keys.exists():
        raise PlatformKeyless(f"The platform {name!r} has never had keys. Use create-platform with its name.")
    end = now + overlap
    in_force = PlatformKey.objects.in_force(now).filter(platform=platform)
    in_force.filter(retires_at__isnull=True).update(retires_at=end)
    in_force.filter(retires_at__gt=end).update(retires_at=end)
    issued = _issue_keys(platform, by=by, now=now)
    drop_retired_keys(partner=issued.partner, now=now, limit=len(Endpoint))
    record(
        verb=PlatformVerb.KEYS_ROTATED,
        by=by,
        subject=platform_subject(issued.partner),
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
        facts = {"reason": reason}
        record(verb=PlatformVerb.SUSPENDED, by=by, subject=platform_subject(partner), now=now, facts=facts)
    return bool(changed)


@transaction.atomic
def restore_platform(*, partner: Partner, by: Actor, now: datetime) -> bool:
    """Open the feed to a platform again; returns whether it was closed."""
    changed = Platform.objects.filter(pk=partner.id, suspended_at__isnull=False).update(
        suspended_at=None, suspended_reason=""
    )
    if changed:
        record(verb=PlatformVerb.RESTORED, by=by, subject=platform_subject(partner), now=now)
    return bool(changed)


def _keyless(name: str) -> Platform | None:
    """The platform of this name if it never had keys: the desk met it, or a file named it."""
    has_keys = Exists(PlatformKey.objects.filter(platform=OuterRef("pk")))
    return Platform.objects.select_for_update().filter(~has_keys, name=name).first()


def _issue_keys(platform: Platform, *, by: Actor, now: datetime) -> IssuedKeys:
    partner = platform.as_partner()
    keys = {endpoint: new_key() for endpoint in Endpoint}
    rows = []
    for endpoint, key in keys.items():
        row = PlatformKey(platform=platform, endpoint=endpoint.value, digest=key_digest(key), created_at=now)
        note_public_half(row, key=key, partner=partner)
        rows.append(row)
    PlatformKey.objects.bulk_create(rows)
    found_own_team(platform, by=by, now=now)
    return IssuedKeys(
        partner=partner,
        fetch_key=keys[Endpoint.FETCH],
        feedback_key=keys[Endpoint.FEEDBACK],
        submit_key=keys[Endpoint.SUBMIT],
        subscription_key=keys[Endpoint.SUBSCRIPTION],
    )
