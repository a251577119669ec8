"""What the person's page of readers is told of a locker: its keys, and how a team is stopped."""

from leeward.foundation.labels import mark
from leeward.foundation.vault.rules.grants import Compartment
from leeward.victim.locker.operations.showing import hide_all
from leeward.victim.locker.queries.lockers import key_of, locker_of
from leeward.victim.portal.holders import Apart
from leeward.victim.portal.rules.parts import Part
from leeward.victim.portal.rules.visits import Bearer

ENTRIES = mark("Entries in your locker")


def apart_of(bearer: Bearer) -> Apart | None:
    """What is kept under a code in its locker; None where that is nothing."""
    row = locker_of(bearer)
    items = list(row.items.values_list("reference", flat=True)) if row else []
    if row is None or not items:
        return None
    return Apart(
        parts=tuple(
            Part(file=item, compartment=compartment, words=ENTRIES)
            for item in items
            for compartment in (Compartment.STORY, Compartment.EVIDENCE)
        ),
        her_id=key_of(bearer).grantee.id,
        kept_until=row.expires_on,
        hide=hide_all,
    )
