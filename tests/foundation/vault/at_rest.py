"""What lies in the database, and the keys that could open it."""

from collections.abc import Callable, Iterator

from cryptography.exceptions import InvalidTag

from leeward.foundation.vault.errors import SealBroken
from leeward.foundation.vault.models import Grant, TeamKeySlot
from leeward.foundation.vault.operations.teams import slot_binding
from leeward.foundation.vault.rules.files import compartment_binding
from leeward.foundation.vault.rules.grants import Grantee
from leeward.foundation.vault.rules.wraps import Binding

PURPOSES = (
    "field",
    "vouch",
    "leeward/registry/1",
    "leeward/index/1/address",
    "leeward/text/x",
    "leeward/holding/seal/1",
)


def _wraps() -> Iterator[tuple[bytes, Grantee, Binding]]:
    for row in Grant.objects.all():
        known = row.as_row()
        binding = compartment_binding(file=row.file, compartment=known.compartment, generation=row.generation)
        yield known.wrapped, known.grantee, binding
    for slot in TeamKeySlot.objects.select_related("team_key"):
        yield bytes(slot.wrapped), slot.as_holder(), slot_binding(slot.team_key)


def _succeeds(attempt: Callable[..., object], *args: object, **kwargs: object) -> bool:
    try:
        attempt(*args, **kwargs)
    except (SealBroken, InvalidTag):
        return False
    return True
