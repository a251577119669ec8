"""A hold that two people have made, for tests of the sweeps that honour it."""

from datetime import datetime, timedelta

from leeward.foundation.audit.rules import Actor
from leeward.foundation.holds.models import Hold
from leeward.foundation.holds.queries import holdable_kinds
from leeward.foundation.vault.operations import make_file, team_grantee
from leeward.foundation.vault.rules.grants import Compartment


def keep_held(kind: str, record: object, *, at: datetime) -> Hold:
    """Hold a record now and for a week more; its reason is sealed to the teams that the record's room names."""
    row = Hold(
        kind=kind,
        record=str(record),
        until=(at + timedelta(days=7)).date(),
        asked_by="one",
        asked_at=at,
        confirmed_by="another",
        confirmed_at=at,
    )
    teams = [team_grantee(team) for team in holdable_kinds()[kind].readers(row.record)]
    file = make_file(file=row.reference, grants={Compartment.CASEWORK: teams}, by=Actor.system(), now=at)
    row.reason = Hold.box(file, "reason", row.reference, "Appeal 4 of 2026.")
    row.save()
    return row
