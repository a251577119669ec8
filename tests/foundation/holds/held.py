"""A hold that two people have made, for tests of the sweeps that honour it."""

from datetime import datetime, timedelta

from leeward.foundation.holds.models import Hold
from leeward.foundation.vault.operations import make_victim_key, seal_to


def keep_held(kind: str, record: object, *, at: datetime) -> Hold:
    """Hold a record now and for a week more."""
    return Hold.objects.create(
        kind=kind,
        record=str(record),
        reason=seal_to(make_victim_key().grantee, "Appeal 4 of 2026.", place="held"),
        until=(at + timedelta(days=7)).date(),
        asked_by="one",
        asked_at=at,
        confirmed_by="another",
        confirmed_at=at,
    )
