"""Keys of the workers that run while nobody is unlocked; their private halves are files of the workers' own folder.

A service has one present key, to which everything new is sealed, and may have older ones that still open what is not
sealed anew yet: see service_rotation.
"""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, Subject
from leeward.foundation.keyfiles import read_or_make
from leeward.foundation.vault.errors import SealBroken, ServiceKeyMissing, ServiceUnknown
from leeward.foundation.vault.models import ServiceKey
from leeward.foundation.vault.operations.boxes import draw_pair
from leeward.foundation.vault.operations.registry import mark_of, trusted
from leeward.foundation.vault.operations.verbs import VaultVerb
from leeward.foundation.vault.rules.grants import Grantee, GranteeKind, Keyring, PrivateKey, Service
from leeward.foundation.vault.rules.keys import read_private_key, write_private_key


class ServiceKeys:
    """A service's whole keys, from the worker's own folder: the present one, and those that it falls back on.

    Each is read when the first box asks for it, so that what is sealed to a key that was made a moment ago opens in a
    worker that has run for weeks.
    """

    def __init__(self, service: Service) -> None:
        self.service = service
        self._read: dict[int, PrivateKey] = {}

    def __repr__(self) -> str:
        return f"ServiceKeys({self.service.value})"

    @property
    def present(self) -> PrivateKey:
        """The key to which everything new is sealed. Raises ServiceUnknown or ServiceKeyMissing."""
        return self.find(service_grantee(self.service).generation)

    @property
    def grantee(self) -> Grantee:
        """The public half of the present key."""
        return self.present.grantee

    @property
    def ring(self) -> Keyring:
        """All of its keys that still open something, for what is granted to it. Raises as `find` does."""
        rows = ServiceKey.objects.filter(service=self.service.value, ended_at__isnull=True)
        return Keyring(*(self.find(generation) for generation in rows.values_list("generation", flat=True)))

    def find(self, generation: int) -> PrivateKey:
        """The key of that generation.

        Raises SealBroken where there never was one or it has been ended, ServiceKeyMissing where its file should be.
        """
        if generation not in self._read:
            self._read[generation] = self._from_folder(generation)
        return self._read[generation]

    def _from_folder(self, generation: int) -> PrivateKey:
        row = ServiceKey.objects.filter(service=self.service.value, generation=generation).first()
        if row is None or row.ended_at is not None:
            raise SealBroken
        try:
            text = key_path(self.service, generation=generation).read_text(encoding="ascii")
        except (FileNotFoundError, PermissionError) as error:
            raise ServiceKeyMissing(self.service.value) from error
        key = read_private_key(text)
        if key.grantee != trusted(row):
            raise ServiceKeyMissing(self.service.value)
        return key


def missing_services() -> tuple[Service, ...]:
    """The services that have no key: nothing can be sealed to them, so their work cannot be asked for."""
    known = set(ServiceKey.objects.filter(retired_at__isnull=True).values_list("service", flat=True))
    return tuple(service for service in Service if service.value not in known)


def found_services(*, by: Actor, now: datetime) -> tuple[Service, ...]:
    """Make every service's keys that are not there yet, and return whose. Safe to repeat."""
    missing = missing_services()
    if not missing:
        return ()
    pairs = [make_key_file(service, generation=_newest_kept(service)) for service in missing]
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
    return missing


def service_grantee(service: Service) -> Grantee:
    """A service's present public key, which stays that for as long as the caller's transaction. Raises ServiceUnknown.

    So nothing is sealed to a key after a rotation has put another in its place: rotation waits for whoever is sealing.
    """
    # A rotation that ends while we wait for the row takes it from us; what it has put in its place is found then.
    row = _present(service) or _present(service)
    if row is None:
        raise ServiceUnknown(service.value)
    return trusted(row)


def open_service(service: Service) -> ServiceKeys:
    """A service's keys, from the worker's own folder. Raises ServiceUnknown or ServiceKeyMissing."""
    keys = ServiceKeys(service)
    keys.find(service_grantee(service).generation)
    return keys


# --- parts that rotation uses -----------------------------------------------------------------------------------------


def make_key_file(service: Service, *, generation: int) -> PrivateKey:
    """A key of that generation in the worker's folder: the one that is there already, or a new one."""
    text = read_or_make(
        key_path(service, generation=generation),
        lambda: write_private_key(draw_pair(kind=GranteeKind.SERVICE, id=service.value, generation=generation)),
    )
    return read_private_key(text)


def key_path(service: Service, *, generation: int) -> Path:
    """The file of one private half. The first one's name has no number."""
    name = service.value if generation == 1 else f"{service.value}-{generation}"
    return Path(settings.LEEWARD_SERVICE_KEYS) / f"{name}.key"


def _newest_kept(service: Service) -> int:
    """The newest generation of which the folder has a file, 1 where it has none."""
    names = [path.stem for path in Path(settings.LEEWARD_SERVICE_KEYS).glob(f"{service.value}-*.key")]
    numbers = [int(number) for name in names if (number := name.rpartition("-")[2]).isdecimal()]
    return max(numbers, default=1)


def _present(service: Service) -> ServiceKey | None:
    rows = ServiceKey.objects.filter(service=service.value, retired_at__isnull=True)
    if connection.vendor != "postgresql":
        return rows.first()  # SQLite lets one transaction write at a time
    shared = f"SELECT * FROM {ServiceKey._meta.db_table} WHERE service = %s AND retired_at IS NULL FOR SHARE"  # noqa: S608, SLF001 - our own table
    return next(iter(ServiceKey.objects.raw(shared, [service.value])), None)
