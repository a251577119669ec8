"""Keys of the workers that run while nobody is unlocked; their private halves are files of the workers' own folder."""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, Subject
from leeward.foundation.vault.errors import ServiceKeyMissing, ServiceUnknown
from leeward.foundation.vault.models import ServiceKey
from leeward.foundation.vault.operations.boxes import draw_pair
from leeward.foundation.vault.operations.founding import write_key_file
from leeward.foundation.vault.operations.registry import mark_of, trusted
from leeward.foundation.vault.operations.verbs import VaultVerb
from leeward.foundation.vault.rules.grants import Grantee, GranteeKind, PrivateKey, Service
from leeward.foundation.vault.rules.keys import read_private_key


def found_services(*, by: Actor, now: datetime) -> None:
    """Make every service's keys that are not there yet. Safe to repeat."""
    known = set(ServiceKey.objects.filter(retired_at__isnull=True).values_list("service", flat=True))
    missing = [service for service in Service if service.value not in known]
    if not missing:
        return
    pairs = [_make_key_file(service) for service in missing]
    with transaction.atomic():
        for pair in pairs:
            ServiceKey.objects.get_or_create(
                service=pair.grantee.id,
                generation=pair.grantee.generation,
                defaults={
                    "public_key": pair.grantee.public_key,
                    "vouched": mark_of(pair.grantee),
                    "made_at": now,
                },
            )
        facts = {"services": ",".join(service.value for service in missing)}
        record(verb=VaultVerb.SERVICES_FOUNDED, by=by, subject=Subject(kind="services"), now=now, facts=facts)


def service_grantee(service: Service) -> Grantee:
    """A service's public key. Raises ServiceUnknown."""
    row = ServiceKey.objects.filter(service=service.value, retired_at__isnull=True).first()
    if row is None:
        raise ServiceUnknown(service.value)
    return trusted(row)


def open_service(service: Service) -> PrivateKey:
    """A service's whole key, from the worker's own folder. Raises ServiceUnknown or ServiceKeyMissing."""
    public = service_grantee(service)
    try:
        key = read_private_key(_path(service).read_text(encoding="ascii"))
    except (FileNotFoundError, PermissionError) as error:
        raise ServiceKeyMissing(service.value) from error
    if key.grantee != public:
        raise ServiceKeyMissing(service.value)
    return key


def _make_key_file(service: Service) -> PrivateKey:
    path = _path(service)
    if not path.exists():
        write_key_file(path, draw_pair(kind=GranteeKind.SERVICE, id=service.value))
    return read_private_key(path.read_text(encoding="ascii"))


def _path(service: Service) -> Path:
    return Path(settings.LEEWARD_SERVICE_KEYS) / f"{service.value}.key"
