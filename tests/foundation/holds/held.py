"""A hold that two people have made, for tests of the sweeps that honour it."""

from datetime import datetime, timedelta

from leeward.foundation.holds.models import Hold


def keep_held(kind: str, record: object, *, at: datetime) -> Hold:
    """Hold a record now and for a week more."""
    return Hold.objects.create(
        kind=kind,
        record=str(record),
        reason="Appeal 4 of 2026.",
        until=(at + timedelta(days=7)).date(),
        asked_by="one",
        asked_at=at,
        confirmed_by="another",
        confirmed_at=at,
    )
