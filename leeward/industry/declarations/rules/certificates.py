"""What a certificate of standing says, and how long: it is a snapshot, since standing is computed for each day."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from leeward.foundation.kept import Kept
from leeward.industry.declarations.rules.standing import DAY, Standing, StandingReport

KIND = "declaration_standing"
CERTIFIED = (Standing.IN_GOOD_STANDING, Standing.DUE_SOON)
# Somebody who reads it on another site sees what was so at most this long ago.
LASTS = timedelta(days=90)


@dataclass(frozen=True, kw_only=True)
class StandingClaims(Kept):
    """What is signed: of an organisation, and of no person."""

    organisation: str
    website: str
    version: int
    signed_on: date
    standing: Standing
    standing_since: date


def certified_until(report: StandingReport, *, now: datetime, zone: ZoneInfo) -> datetime:
    """The end of the day up to which everything is covered, and at most 90 days from now."""
    latest = now + LASTS
    if report.next_due_on is None:
        return latest
    return min(latest, datetime.combine(report.next_due_on + DAY, time.min, zone))
